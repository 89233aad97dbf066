using Muster.Configuration.Exchange;
using Muster.Preparation.Csv;
using Muster.Preparation.Snapshots;
using Muster.Preparation.Sorting;
using Muster.Preparation.Sources;

namespace Muster.Preparation.Changes;

/// <summary>
/// Compares a full extract with the previous one, both in order of identity (synchronization.md 8.6), and makes the new snapshot and, where asked
/// for, the changes. Rows that are equal on both sides may be left out on both. Rows that were set aside neither change nor end what the previous
/// extract held: their former rows stay.
/// </summary>
/// <param name="isCarriedOn">The snapshot holds all former rows until they are removed; otherwise it holds what it is given.</param>
/// <param name="whole">Gets the rows of the extract; null if nobody asks for them.</param>
/// <param name="changes">Gets the changes; null if the extract is sent as a whole.</param>
internal sealed class Difference(
    MappingPlan plan, int columns, ParkedRows parked, RowCounts counts, NextSnapshot snapshot, bool isCarriedOn, CsvOutput? whole, CsvOutput? changes)
{
    private readonly CsvLine _line = new();

    /// <summary>Ghosts that are still of unknown state.</summary>
    public List<string> Ghosts { get; } = [];

    public void Run(UniqueRows rows, SnapshotRows? previous, CancellationToken cancellationToken)
    {
        var hasNew = rows.MoveNext();
        var hasOld = previous?.MoveNext() == true;
        var steps = 0;
        while (hasNew || hasOld)
        {
            if ((++steps & 0xFFFF) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            var order = !hasNew ? 1 : !hasOld ? -1 : RowIdentity.Compare(rows.Identity, previous!.Identity);
            if (order > 0)
            {
                OnlyOld(previous!);
            }
            else
            {
                OfExtract(rows, order == 0 ? previous : null);
            }

            hasNew = order <= 0 ? rows.MoveNext() : hasNew;
            hasOld = order >= 0 ? previous!.MoveNext() : hasOld;
        }
    }

    private void OfExtract(UniqueRows rows, SnapshotRows? previous)
    {
        // Another row of the same identity is well: it is the truth.
        parked.Release(rows.Identity);
        whole?.Write(rows.Line);
        if (!isCarriedOn)
        {
            snapshot.Add(rows.Identity, rows.Line);
        }
        else if (previous is null || previous.IsGhost)
        {
            snapshot.Add(rows.Identity, rows.Line);
            Write(previous is null ? RowCommand.Insert : RowCommand.Merge, rows.Line);
        }
        else if (!snapshot.IsSame(previous, rows.Identity, rows.Line))
        {
            snapshot.Remove(previous);
            snapshot.Add(rows.Identity, rows.Line);
            Write(RowCommand.Update, rows.Line);
        }
    }

    private void OnlyOld(SnapshotRows previous)
    {
        var stays = parked.HoldDeletions || parked.Identities.GetAlternateLookup<ReadOnlySpan<byte>>().Contains(previous.Identity);
        if (stays)
        {
            Stay(previous);
        }
        else if (isCarriedOn)
        {
            Write(RowCommand.Delete, KeyOnly(plan.IsAssociation && !previous.IsGhost ? previous.Key : previous.Identity, isWholeKey: !previous.IsGhost));
            if (!previous.IsGhost)
            {
                snapshot.Remove(previous);
            }
        }
    }

    private void Stay(SnapshotRows previous)
    {
        if (previous.IsGhost)
        {
            Ghosts.Add(RowIdentity.ToText(previous.Identity));
        }
        else if (!isCarriedOn)
        {
            snapshot.Copy(previous);
        }
    }

    private void Write(RowCommand command, ReadOnlySpan<byte> line)
    {
        changes!.Write(command.ToBytes(), line);
        counts.Count(command);
    }

    /// <summary>A line with nothing but the columns of the identity, and of a link with both ends where they are known.</summary>
    private ReadOnlySpan<byte> KeyOnly(ReadOnlySpan<byte> key, bool isWholeKey)
    {
        var isBoth = plan.IsPair || (plan.IsAssociation && isWholeKey);
        var (length, second) = isBoth ? RowIdentity.Split(key) : (key.Length, key.Length);
        _line.Clear();
        for (var i = 0; i < columns; i++)
        {
            var isKey = isBoth || plan.IdentityColumns.Contains(i);
            _line.Add(!isKey ? [] : isBoth && i == 1 ? key[second..] : key[..length]);
        }

        return _line.Bytes;
    }
}
