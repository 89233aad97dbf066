using Muster.Configuration.Jobs;
using Muster.Configuration.Model;
using Muster.Expressions.Dependencies;
using Muster.Policy.Compilation;
using Muster.Policy.Naming;
using Muster.Policy.Profiles;
using Muster.Policy.Risks;
using Muster.Policy.RoleModel;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.CorrelationKeys;
using Muster.Repository.Dirty;
using Muster.Repository.Schema;
using Muster.Repository.Synchronization;

namespace Muster.Jobs.Tasks;

/// <summary>Asks the store what waits for a task; see <see cref="IPendingWork"/>.</summary>
public sealed class PendingWork(RepositoryDatabase database, ConfigurationModel model, EntitySchema schema, Lazy<CompiledPolicy> policy, AppliedExports exports) : IPendingWork
{
    public string? WaitingFor(JobTask task) => task switch
    {
        SynchronizeTask { Connector: { } connector } => WaitingDeliveries(connector.Identifier) is > 0 and var count
            ? $"{(count == 1 ? "a delivery that was accepted before is" : $"{count} deliveries that were accepted before are")} not applied yet"
            : null,
        SetRecentlyModifiedFlagTask => AskFlags(dirty => dirty.HasUnflaggedChanges())
            ? "changes that another job, a deployment or an interrupted run has left are not flagged yet"
            : null,
        UpdateEntityPropertyExpressionsTask expressions => WaitingFor(
            ConsumerKinds.UpdateEntityPropertyExpressions, expressions.AllEntityType ? model.EntityTypes : task.EntityTypes),
        ComputeCorrelationKeysTask keys => WaitingFor(
            ConsumerKinds.ComputeCorrelationKeys, keys.AllEntityType ? model.EntityTypes : task.EntityTypes) ?? UnusedKeys(),
        BuildRoleModelTask => Ask(transaction => RoleModelBuild.IsWaiting(transaction, schema, policy.Value, task.Connector))
            ? "values or naming rules that were changed before still wait for it"
            : null,
        ComputeRoleModelTask => WaitingFor(ConsumerKinds.ComputeRoleModel, task.EntityTypes) ?? DueOwners(task.EntityTypes),
        GenerateProvisioningOrdersTask => PendingAssignments(TaskSettings.ResourceTypesOf(task, model)),
        FulfillTask => OpenOrders(TaskSettings.ResourceTypesOf(task, model)),
        SetInternalUserProfilesTask profiles => Profiles(profiles),
        ComputeRiskScoresTask => Ask(transaction => RiskScoreComputation.IsWaiting(transaction, policy.Value, task.EntityTypes))
            ? "risks that were found or ended before are not counted yet"
            : null,
        UpdateClassificationTask => WaitingFor(ConsumerKinds.UpdateClassification, task.EntityTypes) ?? Unclassified(task.EntityTypes),
        _ => null,
    };

    private string? WaitingFor(string kind, IReadOnlyList<EntityType> types)
    {
        var consumers = types.Select(type => (kind, type)).ToHashSet();
        foreach (var type in types)
        {
            // A computation over owners has consumers for their targets too, named after the owners' entity type.
            consumers.UnionWith(policy.Value.Graph.Computations
                .Where(c => c.Kind == $"{kind}:{type.Identifier}")
                .Select(c => (c.Kind, c.EntityType)));
        }

        return AskFlags(dirty => dirty.IsAnyWaiting(consumers)) ? "resources that were changed before still wait for it" : null;
    }

    private int WaitingDeliveries(string connector)
    {
        using var transaction = database.BeginRead();
        return new DeliveryStore(transaction).Unfinished(connector).Count(d => d.State is DeliveryState.Ready or DeliveryState.Failed);
    }

    /// <summary>Dates come, and orders wait for an answer or a confirmation, by the passing of time alone.</summary>
    private string? DueOwners(IReadOnlyList<EntityType> types)
    {
        var started = exports.StartedAt();
        using var transaction = database.BeginRead();
        return RoleModelDue.Any(transaction, policy.Value, types, started)
            ? "start or end dates of assignments have come, or orders have waited for an answer or been followed by a reading of their system"
            : null;
    }

    /// <summary>Keys of rules that are gone are removed.</summary>
    private string? UnusedKeys() =>
        Ask(transaction => new CorrelationKeyStore(transaction).Unused(policy.Value.StoredKeys).Count > 0)
            ? "keys of rules that no longer exist are still stored"
            : null;

    private string? Unclassified(IReadOnlyList<EntityType> types)
    {
        var classified = policy.Value.ClassificationRulesByTarget.Select(g => g.Key).ToList();
        return Ask(transaction => types.Intersect(classified).Any(t => new ClassificationDueStore(transaction).Any(schema, t, classified)))
            ? "resources that lost their owner before still wait for it"
            : null;
    }

    private string? Profiles(SetInternalUserProfilesTask task)
    {
        using var transaction = database.BeginRead();
        return ProfilesDue.Any(transaction, schema, policy.Value, new ProfileRequest(task.EntityTypes, task.ResourceTypes, 0))
            ? "users or their logins that were changed before still wait for it"
            : null;
    }

    private string? PendingAssignments(IReadOnlyList<ResourceType> types)
    {
        using var transaction = database.BeginRead();
        var store = new PendingStore(transaction);
        return types.Any(store.Any) ? "assignments that were computed before wait for an order" : null;
    }

    private string? OpenOrders(IReadOnlyList<ResourceType> types)
    {
        using var transaction = database.BeginRead();
        return new OrderStore(transaction).AnyOpen([.. types.Select(t => t.Identifier)]) ? "orders that were generated before wait for their execution" : null;
    }

    private bool AskFlags(Func<DirtyStore, bool> question) => Ask(transaction => question(new DirtyStore(transaction, schema, policy.Value.Graph)));

    private bool Ask(Func<RepositoryTransaction, bool> question)
    {
        using var transaction = database.BeginRead();
        return question(transaction);
    }
}
