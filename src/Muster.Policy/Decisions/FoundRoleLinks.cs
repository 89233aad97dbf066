using Muster.Configuration.Model;
using Muster.Policy.Compilation;
using Muster.Policy.RoleModel;
using Muster.Repository.Assignments;

namespace Muster.Policy.Decisions;

/// <summary>The links by which a role was found: where the role is taken away, they follow (rolemodel.md 5.5, 6).</summary>
internal static class FoundRoleLinks
{
    /// <summary>
    /// As <see cref="Remove"/>, for a composite role: the single roles of which it was deduced go with it, and their links.
    /// </summary>
    public static OwnerAssignments RemoveComposite(OwnerAssignments owner, string composite, CompiledPolicy policy, Func<NavigationRule, long?> resourceOf)
    {
        if (!policy.CompositeRolesByIdentifier.TryGetValue(composite, out var role))
        {
            return owner;
        }

        var packed = policy.SingleRolesOf[role].Where(r => !r.IsDenied).Select(r => r.Role.Identifier).ToHashSet(StringComparer.Ordinal);
        var found = owner.Roles.Where(r => packed.Contains(r.Role) && r.WorkflowState.IsNonConforming()).ToList();
        var removed = found.DistinctBy(r => (r.Role, r.ParametersValues)).Aggregate(owner, (o, r) => Remove(o, r.Role, r.ParametersValues, policy, resourceOf));
        return removed with { Roles = [.. removed.Roles.Select(r => found.Exists(f => f.Id == r.Id) ? r with { WorkflowState = WorkflowState.Cancellation } : r)] };
    }

    /// <param name="owner">With the role as it was found.</param>
    /// <param name="parameters">With which it was found.</param>
    /// <param name="resourceOf">The resource that a navigation rule names; null if there is none.</param>
    public static OwnerAssignments Remove(
        OwnerAssignments owner, string role, string? parameters, CompiledPolicy policy, Func<NavigationRule, long?> resourceOf)
    {
        var found = owner.Roles.Where(r => r.Role == role && (r.WorkflowState.IsNonConforming() || r.ParametersValues == parameters)).ToList();
        AssignedType Of(AssignedType type)
        {
            if (!policy.ResourceTypesByIdentifier.TryGetValue(type.Row.ResourceType, out var compiled))
            {
                return type;
            }

            var given = compiled.NavigationRules.Where(r => r.SingleRole?.Identifier == role && !r.IsDenied && RuleParameters.RowsOf(r, found).Any(f => f.ParametersValues == parameters))
                .Select(r => (r.Property.Identifier, Resource: resourceOf(r)))
                .Where(r => r.Resource is not null)
                .ToHashSet();
            if (given.Count == 0 || !type.Navigations.Any(IsFound))
            {
                return type;
            }

            AssignedResourceNavigation[] navigations =
            [
                .. type.Navigations.Select(n => IsFound(n) ? n with { WorkflowState = WorkflowState.Cancellation, ProvisioningState = ProvisioningState.Pending, Message = null } : n),
            ];
            var row = type.Row.WorkflowState.IsNonConforming() || type.Row.Resource is null
                ? type.Row
                : type.Row with { ProvisioningState = Consolidation.OfValues(compiled, type.Scalars, navigations) };
            row = Consolidation.Of(compiled, row, type.Scalars, navigations);
            return type with { Row = row with { BlockReason = row.BlockedCount == 0 ? null : row.BlockReason }, Navigations = navigations };

            bool IsFound(AssignedResourceNavigation link) =>
                link.WorkflowState.IsNonConforming() && link.CurrentResource is not null && given.Contains((link.Property, link.Resource));
        }

        return owner with { Types = [.. owner.Types.Select(Of)] };
    }
}
