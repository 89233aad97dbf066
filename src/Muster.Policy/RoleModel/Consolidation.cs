using Muster.Policy.Compilation;
using Muster.Repository.Assignments;

namespace Muster.Policy.RoleModel;

/// <summary>States of an assigned resource type that follow from its values (rolemodel.md 6.2, "Consolidation").</summary>
internal static class Consolidation
{
    /// <summary>Most urgent first.</summary>
    private static readonly ProvisioningState[] Urgency =
    [
        ProvisioningState.RuntimeErrored, ProvisioningState.Errored, ProvisioningState.Blocked, ProvisioningState.Pending,
        ProvisioningState.Transmitted, ProvisioningState.Executed, ProvisioningState.Inactive, ProvisioningState.Verified, ProvisioningState.None,
    ];

    /// <summary>What a row says of its values.</summary>
    public readonly record struct Consolidated(ProvisioningState Provisioning, int Blocked, WorkflowState Found, int FoundCount);

    /// <summary>The state of a correlated resource type: Verified when all its values are, else the most urgent of them.</summary>
    public static ProvisioningState OfValues(
        CompiledResourceType type, IReadOnlyList<AssignedResourceScalar> scalars, IReadOnlyList<AssignedResourceNavigation> navigations) =>
        MostUrgent(null, type, scalars, navigations) ?? ProvisioningState.Verified;

    public static AssignedResourceType Of(
        CompiledResourceType type,
        AssignedResourceType row,
        IReadOnlyList<AssignedResourceScalar> scalars,
        IReadOnlyList<AssignedResourceNavigation> navigations)
    {
        var consolidated = Of(type, row.WorkflowState, row.ProvisioningState, scalars, navigations);
        return row with
        {
            ConsolidatedProvisioningState = consolidated.Provisioning,
            ConsolidatedWorkflowReviewState = row.WorkflowState,
            BlockedCount = consolidated.Blocked,
            ConsolidatedWorkflowFoundState = consolidated.Found,
            FoundCount = consolidated.FoundCount,
        };
    }

    public static Consolidated Of(
        CompiledResourceType type,
        WorkflowState workflow,
        ProvisioningState state,
        IReadOnlyList<AssignedResourceScalar> scalars,
        IReadOnlyList<AssignedResourceNavigation> navigations)
    {
        var (blocked, historic, found) = (state == ProvisioningState.Blocked ? 1 : 0, 0, 0);
        Count(workflow);
        for (var index = 0; index < scalars.Count; index++)
        {
            blocked += scalars[index].ProvisioningState == ProvisioningState.Blocked ? 1 : 0;
            Count(scalars[index].WorkflowState);
        }

        for (var index = 0; index < navigations.Count; index++)
        {
            blocked += navigations[index].ProvisioningState == ProvisioningState.Blocked ? 1 : 0;
            Count(navigations[index].WorkflowState);
        }

        return new Consolidated(
            MostUrgent(state, type, scalars, navigations)!.Value,
            blocked,
            historic > 0 ? WorkflowState.Historic : found > 0 ? WorkflowState.Found : WorkflowState.None,
            historic + found);

        void Count(WorkflowState of)
        {
            historic += of == WorkflowState.Historic ? 1 : 0;
            found += of != WorkflowState.Historic && of.IsNonConforming() ? 1 : 0;
        }
    }

    /// <summary>As below, of a row as it is.</summary>
    public static DateTime? AwaitsSince(
        CompiledResourceType type,
        AssignedResourceType row,
        IReadOnlyList<AssignedResourceScalar> scalars,
        IReadOnlyList<AssignedResourceNavigation> navigations) => AwaitsSince(type, row.ProvisioningState, row.OrderAt, scalars, navigations);

    /// <summary>When the oldest thing was executed that no synchronisation has confirmed yet.</summary>
    public static DateTime? AwaitsSince(
        CompiledResourceType type,
        ProvisioningState state,
        DateTime? orderAt,
        IReadOnlyList<AssignedResourceScalar> scalars,
        IReadOnlyList<AssignedResourceNavigation> navigations)
    {
        DateTime? oldest = null;
        Add(state, orderAt);
        for (var index = 0; index < scalars.Count; index++)
        {
            if (!IsCreateOnly(type, scalars[index]))
            {
                Add(scalars[index].ProvisioningState, scalars[index].OrderAt);
            }
        }

        for (var index = 0; index < navigations.Count; index++)
        {
            Add(navigations[index].ProvisioningState, navigations[index].OrderAt);
        }

        return oldest;

        void Add(ProvisioningState of, DateTime? at)
        {
            if (of == ProvisioningState.Executed && at is { } instant && !(oldest <= instant))
            {
                oldest = instant;
            }
        }
    }

    public static bool IsCreateOnly(CompiledResourceType type, AssignedResourceScalar value)
    {
        if (!type.HasCreateOnlyScalars)
        {
            return false;
        }

        foreach (var group in type.ScalarGroups)
        {
            if (group.Property.Identifier == value.Property)
            {
                return group.IsCreateOnly;
            }
        }

        return false;
    }

    private static ProvisioningState? MostUrgent(
        ProvisioningState? own, CompiledResourceType type, IReadOnlyList<AssignedResourceScalar> scalars, IReadOnlyList<AssignedResourceNavigation> navigations)
    {
        var most = own is { } state ? Array.IndexOf(Urgency, state) : int.MaxValue;
        for (var index = 0; index < scalars.Count; index++)
        {
            var of = scalars[index].ProvisioningState;

            // A create-only value stays Executed for ever: it says nothing about the account.
            if (of != ProvisioningState.Executed || !IsCreateOnly(type, scalars[index]))
            {
                most = Math.Min(most, Array.IndexOf(Urgency, of));
            }
        }

        for (var index = 0; index < navigations.Count; index++)
        {
            most = Math.Min(most, Array.IndexOf(Urgency, navigations[index].ProvisioningState));
        }

        return most == int.MaxValue ? null : Urgency[most];
    }
}
