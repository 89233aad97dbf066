using Muster.Preparation.Snapshots;
using Muster.Preparation.Sorting;

namespace Muster.Preparation.Sources;

/// <summary>A source that was read for all of its mappings.</summary>
internal sealed record ReadSource(SourceFile File, IReadOnlyList<ReadMapping> Mappings, bool IsChangeList, long Rows, long Rejected) : IDisposable
{
    public void Dispose()
    {
        foreach (var mapping in Mappings)
        {
            mapping.Dispose();
        }
    }
}

/// <summary>What was read for one mapping: its rows, or where there are former rows to pass over, those that are new or changed.</summary>
internal sealed class ReadMapping(MappingLayout layout, DefectiveRows defects) : IDisposable
{
    private readonly List<MappingIntake> _intakes = [];
    private readonly List<MappingIntake> _again = [];

    public MappingLayout Layout => layout;

    public MappingPlan Plan => layout.Plan;

    public SourceFile Source => layout.Source;

    public DefectiveRows Defects => defects;

    public ParkedRows Parked => defects.Parked;

    /// <summary>The former rows of which those are passed over that are as they were; null if all rows are there.</summary>
    public FormerSnapshot? Former { get; init; }

    public long Rows => _intakes.Sum(i => i.Rows);

    /// <summary>Rows passed over that are equal to one before them.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Adds the intake of one thread.</summary>
    public MappingIntake Start(MappingIntake intake)
    {
        _intakes.Add(intake);
        return intake;
    }

    /// <summary>Adds the intake of one thread of a second reading.</summary>
    public MappingIntake StartAgain(MappingIntake intake)
    {
        _again.Add(intake);
        return intake;
    }

    /// <summary>To be called when all rows are read, once.</summary>
    public void Complete()
    {
        defects.Complete(Rows);
        Duplicates += Former?.Settle(_intakes.Select(i => i.Sieve!)) ?? 0;
    }

    /// <summary>The rows by identity, those of one identity in the order of the file. To be called once.</summary>
    public RowCursor Sorted()
    {
        // Equal rows that come through again are counted there.
        Duplicates -= _again.Count == 0 ? 0 : Former!.CountAgain(_again.Select(i => i.Sieve!));
        var cursors = _intakes.Concat(_again).Select(i => i.Sorter.Read()).ToList();
        return cursors.Count == 1 ? cursors[0] : new MergeCursor(cursors);
    }

    public void Dispose()
    {
        Former?.Dispose();
        defects.Dispose();
        foreach (var intake in _intakes.Concat(_again))
        {
            intake.Dispose();
        }
    }
}
