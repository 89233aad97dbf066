using Muster.Policy.Naming;
using static Muster.Policy.Tests.Naming.NamingWorld;

namespace Muster.Policy.Tests.Naming;

/// <summary>BuildRoleModel over time: entitlements come, change their names, and go.</summary>
public sealed class RoleModelBuildTests
{
    private static PolicyWorld World(params string[] groups) => Of(Conf(Mapping()), groups);

    /// <summary>Bert has the role by hand, with its link.</summary>
    private static PolicyWorld Approved(string policy, params string[] groups)
    {
        var world = Of(policy, groups);
        world.Request("002", groups[^1]);
        world.Job(dirty: true);
        world.Fulfill();
        world.Job(dirty: true);
        return world;
    }

    [Fact]
    public void Job_NewEntitlement_IsARoleThatWhoHasItIsFoundToHave()
    {
        using var world = World("g1");
        Assert.Equal("g1:1", world.Roles("001"));
        world.Put("Group", "g2");
        world.Link("Account", "Groups", "cn=bert", "g2");
        world.Job(dirty: true);

        Assert.Equal("g1:1", world.Roles("001"));
        Assert.Equal("g2:1", world.Roles("002"));
        Assert.False(world.Job(dirty: true));
        world.AssertSettled();
    }

    [Fact]
    public void Build_AfterNothingOrSomething_LooksAtWhatHasChangedOnly()
    {
        using var world = World([.. Enumerable.Range(1, 20).Select(n => $"g{n}")]);
        world.Counts.Clear();
        world.Job(dirty: true);
        Assert.Equal(0, world.Counts.GetValueOrDefault("valuesEvaluated"));

        world.Put("Group", "g7", ("Label", "Other"));
        world.Job(dirty: true);
        Assert.Equal(1, world.Counts["valuesEvaluated"]);

        // Two people are there; of a new role that nobody has none is evaluated.
        world.Counts.Clear();
        world.Put("Group", "g21");
        world.Job(dirty: true);
        Assert.Equal(1, world.Counts["rolesAdded"]);
        Assert.Equal(0, world.Counts.GetValueOrDefault("ownersEvaluated"));
        Assert.False(world.Job(dirty: false));
    }

    [Fact]
    public void IsWaiting_WhatIsLeftOfARuleThatIsGone_WaitsForTheTask()
    {
        using var world = World("g1");
        Assert.False(IsWaiting(world));
        world.Deploy(Conf(""), Model);
        Assert.True(IsWaiting(world));

        world.Job(dirty: true);

        Assert.False(IsWaiting(world));
    }

    private static bool IsWaiting(PolicyWorld world)
    {
        using var transaction = world.Database.BeginRead();
        return RoleModelBuild.IsWaiting(transaction, world.Schema, world.Policy, null);
    }

    [Fact]
    public void Build_RenamedEntitlement_RenamesTheAssignmentsOfItsRole()
    {
        using var world = Approved(Conf(Mapping()), "g1", "g2");
        Assert.Equal("g2:16", world.Roles("002"));
        var row = world.Of("002").Roles.Single().Id;
        world.Rename("Group", "g2", "h2");
        world.Job(dirty: true);

        Assert.Equal("g1 -> g1 'g1'\nh2 -> h2 'h2'", world.Named());
        Assert.Equal("h2:16", world.Roles("002"));
        Assert.Equal(row, world.Of("002").Roles.Single().Id);
        Assert.Equal(4, (int)Assert.Single(world.Type("002").Navigations).ProvisioningState);
        world.AssertSettled();
    }

    [Fact]
    public void Build_EntitlementsThatSwapNames_SwapTheirAssignments()
    {
        using var world = ByLabel();
        world.Put("Group", "g1", ("Label", "The g2"));
        world.Put("Group", "g2", ("Label", "The g1"));
        world.Job(dirty: true);

        Assert.Equal(("The g2:1", "The g1:16"), (world.Roles("001"), world.Roles("002")));
        Assert.Equal(world.Id("g2"), Assert.Single(world.Type("002").Navigations).Resource);
        world.AssertSettled();
    }

    [Fact]
    public void Build_NameThatAnotherRoleHad_IsNotTakenOverByRenaming()
    {
        using var world = ByLabel();
        world.Delete("Group", "g2");
        world.Put("Group", "g1", ("Label", "The g2"));
        world.Job(dirty: true);

        // The role of the name stays whose it was, and gives what has the name now; Anna is found to have it by her group.
        Assert.Equal(("The g2:1", "The g2:16"), (world.Roles("001"), world.Roles("002")));
        world.AssertSettled();
    }

