using Muster.Configuration.Exchange;
using Muster.Policy.Compilation;
using Muster.Policy.RoleModel;
using Muster.Repository.Assignments;

namespace Muster.Policy.Orders;

/// <summary>An order before it is written: what of an assignment goes out, and why something stays.</summary>
internal sealed record DraftOrder(CompiledResourceType Type, AssignedType Assignment, OrderChangeType Change)
{
    public required IReadOnlyList<AssignedResourceScalar> Scalars { get; init; }

    public required IReadOnlyList<AssignedResourceNavigation> Navigations { get; init; }
}

/// <summary>Why an assignment gives no order now.</summary>
internal enum Held
{
    No,

    /// <summary>Its start is still to come.</summary>
    NotYet,

    /// <summary>Its period is over and there is nothing to remove: it becomes Inactive.</summary>
    Over,

    /// <summary>Something else of it waits for a review, or for an answer; or its target is only proposed.</summary>
    Review,

    /// <summary>DependsOn or DependsOnOwnerProperty.</summary>
    Dependency,
}

/// <summary>Which part of an assignment becomes an order (rolemodel.md 5.9).</summary>
internal static class OrderSelection
{
    public static OrderChangeType ChangeOf(AssignedType assignment)
    {
        var row = assignment.Row;
        if (row.WorkflowState is WorkflowState.Cancellation or WorkflowState.Declined)
        {
            return row.Resource is null ? OrderChangeType.None : OrderChangeType.Deleted;
        }

        return row.Resource is null ? OrderChangeType.Added : OrderChangeType.Modified;
    }

    public static Held Hold(CompiledResourceType type, AssignedType assignment, OrderChangeType change, DateTime now)
    {
        var row = assignment.Row;
        if (change == OrderChangeType.Deleted)
        {
            return row.ProvisioningState == ProvisioningState.Pending ? Held.No : Held.Review;
        }

        if (row.Resource is not null && !TargetClaims.IsHold(row))
        {
            return Held.Review;
        }

        if (row.EndDate <= now)
        {
            return Held.Over;
        }

        if (now < row.StartDate.AddHours(-Math.Min(type.Definition.FulfillHoursAheadOfTime, Hours(row.StartDate))))
        {
            return Held.NotYet;
        }

        // A creation goes out whole: what a person must still decide holds it (rolemodel.md 5.9). One that is on its way is awaited.
        return change == OrderChangeType.Added
            && (row.ProvisioningState != ProvisioningState.Pending || !type.Definition.AllowAdd || IsAnyBlocked(assignment))
                ? Held.Review
                : Held.No;
    }

    public static DraftOrder Draft(CompiledResourceType type, AssignedType assignment, OrderChangeType change, DateTime now)
    {
        var ahead = type.Definition.FulfillHoursAheadOfTime;
        return new DraftOrder(type, assignment, change)
        {
            Scalars = change == OrderChangeType.Deleted ? [] : [.. assignment.Scalars.Where(s => s.ProvisioningState == ProvisioningState.Pending)],
            Navigations = change == OrderChangeType.Deleted
                ? []
                : [.. assignment.Navigations.Where(n => n.ProvisioningState == ProvisioningState.Pending
                    && (n.WorkflowState == WorkflowState.Cancellation || now >= n.StartDate.AddHours(-Math.Min(ahead, Hours(n.StartDate)))))],
        };
    }

    private static bool IsAnyBlocked(AssignedType assignment) =>
        assignment.Scalars.Any(s => s.ProvisioningState == ProvisioningState.Blocked)
        || assignment.Navigations.Any(n => n.ProvisioningState == ProvisioningState.Blocked);

    /// <summary>Sentinel dates are never shifted (rolemodel.md 7.2).</summary>
    private static int Hours(DateTime start) => start <= SentinelDates.Minimum ? 0 : int.MaxValue;
}
