namespace Muster.Scenarios.Tests.Twins;

/// <summary>Roles through roles, hierarchies, priorities, denials and grace periods, on dimensions 0, 31, 32 and 127 (rolemodel.md 3.1, 5.4, 7.5).</summary>
public sealed class RoleTests
{
    [Fact]
    public async Task Roles_FollowMovesOfPeople_OfDepartments_AndOfRules()
    {
        using var world = new TwinWorld("Roles");
        await world.LoadAsync("2026-04-01T08:00:00Z");

        string[] given = ["Base-Pack", "Manager-Pack", "Chef $1 #2", "FR", "Vente / Ventes", "Lvl"];
        Assert.All(given, r => Assert.Equal("PolicyApproved", world.Role("p1", r)));
        Assert.Null(world.Role("p5", "Base-Pack"));
        Assert.Null(world.Role("p5", "Manager-Pack"));
        Assert.Empty(world.Accounts("p5"));
        Assert.Equal(["PolicyApproved", null, "PolicyApproved"], new[] { "p2", "p3", "p4" }.Select(p => world.Role(p, "Night")));
        Assert.Equal("Suggested", world.Role("p6", "Sugg"));
        Assert.Equal(["SuggestedExisting", "RequestedAutomatically"], new[] { "p6", "p11" }.Select(p => world.Role(p, "Auto")));
        Assert.Equal(["CalculatedMissingParameters", "PolicyApproved"], new[] { "p7", "p8" }.Select(p => world.Role(p, "Param")));
        Assert.All(["OffRole", "ExtRole"], r => Assert.Null(world.Role("p1", r)));
        Assert.Equal(["- GivenByRole Executed"], world.Accounts("p4", "Role_Acc"));
        Assert.Empty(world.Accounts("p1", "Role_Acc"));
        Assert.Equal("boss PolicyApproved Executed", world.Value("p1", "title"));
        Assert.Equal(["de PolicyApproved 20260101-", "glob PolicyApproved 20260101-"], world.Groups("p10"));
        Assert.Empty(world.Accounts("p12"));

        // SALES-A goes below LEGAL, p5 moves to IT, p12 is no longer excluded: what was lost by data goes at once.
        world.Edit("Sources/RHOrg.csv", "SALES-A,LSALES-A,SALES", "SALES-A,LSALES-A,LEGAL");
        world.Edit("Sources/RHPers.csv", ",LEGAL,MGR", ",IT,MGR");
        world.Edit("Sources/RHPers.csv", "EXCLU", "Normal");
        await world.StepAsync("2026-04-02T08:00:00Z");
        Assert.Null(world.Role("p1", "Vente / Ventes"));
        Assert.Contains("sales Cancellation 20260101-", world.Groups("p1"));
        Assert.Equal("PolicyApproved", world.Role("p5", "Manager-Pack"));
        Assert.Equal(["- PolicyApproved Executed"], world.Accounts("p12"));
        await world.StepAsync("2026-04-02T12:00:00Z");
        Assert.DoesNotContain(world.Groups("p1"), g => g.StartsWith("sales", StringComparison.Ordinal));

        // What is lost by a rule stays for the grace period of two days, and that is the same to the minute in both.
        world.Edit("Conf/Roles.xml", """<SingleRoleRule Role="Vente / Ventes" Policy="Main" D0="SALES" L0="1"/>""", """<SingleRoleRule Role="Vente / Ventes" Policy="Main" D0="IT"/>""");
        await world.StepAsync("2026-04-04T08:00:00Z");
        Assert.Equal(("Prolonged", "20260406080000"), (world.Role("p2", "Vente / Ventes"), world.End("p2", "Vente / Ventes")));
        Assert.Equal("PolicyApproved", world.Role("p6", "Vente / Ventes"));
        await world.StepAsync("2026-04-06T07:59:00Z");
        Assert.Equal("Prolonged", world.Role("p2", "Vente / Ventes"));
        await world.StepAsync("2026-04-06T08:00:00Z");
        Assert.Equal("Inactive", world.Role("p2", "Vente / Ventes"));
        await world.StepAsync("2026-05-01T00:00:10Z");
        Assert.Null(world.Role("p2", "Vente / Ventes"));
        Assert.Equal(["- PolicyApproved Executed"], world.Accounts("p11"));
        await world.StepAsync("2026-05-02T00:00:00Z");
        await world.AssertSettledAsync();
    }
}
