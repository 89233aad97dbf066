using Muster.Repository.Assignments;

namespace Muster.Policy.Tests.RoleModel;

/// <summary>
/// Two source entity types compete for the accounts of one target entity type: what the owners of one give back or take is seen by those of
/// the other in the same job, whichever task computes them, and whether everybody is evaluated or only whom a change concerns.
/// </summary>
public sealed class CompetingSourceTests
{
    public static TheoryData<string, bool> Jobs => new()
    {
        { "Person,Robot", true },
        { "Person,Robot", false },
        { "Person;Robot", true },
        { "Person;Robot", false },
        { "Robot;Person", true },
        { "Robot;Person", false },
    };

    private static string Policy(string personType, string robotRule, int robotConfidence = 100) =>
        $"""
        {Given.Context}
        <SingleRole Identifier="Staff" DisplayName_L1="Staff" EntityType="Person" Policy="P" />
        {personType}
        <ResourceType Identifier="RobotUser" DisplayName_L1="Robot" Policy="P" SourceEntityType="Robot" TargetEntityType="Account" BlockProvisioning="false">
          {robotRule}
          <ScalarRule Policy="P" Property="Login" Binding="Robot:Login" />
        </ResourceType>
        <ResourceCorrelationRule ResourceType="RobotUser" Policy="P" SourceBinding="Robot:Login" TargetBinding="Account:Login" SourceMatchedConfidenceLevel="{robotConfidence}" />
        """;

    private static PolicyWorld World(string tasks, string personRule, string robotRule, int robotConfidence = 100)
    {
        var personType =
            $"""
            <ResourceType Identifier="User" DisplayName_L1="User" Policy="P" SourceEntityType="Person" TargetEntityType="Account" BlockProvisioning="false">
              {personRule}
              <ScalarRule Policy="P" Property="Login" Binding="Person:Login" />
            </ResourceType>
            <ResourceCorrelationRule ResourceType="User" Policy="P" SourceBinding="Person:Login" TargetBinding="Account:Login" SourceMatchedConfidenceLevel="100" />
            """;
        var world = new PolicyWorld(Policy(personType, robotRule, robotConfidence), Histories.Model)
        {
            RoleModelTasks = [.. tasks.Split(';').Select(t => t.Split(','))],
        };
        world.Put("Department", "Sales");
        world.Put("Department", "IT");
        return world;
    }

    private static AssignedType Only(PolicyWorld world, string owner) => Assert.Single(world.Of(owner).Types);

    [Theory]
    [MemberData(nameof(Jobs))]
    public void Target_GivenBackByAPerson_IsTheRobotsInTheSameJob(string tasks, bool dirty)
    {
        using var world = World(tasks, "<TypeRule Policy=\"P\" />", "<TypeRule Policy=\"P\" />");
        world.Put("Person", "001", ("Login", "x"));
        world.Put("Account", "cn=0", ("Login", "x"));
        world.Job(dirty: false);
        world.Put("Robot", "r1", ("Login", "x"));
        world.Job(dirty);
        Assert.Null(Only(world, "r1").Row.Resource);

        world.Delete("Person", "001");
        world.Job(dirty);

        Assert.Equal(world.Id("cn=0"), Only(world, "r1").Row.Resource);
        world.AssertSettled();
    }

    [Theory]
    [MemberData(nameof(Jobs))]
    public void Target_GivenBackByARobot_IsThePersonsInTheSameJob(string tasks, bool dirty)
    {
        using var world = World(tasks, "<TypeRule Policy=\"P\" />", "<TypeRule Policy=\"P\" />");
        world.Put("Robot", "r1", ("Login", "x"));
        world.Put("Account", "cn=0", ("Login", "x"));
        world.Job(dirty: false);
        world.Put("Person", "001", ("Login", "x"));
        world.Job(dirty);
        Assert.Null(Only(world, "001").Row.Resource);

        world.Delete("Robot", "r1");
        world.Job(dirty);

        Assert.Equal(world.Id("cn=0"), Only(world, "001").Row.Resource);
        world.AssertSettled();
    }

