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
    private readonly OrderFiles _files = new(work);

    /// <summary>Processed when at least one order of the scope waits for fulfilment, older ones included.</summary>
    public TaskResult Run(OrderGenerationRequest request, ITaskReporter reporter, CancellationToken cancellationToken)
    {
        var errors = 0;
        using (var transaction = database.BeginWrite(cancellationToken))
        {
            var drafts = new List<(CompiledResourceType Type, List<DraftOrder> Drafts)>();
            foreach (var type in request.ResourceTypes.Select(policy.Find).OfType<CompiledResourceType>())
            {
                var found = Drafts(transaction, type, request, reporter, cancellationToken);
                if (!request.IgnoresThresholds && Block(transaction, type, found) is { } block)
                {
                    return new TaskResult { Block = block };
                }

                drafts.Add((type, found));
            }

            errors = Write(transaction, drafts, request, reporter);
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
        List<(CompiledResourceType Type, List<DraftOrder> Drafts)> drafts,
        OrderGenerationRequest request,
        ITaskReporter reporter)
    {
        var evaluation = new EvaluationContext
        {
            Now = transaction.Now,
            Logger = logger,
            Query = new StoredResourceQuery(transaction, schema, policy),
        };
        var writer = new OrderWriter(
            transaction, schema, evaluation, request.OrdersPerFile > 0 ? request.OrdersPerFile : DefaultBatchSize);
        foreach (var (type, found) in drafts)
        {
            reporter.Count("ordersGenerated", writer.Write(type, found));
            reporter.Count("ordersAdded", found.Count(d => d.Change == OrderChangeType.Added));
            reporter.Count("ordersModified", found.Count(d => d.Change == OrderChangeType.Modified));
            reporter.Count("ordersDeleted", found.Count(d => d.Change == OrderChangeType.Deleted));
        }

        foreach (var error in writer.Errors)
        {
            reporter.Warning(error);
        }

        return writer.Errors.Count;
    }

    private ThresholdBlock? Block(RepositoryTransaction transaction, CompiledResourceType type, List<DraftOrder> drafts)
    {
        var names = new Lazy<Func<DraftOrder, string>>(() => Names(transaction, type, drafts));
        return OrderThresholds.Check(
            type.Definition, drafts, new AssignmentStore(transaction).CountWithTarget(type.Identifier), d => names.Value(d));
    }

    private Func<DraftOrder, string> Names(RepositoryTransaction transaction, CompiledResourceType type, List<DraftOrder> drafts)
    {
        var reader = new ResourceReader(transaction, schema);
        var owners = reader.Load(type.Definition.SourceEntityType, [.. drafts.Select(d => d.Assignment.Row.Owner).OfType<long>()], [])
            .ToDictionary(r => r.Id, r => r.DisplayName);
        var targets = reader.Load(type.Definition.TargetEntityType, [.. drafts.Select(d => d.Assignment.Row.Resource).OfType<long>()], [])
            .ToDictionary(r => r.Id, r => r.DisplayName);
        return draft =>
        {
            var owner = draft.Assignment.Row.Owner is { } id ? owners.GetValueOrDefault(id) : null;
            var target = draft.Assignment.Row.Resource is { } resource ? targets.GetValueOrDefault(resource) : null;
            return $"{draft.Change} '{target ?? type.Identifier}' of '{owner ?? "no owner"}'";
        };
    }

    private List<DraftOrder> Drafts(
        RepositoryTransaction transaction,
        CompiledResourceType type,
        OrderGenerationRequest request,
        ITaskReporter reporter,
        CancellationToken cancellationToken)
    {
        var store = new AssignmentStore(transaction);
        var drafts = new List<DraftOrder>();
        var waiting = 0;
        foreach (var batch in store.WithPending(type.Identifier).Chunk(request.BatchSize > 0 ? request.BatchSize : DefaultBatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var assignments = store.LoadTypes(batch);
            var satisfied = Satisfied(transaction, type.Definition, assignments);
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
                    store.SaveTypes([assignment], [Inactive(type, assignment)], keepHistory: false);
                }

                var draft = held == Held.No ? OrderSelection.Draft(type, assignment, change, transaction.Now) : null;
                if (draft is not null && (change != OrderChangeType.Modified || draft.Scalars.Count + draft.Navigations.Count > 0))
                {
                    drafts.Add(draft);
                }
            }
        }

        if (waiting > 0)
        {
            reporter.Count("ordersWaiting", waiting);
            reporter.Message($"{waiting} creations of resource type '{type.Identifier}' wait for what DependsOn or DependsOnOwnerProperty asks for.");
        }

        return drafts;
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
