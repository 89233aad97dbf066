using Muster.Configuration.Exchange;
using Muster.Configuration.Jobs;
using Muster.Configuration.Work;
using Muster.Preparation.Changes;
using Muster.Preparation.Csv;
using Muster.Preparation.Snapshots;
using Muster.Preparation.Sorting;
using Muster.Preparation.Sources;

namespace Muster.Preparation.Delivering;

/// <summary>Makes the files of one mapping from its sorted rows: what is delivered, the next snapshot, the duplicates.</summary>
/// <param name="collect">Folder of prepared files.</param>
/// <param name="chain">The current snapshot as far as it may be compared with; null otherwise.</param>
internal sealed class MappingPreparation(
    AgentFolders folders, string collect, SnapshotStore store, SnapshotChain? chain, SynchronizationMode mode, ITaskReporter reporter)
{
    public PreparedMapping Prepare(MappingIntake intake, bool isChangeList, CancellationToken cancellationToken)
    {
        var counts = new RowCounts();
        return isChangeList ? OfChanges(intake, counts, cancellationToken) : OfExtract(intake, counts, cancellationToken);
    }

    private PreparedMapping OfChanges(MappingIntake intake, RowCounts counts, CancellationToken cancellationToken)
    {
        var plan = intake.Plan;
        using var rows = new FoldedRows(plan, intake.Sorter.Read(), counts);
        using var delta = new CsvOutput(folders.Work, $"{collect}/{plan.DeltaName}", ["command", .. intake.ColumnNames]);
        while (rows.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (plan.EntityColumn >= 0)
            {
                EntityLinks.Write(delta, rows.Command, rows.Line, plan.EntityColumn, counts);
            }
            else
            {
                delta.Write(rows.Command.ToBytes(), rows.Line);
                counts.Count(rows.Command);
            }

            ReleaseParked(intake.Parked, rows.Identity);
        }

        delta.Commit();
        if (rows.Suspicious > 0)
        {
            reporter.Warning($"{intake.Source.Description}: {rows.Suspicious} updates follow the deletion of the same row and have no effect.");
        }

        // A snapshot that a change list has passed by is no truth any more.
        var kept = delta.Rows == 0 ? chain?.Find(plan.SortedName) : null;
        return new PreparedMapping(FileOf(intake, delta, isChanges: true), delta.Path, delta.Bytes, kept, counts, false)
        {
            KeepsSnapshot = kept is not null,
            NullKeys = intake.NullKeys,
        };
    }

    private PreparedMapping OfExtract(MappingIntake intake, RowCounts counts, CancellationToken cancellationToken)
    {
        var plan = intake.Plan;
        var isIncremental = mode == SynchronizationMode.Incremental;
        var previous = PreviousOf(intake, isIncremental);
        using var rows = new UniqueRows(intake.Sorter.Read(), counts);
        using var former = previous is not null
            ? new SnapshotRows(plan, store.Open(previous), previous.Name, previous.Ghosts)
            : null;
        using var snapshot = new CsvOutput(folders.Work, $"{store.Next}/{plan.SortedName}", intake.ColumnNames);
        using var changes = isIncremental
            ? new CsvOutput(folders.Work, $"{collect}/{plan.DeltaName}", ["command", .. intake.ColumnNames])
            : null;
        using var sent = !isIncremental && former is not null
            ? new CsvOutput(folders.Work, $"{collect}/{plan.SortedName}", intake.ColumnNames)
            : null;
        var difference = new Difference(plan, intake.ColumnNames.Count, intake.Parked, counts, snapshot, sent, changes);
        difference.Run(rows, former, cancellationToken);
        new DuplicateRows(folders, collect, reporter).Write(intake, rows.LeftOut, cancellationToken);

        snapshot.Commit();
        changes?.Commit();
        sent?.Commit();
        var output = changes ?? sent ?? snapshot;
        var ghosts = former is null ? intake.Parked.Identities.Select(i => RowIdentity.ToText(i)) : difference.Ghosts;
        return new PreparedMapping(
            FileOf(intake, output, isIncremental),
            output.Path,
            output.Bytes,
            new SnapshotFile(plan.SortedName, intake.ColumnNames, snapshot.Rows, snapshot.Sha256, [.. ghosts]),
            counts,
            IsIncomplete: former is null && intake.Parked.HoldDeletions)
        {
            NullKeys = intake.NullKeys,
        };
    }

    /// <summary>The mapping's part of the current snapshot; in incremental mode it must be there and comparable.</summary>
    private SnapshotFile? PreviousOf(MappingIntake intake, bool isIncremental)
    {
        var previous = chain?.Find(intake.Plan.SortedName);
        var isComparable = previous is not null && previous.Columns.SequenceEqual(intake.ColumnNames);
        if (!isIncremental)
        {
            // Looked at only to keep former rows in the place of those set aside.
            return isComparable && intake.Parked.Count > 0 && store.Verify(previous!) is null ? previous : null;
        }

        if (previous is null)
        {
            throw new ChainBrokenException($"there is no previous extract for {intake.Plan.Description} to compare with");
        }

        if (!isComparable)
        {
            throw new ChainBrokenException($"the columns of {intake.Source.Description} have changed since the previous extract");
        }

        return previous;
    }

    private static DeliveryFile FileOf(MappingIntake intake, CsvOutput output, bool isChanges) => new(
        isChanges ? intake.Plan.DeltaName : intake.Plan.SortedName,
        intake.Plan.KindOf(isChanges),
        intake.Plan.Identifier,
        intake.ColumnNames,
        output.Rows,
        output.Sha256,
        [.. intake.Parked.Identities.Select(i => RowIdentity.ToText(i)).Order(StringComparer.Ordinal)],
        intake.Parked.HoldDeletions);

    private static void ReleaseParked(ParkedRows parked, ReadOnlySpan<byte> identity)
    {
        if (parked.Identities.Count > 0)
        {
            parked.Identities.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(identity);
        }
    }
}
