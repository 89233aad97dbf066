using Muster.Configuration.Model;
using Muster.Repository.Assignments;

namespace Muster.Policy.RoleModel;

/// <summary>A role that entitles its owner, with its period.</summary>
/// <param name="IsFound">Only deduced from data: what it gives is as little wanted by a rule as the role itself.</param>
/// <param name="Parameters">Values of the role's parameters, see <see cref="AssignmentParameters"/>.</param>
internal sealed record HeldRole(SingleRole Role, Period Period, bool IsFound = false, string? Parameters = null);

/// <summary>The roles of an owner as they shall be.</summary>
internal sealed record OwnerRoles(IReadOnlyList<AssignedCompositeRole> Composites, IReadOnlyList<AssignedSingleRole> Singles);

/// <summary>
/// Composite roles by context and by one another to a fixed point, then single roles by context and by held composite roles (rolemodel.md 5.4,
/// phase 3).
/// </summary>
internal static class RoleEvaluation
{
    /// <param name="deduced">What the owner's targets show; see <see cref="RoleDeduction"/>.</param>
    public static OwnerRoles Evaluate(OwnerInput owner, BatchFacts facts, IReadOnlyList<DeducedRole> deduced)
    {
        var held = new List<HeldComposite>();
        var composites = Composites(owner, facts, deduced, held);
        if (facts.Trace is { } trace)
        {
            trace.HeldComposites = held;
        }

        var stored = owner.Stored.Roles.ToLookup(r => r.Role, StringComparer.Ordinal);
        var singles = new List<AssignedSingleRole>();
        var roles = facts.Trace is null
            ? facts.Policy.SingleRolesFor(facts.Source, stored.Select(r => r.Key).Concat(deduced.Where(d => d.Role is SingleRole).Select(d => d.Role.Identifier)))
            : facts.Policy.SingleRolesBySource[facts.Source];
        foreach (var role in roles)
        {
            singles.AddRange(Rows(role, owner, facts, held).Of(stored[role.Identifier], Of(deduced, role)));
        }

        return new OwnerRoles(composites, [.. singles, .. Others(owner.Stored.Roles, facts, facts.Policy.SingleRolesByIdentifier)]);
    }

    /// <summary>The roles whose rows entitle the owner, now or later.</summary>
    public static IReadOnlyList<HeldRole> Held(IEnumerable<AssignedSingleRole> rows, OwnerInput owner, BatchFacts facts)
    {
        var roles = facts.Policy.SingleRolesByIdentifier;
        return
        [
            .. rows.Where(r => r.IsEffective() && r.EndDate > facts.Now && roles.ContainsKey(r.Role))
                .SelectMany(r => Effective(r, owner).Select(p => new HeldRole(roles[r.Role], p, r.WorkflowState.IsNonConforming(), r.ParametersValues))),
        ];
    }

    /// <summary>What was given by hand counts within the owner's validity only (rolemodel.md 7.1).</summary>
    private static Period[] Effective(AssignedRole row, OwnerInput owner)
    {
        var period = new Period(row.StartDate, row.EndDate);
        return row.WorkflowState.IsManual() || row.AsksRemoval
            ? owner.Contexts.Within(period, row.IsContextBound) is { } cut ? [cut] : []
            : [period];
    }

    private static List<DeducedRole> Of(IReadOnlyList<DeducedRole> deduced, Role role) => deduced.Count == 0 ? [] : [.. deduced.Where(d => d.Role == role)];

    /// <summary>Each role after those that it needs. Those of a cycle begin with none of them, and go on until nothing is added.</summary>
    private static List<AssignedCompositeRole> Composites(
        OwnerInput owner, BatchFacts facts, IReadOnlyList<DeducedRole> deduced, List<HeldComposite> held)
    {
        var stored = owner.Stored.CompositeRoles.ToLookup(r => r.Role, StringComparer.Ordinal);
        var rows = new List<AssignedCompositeRole>();
        foreach (var group in facts.Policy.CompositeRolesBySource[facts.Source])
        {
            var ofGroup = new List<AssignedCompositeRole>();
            var heldOfGroup = new List<HeldComposite>();
            for (var round = 0; round <= group.Roles.Count + 1; round++)
            {
                List<HeldComposite> known = [.. held, .. heldOfGroup];
                ofGroup = [.. group.Roles.SelectMany(role => Rows(role, owner, facts, known).Of(stored[role.Identifier], Of(deduced, role)))];
                var now = Held(ofGroup, owner, facts);
                if (!group.IsCycle || now.SequenceEqual(heldOfGroup))
                {
                    heldOfGroup = now;
                    break;
                }

                heldOfGroup = now;
            }

            held.AddRange(heldOfGroup);
            rows.AddRange(ofGroup);
        }

        rows.AddRange(Others(owner.Stored.CompositeRoles, facts, facts.Policy.CompositeRolesByIdentifier));
        return rows;
    }

    /// <summary>What was only found in the managed systems infers nothing: all that it would infer was found too.</summary>
    private static List<HeldComposite> Held(IEnumerable<AssignedCompositeRole> rows, OwnerInput owner, BatchFacts facts) =>
    [
        .. rows.Where(r => r.IsEffective() && !r.WorkflowState.IsNonConforming() && r.EndDate > facts.Now)
            .SelectMany(r => Effective(r, owner).Select(p => new HeldComposite(facts.Policy.CompositeRolesByIdentifier[r.Role], p))),
    ];

    private static RoleRows<AssignedSingleRole> Rows(SingleRole role, OwnerInput owner, BatchFacts facts, IReadOnlyList<HeldComposite> held) =>
        new(role, facts.Policy.RulesOf(role), owner, facts, held, () => new AssignedSingleRole
        {
            Owner = owner.Id,
            Role = role.Identifier,
            StartDate = SentinelDates.Minimum,
            EndDate = SentinelDates.Maximum,
        });

    private static RoleRows<AssignedCompositeRole> Rows(CompositeRole role, OwnerInput owner, BatchFacts facts, IReadOnlyList<HeldComposite> held) =>
        new(role, facts.Policy.RulesOf(role), owner, facts, held, () => new AssignedCompositeRole
        {
            Owner = owner.Id,
            Role = role.Identifier,
            StartDate = SentinelDates.Minimum,
            EndDate = SentinelDates.Maximum,
        });

    /// <summary>Rows of roles for owners of another entity type stay; those of roles that are gone from the configuration end.</summary>
    private static IEnumerable<TRow> Others<TRow, TRole>(
        IEnumerable<TRow> stored, BatchFacts facts, IReadOnlyDictionary<string, TRole> roles)
        where TRow : AssignedRole
        where TRole : Role =>
        stored.Where(r => roles.TryGetValue(r.Role, out var role) && role.EntityType != facts.Source);
}
