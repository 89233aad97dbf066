using Muster.Expressions.Dependencies;
using Muster.Policy.RoleModel;
using Muster.Repository.Assignments;
using Muster.Repository.Dirty;

namespace Muster.Policy.Tests.RoleModel;

/// <summary>What concerns owners though no property that a rule reads has changed: a dirty run must see it as a complete one does.</summary>
public sealed class UnflaggedOwnerTests
{
    private static PolicyWorld World(string policy, string? model = null)
    {
        var world = new PolicyWorld(policy, model ?? Histories.Model);
        Histories.Begin(world);
        world.Put("Person", "001", ("Login", "anna"), ("Title", "Seller"), ("Department", "Sales"));
        return world;
    }

    private static bool IsDue(PolicyWorld world)
    {
        using var transaction = world.Database.BeginRead();
        return RoleModelDue.Any(transaction, world.Policy, world.Model.EntityTypes, world.LastAppliedExport);
    }

    /// <summary>Of two managers with one key the first by name counts; a renamed one changes who that is, though no key changes.</summary>
    [Fact]
    public void QueryRule_NameOfOneOfSeveralMatchesChanges_ChoosesAnew()
    {
        using var world = World(Given.Accounts(scalars:
            """<QueryRule Policy="P" Property="Manager" SourceBinding="Person:Boss.Login" TargetBinding="Account:Login" TargetMatchedConfidenceLevel="100" />"""));
        world.Put("Person", "009", ("Login", "boss"));
        world.Put("Person", "001", ("Boss", "009"));
        world.Put("Account", "cn=a", ("Login", "boss"));
        world.Put("Account", "cn=b", ("Login", "boss"));
        world.Job(dirty: true);
        world.Rename("Account", "cn=b", "cn=0");

        world.Job(dirty: true);

        Assert.Equal(world.Id("cn=0"), Assert.Single(world.Type("001").Navigations, n => n.Property == "Manager").Resource);
        world.AssertSettled();
    }

    [Fact]
    public void QueryRule_BetterRuleComesToMatch_ChoosesAnew()
    {
        using var world = World(Given.Accounts(scalars:
            """
            <QueryRule Policy="P" Property="Manager" SourceBinding="Person:Boss.Login" TargetBinding="Account:Login" TargetMatchedConfidenceLevel="120" />
            <QueryRule Policy="P" Property="Manager" SourceBinding="Person:Title" TargetBinding="Account:Title" TargetMatchedConfidenceLevel="100" />
            """));
        world.Put("Person", "009", ("Login", "boss"));
        world.Put("Person", "001", ("Boss", "009"));
        world.Put("Account", "cn=title", ("Title", "Seller"));
        world.Job(dirty: true);
        world.Put("Account", "cn=boss", ("Login", "boss"));

        world.Job(dirty: true);

        Assert.Equal(world.Id("cn=boss"), Assert.Single(world.Type("001").Navigations, n => n.Property == "Manager").Resource);
        world.AssertSettled();
    }

    [Fact]
    public void Hierarchy_ParentGoesAndComesAgain_ConcernsAllBelow()
    {
        using var world = World(Given.Accounts());
        world.Put("Department", "North", ("Parent", "Sales"));
        world.Put("Department", "IT", ("Parent", "North"));
        world.Put("Person", "001", ("Department", "IT"));
        world.Job(dirty: true);
        Assert.Single(world.Of("001").Roles);
        world.Delete("Department", "North");
        world.Job(dirty: true);
        Assert.Empty(world.Of("001").Roles);
        world.Put("Department", "North", ("Parent", "Sales"));
        world.Put("Department", "IT", ("Parent", "North"));

        world.Job(dirty: true);

        Assert.Single(world.Of("001").Roles);
        world.AssertSettled();
    }