    /// <summary>Roles are named by the labels of groups; Bert has that of the second by hand.</summary>
    private static PolicyWorld ByLabel()
    {
        var world = Of(Conf(Mapping("IdentifierBinding=\"Group:Label\"")), "g1", "g2");
        world.Request("002", "The g2");
        world.Job(dirty: true);
        world.Fulfill();
        world.Job(dirty: true);
        Assert.Equal(("The g1:1", "The g2:16"), (world.Roles("001"), world.Roles("002")));
        return world;
    }

    [Fact]
    public void Build_VanishedEntitlement_TakesItsRoleAndAssignmentsAlong()
    {
        using var world = Approved(Conf(Mapping()), "g1", "g2");
        world.Delete("Group", "g2");
        world.Job(dirty: true);

        Assert.Equal("g1 -> g1 'g1'", world.Named());
        Assert.Equal("", world.Roles("002"));
        Assert.Equal("g1:1", world.Roles("001"));
        world.AssertSettled();
    }

    [Fact]
    public void Build_EntitlementThatComesAgainInTheSameJob_KeepsItsRole()
    {
        using var world = Approved(Conf(Mapping()), "g1", "g2");
        world.Delete("Group", "g2");
        world.Put("Group", "g2");
        world.Job(dirty: true);

        Assert.Equal("g2:16", world.Roles("002"));
        Assert.Equal(world.Id("g2"), Assert.Single(world.Type("002").Navigations).Resource);
        world.AssertSettled();
    }

    [Fact]
    public void Build_ValueThatCountsNoMore_LosesItsRole()
    {
        using var world = Approved(Conf(Mapping("WhereExpression=\"C#:group:return group.Kind != &quot;closed&quot;;\"")), "g1", "g2");
        world.Put("Group", "g2", ("Kind", "closed"));
        world.Job(dirty: true);

        Assert.Equal("", world.Roles("002"));
        world.AssertSettled();
    }

    [Fact]
    public void Deploy_WithoutTheMapping_EndsItsRolesAtTheNextRun()
    {
        using var world = Approved(Conf(Mapping()), "g1", "g2");
        world.Deploy(Conf(""), Model);
        world.Job(dirty: true);

        Assert.Equal("", world.Named());
        Assert.Equal(("", ""), (world.Roles("001"), world.Roles("002")));
        world.AssertSettled();
    }

    [Fact]
    public void Deploy_OfAnotherConfiguration_LeavesWhatWasMade()
    {
        using var world = Approved(Conf(Mapping()), "g1", "g2");
        world.Deploy(Conf(Mapping(), "<SingleRole Identifier=\"X\" DisplayName_L1=\"X\" EntityType=\"Person\" Policy=\"P\" />"), Model);

        Assert.Equal("g1 -> g1 'g1'\ng2 -> g2 'g2'", world.Named());
        world.Job(dirty: true);
        Assert.Equal("g2:16", world.Roles("002"));
        world.AssertSettled();
    }

    [Fact]
    public void Deploy_OfOtherNames_NamesAllAgain()
    {
        using var world = Approved(Conf(Mapping()), "g1", "g2");
        world.Deploy(Conf(Mapping("IdentifierExpression=\"C#:group:return &quot;AD/&quot; + group.Name;\"")), Model);
        world.Job(dirty: true);

        Assert.Equal(("AD/g1:1", "AD/g2:16"), (world.Roles("001"), world.Roles("002")));
        world.AssertSettled();
    }

    [Fact]
    public void Build_TwoMappings_GiveOneRoleOfOneName()
    {
        const string Odd = "<Rule><Item Property=\"Name\" Operator=\"EndWith\" Value=\"1\" /></Rule>";
        const string Even = "<Rule><Item Property=\"Name\" Operator=\"EndWith\" Value=\"2\" /></Rule>";
        using var world = Of(Conf(
            Mapping("IdentifierExpression=\"Literal:Both\" ApprovalWorkflowType=\"One\"", Odd, "Odd") + Mapping("IdentifierExpression=\"Literal:Both\"", Even, "Even")), "g1", "g2");

        Assert.Equal("Both:1", world.Roles("001"));
        Assert.Equal(2, world.Type("001").Navigations.Count);
        Assert.Empty(world.Warnings);
        world.AssertSettled();
    }
}
