using System.Runtime.CompilerServices;

namespace Muster.Preparation.Snapshots;

/// <summary>
/// Passes over the rows of an extract that the previous one had as they are; what it does not pass over is new or changed. For one thread; what
/// several have seen is put together by <see cref="FormerSnapshot.Settle"/>.
/// </summary>
/// <param name="isSecond">
/// True for a second reading, which lets contested rows through and nothing else: the rows that the first one has passed over too early.
/// </param>
internal sealed class Sieve(FormerSnapshot former, bool isSecond)
{
    private readonly SnapshotTable _base = former.Tables[0];
    private readonly SnapshotTable? _recent = former.Tables.Count > 1 ? former.Tables[1] : null;

    public RowHash Hash { get; } = former.Hash;

    /// <summary>By table: rows that are in the extract as they were.</summary>
    public IReadOnlyList<SlotSet> Passed { get; } = [.. former.Tables.Select(t => new SlotSet(t.Count))];

    /// <summary>By table: rows whose identity a row has that differs.</summary>
    public IReadOnlyList<SlotSet> Met { get; } = [.. former.Tables.Select(t => new SlotSet(t.Count))];

    /// <summary>Rows equal to one that was seen before; in a second reading, of those that it lets through.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Has the memory fetched that <see cref="FetchEntries"/> will look at; the table of later rows is small.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void FetchStart(in RowMark mark) => _base.FetchStart(mark.Place);

    /// <summary>Has the memory fetched that <see cref="Passes"/> will look at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void FetchEntries(in RowMark mark) => _base.FetchEntries(mark.Place);

    /// <summary>True if the row need not be looked at any further.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Passes(in RowMark mark)
    {
        var slot = _base.Find(mark, out var other);
        if (slot >= 0 && !former.Gone.Contains(slot))
        {
            return Pass(0, slot);
        }

        Meet(0, slot >= 0 ? slot : other);
        if (_recent is null)
        {
            return isSecond;
        }

        slot = _recent.Find(mark, out other);
        if (slot >= 0)
        {
            return Pass(1, slot);
        }

        Meet(1, other);
        return isSecond;
    }

    private bool Pass(int table, int slot)
    {
        if (isSecond && !former.Contested[table].Contains(slot))
        {
            return true;
        }

        Duplicates += Passed[table].Add(slot) ? 0 : 1;
        return !isSecond;
    }

    private void Meet(int table, int slot)
    {
        if (slot >= 0)
        {
            Met[table].Add(slot);
        }
    }
}
