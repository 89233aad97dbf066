using Muster.Configuration.Work;
using Muster.Connectors.Settings;

namespace Muster.Connectors.Tests.Settings;

public sealed class AgentSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_CommentsAndTrailingCommas_AreAllowed()
    {
        var settings = Load("""
            {
              // the HR extract
              "Connections": { "HR": { "Path": "hr.csv", "NumberOfLinesToSkip": 2, "IsFileNameRegex": true, "ValuesToTrim": ["$", "%",], }, },
              "SourcesRootPaths": ["."],
            }
            """);

        var hr = settings.ForConnection("hr");
        Assert.Equal(_folder.PathOf("hr.csv"), hr.GetFile("Path"));
        Assert.Equal(2, hr.GetNumber("NumberOfLinesToSkip", 0, 0, 100));
        Assert.True(hr.GetFlag("IsFileNameRegex"));
        Assert.Equal(["$", "%"], hr.GetTexts("ValuesToTrim"));
        Assert.Empty(settings.Warnings);
    }

    [Fact]
    public void Load_EnvironmentVariable_WinsOverFile()
    {
        var settings = Load(
            """{ "Connections": { "AD": { "Path": "a", "Options": { "Login": "x" }, "Servers": [ { "Server": "one" } ] } } }""",
            new() { ["Connections__AD__Options__Login"] = "y", ["Connections__AD__Servers__0__Server"] = "two", ["Connections__New__Path"] = "z" });

        var ad = settings.ForConnection("AD");
        Assert.Equal("a", ad.GetText("Path"));
        Assert.Equal("two", Assert.Single(ad.GetObjects("Servers")).GetText("Server"));
        Assert.Equal("z", settings.ForConnection("New").GetText("Path"));
        Assert.Equal(["AD", "New"], settings.Connections);
    }

    [Fact]
    public void Load_MalformedJson_NamesFileAndLine()
    {
        var failure = Assert.Throws<SettingsException>(() => Load("{\n  \"Connections\": {\n    \"HR\": { \"Path\" 1 }\n  }\n}"));

        Assert.Equal(3, failure.Location.Line);
        Assert.StartsWith(_folder.PathOf("appsettings.agent.json") + "(3,", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_SettingGivenTwice_IsRefusedWithItsLine()
    {
        var failure = Assert.Throws<SettingsException>(() => Load("{ \"Connections\": { \"HR\": {\n \"Path\": \"a\",\n \"path\": \"b\" } } }"));

        Assert.Equal(3, failure.Location.Line);
        Assert.Contains("'Connections:HR:Path'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NamedFileIsMissing_IsRefused() =>
        Assert.Throws<SettingsException>(() => AgentSettings.Load(_folder.PathOf("no.json"), new Dictionary<string, string>()));

    [Fact]
    public void GetNumber_NotANumber_NamesSettingFileAndLine()
    {
        var hr = Load("{ \"Connections\": { \"HR\": {\n \"NumberOfLinesToSkip\": \"few\" } } }").ForConnection("HR");

        var failure = Assert.Throws<TaskFailedException>(() => hr.GetNumber("NumberOfLinesToSkip", 0, 0, 9));

        Assert.Contains("'Connections:HR:NumberOfLinesToSkip'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("line 2", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("few", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void UnknownKeys_MisspelledKey_NamesNearest()
    {
        var hr = Load("{ \"Connections\": { \"HR\": { \"Seperator\": \";\" } } }").ForConnection("HR");

        var warning = Assert.Single(hr.UnknownKeys(["Path", "Separator"]));

        Assert.Contains("'Seperator'", warning, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'Separator'?", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Secret_ProtectedInFile_IsRevealedLazilyAndNeverPrinted()
    {
        var secrets = new SettingsSecrets(_folder.Root, new Dictionary<string, string>());
        var written = secrets.Protect("c@nary-5ecret");
        var password = Load($$"""{ "Connections": { "AD": { "Password": "{{written}}" } } }""").ForConnection("AD").GetProtected("Password")!;

        Assert.StartsWith("protected:v1:", written, StringComparison.Ordinal);
        Assert.DoesNotContain("c@nary", _folder.Read("appsettings.agent.json"), StringComparison.Ordinal);
        Assert.Equal("***", $"{password}");
        Assert.Equal("{}", System.Text.Json.JsonSerializer.Serialize(password));
        Assert.Equal("c@nary-5ecret", password.Reveal());
        Assert.NotEqual(written, secrets.Protect("c@nary-5ecret"));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.PathOf("muster.key")));
        }
    }

    [Fact]
    public void KeyFile_MadeByManyAtOnce_IsOneKeyAndNothingIsLeft()
    {
        var environment = new Dictionary<string, string>();
        var written = Enumerable.Range(0, 8).AsParallel().Select(_ => new SettingsSecrets(_folder.Root, environment).Protect("secret")).ToList();

        Assert.All(written, text => Assert.Equal("secret", new SettingsSecrets(_folder.Root, environment).Reveal(text)));
        Assert.Equal(["muster.key"], Directory.EnumerateFiles(_folder.Root, "muster.key*").Select(Path.GetFileName));
    }

    [Fact]
    public void Secret_OtherKeyOrChangedText_IsRefusedWithoutTheValue()
    {
        Dictionary<string, string> Key(byte octet) => new() { ["MUSTER_KEY"] = Convert.ToBase64String([.. Enumerable.Repeat(octet, 32)]) };
        var written = new SettingsSecrets(_folder.Root, Key(1)).Protect("secret");

        Assert.Equal("secret", new SettingsSecrets(_folder.Root, Key(1)).Reveal(written));
        Assert.Throws<SettingsException>(() => new SettingsSecrets(_folder.Root, Key(2)).Reveal(written));
        Assert.Throws<SettingsException>(() => new SettingsSecrets(_folder.Root, Key(1)).Reveal("protected:v1:AAAA"));
        Assert.Throws<SettingsException>(() => new SettingsSecrets(_folder.Root, new Dictionary<string, string>()).Reveal(written));
        Assert.False(File.Exists(_folder.PathOf("muster.key")));
    }

    [Fact]
    public void Load_SourcesAreOpenOrMisspelled_Warns()
    {
        var settings = Load("""{ "SourceRootPaths": ["."] }""");

        Assert.Contains(settings.Warnings, w => w.Contains("may read any file", StringComparison.Ordinal));
        Assert.Contains(settings.Warnings, w => w.Contains("Did you mean 'SourcesRootPaths'?", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("../outside.csv")]
    [InlineData("sources/../../outside.csv")]
    [InlineData("/etc/passwd")]
    [InlineData("sources-other/hr.csv")]
    [InlineData("link/outside.csv")]
    [InlineData("sources/link.csv")]
    [InlineData("sources/deep/../link.csv")]
    public void Resolve_PathLeadsOutside_IsRefused(string path)
    {
        Directory.CreateDirectory(_folder.PathOf("sources/deep"));
        Directory.CreateDirectory(_folder.PathOf("elsewhere"));
        File.CreateSymbolicLink(_folder.PathOf("sources/link.csv"), "../elsewhere/outside.csv");
        Directory.CreateSymbolicLink(_folder.PathOf("link"), _folder.PathOf("elsewhere"));
        var settings = Load("""{ "SourcesRootPaths": ["sources"] }""");

        var failure = Assert.Throws<TaskFailedException>(() => settings.Sources.Resolve(path, "the test"));

        Assert.Contains("outside 'SourcesRootPaths'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Resolve_RootIsALink_FilesBelowItsTargetAreAllowed()
    {
        Directory.CreateDirectory(_folder.PathOf("real"));
        Directory.CreateSymbolicLink(_folder.PathOf("sources"), "real");
        File.CreateSymbolicLink(_folder.PathOf("real/current.csv"), "today.csv");
        var settings = Load("""{ "SourcesRootPaths": ["sources"] }""");

        Assert.Equal(_folder.PathOf("real/today.csv"), settings.Sources.Resolve("sources/current.csv", "the test"));
    }

    [Fact]
    public void GetNumber_OutsideConnections_FromFileOrEnvironmentOrDefault()
    {
        var settings = Load("{ \"Jobs\": { \"MaxTaskBatchSize\": 2 },\n \"TaskTimeoutSupplement\": \"soon\" }", new() { ["Jobs__MaxTaskBatchSize"] = "3" });

        Assert.Equal((3, 7), (settings.GetNumber("Jobs:MaxTaskBatchSize", 5, 1, 9), settings.GetNumber("Jobs:Other", 7, 1, 9)));
        var failure = Assert.Throws<SettingsException>(() => settings.GetNumber("TaskTimeoutSupplement", 0, 0, 9));
        Assert.Contains("(2,", failure.Message, StringComparison.Ordinal);
        Assert.Equal(4, Load("{}", new() { ["TaskTimeoutSupplement"] = "4" }).GetNumber("TaskTimeoutSupplement", 0, 0, 9));
    }

    [Fact]
    public void SecretValues_ProtectedOrNamedSo_AreKnown()
    {
        var written = new SettingsSecrets(_folder.Root, new Dictionary<string, string>()).Protect("c@nary-1");
        var settings = Load($$"""{ "Connections": { "AD": { "Login": "{{written}}", "Password": "c@nary-2", "Path": "plain" }, "S": { "Tokens": ["c@nary-3"], "Password": "protected:v1:AAAA" } } }""");

        Assert.Equal(["c@nary-1", "c@nary-2", "c@nary-3"], settings.SecretValues().Order(StringComparer.Ordinal));
    }

    private AgentSettings Load(string json, Dictionary<string, string>? environment = null) =>
        AgentSettings.Load(_folder.Write("appsettings.agent.json", json), environment ?? []);
}