    [Fact]
    public void Hierarchy_AncestorGetsTheNameOfARule_ConcernsAllBelow()
    {
        using var world = World(Given.Accounts());
        world.Put("Department", "North", ("Parent", "IT"));
        world.Put("Person", "001", ("Department", "North"));
        world.Job(dirty: true);
        Assert.Empty(world.Of("001").Roles);
        world.Delete("Department", "Sales");
        world.Rename("Department", "IT", "Sales");

        world.Job(dirty: true);

        Assert.Single(world.Of("001").Roles);
        world.AssertSettled();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Group_OfARuleGoesAndComesAgain_IsWantedAgain(bool isCurrent)
    {
        using var world = World(Given.Accounts());
        world.Put("Account", "cn=0", ("Login", "anna"), ("Title", "Seller"));
        if (isCurrent)
        {
            world.Link("Account", "Groups", "cn=0", "sales-staff");
        }

        world.Job(dirty: true);
        world.Delete("Group", "sales-staff");
        world.Job(dirty: true);
        Assert.Empty(world.Type("001").Navigations);
        world.Put("Group", "sales-staff");

        world.Job(dirty: true);

        Assert.Equal(world.Id("sales-staff"), Assert.Single(world.Type("001").Navigations).Resource);
        world.AssertSettled();
    }

    [Theory]
    [InlineData("Start", 0, 1)]
    [InlineData("End", 1, 0)]
    public void Date_Comes_IsSeenByTheNextDirtyRun(string property, int before, int after)
    {
        using var world = World(Given.Accounts());
        world.Put("Account", "cn=0", ("Login", "anna"), ("Title", "Seller"));
        world.Put("Person", "001", (property, "20260110090000"));
        world.Job(dirty: true);
        Assert.Equal(before, world.Of("001").Roles.Count(r => r.StartDate <= world.Now && world.Now < r.EndDate));
        Assert.False(IsDue(world));

        world.At("2026-01-10T09:00:00");

        Assert.True(IsDue(world));
        world.Job(dirty: true);
        Assert.Equal(after, world.Of("001").Roles.Count(r => r.StartDate <= world.Now && world.Now < r.EndDate));
        Assert.False(IsDue(world));
        world.AssertSettled();
    }

    [Fact]
    public void Order_WithoutAnAnswerForTooLong_IsSeenByTheNextDirtyRun()
    {
        using var world = World(Given.Accounts("BlockProvisioning=\"false\" TransmittedStateValidityPeriod=\"30\""));
        world.Job(dirty: true);
        world.Generate(force: true);
        Assert.False(IsDue(world));

        world.Later(30);

        Assert.True(IsDue(world));
        world.Job(dirty: true);
        Assert.Equal(ProvisioningState.Errored, world.Type("001").Row.ProvisioningState);
        Assert.False(IsDue(world));
        world.AssertSettled();
    }

    /// <summary>The directory was read and shows nothing new: what was executed and is not there is due again.</summary>
    [Fact]
    public void Execution_NotSeenByALaterReading_IsSeenByTheNextDirtyRun()
    {
        using var world = World(Given.Accounts());
        world.Job(dirty: true);
        world.Provision();
        world.Job(dirty: true);
        Assert.False(IsDue(world));

        world.Synchronized("LDAP");

        Assert.True(IsDue(world));
        world.Job(dirty: true);
        Assert.Equal(ProvisioningState.Pending, world.Type("001").Row.ProvisioningState);
        Assert.False(IsDue(world));
        world.AssertSettled();
    }

    /// <summary>What reads the clock waits always: nobody knows when its value changes.</summary>
    [Fact]
    public void Expression_ReadsTheClock_WaitsForEveryDirtyRun()
    {
        using var world = World(Given.Accounts(scalars:
            """<ScalarRule Policy="P" Property="Secret" Expression="C#:p:return DateTime.UtcNow &gt; new DateTime(2026, 1, 10, 9, 0, 0) ? &quot;late&quot; : &quot;early&quot;;" />"""));
        world.Job(dirty: true);
        Assert.Equal("early", world.Scalar("001", "Secret").PolicyValue);
        using (var transaction = world.Database.BeginRead())
        {
            Assert.True(new DirtyStore(transaction, world.Schema, world.Policy.Graph)
                .IsAnyWaiting([(ConsumerKinds.ComputeRoleModel, world.Model.FindEntityType("Person")!)]));
        }

        world.At("2026-01-10T09:30:00");
        world.Job(dirty: true);

        Assert.Equal("late", world.Scalar("001", "Secret").PolicyValue);
    }

    /// <summary>What an owner leaves behind has an end of its own, for which nobody needs be evaluated.</summary>
    [Fact]
    public void DeletedOwner_WhoseAccountIsLeftToNobody_IsNotDueAtItsEnd()
    {
        using var world = new PolicyWorld(Given.Accounts());
        world.Put("Department", "Sales");
        world.Put("Person", "001", ("Login", "anna"), ("Department", "Sales"), ("End", "20300101000000"));
        world.Put("Account", "cn=anna", ("Login", "anna"));
        world.Job(dirty: false);
        world.Delete("Person", "001");
        world.Job(dirty: true);

        using var transaction = world.Database.BeginRead();
        var store = new AssignmentStore(transaction);
        var left = Assert.Single(store.OfTargets([world.Id("cn=anna")]));
        Assert.Equal((null, new DateTime(2030, 1, 1)), (left.Owner, left.EndDate));
        Assert.Empty(new EvaluationDueStore(transaction).Until(world.Model.FindEntityType("Person")!, new DateTime(2031, 1, 1)));
    }
}
