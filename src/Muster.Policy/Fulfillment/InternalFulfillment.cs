using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Muster.Configuration.Exchange;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Policy.Compilation;
using Muster.Policy.Orders;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.Changes;
using Muster.Repository.Dirty;
using Muster.Repository.Files;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Policy.Fulfillment;

/// <summary>What a fulfilment into the repository itself is asked for (jobs.md 4.9).</summary>
public sealed record InternalFulfillmentRequest
{
    public required IReadOnlyList<ResourceType> ResourceTypes { get; init; }

    /// <summary>Flags what is inserted or updated at once.</summary>
    public bool FlagsDirty { get; init; }

    public bool IgnoreHistorization { get; init; }

    /// <summary>Orders per transaction; 0 is 1000.</summary>
    public int BatchSize { get; init; }

    public long? JobInstance { get; init; }
}

/// <summary>
/// Fulfils the orders of resources that Muster owns: into its own repository (synchronization.md 15.9). An order and its result are one
/// transaction, so that an order is applied once, whatever is killed.
/// </summary>
public sealed partial class InternalFulfillment(
    RepositoryDatabase database, EntitySchema schema, CompiledPolicy policy, IWorkFolder work, ILogger<InternalFulfillment> logger)
{
    private const int DefaultBatchSize = 1_000;
    private readonly OrderFiles _files = new(work);

    public TaskResult Run(InternalFulfillmentRequest request, ITaskReporter reporter, CancellationToken cancellationToken)
    {
        var types = request.ResourceTypes.ToDictionary(t => t.Identifier, StringComparer.Ordinal);
        var (count, failed) = (0, 0);
        (int, long)? last = null;
        using (var read = database.BeginRead())
        {
            _files.Materialize(read);
        }

        while (Apply(last, types, request, reporter, cancellationToken) is { Orders.Count: > 0 } batch)
        {
            count += batch.Orders.Count;
            failed += batch.Failed;
            last = (batch.Orders[^1].Rank, batch.Orders[^1].Number);
            using var read = database.BeginRead();
            _files.MoveConsumed(batch.Orders.Select(o => o.File).OfType<string>(), read);
        }

        Fulfilled(count, failed);
        return new TaskResult { Processed = count > 0, PartlyFailed = failed > 0 };
    }

    /// <summary>Takes the next orders, applies them, and records the results: one transaction.</summary>
    private (IReadOnlyList<StoredOrder> Orders, int Failed) Apply(
        (int Rank, long Number)? after,
        Dictionary<string, ResourceType> types,
        InternalFulfillmentRequest request,
        ITaskReporter reporter,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var transaction = database.BeginWrite(cancellationToken);
        var batch = new OrderStore(transaction).Open(types.Keys, after, request.BatchSize > 0 ? request.BatchSize : DefaultBatchSize);
        if (batch.Count == 0)
        {
            return ([], 0);
        }

        var origin = new ChangeOrigin(request.JobInstance, null, null, IsListed: false);
        var writer = new ResourceWriter(transaction, schema, origin, !request.IgnoreHistorization);
        var reader = new ResourceReader(transaction, schema);
        var first = transaction.Count("SELECT COALESCE(MAX(seq), 0) FROM change") + 1;
        var results = new List<(OrderResult, long?)>(batch.Count);
        var failed = 0;
        var orders = batch.Select(o => Read(OrderDocuments.FromText(o.Document), types[o.ResourceType].TargetEntityType)).ToList();
        var keys = KeysOf(orders, reader);
        var creations = orders.Count(o => o.Order.ChangeType == OrderChangeType.Added);
        var nextId = creations == 0 ? 0 : transaction.AllocateIds(creations);
        var numbered = orders.Select(o => (Read: o, Created: o.Order.ChangeType == OrderChangeType.Added ? nextId++ : (long?)null)).ToList();
        writer.Together([.. numbered.Select(o => Planned(o.Read, o.Created)).OfType<PlannedWrite>()], () =>
        {
            foreach (var ((order, target, changes, unreadable), created) in numbered)
            {
                var problem = unreadable ?? Apply(order, target, changes, created, writer, reader, keys);
                if (problem is not null)
                {
                    failed++;
                    reporter.Warning($"The order '{order.Id}' of resource type '{order.ResourceType}' failed: {problem}");
                }

                results.Add((
                    new OrderResult(order.Id, problem is null, problem, new Dictionary<string, string>(), transaction.Now),
                    problem is null ? created : null));
            }
        });

        new OrderResults(transaction, policy).Record(
            results, batch.Select(o => new OrderHead(o.Id, o.State, o.AssignedResourceType, o.ResourceType, o.Rank, o.Number)));
        Count(reporter, "ordersExecuted", batch.Count - failed);
        Count(reporter, "ordersErrored", failed);
        if (request.FlagsDirty)
        {
            reporter.Count("resourcesFlagged", new DirtyClosure(transaction, schema, policy.Graph).FlagChanges(first).Flagged);
        }

        new FileStore(transaction).Sweep(schema);
        transaction.Commit();
        return (batch, failed);
    }

    private static PlannedWrite? Planned(ReadOrder order, long? created) =>
        (created ?? (order.Order.Resource is { } resource ? IdOf(resource) : null)) is { } id
            ? new PlannedWrite(order.Target, id, order.Order.ChangeType == OrderChangeType.Deleted ? null : order.Changes.Scalars)
            : null;

    private static void Count(ITaskReporter reporter, string name, int count)
    {
        if (count > 0)
        {
            reporter.Count(name, count);
        }
    }

    /// <summary>The keys that the creations of a batch would take, if somebody has them.</summary>
    private static ExistingKeys KeysOf(List<ReadOrder> orders, ResourceReader reader)
    {
        var keys = new ExistingKeys(reader);
        foreach (var byTarget in orders.Where(o => o.Order.ChangeType == OrderChangeType.Added).GroupBy(o => o.Target))
        {
            if (byTarget.Key.IdentityProperty is { } identity)
            {
                keys.Load(byTarget.Key, [.. byTarget.Select(o => o.Changes.Scalars.GetValueOrDefault(identity)).OfType<string>()]);
            }
        }

        return keys;
    }

    /// <summary>Applies one order; returns why it cannot be applied. It is checked before anything is written.</summary>
    private static string? Apply(
        ProvisioningOrder order, EntityType target, Changes changes, long? created, ResourceWriter writer, ResourceReader reader, ExistingKeys keys)
    {
        if (created is { } id)
        {
            if (target.IdentityProperty is { } identity && changes.Scalars.GetValueOrDefault(identity) is { } key && keys.Contains(target, key))
            {
                return $"a resource '{key}' of '{target}' exists already. Let a correlation rule find it.";
            }

            writer.Insert(target, id, changes.Scalars, [.. changes.Targets.Where(t => t.Target is not null).Select(t => (t.Navigation, t.Target!.Value))]);
            keys.Created(target, changes.Scalars);
            Link(changes, id, writer);
            return null;
        }

        var existing = order.Resource is { } resource ? IdOf(resource) : null;
        keys.Changed(target);
        if (order.ChangeType == OrderChangeType.Deleted)
        {
            if (existing is { } gone)
            {
                writer.Delete(target, gone);
            }

            return null;
        }

        if (existing is not { } updated || reader.Load(target, [updated], []).Count == 0)
        {
            return "the resource does not exist any more.";
        }

        writer.Update(target, updated, changes.Scalars);
        foreach (var (navigation, value) in changes.Targets)
        {
            writer.SetTarget(navigation, updated, value);
        }

        Link(changes, updated, writer);
        return null;
    }

    private static void Link(Changes changes, long id, ResourceWriter writer)
    {
        foreach (var (navigation, value) in changes.Added)
        {
            writer.Link(navigation, id, value);
        }

        foreach (var (navigation, value) in changes.Removed)
        {
            writer.Unlink(navigation, id, value);
        }
    }

    /// <summary>An order with what it changes, or why that cannot be understood.</summary>
    private sealed record ReadOrder(ProvisioningOrder Order, EntityType Target, Changes Changes, string? Problem);

    private static ReadOrder Read(ProvisioningOrder order, EntityType target)
    {
        var problem = Read(order.ChangeType == OrderChangeType.Deleted ? [] : order.Changes, target, out var changes);
        return new ReadOrder(order, target, changes, problem);
    }

    private sealed record Changes(
        Dictionary<EntityProperty, string?> Scalars,
        List<(EntityProperty Navigation, long? Target)> Targets,
        List<(EntityProperty Navigation, long Target)> Added,
        List<(EntityProperty Navigation, long Target)> Removed);

    private static string? Read(JsonObject document, EntityType target, out Changes changes)
    {
        changes = new Changes([], [], [], []);
        foreach (var (name, value) in document)
        {
            if (target.FindProperty(name) is { } property)
            {
                if (property.Kind == PropertyKind.MonoNavigation)
                {
                    changes.Targets.Add((property, value is JsonObject reference ? IdOf(reference) : null));
                }
                else
                {
                    // The content of a file is here already: the stored order refers to it.
                    changes.Scalars[property] = property.Kind == PropertyKind.Binary ? OrderedFiles.ReferenceOf(value) : (string?)value;
                }

                continue;
            }

            var list = name.EndsWith("_add", StringComparison.Ordinal) ? changes.Added
                : name.EndsWith("_remove", StringComparison.Ordinal) ? changes.Removed
                : null;
            if (list is null || target.FindProperty(name[..name.LastIndexOf('_')]) is not { } navigation)
            {
                return $"'{name}' is not a property of '{target}'.";
            }

            list.AddRange((value as JsonArray ?? []).OfType<JsonObject>().Select(r => (navigation, IdOf(r)!.Value)));
        }

        return null;
    }

    private static long? IdOf(JsonObject reference) =>
        long.TryParse((string?)reference["Id"], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id) ? id : null;

    [LoggerMessage(4201, LogLevel.Debug, "Internal fulfilment: {Orders} orders, {Failed} failed.")]
    private partial void Fulfilled(int orders, int failed);
}
