using Muster.Configuration.Work;
using Muster.Policy.Compilation;
using Muster.Policy.Naming;
using Muster.Policy.RoleModel;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.Schema;

namespace Muster.Policy.Decisions;

/// <summary>
/// SavePreExistingAccessRights (rolemodel.md 5.13): what the first load found in managed systems and rules would change, or do not give, existed
/// before: Historic, and kept as it is until somebody decides. What is yet to be created or added is no existing right. One transaction.
/// </summary>
public sealed class PreExistingRights(RepositoryDatabase database, EntitySchema schema, CompiledPolicy policy)
{
    private const int BatchSize = 1_000;

    public TaskResult Save(ITaskReporter reporter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reporter);
        using var transaction = database.BeginWrite(cancellationToken);
        var changed = Types(transaction, cancellationToken) + Roles(transaction);
        cancellationToken.ThrowIfCancellationRequested();
        transaction.Commit();
        reporter.Count("assignmentsUpdated", changed);
        return changed > 0 ? TaskResult.Done : TaskResult.NothingToDo;
    }

    private int Types(RepositoryTransaction transaction, CancellationToken cancellationToken)
    {
        var search = new AssignmentSearch(transaction);
        var store = new AssignmentStore(transaction);
        var writer = new DecisionWriter(transaction, schema, policy);
        var changed = 0;
        string[] types = [.. policy.ResourceTypesByIdentifier.Keys];
        for (var page = search.WithDifferences(types, long.MinValue, BatchSize); page.Count > 0; page = search.WithDifferences(types, page[^1], BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var before = store.LoadTypes(page);
            var after = before.Select(Of).ToList();
            changed += store.SaveTypes(before, after, keepHistory: true).Updated;
            foreach (var (old, now) in before.Zip(after))
            {
                if (now != old && old.Row.Owner is { } owner)
                {
                    writer.Touch(policy.ResourceTypesByIdentifier[old.Row.ResourceType].Definition.SourceEntityType, owner, null);
                }
            }
        }

        return changed;
    }

    /// <summary>The same object where nothing of it is pre-existing.</summary>
    private AssignedType Of(AssignedType type)
    {
        var row = type.Row;
        if (row.Resource is null || !TargetClaims.IsHold(row) || row.WorkflowState is WorkflowState.Cancellation or WorkflowState.Declined)
        {
            return type;
        }

        var compiled = policy.ResourceTypesByIdentifier[row.ResourceType];
        var isFound = row.WorkflowState == WorkflowState.Found;
        AssignedResourceScalar[] scalars =
        [
            .. type.Scalars.Select(s => IsOpen(s.WorkflowState, s.ProvisioningState) && !Consolidation.IsCreateOnly(compiled, s)
                ? s with { WorkflowState = WorkflowState.Historic, ProvisioningState = ProvisioningState.Verified }
                : s),
        ];
        AssignedResourceNavigation[] navigations =
        [
            .. type.Navigations.Select(n => IsOpen(n.WorkflowState, n.ProvisioningState) && IsExisting(compiled, n)
                ? n with { WorkflowState = WorkflowState.Historic, ProvisioningState = ProvisioningState.Verified }
                : n),
        ];
        if (!isFound && scalars.SequenceEqual(type.Scalars) && navigations.SequenceEqual(type.Navigations))
        {
            return type;
        }

        row = row with
        {
            WorkflowState = isFound ? WorkflowState.Historic : row.WorkflowState,
            ProvisioningState = isFound ? ProvisioningState.Verified : Consolidation.OfValues(compiled, scalars, navigations),
        };
        row = Consolidation.Of(compiled, row, scalars, navigations);
        return new AssignedType(row with { BlockReason = row.BlockedCount == 0 ? null : row.BlockReason }, scalars, navigations);
    }

    /// <summary>Given by rules, or found, and neither sent nor decided.</summary>
    private static bool IsOpen(WorkflowState workflow, ProvisioningState state) =>
        workflow is WorkflowState.PolicyApproved or WorkflowState.Found && state is ProvisioningState.Pending or ProvisioningState.Blocked;

    /// <summary>A link that is there; of a mono-valued property, whatever it holds.</summary>
    private static bool IsExisting(CompiledResourceType type, AssignedResourceNavigation link) =>
        link.CurrentResource is not null
        || type.Definition.TargetEntityType.FindProperty(link.Property)?.Kind == Configuration.Model.PropertyKind.MonoNavigation;

    private int Roles(RepositoryTransaction transaction)
    {
        var search = new AssignmentSearch(transaction);
        var found = new AssignmentFilter { States = [WorkflowState.Found], Limit = int.MaxValue };
        var owners = search.SingleRoles(found).Select(r => r.Owner).Concat(search.CompositeRoles(found).Select(r => r.Owner)).Distinct().ToList();
        var store = new AssignmentStore(transaction);
        var writer = new DecisionWriter(transaction, schema, policy);
        var named = policy.At(transaction);
        var changed = 0;
        foreach (var batch in owners.Chunk(BatchSize))
        {
            var before = store.Load(batch);
            changed += store.Save(before.Values, [.. before.Values.Select(Of)], keepHistory: true).Updated;
            foreach (var role in before.Values.SelectMany(o => o.Roles.Cast<AssignedRole>().Concat(o.CompositeRoles)).DistinctBy(r => r.Owner))
            {
                if (TypeOf(named, role) is { } type)
                {
                    writer.Touch(type, role.Owner, null);
                }
            }
        }

        return changed;
    }

    private static OwnerAssignments Of(OwnerAssignments owner) => owner with
    {
        Roles = [.. owner.Roles.Select(r => r.WorkflowState == WorkflowState.Found ? r with { WorkflowState = WorkflowState.Historic } : r)],
        CompositeRoles = [.. owner.CompositeRoles.Select(r => r.WorkflowState == WorkflowState.Found ? r with { WorkflowState = WorkflowState.Historic } : r)],
    };

    private static Configuration.Model.EntityType? TypeOf(CompiledPolicy policy, AssignedRole role) => role is AssignedSingleRole
        ? policy.SingleRolesByIdentifier.GetValueOrDefault(role.Role)?.EntityType
        : policy.CompositeRolesByIdentifier.GetValueOrDefault(role.Role)?.EntityType;
}
