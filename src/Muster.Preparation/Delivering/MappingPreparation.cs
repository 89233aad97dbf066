using Muster.Configuration.Exchange;
using Muster.Configuration.Jobs;
using Muster.Configuration.Work;
using Muster.Preparation.Changes;
using Muster.Preparation.Csv;
using Muster.Preparation.Snapshots;
using Muster.Preparation.Sorting;
using Muster.Preparation.Sources;

namespace Muster.Preparation.Delivering;

/// <summary>Makes the files of one mapping from what was read: what is delivered, the next snapshot, the duplicates.</summary>
/// <param name="collect">Folder of prepared files.</param>
internal sealed class MappingPreparation(
    AgentFolders folders,
    string collect,
    SnapshotStore store,
    SourceReader reader,
    PreparationIntent intent,
    PreparationLimits limits,
    ITaskReporter reporter)
{
    private bool IsIncremental => intent.Mode == SynchronizationMode.Incremental;

    private bool LeavesWholeExtract => !IsIncremental || intent.Request.KeepFiles;

    /// <summary>
    /// The mapping's part of the current snapshot, with which an extract is compared while it is read. Null where nothing is compared, and where
    /// all rows are wanted.
    /// </summary>
    /// <exception cref="ChainBrokenException">There is nothing that the extract can be compared with, although it must be.</exception>
    public FormerSnapshot? FormerToPassOver(MappingLayout layout, bool isChangeList)
    {
        if (!IsIncremental || isChangeList)
        {
            return null;
        }

        var former = OpenFormer(layout);
        if (!LeavesWholeExtract)
        {
            return former;
        }

        former.Dispose();
        return null;
    }

    public PreparedMapping Prepare(ReadMapping mapping, bool isChangeList, CancellationToken cancellationToken)
    {
        var counts = new RowCounts();
        return isChangeList ? OfChanges(mapping, counts, cancellationToken) : OfExtract(mapping, counts, cancellationToken);
    }

    private PreparedMapping OfChanges(ReadMapping mapping, RowCounts counts, CancellationToken cancellationToken)
    {
        var plan = mapping.Plan;
        using var rows = new FoldedRows(plan, mapping.Sorted(), counts);
        using var delta = new CsvOutput(folders.Work, $"{collect}/{plan.DeltaName}", ["command", .. mapping.Layout.ColumnNames]);
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

            mapping.Parked.Release(rows.Identity);
        }

        delta.Commit();
        if (rows.Suspicious > 0)
        {
            reporter.Warning($"{mapping.Source.Description}: {rows.Suspicious} updates follow the deletion of the same row and have no effect.");
        }

        // A snapshot that a change list has passed by is no truth any more.
        var kept = delta.Rows == 0 ? intent.Chain?.Find(plan.FileStem) : null;
        return new PreparedMapping(FileOf(mapping, delta, isChanges: true), delta.Path, delta.Bytes, kept, counts, false)
        {
            NullKeys = mapping.Defects.NullKeys,
        };
    }

    private PreparedMapping OfExtract(ReadMapping mapping, RowCounts counts, CancellationToken cancellationToken)
    {
        var layout = mapping.Layout;
        var plan = mapping.Plan;
        using var opened = mapping.Former is null ? FormerOfWholeExtract(mapping) : null;
        var former = mapping.Former ?? opened;
        if (mapping.Former is { } passed)
        {
            Settle(mapping, passed, cancellationToken);
        }

        var seed = former?.File.Seed ?? Convert.ToHexStringLower(RowHash.NewSeed());
        var hash = former?.Hash ?? new RowHash(Convert.FromHexString(seed));
        using var rows = new UniqueRows(mapping.Sorted(), counts);
        using var restSorter = reader.SorterOf(layout, 1);
        using var rest = former?.Rest(restSorter, cancellationToken);
        using var next = new NextSnapshot(folders.Work, store.NewPath(plan.FileStem), plan, IsIncremental ? former : null, hash, limits);
        using var changes = IsIncremental ? new CsvOutput(folders.Work, $"{collect}/{plan.DeltaName}", ["command", .. layout.ColumnNames]) : null;
        using var whole = LeavesWholeExtract ? new CsvOutput(folders.Work, $"{collect}/{plan.SortedName}", layout.ColumnNames) : null;
        var difference = new Difference(plan, layout.ColumnNames.Count, mapping.Parked, counts, next, IsIncremental, whole, changes);
        difference.Run(rows, rest, cancellationToken);
        counts.Duplicates += mapping.Duplicates;
        new DuplicateRows(folders, collect, reporter).Write(mapping, rows.LeftOut, cancellationToken);

        changes?.Commit();
        whole?.Commit();
        var ghosts = former is null ? mapping.Parked.Identities.Select(i => RowIdentity.ToText(i)) : difference.Ghosts;
        var snapshot = next.Write(new SnapshotFile(plan.FileStem, layout.ColumnNames, 0, [.. ghosts]) { Seed = seed }, cancellationToken);
        var output = changes ?? whole!;
        return new PreparedMapping(
            FileOf(mapping, output, IsIncremental),
            output.Path,
            output.Bytes,
            snapshot,
            counts,
            IsIncomplete: former is null && mapping.Parked.HoldDeletions)
        {
            NullKeys = mapping.Defects.NullKeys,
        };
    }

    /// <summary>What the reading has passed over is known now, and so are the rows that must be looked at again.</summary>
    private void Settle(ReadMapping mapping, FormerSnapshot former, CancellationToken cancellationToken)
    {
        // Another row of the same identity is well: it is the truth.
        mapping.Parked.ReleaseAll(former.HasPassed);
        if (former.IsContested)
        {
            reader.ReadContested(mapping, cancellationToken);
        }
    }

    /// <summary>
    /// The former rows for an extract that was read in whole: all of them in an incremental run that leaves it; in a complete one they are looked at
    /// only to keep former rows in the place of those set aside.
    /// </summary>
    private FormerSnapshot? FormerOfWholeExtract(ReadMapping mapping)
    {
        if (IsIncremental)
        {
            return OpenFormer(mapping.Layout);
        }

        var former = mapping.Parked.Count > 0 ? intent.Chain?.Find(mapping.Plan.FileStem) : null;
        return former is not null && former.Columns.SequenceEqual(mapping.Layout.ColumnNames) && store.Verify(former) is null
            ? FormerSnapshot.Open(store, former, mapping.Plan)
            : null;
    }

    private FormerSnapshot OpenFormer(MappingLayout layout)
    {
        var file = intent.Chain?.Find(layout.Plan.FileStem)
            ?? throw new ChainBrokenException($"there is no previous extract for {layout.Plan.Description} to compare with");
        if (!file.Columns.SequenceEqual(layout.ColumnNames))
        {
            throw new ChainBrokenException($"the columns of {layout.Source.Description} have changed since the previous extract");
        }

        try
        {
            return FormerSnapshot.Open(store, file, layout.Plan);
        }
        catch (Exception exception) when (exception is InvalidDataException or FileNotFoundException or FormatException)
        {
            throw new ChainBrokenException($"the snapshot of {layout.Plan.Description} was changed by hand");
        }
    }

    private static DeliveryFile FileOf(ReadMapping mapping, CsvOutput output, bool isChanges) => new(
        isChanges ? mapping.Plan.DeltaName : mapping.Plan.SortedName,
        mapping.Plan.KindOf(isChanges),
        mapping.Plan.Identifier,
        mapping.Layout.ColumnNames,
        output.Rows,
        output.Sha256,
        [.. mapping.Parked.Identities.Select(i => RowIdentity.ToText(i)).Order(StringComparer.Ordinal)],
        mapping.Parked.HoldDeletions);
}
