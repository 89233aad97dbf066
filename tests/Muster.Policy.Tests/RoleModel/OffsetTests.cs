using Muster.Configuration.Model;
using Muster.Policy.RoleModel;
using Muster.Repository.Assignments;

namespace Muster.Policy.Tests.RoleModel;

/// <summary>Offsets of rules (rolemodel.md 7.2).</summary>
public sealed class OffsetTests
{
    [Theory]
    [InlineData("TimeOffsetReference=\"Before\" TimeOffsetBeforeReference=\"-100\" TimeOffsetAfterReference=\"-50\"", "TimeOffsetReference=\"Before\" TimeOffsetBeforeReference=\"-60\" TimeOffsetAfterReference=\"0\"", true)]
    [InlineData("TimeOffsetReference=\"Before\" TimeOffsetBeforeReference=\"-100\" TimeOffsetAfterReference=\"-50\"", "TimeOffsetReference=\"Before\" TimeOffsetBeforeReference=\"-50\" TimeOffsetAfterReference=\"0\"", false)]
    [InlineData("TimeOffsetReference=\"Before\" TimeOffsetBeforeReference=\"-100\"", "TimeOffsetReference=\"After\" TimeOffsetAfterReference=\"100\"", false)]
    [InlineData("", "", true)]
    [InlineData("", "SingleRole=\"Staff\"", false)]
    public void RulesOfOneKind_ThatHoldAtOneTime_AreWarnedOf(string first, string second, bool isWarned)
    {
        static string Rule(string offset) => $"<ScalarRule Policy=\"P\" Property=\"Secret\" Expression=\"Literal:x\" {offset} />";
        var xml = $"<ConfigurationFile xmlns=\"urn:schemas-usercube-com:configuration\">{Given.Model}{Given.Accounts(scalars: Rule(first) + Rule(second))}</ConfigurationFile>";

        var loaded = Muster.Configuration.ConfigurationLoader.LoadText([("Conf.xml", xml)]);

        Assert.Equal(isWarned ? 1 : 0, loaded.Diagnostics.Count(d => d.Code == "MUS1526"));
    }

    private const int Day = 1_440;

    private static DateTime On(int day, int month = 3) => new(2026, month, day, 0, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData(TimeOffsetReference.Default, 5, 5, 10, 20)]
    [InlineData(TimeOffsetReference.Around, -1, 2, 9, 22)]
    [InlineData(TimeOffsetReference.Before, -3, 0, 7, 10)]
    [InlineData(TimeOffsetReference.After, 0, 3, 20, 23)]
    public void Offset_OfEachKind_IsMeasuredFromItsReference(TimeOffsetReference reference, int before, int after, int start, int end) =>
        Assert.Equal([new Period(On(start), On(end))], RuleOffsets.Of(new Period(On(10), On(20)), new TimeOffset(reference, before * Day, after * Day)));

