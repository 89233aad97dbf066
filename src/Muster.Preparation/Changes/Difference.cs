using Muster.Preparation.Csv;
using Muster.Preparation.Snapshots;
using Muster.Preparation.Sorting;
using Muster.Preparation.Sources;

namespace Muster.Preparation.Changes;

/// <summary>
/// Compares a full extract with the previous one, both in order of identity (synchronization.md 8.6), and writes the new snapshot and, where
/// asked for, the changes. Rows that were set aside neither change nor end what the previous extract held: their former rows stay.
/// </summary>
/// <param name="snapshot">Gets the rows of the extract, and former rows that stay.</param>
/// <param name="sent">Gets the rows of the extract only, where <paramref name="snapshot"/> is not sent itself; null otherwise.</param>
/// <param name="changes">Gets the changes; null if the extract is sent as a whole.</param>
internal sealed class Difference(MappingPlan plan, int columns, ParkedRows parked, RowCounts counts, CsvOutput snapshot, CsvOutput? sent, CsvOutput? changes)
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
        if (parked.Identities.Count > 0)
        {
            // Another row of the same identity is well: it is the truth.
            parked.Identities.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(rows.Identity);
        }

        snapshot.Write(rows.Line);
        sent?.Write(rows.Line);
        if (changes is null)
        {
            return;
        }

        if (previous is null)
        {
            Write(RowCommand.Insert, rows.Line);
        }
        else if (previous.IsGhost)
        {
            Write(RowCommand.Merge, rows.Line);
        }
        else if (!rows.Line.SequenceEqual(previous.Line))
        {
            Write(RowCommand.Update, rows.Line);
        }
    }

    private void OnlyOld(SnapshotRows previous)
    {
        var stays = parked.HoldDeletions || parked.Identities.GetAlternateLookup<ReadOnlySpan<byte>>().Contains(previous.Identity);
        if (!stays)
        {
            if (changes is not null)
            {
                Write(RowCommand.Delete, plan.IsAssociation && !previous.IsGhost ? previous.Line : KeyOnly(previous.Identity));
            }
        }
        else if (previous.IsGhost)
        {
            Ghosts.Add(RowIdentity.ToText(previous.Identity));
        }
        else
        {
            snapshot.Write(previous.Line);
        }
    }

    private void Write(RowCommand command, ReadOnlySpan<byte> line)
    {
        changes!.Write(command.ToBytes(), line);
        counts.Count(command);
    }

    /// <summary>A line with nothing but the columns of the identity.</summary>
    private ReadOnlySpan<byte> KeyOnly(ReadOnlySpan<byte> identity)
    {
        var (length, second) = plan.IsPair ? RowIdentity.Split(identity) : (identity.Length, identity.Length);
        _line.Clear();
        for (var i = 0; i < columns; i++)
        {
            var isKey = plan.IdentityColumns.Contains(i);
            _line.Add(!isKey ? [] : plan.IsPair && i == 1 ? identity[second..] : identity[..length]);
        }

        return _line.Bytes;
    }
}
