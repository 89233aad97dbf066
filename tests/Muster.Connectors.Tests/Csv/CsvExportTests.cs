using System.Security.Cryptography;
using System.Text;
using Muster.Configuration.Exchange;
using Muster.Configuration.Jobs;
using Muster.Configuration.Work;

namespace Muster.Connectors.Tests.Csv;

public sealed class CsvExportTests : IDisposable
{
    private readonly Given _given = new();

    public void Dispose() => _given.Dispose();

    [Fact]
    public async Task Export_Complete_WritesNormalizedFileAndManifest()
    {
        _given.Write("hr.csv", "\ufeffId;Name\r\n1;\"Lovelace; Ada\"\r\n2;\"say \"\"hi\"\"\"\r\n3;\"two\r\nlines\"\r\n");
        _given.WithSettings("""  "Path": "hr.csv", "Separator": ";"  """);

        var result = await _given.ExportAsync();

        Assert.True(result.Processed);
        Assert.Equal("Id,Name\n1,Lovelace; Ada\n2,\"say \"\"hi\"\"\"\n3,\"two\r\nlines\"\n", _given.Exported());
        var file = Assert.Single(_given.Manifest.Files);
        Assert.Equal(new ExportedFile("HRPeople.csv", 3, Hash(_given.Exported())), file);
        Assert.Equal(SynchronizationMode.Complete, _given.Manifest.Mode);
        Assert.Equal(ExtractContent.Full, _given.Manifest.Content);
        Assert.Equal(3, _given.Reporter.Counters["rowsExported"]);
    }

    [Theory]
    [InlineData("$%I am an example$%", "I am an example$")]
    [InlineData("$$%%x", "x")]
    [InlineData("%$x", "$x")]
    [InlineData("$", "")]
    public async Task Export_ValuesToTrim_AreTrimmedOneAfterTheOther(string value, string expected)
    {
        _given.Write("hr.csv", $"$Id$,Name\n{value},x\n");
        _given.WithSettings("""  "Path": "hr.csv", "ValuesToTrim": ["$", "%"]  """);

        await _given.ExportAsync();

        Assert.Equal($"Id,Name\n{expected},x\n", _given.Exported());
    }

    [Fact]
    public async Task Export_Windows1252_IsDecoded()
    {
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding("windows-1252")!;
        _given.Write("hr.csv", encoding.GetBytes("Id,Name\n1,Zoë Müller – 5 €\n"));
        _given.WithSettings("""  "Path": "hr.csv", "Encoding": "windows-1252"  """);

        await _given.ExportAsync();

        Assert.Equal("Id,Name\n1,Zoë Müller – 5 €\n", _given.Exported());
    }

    [Fact]
    public async Task Export_OctetsNotOfTheEncoding_FailsWithFileLineAndEncoding()
    {
        _given.Write("hr.csv", [.. Encoding.UTF8.GetBytes("Id,Name\n1,Zoë\n2,M"), 0xFC, (byte)'l', (byte)'\n']);
        _given.WithSettings("""  "Path": "hr.csv"  """);

        var failure = await _given.ExportFailsAsync();

        Assert.Contains(_given.PathOf("hr.csv"), failure.Message, StringComparison.Ordinal);
        Assert.Contains("utf-8 in line 3", failure.Message, StringComparison.Ordinal);
        Assert.Empty(_given.ExportedFiles);
    }

