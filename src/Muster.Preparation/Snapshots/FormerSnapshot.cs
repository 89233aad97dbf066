using System.Runtime.InteropServices;
using Muster.Preparation.Sorting;
using Muster.Preparation.Sources;

namespace Muster.Preparation.Snapshots;

/// <summary>
/// A mapping's rows of the previous extract: a base table, the rows of it that are gone since, and a small table of those that came since. A row
/// of the new extract that is in it as it was is passed over by a <see cref="Sieve"/> at once, in any order; what is left on both sides is
/// compared in order of identity.
/// </summary>
internal sealed class FormerSnapshot : IDisposable
{
    private readonly MappingPlan _plan;

    private FormerSnapshot(SnapshotFile file, MappingPlan plan, IReadOnlyList<SnapshotTable> tables, IReadOnlyList<SnapshotKeys> keys, SlotSet gone)
    {
        File = file;
        _plan = plan;
        Tables = tables;
        Keys = keys;
        Gone = gone;
        Hash = new RowHash(Convert.FromHexString(file.Seed));
        Passed = [.. tables.Select(t => new SlotSet(t.Count))];
        Contested = [.. tables.Select(t => new SlotSet(t.Count))];
    }

    public SnapshotFile File { get; }

    /// <summary>The base, and where there is one the table of later rows.</summary>
    public IReadOnlyList<SnapshotTable> Tables { get; }

    public IReadOnlyList<SnapshotKeys> Keys { get; }

    /// <summary>Slots of the base that are no rows any more.</summary>
    public SlotSet Gone { get; }

    public RowHash Hash { get; }

    /// <summary>By table: the rows that the extract has as they were.</summary>
    public IReadOnlyList<SlotSet> Passed { get; }

    /// <summary>By table: those of them whose identity some other row of the extract has too, so that only the order of the file says which counts.</summary>
    public IReadOnlyList<SlotSet> Contested { get; }

    public bool IsContested => Contested.Any(c => !c.IsEmpty);

    public static FormerSnapshot Open(SnapshotStore store, SnapshotFile file, MappingPlan plan)
    {
        var tables = new List<SnapshotTable>();
        var keys = new List<SnapshotKeys>();
        try
        {
            foreach (var parts in new[] { file.Base, file.Recent }.OfType<TableParts>())
            {
                tables.Add(new SnapshotTable(store.PathOf(parts.Rows)));
                keys.Add(new SnapshotKeys(store.PathOf(parts.Keys), tables[^1].Count));
            }

            return new FormerSnapshot(file, plan, tables, keys, GoneOf(store, file, tables[0].Count));
        }
        catch
        {
            tables.ForEach(t => t.Dispose());
            keys.ForEach(k => k.Dispose());
            throw;
        }
    }

    /// <summary>Takes over what the sieves have seen; gives how many rows were equal to one that had passed already.</summary>
    public long Settle(IEnumerable<Sieve> sieves)
    {
        var duplicates = 0L;
        foreach (var sieve in sieves)
        {
            duplicates += sieve.Duplicates;
            for (var t = 0; t < Tables.Count; t++)
            {
                duplicates += Passed[t].Add(sieve.Passed[t]);
                Contested[t].Add(sieve.Met[t]);
            }
        }

        for (var t = 0; t < Tables.Count; t++)
        {
            Contested[t].KeepCommon(Passed[t]);
        }

        return duplicates;
    }

    /// <summary>How many of the rows that a second reading lets through the first one has counted as equal to one before them.</summary>
    public long CountAgain(IEnumerable<Sieve> sieves)
    {
        var duplicates = 0L;
        var seen = Tables.Select(t => new SlotSet(t.Count)).ToList();
        foreach (var sieve in sieves)
        {
            duplicates += sieve.Duplicates + seen.Select((s, t) => s.Add(sieve.Passed[t])).Sum();
        }

        return duplicates;
    }

    /// <summary>True if the extract has the row of an identity as it was.</summary>
    public bool HasPassed(ReadOnlySpan<byte> identity)
    {
        var mark = Hash.MarkOf(identity, []);
        for (var t = 0; t < Tables.Count; t++)
        {
            foreach (var slot in Tables[t].SlotsOf(mark))
            {
                if (Passed[t].Contains(slot) && IdentityOf(Keys[t][slot]).SequenceEqual(identity))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>The rows that have not passed, or are contested, and the ghosts, by identity.</summary>
    /// <param name="sorter">An empty one.</param>
    public SnapshotRows Rest(RowSorter sorter, CancellationToken cancellationToken)
    {
        for (var t = 0; t < Tables.Count; t++)
        {
            foreach (var slot in Passed[t].Others())
            {
                if (t > 0 || !Gone.Contains(slot))
                {
                    Add(sorter, t, slot);
                }
            }

            cancellationToken.ThrowIfCancellationRequested();
            foreach (var slot in Contested[t].All())
            {
                Add(sorter, t, slot);
            }
        }

        foreach (var ghost in File.Ghosts)
        {
            sorter.Add(System.Text.Encoding.UTF8.GetBytes(ghost), [], -1, 0);
        }

        return new SnapshotRows(this, sorter.Read());
    }

    /// <summary>The part of a stored key by which the row is known.</summary>
    public ReadOnlySpan<byte> IdentityOf(ReadOnlySpan<byte> key)
    {
        if (!_plan.IsAssociation || _plan.IsPair)
        {
            return key;
        }

        var (length, second) = RowIdentity.Split(key);
        return _plan.IdentityColumns[0] == 0 ? key[..length] : key[second..];
    }

    public void Dispose()
    {
        foreach (var table in Tables)
        {
            table.Dispose();
        }

        foreach (var keys in Keys)
        {
            keys.Dispose();
        }
    }

    private static SlotSet GoneOf(SnapshotStore store, SnapshotFile file, int slots)
    {
        var gone = new SlotSet(slots);
        if (file.Gone is not null)
        {
            foreach (var slot in MemoryMarshal.Cast<byte, int>(System.IO.File.ReadAllBytes(store.PathOf(file.Gone))))
            {
                gone.Add(slot);
            }
        }

        return gone;
    }

    private void Add(RowSorter sorter, int table, int slot)
    {
        var key = Keys[table][slot];
        sorter.Add(IdentityOf(key), key, slot, (byte)table);
    }
}