    /// <summary>Nothing tells any more that persons had to do with accounts.</summary>
    [Theory]
    [MemberData(nameof(Jobs))]
    public void Target_OfAResourceTypeThatIsGone_IsTheRobotsInTheSameJob(string tasks, bool dirty)
    {
        using var world = World(tasks, "<TypeRule Policy=\"P\" />", "");
        world.Put("Person", "001", ("Login", "x"));
        world.Put("Robot", "r1", ("Login", "x"));
        world.Put("Account", "cn=0", ("Login", "x"));
        world.Job(dirty: false);
        world.Job(dirty: true);
        Assert.Empty(world.Of("r1").Types);

        world.Deploy(Policy("", ""), Histories.Model);
        world.Job(dirty);

        Assert.Equal((world.Id("cn=0"), WorkflowState.Found), (Only(world, "r1").Row.Resource, Only(world, "r1").Row.WorkflowState));
        world.AssertSettled();
    }

    /// <summary>What was merely found with a robot goes to the person who has a right to it, and the robot's row ends in the same job.</summary>
    [Theory]
    [MemberData(nameof(Jobs))]
    public void Target_FoundWithARobot_IsTakenByThePersonWhoIsGivenOne(string tasks, bool dirty)
    {
        using var world = World(tasks, "<TypeRule Policy=\"P\" D0=\"Sales\" />", "");
        world.Put("Robot", "r1", ("Login", "x"));
        world.Put("Person", "001", ("Login", "x"), ("Department", "IT"));
        world.Put("Account", "cn=0", ("Login", "x"));
        world.Job(dirty: false);

        world.Put("Person", "001", ("Department", "Sales"));
        world.Job(dirty);

        Assert.Equal(WorkflowState.PolicyApproved, Only(world, "001").Row.WorkflowState);
        Assert.Equal(world.Id("cn=0"), Only(world, "001").Row.Resource);
        Assert.Empty(world.Of("r1").Types);
        world.AssertSettled();
    }

    /// <summary>Of two who merely have the same account, the one whose rule is surer shows it.</summary>
    [Theory]
    [MemberData(nameof(Jobs))]
    public void Target_WantedByNobody_IsShownWithTheSurerClaimOfAnySource(string tasks, bool dirty)
    {
        using var world = World(tasks, "", "", robotConfidence: 120);
        world.Put("Person", "001", ("Login", "x"));
        world.Put("Account", "cn=0", ("Login", "x"));
        world.Job(dirty: false);
        Assert.Equal(WorkflowState.Found, Only(world, "001").Row.WorkflowState);

        world.Put("Robot", "r1", ("Login", "x"));
        world.Job(dirty);

        Assert.Equal(world.Id("cn=0"), Only(world, "r1").Row.Resource);
        Assert.Empty(world.Of("001").Types);
        world.AssertSettled();
    }

    /// <summary>Rows and roles of owners of one entity type are not touched when those of another are evaluated.</summary>
    [Theory]
    [MemberData(nameof(Jobs))]
    public void Displaced_OwnerOfAnotherSource_KeepsWhatElseItHas(string tasks, bool dirty)
    {
        using var world = World(tasks, "<TypeRule Policy=\"P\" D0=\"Sales\" />", "");
        world.Put("Robot", "r1", ("Login", "x"));
        world.Put("Account", "cn=0", ("Login", "x"));
        world.Put("Person", "001", ("Login", "y"), ("Department", "Sales"));
        world.Job(dirty: false);
        Assert.Equal(world.Id("cn=0"), Only(world, "r1").Row.Resource);

        world.Put("Account", "cn=1", ("Login", "x"));
        world.Put("Person", "001", ("Login", "x"));
        world.Job(dirty);

        var taken = Only(world, "001").Row.Resource;
        var left = Only(world, "r1").Row.Resource;
        Assert.Equal(new[] { world.Id("cn=0"), world.Id("cn=1") }.ToHashSet(), new[] { taken!.Value, left!.Value }.ToHashSet());
        world.AssertSettled();
    }
}