    [Fact]
    public async Task Export_LinesBeforeHeader_AreSkippedAndCountedInErrors()
    {
        _given.Write("hr.csv", "Extract of today\n\"odd\nId\n1\n\"2\n");
        _given.WithSettings("""  "Path": "hr.csv", "NumberOfLinesToSkip": 2  """);

        var failure = await _given.ExportFailsAsync();

        Assert.Contains("line 5 is not closed", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_ColumnsWithoutHeaderAndDuplicates_AreDropped()
    {
        _given.Write("hr.csv", "Id,,Name,Id,\n1,x,Ada,9,y\n2,x\n");
        _given.WithSettings("""  "Path": "hr.csv"  """);

        await _given.ExportAsync();

        Assert.Equal("Id,Name\n1,Ada\n2\n", _given.Exported());
        Assert.Contains(_given.Reporter.Warnings, w => w.Contains("'Id' twice", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Export_RowWithTooManyFields_IsPassedOnTooLong()
    {
        _given.Write("hr.csv", "Id,,Name\n1,x,Ada,surplus\n2,x,Bob\n");
        _given.WithSettings("""  "Path": "hr.csv"  """).WithTransformation(
            "ConcatColumns", ("Table", "HRPeople"), ("Column", "New"), ("InputColumn", "Id"), ("InputColumn2", "Name"));

        await _given.ExportAsync();

        Assert.Equal("Id,Name,New\n1,Ada,surplus,\n2,Bob,2Bob\n", _given.Exported());
    }

    [Fact]
    public async Task Export_StrayQuotes_AreKept()
    {
        _given.Write("hr.csv", "Id,Size\n1,5\" disk\n2,ok\n");
        _given.WithSettings("""  "Path": "hr.csv"  """);

        await _given.ExportAsync();

        Assert.Equal("Id,Size\n1,\"5\"\" disk\"\n2,ok\n", _given.Exported());
    }

    [Fact]
    public async Task Export_IncrementalWithoutItsPath_IsNotRunAndSaysWhy()
    {
        _given.Write("hr.csv", "Id\n1\n");
        _given.WithSettings("""  "Path": "hr.csv"  """);
        _given.Write("Temp/ExportOutput/HRPeople.csv", "stale");

        var result = await _given.ExportAsync(complete: false);

        Assert.Equal(TaskResult.NothingToDo, result);
        var message = Assert.Single(_given.Reporter.Messages);
        Assert.Contains("'Connections:HRPeople:PathIncremental'", message, StringComparison.Ordinal);
        Assert.Contains("same file as 'Path'", message, StringComparison.Ordinal);
        Assert.Empty(_given.ExportedFiles);
    }

    [Theory]
    [InlineData("Command", "insert,1", ExtractContent.Changes)]
    [InlineData("Status", "x,1", ExtractContent.Full)]
    public async Task Export_Incremental_ContentFollowsTheCommandColumn(string column, string row, ExtractContent content)
    {
        _given.Write("delta.csv", $"{column},Id\n{row}\n");
        _given.WithSettings("""  "Path": "hr.csv", "PathIncremental": "delta.csv"  """);

        var result = await _given.ExportAsync(complete: false);

        Assert.True(result.Processed);
        Assert.Equal(content, _given.Manifest.Content);
        Assert.Equal(SynchronizationMode.Incremental, _given.Manifest.Mode);
    }

    [Fact]
    public async Task Export_ChangesWithoutRows_IsNotProcessed()
    {
        _given.Write("delta.csv", "command,Id\n");
        _given.WithSettings("""  "PathIncremental": "delta.csv"  """);

        Assert.False((await _given.ExportAsync(complete: false)).Processed);
        Assert.Equal(0, Assert.Single(_given.Manifest.Files).Rows);
    }

    [Fact]
    public async Task Export_Initial_UsesWhicheverPathExists()
    {
        _given.Write("delta.csv", "Id\n1\n");
        _given.WithSettings("""  "PathIncremental": "delta.csv"  """);

        Assert.True((await _given.ExportAsync(initial: true)).Processed);
        Assert.Equal(SynchronizationMode.Complete, _given.Manifest.Mode);
        Assert.Equal(TaskResult.NothingToDo, await _given.ExportAsync(complete: true));
    }

    [Fact]
    public async Task Export_HealingWithChangesOnly_FailsRatherThanDeletes()
    {
        _given.Write("delta.csv", "command,Id\ninsert,1\n");
        _given.WithSettings("""  "PathIncremental": "delta.csv"  """);

        var failure = await Assert.ThrowsAsync<TaskFailedException>(() => _given.ExportAsync(healedBecause: "The snapshot is missing."));

        Assert.Contains("holds changes only", failure.Message, StringComparison.Ordinal);
        Assert.Contains("The snapshot is missing", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_Healed_SaysSoInTheManifest()
    {
        _given.Write("hr.csv", "Id\n1\n");
        _given.WithSettings("""  "Path": "hr.csv"  """);

        await _given.ExportAsync(healedBecause: "The snapshot is missing.");

        Assert.Equal("The snapshot is missing.", _given.Manifest.HealedBecause);
    }

    [Fact]
    public async Task Export_MissingFile_NamesPathConnectionAndSetting()
    {
        _given.WithSettings("""  "Path": "no.csv"  """);

        var failure = await _given.ExportFailsAsync();

        Assert.Contains(_given.PathOf("no.csv"), failure.Message, StringComparison.Ordinal);
        Assert.Contains("'HRPeople'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("'Connections:HRPeople:Path'", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Id,Name\n")]
    [InlineData("Id,Name")]
    public async Task Export_NoRows_GivesAFileWithoutRows(string content)
    {
        _given.Write("hr.csv", content);
        _given.WithSettings("""  "Path": "hr.csv"  """);

        Assert.True((await _given.ExportAsync()).Processed);
        Assert.Equal(0, Assert.Single(_given.Manifest.Files).Rows);
    }

    [Fact]
    public async Task Export_FileNameRegex_TakesTheNewestWholeMatch()
    {
        _given.Write("in/hr_1.csv", "Id\n1\n");
        await Task.Delay(20);
        _given.Write("in/hr_2.csv", "Id\n2\n");
        await Task.Delay(20);
        _given.Write("in/hr_3.csv.tmp", "Id\n3\n");
        _given.WithSettings("""  "Path": "in/hr_\\d+\\.csv", "IsFileNameRegex": true  """);

        await _given.ExportAsync();

        Assert.Equal("Id\n2\n", _given.Exported());
    }

    [Theory]
    [InlineData("in/.*\\\\.csv", "No file in")]
    [InlineData("in/[", "not a regular expression")]
    [InlineData("nowhere/.*", "does not exist")]
    [InlineData("in/../../.*", "outside 'SourcesRootPaths'")]
    public async Task Export_FileNameRegexWithoutMatch_Fails(string path, string expected)
    {
        _given.Write("in/readme.txt", "");
        _given.WithSettings($"\"Path\": \"{path}\", \"IsFileNameRegex\": true");

        Assert.Contains(expected, (await _given.ExportFailsAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_Cancelled_LeavesNothing()
    {
        _given.Write("hr.csv", "Id\n1\n");
        _given.WithSettings("""  "Path": "hr.csv"  """);
        using var source = new CancellationTokenSource();
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _given.ExportAsync(token: source.Token));

        Assert.Empty(_given.ExportedFiles);
    }

    [Fact]
    public async Task Export_FileChangesWhileItIsRead_FailsAndLeavesNothing()
    {
        _given.Write("hr.csv", "Id\n1\n");
        _given.WithSettings("""  "Path": "hr.csv"  """);
        var temp = new HookedFolder(_given.Folders.Temp, _ => File.AppendAllText(_given.PathOf("hr.csv"), "2\n"));
        _given.Folders = _given.Folders with { Temp = temp };

        Assert.Contains("changed while it was read", (await _given.ExportFailsAsync()).Message, StringComparison.Ordinal);
        Assert.Empty(_given.ExportedFiles);
    }

    [Fact]
    public async Task Export_DiskFailsAtTheManifest_LeavesNothing()
    {
        _given.Write("hr.csv", "Id\n1\n");
        _given.WithSettings("""  "Path": "hr.csv"  """);
        var temp = new HookedFolder(_given.Folders.Temp, path =>
        {
            if (path.EndsWith(".json", StringComparison.Ordinal))
            {
                throw new IOException("The disk is gone.");
            }
        });
        _given.Folders = _given.Folders with { Temp = temp };

        Assert.Contains("The disk is gone.", (await _given.ExportFailsAsync()).Message, StringComparison.Ordinal);
        Assert.Empty(_given.ExportedFiles);
    }

    [Fact]
    public async Task Export_MisspelledSetting_IsWarnedOf()
    {
        _given.Write("hr.csv", "Id\n1\n");
        _given.WithSettings("""  "Path": "hr.csv", "Seperator": ";"  """);

        await _given.ExportAsync();

        Assert.Contains(_given.Reporter.Warnings, w => w.Contains("Did you mean 'Separator'?", StringComparison.Ordinal));
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
