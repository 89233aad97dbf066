using Muster.Configuration.Jobs;
using Muster.Configuration.Work;
using Muster.Preparation.Snapshots;
using Muster.Preparation.Sources;

namespace Muster.Preparation.Delivering;

/// <summary>Reads all sources of a connector and makes the files of its delivery. Nothing leaves the agent here.</summary>
internal sealed class DeliveryContents(
    AgentFolders folders,
    string collect,
    SnapshotStore store,
    PreparationIntent intent,
    IReadOnlyList<MappingPlan> plans,
    IReadOnlyDictionary<string, SourceFile> sources,
    PreparationLimits limits,
    ITaskReporter reporter)
{
    private static readonly string[] FileKinds = ["nullpk.csv", "duplicates.csv", "rejected.csv", "sorted.csv", "sorted.delta"];

    private readonly List<PreparedMapping> _prepared = [];
    private readonly List<SnapshotFile> _untouched = [];

    public IReadOnlyList<PreparedMapping> Prepared => _prepared;

    /// <summary>Snapshot files of mappings that have no source this time.</summary>
    public IReadOnlyList<SnapshotFile> Untouched => _untouched;

    public long Rows { get; private set; }

    public long Rejected { get; private set; }

    private bool IsIncremental => intent.Mode == SynchronizationMode.Incremental;

    public void Make(CancellationToken cancellationToken)
    {
        RemoveFormerFiles();
        var byTable = plans.GroupBy(p => p.Table, StringComparer.OrdinalIgnoreCase).ToList();
        byTable.ForEach(table => CheckPresent(sources[table.Key], [.. table]));
        foreach (var table in byTable)
        {
            var source = sources[table.Key];
            if (source.Path is null)
            {
                _untouched.AddRange(table.Select(p => intent.Chain?.Find(p.FileStem)).OfType<SnapshotFile>());
            }
            else
            {
                Prepare(source, [.. table], cancellationToken);
            }
        }
    }

    /// <summary>The server has them; they are as long as the extracts, and deleting them later would take the time of somebody who waits for changes.</summary>
    public void RemoveWholeExtracts()
    {
        if (!intent.Request.KeepFiles)
        {
            plans.ToList().ForEach(p => folders.Work.Delete($"{collect}/{p.SortedName}"));
        }
    }

    private void Prepare(SourceFile source, IReadOnlyList<MappingPlan> mappings, CancellationToken cancellationToken)
    {
        var reader = new SourceReader(folders, collect, intent.Request.MaximumFileLength, limits, reporter);
        var preparation = new MappingPreparation(folders, collect, store, reader, intent, limits, reporter);
        using var read = reader.Read(
            source, mappings, RuleFor(source), intent.Request.ColumnName, preparation.FormerToPassOver, cancellationToken);
        Rows += read.Rows;
        Rejected += read.Rejected;
        if (!read.IsChangeList && read.Rows == 0)
        {
            RefuseEmpty(source, mappings);
        }

        foreach (var mapping in read.Mappings)
        {
            _prepared.Add(preparation.Prepare(mapping, read.IsChangeList, cancellationToken));
            mapping.Dispose();
        }
    }

    private CommandRule RuleFor(SourceFile source) => (IsIncremental, intent.Request.Type) switch
    {
        (true, _) => intent.TakesChanges(source) ? CommandRule.Honour : CommandRule.Ignore,
        (false, not PreparationType.None) when intent.HealedBecause is not null && source.Manifest is null => CommandRule.RefuseChanges,
        _ => CommandRule.LeaveDeletionsOut,
    };

    /// <summary>An absent file must never be read as "everything was deleted" (synchronization.md 8.5).</summary>
    private void CheckPresent(SourceFile source, IReadOnlyList<MappingPlan> mappings)
    {
        if (source.Path is not null)
        {
            return;
        }

        var hasEntities = mappings.Any(p => !p.IsAssociation);
        var connectionHasFiles = sources.Values.Any(s => s.Path is not null && s.Connection == source.Connection);
        if (!intent.TakesChanges(source) || (hasEntities && !connectionHasFiles))
        {
            throw new TaskFailedException(
                $"{source.Description}, which {mappings[0].Description} reads, is not in the folder '{folders.Temp.PathOf(AgentFolders.ExportOutput)}'. "
                + "Run the export of the connection before this task, or put the file there.");
        }

        if (hasEntities)
        {
            reporter.Warning($"{source.Description} was not exported: {mappings[0].Description} has no changes.");
        }
    }

    /// <summary>A read that did not end well is not the truth (asks.md 3).</summary>
    private void RefuseEmpty(SourceFile source, IReadOnlyList<MappingPlan> mappings)
    {
        var isAskedIncrementally = intent.Request.Mode == SynchronizationMode.Incremental;
        var former = mappings.Select(p => intent.Known?.Find(p.FileStem)?.Rows ?? 0).Max();
        if (isAskedIncrementally && former > 0)
        {
            throw new TaskFailedException(
                $"{source.Description} holds no rows, but the previous extract held {former} for {mappings[0].Description}. An empty extract is not taken as "
                + "the truth; nothing was sent. Check the source. If it really is empty, a complete job whose synchronization has ForceSynchronization=\"true\" applies it.");
        }
    }

    private void RemoveFormerFiles()
    {
        store.RollBack();
        foreach (var plan in plans)
        {
            foreach (var kind in FileKinds)
            {
                folders.Work.Delete($"{collect}/{plan.FileStem}.{kind}");
            }
        }
    }
}
