using Muster.Configuration.Faults;

namespace Muster.Scenarios.Tests.Killing;

/// <summary>Nothing becomes durable but at a point.</summary>
public sealed class KillPointsTests
{
    /// <summary>Who may touch files without passing a point, and why. A new entry needs a reason as good as these.</summary>
    private static readonly Dictionary<string, string> WithoutPoints = new()
    {
        ["WorkFolder"] = "passes the points of all files",
        ["FaultInjection"] = "writes its own trace",
        ["JobLogs"] = "job logs: nothing is read from them",
        ["FileLock"] = "a lock, which its process takes along",
        ["SnapshotStore"] = "a lock, which its process takes along; its files go through the work folder",
        ["DirectoryRecords"] = "reads",
        ["LdifSettings"] = "reads",
        ["CsvExport"] = "reads",
        ["DeliveredList"] = "reads",
        ["SettingsSecrets"] = "the key file gets its name when it is whole",
        ["ScratchCopy"] = "below the temporary folder; what a killed process left is removed by the next",
        ["ContosoFiles"] = "the sources of the demonstration",
        ["ResourceFiles"] = "a copy for a person, which gets its name when it is whole; nothing is read from it",
        ["DemoCommand"] = "the sources of the demonstration",
        ["SnapshotKeys"] = "reads only: a handle, because it jumps about in a long file",
    };

    [Fact]
    public void Points_AreFoundInTheCode()
    {
        var names = KillPoints.Commits.Select(s => s.Name).ToList();
        Assert.Contains("Synchronizer.Apply", names);
        Assert.Contains("Installation.Deploy", names);
        Assert.Contains("JobRunCommands.Cancel", names);
        Assert.DoesNotContain(names, n => n.StartsWith('.') || n.EndsWith('.'));
        Assert.Contains("TakeOrders", KillPoints.Calls.Select(s => s.Name));
        Assert.Equal(KillPoints.All.Count, KillPoints.All.Distinct().Count());
    }

    [Fact]
    public void WhoeverWritesAFile_GoesThroughTheWorkFolder()
    {
        var writers = CompiledCode.Calls
            .Where(c => c.Type switch
            {
                "System.IO.File" or "System.IO.Directory" => IsWriting(c.Method),
                "System.IO.FileStream" => c.Method == ".ctor",
                "System.IO.FileInfo" or "System.IO.DirectoryInfo" => c.Method is "MoveTo" or "CopyTo" or "Delete" or "Replace" or "Create",
                "System.IO.RandomAccess" => c.Method.StartsWith("Write", StringComparison.Ordinal),
                _ => false,
            })
            .Select(c => c.From)
            .ToHashSet();

        Assert.Empty(writers.Except(WithoutPoints.Keys).Order(StringComparer.Ordinal));
        Assert.Empty(WithoutPoints.Keys.Except(writers).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void WhoeverCommits_GoesThroughTheTransactionOfTheRepository()
    {
        var committing = CompiledCode.Calls
            .Where(c => c.Method is "Commit" or "CommitAsync" && c.Type.EndsWith("Transaction", StringComparison.Ordinal) && c.Type != "Muster.Repository.RepositoryTransaction")
            .Select(c => c.From);

        Assert.Equal(["RepositoryTransaction"], committing.Distinct());
        Assert.Contains(CompiledCode.Calls, c => c.From == "RepositoryTransaction" && c.Type == typeof(Fault).FullName);
    }

    private static bool IsWriting(string method) =>
        method.StartsWith("Write", StringComparison.Ordinal) || method.StartsWith("Append", StringComparison.Ordinal)
        || method is "Create" or "Move" or "Copy" or "Replace" or "Delete" or "OpenWrite" or "OpenHandle" or "CreateText" or "AppendText";
}
