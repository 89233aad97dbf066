using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Muster.Configuration.Exchange;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Policy.Compilation;
using Muster.Policy.Orders;
using Muster.Repository;
using Muster.Repository.Changes;
using Muster.Repository.Dirty;
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

    public TaskResult Run(InternalFulfillmentRequest request, ITaskReporter reporter, CancellationToken cancellationToken)
    {
        var orders = new OrderQueue(database, policy, work).Take([.. request.ResourceTypes.Select(t => t.Identifier)], cancellationToken);
        var types = request.ResourceTypes.ToDictionary(t => t.Identifier, StringComparer.Ordinal);
        var failed = 0;
        foreach (var batch in orders.Chunk(request.BatchSize > 0 ? request.BatchSize : DefaultBatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            failed += Apply(batch, types, request, reporter, cancellationToken);
        }

        Fulfilled(orders.Count, failed);
        return new TaskResult { Processed = orders.Count > 0, PartlyFailed = failed > 0 };
    }

    private int Apply(
        ProvisioningOrder[] batch,
        Dictionary<string, ResourceType> types,
        InternalFulfillmentRequest request,
        ITaskReporter reporter,
        CancellationToken cancellationToken)
    {
        using var transaction = database.BeginWrite(cancellationToken);
        var origin = new ChangeOrigin(request.JobInstance, null, null, IsListed: false);
        var writer = new ResourceWriter(transaction, schema, origin, !request.IgnoreHistorization);
        var reader = new ResourceReader(transaction, schema);
        var results = new OrderResults(transaction, policy);
        var first = transaction.Count("SELECT COALESCE(MAX(seq), 0) FROM change") + 1;
        var failed = 0;
        foreach (var order in batch)
        {
            var problem = Apply(order, types[order.ResourceType].TargetEntityType, writer, reader, out var created);
            if (problem is not null)
            {
                failed++;
                reporter.Warning($"The order '{order.Id}' of resource type '{order.ResourceType}' failed: {problem}");
            }

            reporter.Count(problem is null ? "ordersExecuted" : "ordersErrored", 1);
            results.Record(
                new OrderResult(order.Id, problem is null, problem, new Dictionary<string, string>(), transaction.Now), created);
        }

        if (request.FlagsDirty)
        {
            reporter.Count("resourcesFlagged", new DirtyClosure(transaction, schema, policy.Graph).FlagChanges(first).Flagged);
        }

        transaction.Commit();
        return failed;
    }

    /// <summary>Applies one order; returns why it cannot be applied. It is checked before anything is written.</summary>
    private static string? Apply(ProvisioningOrder order, EntityType target, ResourceWriter writer, ResourceReader reader, out long? created)
    {
        created = null;
        var id = order.Resource is { } resource ? IdOf(resource) : null;
        if (order.ChangeType == OrderChangeType.Deleted)
        {
            if (id is { } gone)
            {
                writer.Delete(target, gone);
            }

            return null;
        }

        if (Read(order.Changes, target, out var changes) is { } problem)
        {
            return problem;
        }

        if (order.ChangeType == OrderChangeType.Added)
        {
            if (target.IdentityProperty is { } identity && changes.Scalars.GetValueOrDefault(identity) is { } key && reader.FindByKey(target, key) is not null)
            {
                return $"a resource '{key}' of '{target}' exists already. Let a correlation rule find it.";
            }

            created = id = writer.Insert(target, changes.Scalars);
        }
        else if (id is null || reader.Load(target, [id.Value], []).Count == 0)
        {
            return "the resource does not exist any more.";
        }
        else
        {
            writer.Update(target, id.Value, changes.Scalars);
        }

        foreach (var (navigation, value) in changes.Targets)
        {
            writer.SetTarget(navigation, id.Value, value);
        }

        foreach (var (navigation, value) in changes.Added)
        {
            writer.Link(navigation, id.Value, value);
        }

        foreach (var (navigation, value) in changes.Removed)
        {
            writer.Unlink(navigation, id.Value, value);
        }

        return null;
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
                    changes.Scalars[property] = (string?)value;
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
