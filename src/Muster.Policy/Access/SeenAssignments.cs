using Muster.Configuration.Model;
using Muster.Policy.Decisions;
using Muster.Repository.Assignments;

namespace Muster.Policy.Access;

/// <summary>
/// What somebody sees of assignments and risks (rolemodel.md 9.3): those of which they have the <c>Query</c>, without the values of properties of
/// the target that they may not read. The operator sees everything.
/// </summary>
public sealed class SeenAssignments(AccessGuard guard, ResourceRights resources, ConfigurationModel model)
{
    public OwnerAssignments Of(OwnerAssignments owned)
    {
        ArgumentNullException.ThrowIfNull(owned);
        if (guard.User is null)
        {
            return owned;
        }

        var seen = Seen([.. AssignmentEntry.Of(owned)]).Select(e => (e.Kind, e.Id)).ToHashSet();
        return owned with
        {
            Roles = [.. owned.Roles.Where(r => seen.Contains((AssignmentKind.SingleRole, r.Id)))],
            CompositeRoles = [.. owned.CompositeRoles.Where(r => seen.Contains((AssignmentKind.CompositeRole, r.Id)))],
            Types = [.. owned.Types.Where(t => seen.Contains((AssignmentKind.ResourceType, t.Row.Id))).Select(WithoutHidden)],
        };
    }

    public IReadOnlyList<AssignedType> Of(IReadOnlyList<AssignedType> types) =>
        guard.User is null ? types : [.. Seen([.. types.Select(AssignmentEntry.Of)]).Select(e => WithoutHidden(e.Type!))];

    public IReadOnlyList<Risk> Of(IReadOnlyList<Risk> risks) =>
        [.. risks.Zip(guard.May([.. risks.Select(r => AccessQuestion.Of(PermissionPaths.RiskQuery, AccessedEntity.Of(r)))])).Where(r => r.Second).Select(r => r.First)];

    internal bool Sees(AssignmentEntry entry) => guard.User is null || Seen([entry]).Count > 0;

    /// <summary>Throws <see cref="DecisionRefusedException"/> where one of some assignments may not be seen.</summary>
    internal void Require(IEnumerable<AssignmentEntry> entries)
    {
        if (guard.User is not null)
        {
            guard.Require([.. entries.Select(e => AssignmentRights.Query(AssignmentItem.Find(model, e.Kind, e.Item), e))]);
        }
    }

    internal IReadOnlyList<AssignmentEntry> Seen(IReadOnlyList<AssignmentEntry> entries)
    {
        var known = entries.Select(e => (Entry: e, Item: AssignmentItem.TryFind(model, e.Kind, e.Item)!)).Where(e => e.Item is not null).ToList();
        return [.. known.Zip(new AssignmentRights(guard).MayQuery(known)).Where(e => e.Second).Select(e => e.First.Entry)];
    }

    /// <summary>Values of hidden properties are left out, and what might tell them.</summary>
    private AssignedType WithoutHidden(AssignedType assigned)
    {
        if (model.FindResourceType(assigned.Row.ResourceType)?.TargetEntityType is not { } target || !resources.HidesAny(target, assigned.Row.Resource))
        {
            return assigned;
        }

        bool IsVisible(string property) => target.FindProperty(property) is { } found && resources.IsVisible(target, assigned.Row.Resource, found);
        return new AssignedType(
            assigned.Row with { Message = null },
            [.. assigned.Scalars.Where(s => IsVisible(s.Property))],
            [.. assigned.Navigations.Where(n => IsVisible(n.Property))]);
    }
}
