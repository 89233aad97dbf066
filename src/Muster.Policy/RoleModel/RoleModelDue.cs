using Muster.Configuration.Model;
using Muster.Policy.Compilation;
using Muster.Repository;
using Muster.Repository.Assignments;

namespace Muster.Policy.RoleModel;

/// <summary>
/// Whom a dirty ComputeRoleModel evaluates although nothing about them was flagged (rolemodel.md 5.0, "the clock makes dirty too"): a start
/// or an end has come, an order has had no answer for too long, or a reading of the managed system that began after an order's execution
/// has been applied.
/// </summary>
public static class RoleModelDue
{
    /// <summary>Whether anybody is due among the owners of some entity types.</summary>
    /// <param name="lastAppliedExport">As in <see cref="RoleModelRequest.LastAppliedExport"/>.</param>
    public static bool Any(
        RepositoryTransaction transaction,
        CompiledPolicy policy,
        IEnumerable<EntityType> sources,
        IReadOnlyDictionary<string, DateTime> lastAppliedExport) =>
        sources.Any(s => Owners(transaction, s, policy.ResourceTypesBySource[s].Select(t => t.Definition), lastAppliedExport).Any());

    internal static IEnumerable<long> Owners(
        RepositoryTransaction transaction,
        EntityType source,
        IEnumerable<ResourceType> types,
        IReadOnlyDictionary<string, DateTime> lastAppliedExport)
    {
        var store = new AssignmentStore(transaction);
        return new EvaluationDueStore(transaction).Until(source, transaction.Now).Concat(types.SelectMany(t => Waiting(store, t, transaction.Now, lastAppliedExport)));
    }

    private static IEnumerable<long> Waiting(
        AssignmentStore store, ResourceType type, DateTime now, IReadOnlyDictionary<string, DateTime> lastAppliedExport)
    {
        var elapsed = type.TransmittedStateValidityPeriod > 0
            ? store.OwnersWithOrdersBefore(type.Identifier, now.AddMinutes(-type.TransmittedStateValidityPeriod))
            : [];

        // What Muster fulfils into its own repository is seen at once.
        var confirmedAt = type.TargetEntityType.Mapping is null
            ? now
            : type.TargetEntityType.Connector is { } connector && lastAppliedExport.TryGetValue(connector.Identifier, out var started)
                ? started
                : (DateTime?)null;
        return confirmedAt is { } at ? elapsed.Concat(store.OwnersToConfirm(type.Identifier, at)) : elapsed;
    }
}
