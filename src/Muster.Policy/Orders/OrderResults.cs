using System.Text.Json;
using Muster.Configuration.Exchange;
using Muster.Configuration.Model;
using Muster.Configuration.Values;
using Muster.Policy.Compilation;
using Muster.Policy.RoleModel;
using Muster.Repository;
using Muster.Repository.Assignments;

namespace Muster.Policy.Orders;

/// <summary>
/// What fulfilment answered (rolemodel.md 5.10). Only rows that still carry the order and wait for its answer change: an answer that comes
/// twice, or after the policy has gone on, changes nothing.
/// </summary>
internal sealed class OrderResults(RepositoryTransaction transaction, CompiledPolicy policy)
{
    private readonly OrderStore _orders = new(transaction);
    private readonly AssignmentStore _assignments = new(transaction);
    private readonly AssignmentProgress _progress = new(transaction);
    private readonly EvaluationDueStore _due = new(transaction);

    /// <summary>Records some results, which are all in memory.</summary>
    public void Record(IReadOnlyCollection<OrderResult> results) =>
        Record([.. results.Select(r => (r, (long?)null))], _orders.Heads(results.Select(r => r.OrderId)));

    /// <param name="results">Each with the resource that an executed creation made, where it is known at once (internal fulfilment).</param>
    /// <param name="heads">The orders that the results are of.</param>
    public void Record(IReadOnlyCollection<(OrderResult Result, long? Created)> results, IEnumerable<OrderHead> heads)
    {
        var open = heads.Where(h => h.IsOpen).ToDictionary(h => h.Id);
        var assignments = _assignments.LoadTypes([.. open.Values.Select(h => h.AssignedResourceType)]).ToDictionary(t => t.Row.Id);
        var ended = new List<EndedOrder>(results.Count);
        var answers = new Dictionary<long, (AssignedType Before, AssignedType After)>();
        var seeing = new List<(EntityType Source, long Owner)>();
        foreach (var (result, created) in results)
        {
            if (!open.Remove(result.OrderId, out var order))
            {
                continue;
            }

            var keys = result.Keys.Count == 0 ? null : JsonSerializer.Serialize(result.Keys);
            ended.Add(new EndedOrder(order.Id, result.Executed ? OrderState.Executed : OrderState.Errored, result.Message, keys, result.ExecutedAt.UtcDateTime));
            if (assignments.TryGetValue(order.AssignedResourceType, out var assignment)
                && policy.ResourceTypesByIdentifier.TryGetValue(order.ResourceType, out var type))
            {
                var answered = Apply(type, assignment, result, created);
                answers[assignment.Row.Id] = (answers.TryGetValue(assignment.Row.Id, out var known) ? known.Before : assignment, answered);
                var isCreation = IsCreation(assignment.Row, result);
                if (isCreation)
                {
                    CreatedKeyStore.Store(transaction, assignment.Row.Id, KeysOf(type, result));
                }

                // What was made may have been known before, so that no synchronisation tells of it. And of a creation that nobody wants any more
                // and that has failed nothing is left to remove. The next evaluation sees both.
                if (answered.Row is { Resource: null, Owner: { } owner }
                    && (isCreation || answered.Row is { WorkflowState: WorkflowState.Cancellation, ProvisioningState: ProvisioningState.Errored }))
                {
                    seeing.Add((type.Definition.SourceEntityType, owner));
                }

                assignments[order.AssignedResourceType] = answered;
            }
        }

        _orders.End(ended);
        _progress.Save(answers.Values);
        foreach (var owners in seeing.ToLookup(s => s.Source, s => s.Owner))
        {
            var due = owners.Distinct().ToDictionary(o => o, _ => (DateTime?)transaction.Now);
            _due.Set(owners.Key, due, _due.Of(owners.Key, due.Keys));
        }
    }

    /// <summary>An executed creation whose resource a synchronisation has yet to bring.</summary>
    private static bool IsCreation(AssignedResourceType row, OrderResult result) =>
        result.Executed && row is { Resource: null, ProvisioningState: ProvisioningState.Transmitted } && row.Order == result.OrderId;

    private static Dictionary<string, string> KeysOf(CompiledResourceType type, OrderResult result)
    {
        var keys = new Dictionary<string, string>();
        foreach (var (name, value) in result.Keys)
        {
            if (type.Definition.TargetEntityType.FindProperty(name) is { Kind: PropertyKind.Scalar } property
                && CanonicalText.TryNormalize(property.Type, value, out var canonical) && canonical is not null)
            {
                keys[property.Identifier] = canonical;
            }
        }

        return keys;
    }

    private static AssignedType Apply(CompiledResourceType type, AssignedType assignment, OrderResult result, long? created)
    {
        var state = result.Executed ? ProvisioningState.Executed : ProvisioningState.Errored;
        var message = result.Executed ? null : result.Message;
        var at = result.ExecutedAt.UtcDateTime;
        bool IsOf(Guid? order, ProvisioningState current) => order == result.OrderId && current == ProvisioningState.Transmitted;
        AssignedResourceScalar[] scalars =
        [
            .. assignment.Scalars.Select(s => !IsOf(s.Order, s.ProvisioningState) ? s : s with
            {
                ProvisioningState = state,
                Message = message,
                OrderAt = at,
                CurrentValue = result.Executed && Consolidation.IsCreateOnly(type, s) ? s.PolicyValue : s.CurrentValue,
            }),
        ];
        AssignedResourceNavigation[] navigations =
        [
            .. assignment.Navigations.Select(n => !IsOf(n.Order, n.ProvisioningState) ? n : n with
            {
                ProvisioningState = state,
                Message = message,
                OrderAt = at,
            }),
        ];
        var row = assignment.Row;
        if (IsOf(row.Order, row.ProvisioningState))
        {
            row = row with { ProvisioningState = state, Message = message, OrderAt = at };
            row = created is { } resource ? row with { Resource = resource, IsOwned = true } : row;
        }
        else if (row.Resource is not null && row.WorkflowState is not (WorkflowState.Cancellation or WorkflowState.Declined))
        {
            row = row with { ProvisioningState = Consolidation.OfValues(type, scalars, navigations) };
        }

        row = Consolidation.Of(type, row, scalars, navigations);
        return new AssignedType(row with { AwaitsSince = Consolidation.AwaitsSince(type, row, scalars, navigations) }, scalars, navigations);
    }
}
