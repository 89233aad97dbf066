using Muster.Configuration.Exchange;
using Muster.Configuration.Jobs;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Repository;
using Muster.Repository.Changes;
using Muster.Repository.Files;
using Muster.Repository.Schema;
using Muster.Repository.Synchronization;
using Muster.Synchronization.Files;
using Muster.Synchronization.Inbox;

namespace Muster.Synchronization.Application;

/// <summary>
/// Applies one delivery within a transaction of the caller (synchronization.md 9): stages resources and links, writes them with history and
/// change log, and counts. Whether it is kept is for the caller to decide: a blocked delivery, a preview and a real run are this same code,
/// and differ in commit or not. Used once.
/// </summary>
internal sealed class DeliveryApplication(
    RepositoryTransaction transaction,
    EntitySchema schema,
    Connector connector,
    DeliveryManifest manifest,
    IWorkFolder work,
    ChangeOrigin origin)
{
    private readonly List<(EntityFileLoader Loader, ResourceStaging Staging, DeliveryFile File)> _entities = [];
    private readonly List<(LinkStaging Staging, DeliveryFile? File)> _links = [];
    private readonly FileStore _files = new(transaction);
    private readonly List<LinksAlongside> _alongside = [];
    private readonly List<LinkComparison> _compared = [];
    private readonly PairHash _pairs = new();
    private readonly Dictionary<EntityAssociation, LinkStaging> _begun = [];
    private int _nextLinks;
    private LinkKeyStore? _keys;

    public SortedDictionary<string, long> Counts { get; } = new(StringComparer.Ordinal);

    /// <summary>What a person should know of data that was not applied.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>Whether the store differs from before in anything that counts; if not, nothing needs to be kept.</summary>
    public bool HasWritten =>
        _entities.Exists(e => e.Staging.Inserted + e.Staging.Updated + e.Staging.Deleted + e.Staging.Refreshed > 0)
        || _links.Exists(l => l.Staging.Inserted + l.Staging.Deleted + l.Staging.NewlyPending + l.Staging.NoLongerPending > 0);

    private bool IsInitial => manifest.Mode == SynchronizationMode.Initial;

    /// <summary>Writes everything; the store then is as if the delivery were applied, until the transaction ends.</summary>
    public void Apply(CancellationToken cancellationToken)
    {
        _keys = new LinkKeyStore(transaction, schema);
        try
        {
            foreach (var file in InOrder(manifest.Files.Where(f => f.Kind is DeliveryFileKind.Entities or DeliveryFileKind.EntityChanges)))
            {
                LoadEntities(file, cancellationToken);
            }

            LoadLinks(cancellationToken);
        }
        finally
        {
            _alongside.ForEach(l => l.Dispose());
            _compared.ForEach(l => l.Dispose());
        }

        foreach (var (staging, file) in _links)
        {
            staging.Capture(file?.ParkedKeys ?? [], file?.HoldDeletions ?? false);
            _entities.ForEach(e => staging.Sweep(e.Staging));
        }

        cancellationToken.ThrowIfCancellationRequested();
        _entities.ForEach(e => ApplyResources(e.Staging));
        _keys.ApplyNames();
        foreach (var (staging, _) in _links)
        {
            cancellationToken.ThrowIfCancellationRequested();
            staging.Resolve();
        }

        _links.ForEach(l => l.Staging.Apply(origin, IsInitial));
        if (IsInitial)
        {
            LogWhole();
        }

        CountAll();
    }

    /// <summary>
    /// The first reason not to keep what was written, with the thresholds that are exceeded (synchronization.md 9.9, 10.2); null to keep it.
    /// </summary>
    public ThresholdBlock? FindBlock()
    {
        foreach (var (loader, staging, file) in _entities)
        {
            if (file.Kind == DeliveryFileKind.Entities && loader.Rows == 0 && staging.Deleted > 0)
            {
                var type = staging.Mapping.Identifier;
                return new ThresholdBlock(
                    $"EntityTypeMapping '{type}'", "EmptyExtract", 0, staging.Deleted, staging.Deleted, Samples(ChangeOperation.Delete, [type], []));
            }
        }

        if (ThresholdCheck.Exceeded(Levels()).FirstOrDefault() is not { } exceeded)
        {
            return null;
        }

        var isLink = exceeded.Change is GuardedChange.LinkInsert or GuardedChange.LinkDelete;
        var operation = exceeded.Change switch
        {
            GuardedChange.Insert or GuardedChange.LinkInsert => ChangeOperation.Insert,
            GuardedChange.Update => ChangeOperation.Update,
            _ => ChangeOperation.Delete,
        };
        return new ThresholdBlock(
            exceeded.Level.Level,
            exceeded.Threshold,
            exceeded.Limit,
            exceeded.Actual,
            exceeded.Total,
            Samples(operation, isLink ? [] : exceeded.Level.EntityTypes, isLink ? exceeded.Level.Associations : []));
    }

    /// <summary>Writes the rows that found no resource beside the delivery's files (synchronization.md 9.6). Returns the file names.</summary>
    public IReadOnlyList<string> WriteOrphans() =>
        OrphanFiles.Write(
            work,
            DeliveryInbox.FolderOf(manifest.Id),
            [.. _entities.Select(e => (e.Staging.Mapping, (IReadOnlyList<(RowCommand, string, string)>)e.Loader.Orphans))],
            [.. _links.Where(l => l.File is not null).Select(l => l.Staging)]);

    /// <summary>Empties the temporary tables, and forgets files that nothing refers to any more, before the transaction is committed.</summary>
    public void Complete()
    {
        _entities.ForEach(e => e.Staging.Clear());
        _links.ForEach(l => l.Staging.Clear());
        _keys?.Clear();
        _files.Sweep(schema);
    }

    private void LoadEntities(DeliveryFile file, CancellationToken cancellationToken)
    {
        var mapping = connector.EntityTypeMappings.FirstOrDefault(m => m.Identifier == file.Mapping)
            ?? throw new TaskFailedException(
                $"The delivery has a file for the entity type '{file.Mapping}', which connector '{connector}' does not map (any more). Run a complete job for '{connector}'.");
        var staging = new ResourceStaging(transaction, schema, mapping, _keys!, _entities.Count);
        var loader = new EntityFileLoader(staging, _files, file, () => Open(file));
        _entities.Add((loader, staging, file));
        if (IsInitial)
        {
            loader.Load(loader.IsBulk ? OpenAlongside(mapping) : [], cancellationToken);
        }
        else
        {
            loader.Stage(loader.IsCompared ? CompareAlong(mapping, cancellationToken) : [], cancellationToken);
        }

        if (file.HoldDeletions)
        {
            Warnings.Add(
                $"Nothing was deleted in '{file.Mapping}': a row whose key could not be read was rejected. Correct it, and run a complete job for '{connector}'.");
        }
    }

    private void LoadLinks(CancellationToken cancellationToken)
    {
        foreach (var association in schema.Model.Associations)
        {
            var file = LinkFileOf(association);
            if (file is not null && association.Mapping?.Connector != connector)
            {
                throw new TaskFailedException(
                    $"The delivery has a file for the association '{association}', which connector '{connector}' does not map (any more). Run a complete job for '{connector}'.");
            }

            if (file is null && !IsTouched(association))
            {
                continue;
            }

            var staging = _begun.GetValueOrDefault(association) ?? NewLinks(association, file?.Kind switch
            {
                null => LinkSource.None,
                DeliveryFileKind.Links => LinkSource.Full,
                _ => LinkSource.Changes,
            });

            if (_alongside.Find(l => l.Association == association) is { } alongside)
            {
                _links.Add((staging, file));
                staging.AddLoaded(alongside.Given);
                LinkFileLoader.LoadRest(staging, alongside, cancellationToken);
                continue;
            }

            // An initial load only adds: where there is something already, its rows are as commands.
            if (IsInitial && file is not null && !staging.IsEmpty())
            {
                staging.Clear();
                staging = NewLinks(association, LinkSource.Changes);
            }

            _links.Add((staging, file));
            if (file is not null && !(staging.Source == LinkSource.Full && !IsInitial && TryCompare(staging, file, cancellationToken)))
            {
                using var reader = Open(file);
                LinkFileLoader.Load(staging, file, reader, cancellationToken);
            }
        }
    }

    private LinkStaging NewLinks(EntityAssociation association, LinkSource source) => new(transaction, schema, association, _keys!, source, _nextLinks++);

    /// <summary>Stages what is not in a full link file as in the store; false if that is too much.</summary>
    private bool TryCompare(LinkStaging staging, DeliveryFile file, CancellationToken cancellationToken)
    {
        if (_compared.Find(c => c.Staging == staging) is { } comparison)
        {
            return comparison.TryStage(cancellationToken);
        }

        using var alone = new LinkComparison(staging, file, Open(file), _pairs, null, cancellationToken);
        staging.ScanLinks(_pairs, alone.AddStored);
        return alone.TryStage(cancellationToken);
    }

    /// <summary>The full link files of associations that the resources of a type carry: they are compared along with the resources.</summary>
    private List<LinkComparison> CompareAlong(EntityTypeMapping mapping, CancellationToken cancellationToken)
    {
        var begun = _compared.Count;
        foreach (var association in schema.Model.Associations)
        {
            if (schema.StorageOf(association).ColumnTable?.EntityType == mapping.EntityType && association.Mapping?.Connector == connector
                && LinkFileOf(association) is { Kind: DeliveryFileKind.Links } file)
            {
                var staging = _begun[association] = NewLinks(association, LinkSource.Full);
                if (staging.CarriedBy(mapping.EntityType, _pairs) is { } carried)
                {
                    _compared.Add(new LinkComparison(staging, file, Open(file), _pairs, carried, cancellationToken));
                }
            }
        }

        return _compared[begun..];
    }

    private DeliveryFile? LinkFileOf(EntityAssociation association) => manifest.Files.FirstOrDefault(
        f => f.Kind is DeliveryFileKind.Links or DeliveryFileKind.LinkChanges && f.Mapping == association.Identifier);

    /// <summary>In an initial load first the types that others refer to: their links can be written along then.</summary>
    private IEnumerable<DeliveryFile> InOrder(IEnumerable<DeliveryFile> files)
    {
        if (!IsInitial)
        {
            return files;
        }

        var waiting = files.ToList();
        var ordered = new List<DeliveryFile>();
        while (waiting.Count > 0)
        {
            Visit(waiting[0].Mapping);
        }

        return ordered;

        void Visit(string type)
        {
            if (waiting.Find(f => f.Mapping == type) is not { } file)
            {
                return;
            }

            waiting.Remove(file);

            foreach (var storage in schema.Links.Where(l => l.ColumnEnd?.Property.EntityType.Identifier == type))
            {
                Visit((storage.ColumnEnd!.Side == 1 ? storage.Association.End2 : storage.Association.End1).Property.EntityType.Identifier);
            }

            ordered.Add(file);
        }
    }

    /// <summary>The link files that can be read beside the entity file of a type without resources.</summary>
    private List<LinksAlongside> OpenAlongside(EntityTypeMapping mapping)
    {
        var opened = new List<LinksAlongside>();
        foreach (var association in schema.Model.Associations)
        {
            if (association.Mapping is { } links && links.Connector == connector && LinkFileOf(association) is { Kind: DeliveryFileKind.Links } file
                && LinkStaging.FindCarriedKey(transaction, schema, association, mapping) is { } target
                && LinkTargets.Read(transaction, schema, target) is { } targets)
            {
                opened.Add(new LinksAlongside(association, file, Open(file), targets));
                _alongside.Add(opened[^1]);
            }
        }

        return opened;
    }

    private bool IsTouched(EntityAssociation association) =>
        (association.Mapping is { } mapping && (_keys!.IsAffected(_keys[mapping.Key1]) || _keys.IsAffected(_keys[mapping.Key2])))
        || _entities.Exists(e => e.Staging.Deleted > 0
            && (e.Staging.Mapping.EntityType == association.End1.Property.EntityType
                || e.Staging.Mapping.EntityType == association.End2.Property.EntityType));

    private void ApplyResources(ResourceStaging staging)
    {
        if (!IsInitial)
        {
            staging.Apply(origin);
        }
    }

    private void LogWhole()
    {
        var types = _entities.Where(e => e.Staging.Inserted > 0).Select(e => e.Staging.Mapping.EntityType)
            .Concat(_links.Where(l => l.Staging.Inserted > 0 || l.Staging.Deleted > 0).SelectMany(l =>
                new[] { l.Staging.Association.End1.Property.EntityType, l.Staging.Association.End2.Property.EntityType }))
            .Distinct();
        var log = new ChangeLog(transaction, origin);
        foreach (var type in types)
        {
            log.Whole(type);
        }
    }

    private void CountAll()
    {
        foreach (var (loader, staging, _) in _entities)
        {
            Add("resourcesInserted", staging.Inserted);
            Add("resourcesUpdated", staging.Updated);
            Add("resourcesDeleted", staging.Deleted);
            Add("resourcesUnchanged", loader.Unchanged);
            Add("resourcesSkipped", staging.Skipped);
            Add("orphans", loader.Orphans.Count);
            Warn(loader.Orphans.Count(o => o.Reason == "UpdateOnMissing"), $"updates of '{staging.Mapping.Identifier}' found no resource with their key (UpdateOnMissing)");
            Warn(loader.Orphans.Count(o => o.Reason == "DeleteOnMissing"), $"deletions of '{staging.Mapping.Identifier}' found no resource with their key (DeleteOnMissing)");
            Warn(loader.InsertsOnExisting, $"inserts of '{staging.Mapping.Identifier}' found a resource with their key and were taken as updates (InsertOnExisting)");
        }

        if (_files.Added > 0)
        {
            Add("filesStored", _files.Added);
        }

        foreach (var (staging, file) in _links)
        {
            Add("linksInserted", staging.Inserted);
            Add("linksDeleted", staging.Deleted);
            Add("linksPending", staging.NewlyPending);
            Add("linksNoLongerPending", staging.NoLongerPending);
            if (file is not null)
            {
                var orphans = staging.CountOrphans();
                Add("orphans", orphans);
                Warn(
                    orphans,
                    orphans == 1
                        ? $"row of the association '{staging.Association}' has an end that is missing or ambiguous; it waits for that end"
                        : $"rows of the association '{staging.Association}' have an end that is missing or ambiguous; they wait for it");
            }
        }
    }

    private void Add(string name, long count) => Counts[name] = Counts.GetValueOrDefault(name) + count;

    private void Warn(long count, string what)
    {
        if (count > 0)
        {
            Warnings.Add($"{count} {what}.");
        }
    }

    private IEnumerable<LevelCounts> Levels()
    {
        var own = _links.Where(l => l.Staging.Association.Mapping?.Connector == connector).Select(l => l.Staging).ToList();
        var totals = new StoredTotals(transaction, schema);
        var inserted = _entities.Sum(e => e.Staging.Inserted);
        var deleted = _entities.Sum(e => e.Staging.Deleted);
        var (linksInserted, linksDeleted) = (own.Sum(l => l.Inserted), own.Sum(l => l.Deleted));
        yield return new LevelCounts(
            $"Connector '{connector}'",
            connector.Thresholds,
            true,
            [.. _entities.Select(e => e.Staging.Mapping.Identifier)],
            [.. own.Select(l => l.Association.Identifier)],
            inserted,
            _entities.Sum(e => e.Staging.Updated),
            deleted,
            linksInserted,
            linksDeleted,
            upTo => totals.Resources([.. connector.EntityTypeMappings.Select(m => m.EntityType)], deleted - inserted, upTo),
            upTo => totals.Links([.. connector.AssociationMappings.Select(m => m.Association)], linksDeleted - linksInserted, upTo));
        foreach (var staging in _entities.Select(e => e.Staging))
        {
            yield return new LevelCounts(
                $"EntityTypeMapping '{staging.Mapping.Identifier}'",
                staging.Mapping.Thresholds with { MaximumLinkInserted = 0, MaximumLinkDeleted = 0, MaximumLinkInsertedPercent = 0, MaximumLinkDeletedPercent = 0 },
                false,
                [staging.Mapping.Identifier],
                [],
                staging.Inserted,
                staging.Updated,
                staging.Deleted,
                0,
                0,
                upTo => totals.Resources([staging.Mapping.EntityType], staging.Deleted - staging.Inserted, upTo),
                _ => 0);
        }

        foreach (var staging in own)
        {
            yield return new LevelCounts(
                $"EntityAssociationMapping '{staging.Association}'",
                LinkThresholds(staging.Association.Mapping!.Thresholds),
                false,
                [],
                [staging.Association.Identifier],
                0,
                0,
                0,
                staging.Inserted,
                staging.Deleted,
                _ => 0,
                upTo => totals.Links([staging.Association], staging.Deleted - staging.Inserted, upTo));
        }
    }

    /// <summary>An association mapping's limits may be written with or without <c>Link</c> (synchronization.md 3.7).</summary>
    private static Thresholds LinkThresholds(Thresholds written) => new()
    {
        MaximumLinkInserted = written.MaximumInserted > 0 ? written.MaximumInserted : written.MaximumLinkInserted,
        MaximumLinkDeleted = written.MaximumDeleted > 0 ? written.MaximumDeleted : written.MaximumLinkDeleted,
        MaximumLinkInsertedPercent = written.MaximumInsertedPercent > 0 ? written.MaximumInsertedPercent : written.MaximumLinkInsertedPercent,
        MaximumLinkDeletedPercent = written.MaximumDeletedPercent > 0 ? written.MaximumDeletedPercent : written.MaximumLinkDeletedPercent,
    };

    private IReadOnlyList<string> Samples(ChangeOperation operation, IReadOnlyCollection<string> entityTypes, IReadOnlyCollection<string> associations) =>
        [.. new ChangeList(transaction, schema).Sample(manifest.Id, operation, entityTypes, associations, 10).Select(c => c.ToString())];

    private DeliveredFileReader Open(DeliveryFile file) =>
        new(work.OpenRead($"{DeliveryInbox.FolderOf(manifest.Id)}/{file.Name}"), file.Name);
}
