using Muster.Configuration.Work;

namespace Muster.Preparation.Sorting;

/// <summary>
/// Sorts any number of rows by identity within a fixed amount of memory (synchronization.md 8.3): runs are sorted in memory and written to the
/// work folder, then merged. While one run is sorted and written, the next one is filled: that is the only concurrency of a preparation.
/// </summary>
/// <param name="folder">Where runs are written.</param>
/// <param name="path">Start of their (temporary) names.</param>
/// <param name="budget">Bytes for the rows in memory, both runs together.</param>
internal sealed class RowSorter(IWorkFolder folder, string path, int budget) : IDisposable
{
    private const int MostRuns = 128;
    private const int MergeMemory = 16 << 20;
    private const int MostReadAhead = 1 << 18;

    private readonly List<SpilledRun> _runs = [];
    private RowArena _filling = new(budget / 2);
    private RowArena? _spare;
    private Task _spilling = Task.CompletedTask;

    public long Count { get; private set; }

    public void Add(ReadOnlySpan<byte> identity, ReadOnlySpan<byte> line, long ordinal, byte command)
    {
        if (!_filling.TryAdd(identity, line, ordinal, command))
        {
            SpillFilled();
            _filling.TryAdd(identity, line, ordinal, command);
        }

        Count++;
    }

    /// <summary>All rows, sorted; rows of one identity by their ordinals. To be called once.</summary>
    public RowCursor Read()
    {
        _filling.Sort();
        Finish();
        if (_runs.Count == 0)
        {
            return new ArenaCursor(_filling);
        }

        var readAhead = Math.Min(MostReadAhead, MergeMemory / (_runs.Count + 1));
        var cursors = _runs.Select(run => run.Read(readAhead)).Append(new ArenaCursor(_filling)).ToList();
        return new MergeCursor(cursors);
    }

    public void Dispose()
    {
        try
        {
            _spilling.GetAwaiter().GetResult();
        }
        catch (Exception exception) when (exception is TaskFailedException or IOException)
        {
            // Reported by the call that waited for it; here only the files are given back.
        }

        _runs.ForEach(run => run.Dispose());
        _runs.Clear();
    }

    private void SpillFilled()
    {
        Finish();
        var full = _filling;
        _filling = _spare ?? new RowArena(budget / 2);
        _spare = full;
        _spilling = Task.Run(() =>
        {
            full.Sort();
            _runs.Add(SpilledRun.Write(folder, path, new ArenaCursor(full)));
            full.Clear();
            MergeRunsIfMany();
        });
    }

    private void Finish() => _spilling.GetAwaiter().GetResult();

    /// <summary>Keeps the number of open files bounded for very large extracts.</summary>
    private void MergeRunsIfMany()
    {
        if (_runs.Count < MostRuns)
        {
            return;
        }

        using var merged = new MergeCursor(_runs.Select(run => run.Read(MergeMemory / MostRuns)).ToList());
        var run = SpilledRun.Write(folder, path, merged);
        _runs.Clear();
        _runs.Add(run);
    }
}