    [Theory]
    [InlineData(TimeOffsetReference.Around)]
    [InlineData(TimeOffsetReference.Before)]
    [InlineData(TimeOffsetReference.After)]
    public void Invariant14_SentinelDates_AreNeverMoved(TimeOffsetReference reference)
    {
        var periods = RuleOffsets.Of(Period.Always, new TimeOffset(reference, -Day, Day)).ToList();

        // What is measured from a date that does not exist never holds.
        Assert.Equal(reference == TimeOffsetReference.Around ? [Period.Always] : [], periods);
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void Invariant14_Results_StayBetweenTheSentinels(int minutes)
    {
        var periods = RuleOffsets.Of(new Period(On(10), On(20)), new TimeOffset(TimeOffsetReference.Around, Math.Min(minutes, 0), Math.Max(minutes, 0)));

        Assert.All(periods, p => Assert.True(p.Start >= SentinelDates.Minimum && p.End <= SentinelDates.Maximum));
    }

    private static PolicyWorld World(string rules, string typeRule = "<TypeRule Policy=\"P\" />", string? start = "20260310000000", string? end = "20260320000000", string? modelXml = null)
    {
        var world = new PolicyWorld(
            $"""
            {Given.Context}
            <SingleRole Identifier="Staff" DisplayName_L1="Staff" EntityType="Person" Policy="P" />
            <ResourceType Identifier="User" DisplayName_L1="User" Policy="P" SourceEntityType="Person" TargetEntityType="Account" BlockProvisioning="false">
              {typeRule}
              <ScalarRule Policy="P" Property="Login" Binding="Person:Login" />
              {rules}
            </ResourceType>
            <ResourceCorrelationRule ResourceType="User" Policy="P" SourceBinding="Person:Login" TargetBinding="Account:Login" SourceMatchedConfidenceLevel="100" />
            """,
            modelXml);
        world.Put("Department", "Sales");
        world.Put("Group", "leavers");
        world.Put("Person", "001", ("Login", "anna"), ("Department", "Sales"), ("Start", start), ("End", end));
        world.Job(dirty: true);
        return world;
    }

    private static string Title(string value, string reference, int before, int after) =>
        $"<ScalarRule Policy=\"P\" Property=\"Title\" Expression=\"Literal:{value}\" TimeOffsetReference=\"{reference}\" TimeOffsetBeforeReference=\"{before}\" TimeOffsetAfterReference=\"{after}\" />";

    private static readonly string TypicalSet =
        Title("before", "Before", -30 * Day, 0) + Title("enabled", "Around", 0, 0) + Title("after", "After", 0, 180 * Day);

    /// <summary>Nothing but the clock makes each step due: an account that is disabled before, enabled during, and disabled after employment.</summary>
    [Fact]
    public void TypicalSet_IsFollowedByTheClockAlone()
    {
        using var world = World(TypicalSet);
        var row = world.Type("001").Row;
        Assert.Equal((new DateTime(2026, 2, 8), new DateTime(2026, 9, 16)), (row.StartDate, row.EndDate));
        Assert.Equal("before", world.Scalar("001", "Title").PolicyValue);
        Assert.Equal("anna", world.Scalar("001", "Login").PolicyValue);
        world.AssertSettled();

        foreach (var (instant, value) in new[] { ("2026-03-09T23:59:00", "before"), ("2026-03-10T00:00:00", "enabled"), ("2026-03-20T00:00:00", "after") })
        {
            world.At(instant);
            world.Job(dirty: true);
            Assert.Equal(value, world.Scalar("001", "Title").PolicyValue);
            Assert.Equal("anna", world.Scalar("001", "Login").PolicyValue);
            world.AssertSettled();
        }

        world.At("2026-09-16T00:00:00");
        world.Job(dirty: true);
        Assert.Empty(world.Of("001").Types);
        world.AssertSettled();
    }

    [Fact]
    public void Offsets_WithoutAnEndDate_HoldForGood()
    {
        using var world = World(TypicalSet, end: null);
        Assert.Equal(SentinelDates.Maximum, world.Type("001").Row.EndDate);

        world.At("2040-01-01T00:00:00");
        world.Job(dirty: true);

        Assert.Equal("enabled", world.Scalar("001", "Title").PolicyValue);
        world.AssertSettled();
    }

    /// <summary>A rule without offset comes before the others inside the period, and is what holds outside where no other does.</summary>
    [Fact]
    public void Default_InsideThePeriod_ComesFirst()
    {
        using var world = World(Title("usual", "Default", 0, 0) + Title("after", "After", 0, 10 * Day) + Title("around", "Around", -2 * Day, 20 * Day));
        foreach (var (instant, value) in new[] { ("2026-03-09T00:00:00", "around"), ("2026-03-12T00:00:00", "usual"), ("2026-03-22T00:00:00", "around") })
        {
            world.At(instant);
            world.Job(dirty: true);
            Assert.Equal(value, world.Scalar("001", "Title").PolicyValue);
            world.AssertSettled();
        }
    }

    [Fact]
    public void TypeRule_Offset_AppliesToAllItsProperties()
    {
        using var world = World("", "<TypeRule Policy=\"P\" TimeOffsetReference=\"Around\" TimeOffsetBeforeReference=\"-1440\" TimeOffsetAfterReference=\"2880\" />");

        var type = world.Type("001");

        Assert.Equal((On(9), On(22)), (type.Row.StartDate, type.Row.EndDate));
        Assert.Equal((On(9), On(22)), (world.Scalar("001", "Login").StartDate, world.Scalar("001", "Login").EndDate));
        world.AssertSettled();
    }

    [Fact]
    public void NavigationRule_AfterThePeriod_GivesTheLinkFromThen()
    {
        using var world = World("<NavigationRule Policy=\"P\" Property=\"Groups\" Resource=\"leavers\" TimeOffsetReference=\"After\" TimeOffsetAfterReference=\"14400\" />");

        var link = Assert.Single(world.Type("001").Navigations);

        Assert.Equal((On(20), On(30)), (link.StartDate, link.EndDate));
        Assert.Equal(On(30), world.Type("001").Row.EndDate);
        world.AssertSettled();
    }

    /// <summary>A role's value is measured from the role's own period.</summary>
    [Fact]
    public void ScalarRule_WithARoleAndAnOffset_ExtendsTheAccountOfTheRole()
    {
        using var world = new PolicyWorld(
            $"""
            {Given.Context}
            <SingleRole Identifier="Staff" DisplayName_L1="Staff" EntityType="Person" Policy="P" />
            <SingleRoleRule Role="Staff" Policy="P" />
            <ResourceType Identifier="User" DisplayName_L1="User" Policy="P" SourceEntityType="Person" TargetEntityType="Account" BlockProvisioning="false">
              <ScalarRule Policy="P" Property="Login" Binding="Person:Login" />
              <ScalarRule Policy="P" Property="Title" Expression="Literal:staff" SingleRole="Staff" TimeOffsetReference="Around" TimeOffsetBeforeReference="-1440" />
            </ResourceType>
            """);
        world.Put("Person", "001", ("Login", "anna"), ("Start", "20260310000000"), ("End", "20260320000000"));
        world.Job(dirty: true);

        var row = world.Type("001").Row;

        Assert.Equal(WorkflowState.GivenByRole, row.WorkflowState);
        Assert.Equal((On(9), On(20)), (row.StartDate, row.EndDate));
        Assert.Equal("staff", world.Scalar("001", "Title").PolicyValue);
        world.AssertSettled();
    }

    /// <summary>An account has one home among the groups.</summary>
    private static readonly string WithHome = Given.Model
        .Replace("<Property Identifier=\"Groups\" Type=\"ForeignKey\" />", "<Property Identifier=\"Groups\" Type=\"ForeignKey\" /><Property Identifier=\"Home\" Type=\"ForeignKey\" />", StringComparison.Ordinal)
        .Replace("<Property Identifier=\"Members\" Type=\"ForeignKey\" />", "<Property Identifier=\"Members\" Type=\"ForeignKey\" /><Property Identifier=\"Homes\" Type=\"ForeignKey\" />", StringComparison.Ordinal)
        + "<EntityAssociation Identifier=\"Account_Home\" Property1=\"Group:Homes\" IsProperty1Collection=\"true\" Property2=\"Account:Home\" />";

    /// <summary>An account that is there a month early and half a year longer is somewhere all that time.</summary>
    [Fact]
    public void MonoValuedLink_OfEverybody_HoldsWhereValuesExtendTheAssignment()
    {
        using var world = World(TypicalSet + "<NavigationRule Policy=\"P\" Property=\"Home\" Resource=\"leavers\" />", modelXml: WithHome);

        foreach (var instant in new[] { "2026-02-09T00:00:00", "2026-03-10T00:00:00", "2026-03-20T00:00:00", "2026-09-15T00:00:00" })
        {
            world.At(instant);
            world.Job(dirty: true);
            var link = Assert.Single(world.Type("001").Navigations);
            Assert.Equal((world.Id("leavers"), WorkflowState.PolicyApproved), (link.Resource!.Value, link.WorkflowState));
            world.AssertSettled();
        }
    }

    [Fact]
    public void MonoValuedLink_OfEverybody_GivesWayToOneWithAnOffset()
    {
        using var world = World(
            TypicalSet + "<NavigationRule Policy=\"P\" Property=\"Home\" Resource=\"leavers\" /><NavigationRule Policy=\"P\" Property=\"Home\" Resource=\"comers\" TimeOffsetReference=\"Before\" TimeOffsetBeforeReference=\"-14400\" />",
            modelXml: WithHome);
        world.Put("Group", "comers");

        foreach (var (instant, home) in new[] { ("2026-02-09T00:00:00", "leavers"), ("2026-03-01T00:00:00", "comers"), ("2026-03-10T00:00:00", "leavers"), ("2026-03-21T00:00:00", "leavers") })
        {
            world.At(instant);
            world.Job(dirty: true);
            Assert.Equal(world.Id(home), Assert.Single(world.Type("001").Navigations).Resource);
            world.AssertSettled();
        }
    }

    /// <summary>Fixed bug 5.2.2.7: offsets of a type rule apply to all its properties, links among them.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("D0=\"Sales\"")]
    public void TypeRule_WithAnOffset_MovesLinksToo(string criteria)
    {
        using var world = World(
            $"<NavigationRule Policy=\"P\" Property=\"Groups\" Resource=\"leavers\" {criteria} />",
            "<TypeRule Policy=\"P\" TimeOffsetReference=\"Around\" TimeOffsetBeforeReference=\"-14400\" TimeOffsetAfterReference=\"28800\" />");

        var link = Assert.Single(world.Type("001").Navigations);

        Assert.Equal((new DateTime(2026, 2, 28), new DateTime(2026, 4, 9)), (link.StartDate, link.EndDate));
        world.At("2026-04-08T00:00:00");
        world.Job(dirty: true);
        Assert.Equal(WorkflowState.PolicyApproved, Assert.Single(world.Type("001").Navigations).WorkflowState);
        world.AssertSettled();
    }
}
