using Muster.Repository.Assignments;

namespace Muster.Repository.Tests.Assignments;

/// <summary>Many rows are written by other statements than few: the store then says the same, with the same history.</summary>
public sealed class AssignmentStoreTests
{
    private const int Owners = 20;
    private static readonly string[] Tables =
        ["assigned_single_role", "assigned_composite_role", "assigned_resource_type", "assigned_resource_scalar", "assigned_resource_navigation"];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Save_ManyOwnersTogether_StoresWhatOneAfterTheOtherStores(bool keepHistory)
    {
        using var together = new World();
        using var alone = new World();

        var all = Enumerable.Range(1, Owners).Select(o => (long)o).ToList();
        Histories(together, [all], keepHistory);
        Histories(alone, [.. all.Select(o => new List<long> { o })], keepHistory);

        Assert.Equal(Said(alone), Said(together));
    }

    /// <summary>Three generations of rows: made, changed in part, ended in part.</summary>
    private static void Histories(World world, List<List<long>> batches, bool keepHistory)
    {
        for (var generation = 0; generation < 3; generation++)
        {
            foreach (var owners in batches)
            {
                using var transaction = world.Database.BeginWrite();
                var store = new AssignmentStore(transaction);
                var stored = store.Load(owners);
                store.Save(stored.Values, [.. owners.Select(o => Wanted(stored[o], generation))], keepHistory);
                transaction.Commit();
            }
        }
    }

    private static OwnerAssignments Wanted(OwnerAssignments stored, int generation) => generation switch
    {
        0 => new OwnerAssignments(stored.Owner, [Role(stored.Owner, 1), Role(stored.Owner, 2)], [Type(stored.Owner)])
        {
            CompositeRoles = [new AssignedCompositeRole { Owner = stored.Owner, Role = "C", StartDate = SentinelDates.Minimum, EndDate = SentinelDates.Maximum }],
        },
        1 => stored with
        {
            Roles = [stored.Roles[0] with { WorkflowState = WorkflowState.Cancellation }, stored.Roles[1]],
            Types =
            [
                stored.Types[0] with
                {
                    Row = stored.Types[0].Row with { Resource = null, Message = "Zoë's\u0001 \"€\"", Order = new Guid("00000000-0000-4000-8000-000000000001"), Attempts = 2 },
                    Scalars = [.. stored.Types[0].Scalars.Select(s => s with { CurrentValue = $"now {s.PolicyValue}", PolicyValue = null })],
                },
            ],
        },
        _ => stored with
        {
            Roles = [stored.Roles[1]],
            CompositeRoles = [],
            Types = stored.Owner % 2 == 0 ? [] : [stored.Types[0] with { Navigations = [.. stored.Types[0].Navigations.Skip(1)] }],
        },
    };

    private static AssignedSingleRole Role(long owner, int number) => new()
    {
        Owner = owner,
        Role = $"R{number}",
        WorkflowState = WorkflowState.PolicyApproved,
        StartDate = SentinelDates.Minimum,
        EndDate = SentinelDates.Maximum,
        Rules = number == 1 ? null : "rule",
    };

    private static AssignedType Type(long owner)
    {
        var (start, end) = (SentinelDates.Minimum, SentinelDates.Maximum);
        return new AssignedType(
            new AssignedResourceType { Owner = owner, ResourceType = "User", Resource = owner + 1_000, StartDate = start, EndDate = end },
            [.. Enumerable.Range(0, 4).Select(n => new AssignedResourceScalar { Property = $"P{n}", PolicyValue = $"value {n} of {owner}", StartDate = start, EndDate = end })],
            [.. Enumerable.Range(0, 3).Select(n => new AssignedResourceNavigation { Property = "Groups", Resource = n, StartDate = start, EndDate = end })]);
    }

    /// <summary>What the tables say, without ids and instants.</summary>
    private static List<string> Said(World world) => world.Read(transaction =>
    {
        var store = new AssignmentStore(transaction);
        List<string> said = [];
        foreach (var owner in store.Load([.. Enumerable.Range(1, Owners).Select(o => (long)o)]).Values.OrderBy(o => o.Owner))
        {
            said.AddRange(owner.Roles.OrderBy(r => r.Role).Select(r => (r with { Id = 0, StateSince = null }).ToString()));
            said.AddRange(owner.CompositeRoles.Select(r => (r with { Id = 0, StateSince = null }).ToString()));
            foreach (var type in owner.Types)
            {
                said.Add((type.Row with { Id = 0, StateSince = null }).ToString());
                said.AddRange(type.Scalars.OrderBy(s => s.Property).Select(s => (s with { Id = 0, AssignedResourceType = 0 }).ToString()));
                said.AddRange(type.Navigations.OrderBy(n => n.Resource).Select(n => (n with { Id = 0, AssignedResourceType = 0 }).ToString()));
            }
        }

        said.AddRange(Tables.Select(t => $"{t}: {transaction.Count($"SELECT COUNT(*) FROM {t}")}, {transaction.Count($"SELECT COUNT(*) FROM h_{t}")} ended"));
        said.AddRange(transaction.Query(
            "SELECT policy_value, current_value, property FROM h_assigned_resource_scalar ORDER BY policy_value, current_value, property",
            row => $"{(row.IsDBNull(0) ? "-" : row.GetString(0))} {(row.IsDBNull(1) ? "-" : row.GetString(1))} {row.GetString(2)}").Order(StringComparer.Ordinal));
        return said;
    });
}
