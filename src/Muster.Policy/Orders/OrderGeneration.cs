using Microsoft.Extensions.Logging;
using Muster.Configuration.Exchange;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Expressions;
using Muster.Expressions.Dependencies;
using Muster.Policy.Compilation;
using Muster.Policy.Queries;
using Muster.Policy.RoleModel;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Policy.Orders;

/// <summary>
/// GenerateProvisioningOrders (rolemodel.md 5.9): turns Pending assignments into orders. Orders and the state Transmitted are one
/// transaction; the files follow from the orders. A threshold that is exceeded leaves everything as it was, for all resource types of the
/// task.
/// </summary>
public sealed class OrderGeneration(
    RepositoryDatabase database, EntitySchema schema, CompiledPolicy policy, IWorkFolder work, ILogger<OrderGeneration> logger)
{
    private const int DefaultBatchSize = 1_000;

    /// <summary>Batches whose ids are read at once.</summary>
    private const int BatchesPerPage = 100;
    private readonly OrderFiles _files = new(work);

    /// <summary>Processed when at least one order of the scope waits for fulfilment, older ones included.</summary>
    public TaskResult Run(OrderGenerationRequest request, ITaskReporter reporter, CancellationToken cancellationToken)
    {
        var errors = 0;
        using (var transaction = database.BeginWrite(cancellationToken))
        {
            CompiledResourceType[] types = [.. request.ResourceTypes.Select(policy.Find).OfType<CompiledResourceType>()];
            if (!request.IgnoresThresholds
                && types.Select(t => Block(transaction, t, request, cancellationToken)).FirstOrDefault(b => b is not null) is { } block)
            {
                return new TaskResult { Block = block };
            }

            errors = Write(transaction, types, request, reporter, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            transaction.Commit();
        }

        using var read = database.BeginRead();
        _files.Materialize(read);
        var isWaiting = new OrderStore(read).AnyOpen([.. request.ResourceTypes.Select(t => t.Identifier)]);
        return new TaskResult { Processed = isWaiting, PartlyFailed = errors > 0 };
    }

    private int Write(
        RepositoryTransaction transaction,
        CompiledResourceType[] types,
        OrderGenerationRequest request,
        ITaskReporter reporter,
        CancellationToken cancellationToken)
    {
        var evaluation = new EvaluationContext
        {
            Now = transaction.Now,
            Logger = logger,
            Query = new StoredResourceQuery(transaction, schema, policy),
        };
        var writer = new OrderWriter(
            transaction, schema, evaluation, request.OrdersPerFile > 0 ? request.OrdersPerFile : DefaultBatchSize);
        var store = new AssignmentStore(transaction);
        var failed = 0;
        foreach (var type in types)
        {
            var (drafted, waiting) = (0L, 0);
            reporter.Count("ordersGenerated", 0);
            foreach (var batch in Batches(transaction, type, request, cancellationToken))
            {
                store.SaveTypes(batch.Over, batch.Over.Select(o => Inactive(type, o)), keepHistory: false);
                waiting += batch.Waiting;
                var written = writer.Write(type, batch.Drafts, drafted);
                drafted += batch.Drafts.Count;
                failed += batch.Drafts.Count - written;
                reporter.Count("ordersGenerated", written);
                reporter.Count("ordersAdded", batch.Drafts.Count(d => d.Change == OrderChangeType.Added));
                reporter.Count("ordersModified", batch.Drafts.Count(d => d.Change == OrderChangeType.Modified));
                reporter.Count("ordersDeleted", batch.Drafts.Count(d => d.Change == OrderChangeType.Deleted));
                writer.Errors.ForEach(reporter.Warning);
                writer.Errors.Clear();
            }

            if (waiting > 0)
            {
                reporter.Count("ordersWaiting", waiting);
                reporter.Message($"{waiting} creations of resource type '{type.Identifier}' wait for what DependsOn or DependsOnOwnerProperty asks for.");
            }
        }

        return failed;
    }

    /// <summary>
    /// The limit that the orders of a resource type would exceed. What is Pending bounds the orders from above: only where that would exceed
    /// a limit are the orders themselves counted, which reads every assignment once more.
    /// </summary>
    private ThresholdBlock? Block(
        RepositoryTransaction transaction, CompiledResourceType type, OrderGenerationRequest request, CancellationToken cancellationToken)
    {
        var store = new AssignmentStore(transaction);
        var (removals, creations, changes) = new PendingStore(transaction).Count(type.Definition);
        if (OrderThresholds.Exceeded(type.Definition, AtMost, limit => store.CountWithTarget(type.Identifier, limit)) is null)
        {
            return null;
        }

        var total = store.CountWithTarget(type.Identifier);

        var counts = new OrderCounts();
        foreach (var draft in Batches(transaction, type, request, cancellationToken).SelectMany(b => b.Drafts))
        {
            counts.Add(draft);
        }

        return OrderThresholds.Exceeded(type.Definition, counts.Of, _ => total) is not { } limit
            ? null
            : new ThresholdBlock(
                $"ResourceType '{type.Identifier}'",
                limit.Name,
                limit.Value,
                counts.Of(limit.Change),
                total,
                [.. counts.SamplesOf(limit.Change).Select(row => Name(transaction, type, limit.Change, row))]);

        long AtMost(OrderChangeType change) => change switch
        {
            OrderChangeType.Deleted => removals,
            OrderChangeType.Added => creations,
            _ => changes,
        };
    }

    private string Name(RepositoryTransaction transaction, CompiledResourceType type, OrderChangeType change, AssignedResourceType row)
    {
        var reader = new ResourceReader(transaction, schema);
        string? NameOf(EntityType of, long? id) =>
            id is { } known && reader.Load(of, [known], [.. ResourceNames.PathsOf(of)]) is [var resource] ? resource.DisplayName ?? ResourceNames.Of(resource) : null;
        return $"{change} '{NameOf(type.Definition.TargetEntityType, row.Resource) ?? type.Identifier}'"
            + $" of '{NameOf(type.Definition.SourceEntityType, row.Owner) ?? "no owner"}'";
    }

    /// <summary>What one batch of assignments gives.</summary>
    /// <param name="Over">Assignments whose period is over with nothing to remove.</param>
    /// <param name="Waiting">How many creations wait for a dependency.</param>
    private sealed record Batch(List<DraftOrder> Drafts, List<AssignedType> Over, int Waiting);

    /// <summary>The orders of a resource type batch by batch: no more than a batch, and a page of ids, is in memory.</summary>
    private IEnumerable<Batch> Batches(
        RepositoryTransaction transaction, CompiledResourceType type, OrderGenerationRequest request, CancellationToken cancellationToken)
    {
        var store = new AssignmentStore(transaction);
        var pending = new PendingStore(transaction);
        var size = request.BatchSize > 0 ? request.BatchSize : DefaultBatchSize;
        var pageSize = size > int.MaxValue / BatchesPerPage ? int.MaxValue : size * BatchesPerPage;
        for (var page = pending.Of(type.Definition, long.MinValue, pageSize);
            page.Count > 0;
            page = page.Count < pageSize ? [] : pending.Of(type.Definition, page[^1], pageSize))
        {
            foreach (var ids in page.Chunk(size))
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return Examine(transaction, type, store.LoadTypes(ids));
            }
        }
    }

    private Batch Examine(RepositoryTransaction transaction, CompiledResourceType type, IReadOnlyList<AssignedType> assignments)
    {
        var satisfied = Satisfied(transaction, type.Definition, assignments);
        var drafts = new List<DraftOrder>(assignments.Count);
        var over = new List<AssignedType>();
        var waiting = 0;
        foreach (var assignment in assignments)
        {
            var change = OrderSelection.ChangeOf(assignment);
            var held = change == OrderChangeType.None ? Held.Review : OrderSelection.Hold(type, assignment, change, transaction.Now);
            if (held == Held.No && change == OrderChangeType.Added && !satisfied.Contains(assignment.Row.Owner ?? 0))
            {
                held = Held.Dependency;
                waiting++;
            }

            if (held == Held.Over)
            {
                over.Add(assignment);
            }

            var draft = held == Held.No ? OrderSelection.Draft(type, assignment, change, transaction.Now) : null;
            if (draft is not null && (change != OrderChangeType.Modified || draft.Scalars.Count + draft.Navigations.Count > 0))
            {
                drafts.Add(draft);
            }
        }

        return new Batch(drafts, over, waiting);
    }

    /// <summary>Owners whose creations may leave: DependsOn is provisioned, DependsOnOwnerProperty is not empty.</summary>
    private HashSet<long> Satisfied(RepositoryTransaction transaction, ResourceType type, IReadOnlyList<AssignedType> assignments)
    {
        var owners = assignments.Select(a => a.Row.Owner).OfType<long>().ToHashSet();
        if (type.DependsOn is { } other)
        {
            owners.IntersectWith(new AssignmentStore(transaction).OwnersProvisioned(other.Identifier, owners));
        }

        if (type.DependsOnOwnerProperty is { } property)
        {
            owners =
            [
                .. new ResourceReader(transaction, schema)
                    .Load(type.SourceEntityType, owners, [new ReadPath(type.SourceEntityType, [property])])
                    .Where(r => !string.IsNullOrEmpty(r.GetScalar(property)))
                    .Select(r => r.Id),
            ];
        }

        return owners;
    }

    private static AssignedType Inactive(CompiledResourceType type, AssignedType assignment)
    {
        static ProvisioningState Next(ProvisioningState state) => state == ProvisioningState.Pending ? ProvisioningState.Inactive : state;
        var ended = new AssignedType(
            assignment.Row with { ProvisioningState = Next(assignment.Row.ProvisioningState) },
            [.. assignment.Scalars.Select(s => s with { ProvisioningState = Next(s.ProvisioningState) })],
            [.. assignment.Navigations.Select(n => n with { ProvisioningState = Next(n.ProvisioningState) })]);
        return ended with { Row = Consolidation.Of(type, ended.Row, ended.Scalars, ended.Navigations) };
    }
}
