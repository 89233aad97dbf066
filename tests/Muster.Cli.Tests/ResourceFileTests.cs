using System.Text.Json.Nodes;
using Muster.Cli.Hosting;
using Muster.Configuration.Values;

namespace Muster.Cli.Tests;

public sealed class ResourceFileTests : IDisposable
{
    private static readonly byte[] Photo = [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3];

    private readonly CliWorld _world = new();

    public ResourceFileTests()
    {
        var configuration = CliWorld.Configuration
            .Replace("Identifier=\"Name\" DisplayName_L1=\"Name\" Type=\"String\" />", "Identifier=\"Name\" Type=\"String\" /><Property Identifier=\"Photo\" Type=\"Binary\" />", StringComparison.Ordinal)
            .Replace("ConnectionColumn=\"name\" />", "ConnectionColumn=\"name\" /><Property Identifier=\"Photo\" ConnectionColumn=\"photo\" />", StringComparison.Ordinal);
        File.WriteAllText(_world.PathOf("Conf/configuration.xml"), configuration);
        Write($"1,Ann,{Convert.ToBase64String(Photo)}\n2,Bob,\n");
    }

    public void Dispose() => _world.Dispose();

    private void Write(string rows) => File.WriteAllText(_world.PathOf("people.csv"), "key,name,photo\n" + rows);

    private async Task Load()
    {
        Assert.Equal(ExitCode.Done, (await _world.RunAsync("config", "deploy")).Code);
        Assert.Equal(ExitCode.Done, (await _world.RunAsync("job", "run", "HR_Complete")).Code);
    }

    [Fact]
    public async Task Show_TellsAFileByWhatItIs_AndExportsItsOctets()
    {
        await Load();

        var shown = JsonNode.Parse((await _world.RunAsync("resource", "show", "Person", "1", "--json")).Out)!["Photo"]!;
        var exported = await _world.RunAsync("resource", "show", "Person", "1", "--file", $"Photo={_world.PathOf("ann.jpg")}");

        Assert.Equal(
            (FileReference.Of(Photo), 7, "image/jpeg", "1_Photo"),
            ((string?)shown["sha256"], (int)shown["length"]!, (string?)shown["mimeType"], (string?)shown["fileName"]));
        Assert.Equal(ExitCode.Done, exported.Code);
        Assert.Contains("7 octets, image/jpeg", exported.Out, StringComparison.Ordinal);
        Assert.Equal(Photo, await File.ReadAllBytesAsync(_world.PathOf("ann.jpg")));
        Assert.Contains("7 octets, image/jpeg, 1_Photo", (await _world.RunAsync("resource", "show", "Person", "1")).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2", "Photo=x.jpg", 1, "has no file in 'Person:Photo'")]
    [InlineData("1", "Phot=x.jpg", 2, "Did you mean 'Photo'?")]
    [InlineData("1", "Photo", 2, "Write PROPERTY=PATH")]
    public async Task Show_FileThatCannotBeExported_SaysWhy(string key, string file, int code, string message)
    {
        await Load();

        var result = await _world.RunAsync("resource", "show", "Person", key, "--file", file);

        Assert.Equal(code, result.Code);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dump_TellsFilesByReference_AndHistoryByWhatTheyWere()
    {
        await Load();
        Write("1,Ann,\n2,Bob,\n");
        Assert.Equal(ExitCode.Done, (await _world.RunAsync("job", "run", "HR_Incremental")).Code);

        Assert.DoesNotContain(FileReference.Of(Photo)!, (await _world.RunAsync("repository", "dump")).Out, StringComparison.Ordinal);
        var history = JsonNode.Parse((await _world.RunAsync("resource", "show", "Person", "1", "--history", "--json")).Out)!["$history"]!.AsArray();
        Assert.Equal("image/jpeg", (string?)history[0]!["Photo"]!["mimeType"]);
        Assert.Null(history[1]!["Photo"]);
        Assert.Equal(ExitCode.Done, (await _world.RunAsync("repository", "verify")).Code);
    }

    [Fact]
    public async Task FileOverTheConfiguredBound_IsAParkedRow()
    {
        var settings = await File.ReadAllTextAsync(_world.PathOf("appsettings.agent.json"));
        await File.WriteAllTextAsync(_world.PathOf("appsettings.agent.json"), settings.Replace("{ \"Sou", "{ \"Synchronization\": { \"MaximumFileLength\": 6 }, \"Sou", StringComparison.Ordinal));
        await _world.RunAsync("config", "deploy");

        var result = await _world.RunAsync("job", "run", "HR_Complete");

        Assert.Contains("a file of 7 octets, and at most 6 are taken", result.Out + result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("\"key\":\"1\"", (await _world.RunAsync("repository", "dump")).Out, StringComparison.Ordinal);
    }
}
