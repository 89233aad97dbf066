using System.Text;
using Muster.Configuration.Jobs;
using Muster.Configuration.Work;
using Muster.Preparation.Snapshots;

namespace Muster.Preparation.Tests.Snapshots;

public sealed class SnapshotTests : IDisposable
{
    private const string Header = "Employee Id,Last name\n";

    private readonly World _world = World.OfPeople();

    private string Folder => _world.Folders.Work.PathOf("Collect/previous/HR");

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task ChangesOfAFew_AreWrittenBesideTheTable_UntilTheyAreMany()
    {
        _world.Limits = new PreparationLimits { LeastBase = 0, BaseShare = 4 };
        await _world.Extract("HRPeople", People(100)).Complete();
        var table = Tables().Single();
        for (var changed = 1; changed <= 12; changed++)
        {
            await _world.Extract("HRPeople", People(100, changed)).Incremental();
            Assert.Equal(1, _world.Reporter["updates"]);
            Assert.Contains(table, Tables());
        }

        await _world.Extract("HRPeople", People(100, 13)).Incremental();
        Assert.NotEqual(table, Tables().Single());
        Assert.Equal(3, Directory.GetFiles(Folder).Length);
        Assert.False((await _world.Incremental()).Processed);
    }

    [Fact]
    public async Task ValueThatComesBack_IsAChange()
    {
        _world.Limits = new PreparationLimits { LeastBase = 0, BaseShare = 1 };
        await _world.Extract("HRPeople", People(50)).Complete();
        await _world.Extract("HRPeople", People(50, 1)).Incremental();
        await _world.Extract("HRPeople", People(50)).Incremental();
        Assert.Equal("command,EmployeeId,LastName\nupdate,P0,Name\n", _world.Gateway.LastFile("HR_Person.sorted.delta"));
        Assert.False((await _world.Incremental()).Processed);
    }

    [Fact]
    public async Task SnapshotOfAnEarlierVersion_IsTakenAsMissing()
    {
        await _world.Extract("HRPeople", People(3)).Complete();
        var path = "Collect/previous/HR/chain.json";
        _world.WriteWork(path, _world.WorkText(path).Replace("\"format\": 2,", "", StringComparison.Ordinal));
        await _world.Incremental();
        Assert.Equal(SynchronizationMode.Complete, _world.Gateway.Last.Mode);
        Assert.Contains("another version of Muster", _world.Gateway.Last.HealedBecause, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*.rows")]
    [InlineData("*.keys")]
    public async Task SnapshotCutShort_Heals(string pattern)
    {
        await _world.Extract("HRPeople", People(300)).Complete();
        var path = Directory.GetFiles(Folder, pattern).Single();
        await File.WriteAllBytesAsync(path, (await File.ReadAllBytesAsync(path))[..40]);
        await _world.Extract("HRPeople", People(300, 1)).Incremental();
        Assert.Equal(SynchronizationMode.Complete, _world.Gateway.Last.Mode);
    }

    [Fact]
    public async Task FilesThatNoSnapshotNames_AreRemoved()
    {
        await _world.Extract("HRPeople", People(3)).Complete();
        _world.WriteWork("Collect/previous/HR/HR_Person.0123.rows", "left by a process that was killed");
        await _world.Incremental();
        Assert.Equal(3, Directory.GetFiles(Folder).Length);
    }

    [Theory]
    [InlineData(1 << 10)]
    [InlineData(1 << 16)]
    public void Table_RowsThatWentToDisk_AreAllFound(int keyLength)
    {
        var folder = new WorkFolder(Path.Combine(Folder, "table"));
        var hash = new RowHash(RowHash.NewSeed());
        using var writer = new SnapshotTableWriter(folder, "t");
        var keys = Enumerable.Range(0, 1500).Select(i => Encoding.UTF8.GetBytes($"{i}{new string('k', i % keyLength)}")).ToArray();
        foreach (var key in keys)
        {
            writer.Add(hash.MarkOf(key, key), key);
        }

        var parts = writer.Write(CancellationToken.None);
        using var table = new SnapshotTable(folder.PathOf(parts.Rows.Name));
        using var stored = new SnapshotKeys(folder.PathOf(parts.Keys.Name), table.Count);
        Assert.Equal(keys.Length, table.Count);
        Assert.All(keys, key => Assert.Equal(key, stored[table.Find(hash.MarkOf(key, key), out _)].ToArray()));
        Assert.Equal(-1, table.Find(hash.MarkOf(keys[1], keys[2]), out var same));
        Assert.Equal(keys[1], stored[same].ToArray());
    }

    private static string People(int count, int changed = 0) =>
        Header + string.Concat(Enumerable.Range(0, count).Select(i => $"P{i},Name{(i < changed ? "2" : "")}\n"));

    private IEnumerable<string> Tables() => Directory.GetFiles(Folder, "*.rows").Where(f => new FileInfo(f).Length > 1600);
}
