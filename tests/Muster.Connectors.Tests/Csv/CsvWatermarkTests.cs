using Muster.Configuration.Exchange;
using Muster.Configuration.Work;

namespace Muster.Connectors.Tests.Csv;

/// <summary>A change list is applied once.</summary>
public sealed class CsvWatermarkTests : IDisposable
{
    private const string Cookie = "ExportCookies/HRPeople.csv.json";
    private readonly Given _given = new();

    public CsvWatermarkTests()
    {
        _given.Write("all.csv", "Id,Name\n1,Ada\n");
        _given.Write("delta.csv", "command,Id,Name\nupdate,1,Ada King\n");
        _given.WithSettings("""  "Path": "all.csv", "PathIncremental": "delta.csv"  """);
    }

    public void Dispose() => _given.Dispose();

    [Fact]
    public async Task ChangeList_Delivered_IsNotReadAgain()
    {
        await DeliverAsync();

        var again = await _given.ExportAsync(complete: false);

        Assert.Equal(TaskResult.NothingToDo, again);
        Assert.Equal("command,Id,Name\n", _given.Exported());
        Assert.Equal(ExtractContent.Changes, _given.Manifest.Content);
        Assert.Empty(_given.Manifest.PendingWatermarks);
        Assert.Contains(_given.Reporter.Messages, m => m.Contains("was already delivered at 20", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ChangeList_DeliveredAndWrittenAgainUnderAnotherNameAndTime_IsNotReadAgain()
    {
        await DeliverAsync();
        File.Move(_given.PathOf("delta.csv"), _given.PathOf("other.csv"));
        File.SetLastWriteTimeUtc(_given.PathOf("other.csv"), TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1));
        _given.WithSettings("""  "Path": "all.csv", "PathIncremental": "other.csv"  """);

        Assert.False((await _given.ExportAsync(complete: false)).Processed);
    }

    [Fact]
    public async Task ChangeList_NotAccepted_IsReadAgain()
    {
        await _given.ExportAsync(complete: false);

        var again = await _given.ExportAsync(complete: false);

        Assert.True(again.Processed);
        Assert.EndsWith("update,1,Ada King\n", _given.Exported(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChangeList_OtherContent_IsRead()
    {
        await DeliverAsync();
        _given.Write("delta.csv", "command,Id,Name\nupdate,1,Ada Byron\n");

        await DeliverAsync();

        Assert.EndsWith("update,1,Ada Byron\n", _given.Exported(), StringComparison.Ordinal);
        Assert.False((await _given.ExportAsync(complete: false)).Processed);
    }

    [Fact]
    public async Task ChangeList_Empty_LeavesTheWatermarkAsItIs()
    {
        await DeliverAsync();
        var watermark = _given.Read($"Work/{Cookie}");
        var list = _given.Read("delta.csv");
        _given.Write("delta.csv", "command,Id,Name\n");

        Assert.False((await _given.ExportAsync(complete: false)).Processed);

        Assert.Empty(_given.Manifest.PendingWatermarks);
        Assert.Equal(watermark, _given.Read($"Work/{Cookie}"));
        _given.Write("delta.csv", list);
        Assert.False((await _given.ExportAsync(complete: false)).Processed);
    }

    [Fact]
    public async Task ChangeList_NeverDelivered_IsReadHoweverOldItIs()
    {
        SetAge("delta.csv", TimeSpan.FromHours(1));
        await DeliverAsync(complete: true);

        Assert.True((await _given.ExportAsync(complete: false)).Processed);
    }

    [Fact]
    public async Task CompleteExport_AfterADeliveredList_KeepsTheListInMind()
    {
        await DeliverAsync();
        await DeliverAsync(complete: true);

        Assert.False((await _given.ExportAsync(complete: false)).Processed);
        Assert.Contains(_given.Reporter.Messages, m => m.Contains("already delivered", StringComparison.Ordinal));
    }

    /// <summary>What was taken away, came back, and is taken away again, gives the same list twice.</summary>
    [Fact]
    public async Task ChangeList_WrittenAgainAfterACompleteExport_IsRead()
    {
        await DeliverAsync();
        await DeliverAsync(complete: true);
        _given.Write("delta.csv", _given.Read("delta.csv"));
        File.SetLastWriteTimeUtc(_given.PathOf("delta.csv"), TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(1));

        await DeliverAsync();

        Assert.EndsWith("update,1,Ada King\n", _given.Exported(), StringComparison.Ordinal);
        Assert.False((await _given.ExportAsync(complete: false)).Processed);
    }

    [Fact]
    public async Task FullExtract_Unchanged_IsAlwaysRead()
    {
        SetAge("all.csv", TimeSpan.FromHours(1));
        _given.WithSettings("""  "Path": "all.csv", "PathIncremental": "all.csv"  """);
        await DeliverAsync(complete: true);
        await DeliverAsync();

        Assert.True((await _given.ExportAsync(complete: false)).Processed);
        Assert.Equal("Id,Name\n1,Ada\n", _given.Exported());
    }

    [Fact]
    public async Task Watermark_Unreadable_IsAWarningAndTheListIsRead()
    {
        await DeliverAsync();
        _given.Write($"Work/{Cookie}", "{");

        Assert.True((await _given.ExportAsync(complete: false)).Processed);
        Assert.Contains(_given.Reporter.Warnings, w => w.Contains("HRPeople.csv.json", StringComparison.Ordinal));
    }

    private void SetAge(string name, TimeSpan age) => File.SetLastWriteTimeUtc(_given.PathOf(name), TimeProvider.System.GetUtcNow().UtcDateTime - age);

    /// <summary>Exports and makes the watermarks current, as the preparation does when the server has accepted.</summary>
    private async Task DeliverAsync(bool complete = false)
    {
        Assert.True((await _given.ExportAsync(complete)).Processed);
        foreach (var name in _given.Manifest.PendingWatermarks)
        {
            var pending = $"{AgentFolders.ExportCookies}/{name}";
            _given.Folders.Work.Move(pending, pending[..^".pending".Length]);
        }
    }
}
