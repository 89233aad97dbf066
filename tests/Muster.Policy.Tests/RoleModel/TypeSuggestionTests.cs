using Muster.Policy.Decisions;
using Muster.Repository.Assignments;

namespace Muster.Policy.Tests.RoleModel;

/// <summary>Type rules that only suggest or ask for a resource type (rolemodel.md 3.10, 5.4).</summary>
public sealed class TypeSuggestionTests
{
    private static PolicyWorld World(params string[] rules)
    {
        var world = new PolicyWorld(Given.Accounts().Replace("<TypeRule Policy=\"P\" />", string.Concat(rules.Select(r => $"<TypeRule Policy=\"P\" {r} />")), StringComparison.Ordinal)
            .Replace("SingleRole=\"Staff\"", "", StringComparison.Ordinal));
        world.Put("Department", "Sales");
        world.Put("Department", "IT");
        world.Put("Group", "sales-staff");
        world.Put("Person", "001", ("Login", "anna"), ("Department", "Sales"));
        return world;
    }

    private static string Types(PolicyWorld world) => string.Join(' ', world.Of("001").Types.Select(t => $"{(int)t.Row.WorkflowState}/{(int)t.Row.ProvisioningState}").Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("Suggested", null, "21/0")]
    [InlineData("RequestedAutomatically", null, "22/0")]
    [InlineData("RequestedAutomatically", "20270101000000", "23/0")]
    public void Suggestion_IsARow_WithoutValuesAndWithoutOrder(string type, string? start, string expected)
    {
        using var world = World($"D0=\"Sales\" Type=\"{type}\"");
        world.Put("Person", "001", ("Start", start));

        world.Job(dirty: true);

        Assert.Equal(expected, Types(world));
        Assert.Empty(world.Type("001").Scalars);
        world.Generate(force: true);
        Assert.Empty(world.Take());
        world.AssertSettled();
        world.Put("Person", "001", ("Department", "IT"));
        world.Job(dirty: true);
        Assert.Equal("", Types(world));
        world.AssertSettled();
    }

    [Fact]
    public void Required_ComesBeforeSuggested_AndTakesItsRow()
    {
        using var world = World("D0=\"Sales\" Type=\"Suggested\"", "D0=\"IT\"");
        world.Job(dirty: true);
        var id = world.Type("001").Row.Id;

        world.Put("Person", "001", ("Department", "IT"));
        world.Job(dirty: true);

        Assert.Equal("18/1", Types(world));
        Assert.Equal(id, world.Type("001").Row.Id);
    }

    [Fact]
    public void Suggestion_ThatIsApproved_IsGivenByHand_AndOneThatIsDeclinedStaysSo()
    {
        using var world = World("D0=\"Sales\" Type=\"Suggested\"");
        world.Job(dirty: true);
        world.Decide("001", "User", AssignmentVerdict.Approve, AssignmentKind.ResourceType);
        world.Job(dirty: true);
        Assert.Equal("16/1", Types(world));
        world.AssertSettled();

        using var other = World("D0=\"Sales\" Type=\"RequestedAutomatically\"");
        other.Job(dirty: true);
        other.Decide("001", "User", AssignmentVerdict.Decline, AssignmentKind.ResourceType);
        other.Job(dirty: true);
        Assert.Equal("17/0", Types(other));
        other.AssertSettled();
    }

    [Fact]
    public void RequiredParameter_WithoutValue_HoldsTheTypeUntilAPersonGivesIt()
    {
        using var world = new PolicyWorld(Given.Accounts("BlockProvisioning=\"false\" R0=\"true\"").Replace("SingleRole=\"Staff\"", "", StringComparison.Ordinal));
        world.Put("Department", "Sales");
        world.Put("Group", "sales-staff");
        world.Put("Person", "001", ("Login", "anna"));

        world.Job(dirty: true);
        Assert.Equal("5/0", Types(world));
        world.AssertSettled();

        world.Request("001", "User", AssignmentKind.ResourceType, r => r with { Parameters = new Dictionary<string, string> { ["Department"] = "Sales" } });
        world.Job(dirty: true);
        Assert.Equal("18/1", Types(world));
        Assert.Equal("Sales", AssignmentParameters.Parse(world.Type("001").Row.ParametersValues)["Department"]);
        world.AssertSettled();
    }

    [Fact]
    public void Explanation_NamesTheRuleThatSuggests()
    {
        using var world = World("D0=\"Sales\" Type=\"Suggested\"");
        world.Job(dirty: true);

        var type = Assert.Single(world.Explain("Person", "001").Owner!.ResourceTypes);

        Assert.Equal(("User/TypeRule/1", "suggests it"), (Assert.Single(type.Rules).Rule, type.Rules[0].Outcome));
    }

    [Fact]
    public void AnAccountThatIsFound_StaysFoundBesideTheSuggestion()
    {
        using var world = World("D0=\"Sales\" Type=\"Suggested\"");
        world.Put("Account", "cn=0", ("Login", "anna"));

        world.Job(dirty: true);

        Assert.Equal("1/5 21/0", Types(world));
        world.AssertSettled();
    }

    [Fact]
    public void DeniedTypeRule_AlsoDeniesTheSuggestion()
    {
        using var world = World("Type=\"Suggested\"", "D0=\"Sales\" IsDenied=\"true\"");

        world.Job(dirty: true);

        Assert.Equal("", Types(world));
    }
}
