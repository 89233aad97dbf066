using Muster.Policy.Compilation;

namespace Muster.Policy.Tests.RoleModel;

/// <summary>Dimensions: their numbers, many values at once, hierarchies, and denies on them (rolemodel.md 3.1, 3.4, 5.4 phase 3).</summary>
public sealed class DimensionTests
{
    private static string Dimension(string name, int column, string more = "") =>
        $"<Dimension Identifier=\"{name}\" EntityType=\"Department\" ColumnMapping=\"{column}\" DisplayName_L1=\"{name}\" {more} />";

    private static string Roles(string bindings, string rules) =>
        $"""
        <ContextRule Identifier="Context" DisplayName_L1="Context" Policy="P" SourceEntityType="Person" {bindings} />
        <SingleRole Identifier="Staff" DisplayName_L1="Staff" EntityType="Person" Policy="P" />
        {rules}
        """;

    private static string Rule(string attributes) => $"<SingleRoleRule Role=\"Staff\" Policy=\"P\" {attributes} />";

    private static PolicyWorld World(string policy, string? model = null)
    {
        var world = new PolicyWorld(policy, model);
        world.Put("Department", "Sales");
        world.Put("Department", "North", ("Parent", "Sales"));
        world.Put("Department", "Harbour", ("Parent", "North"));
        world.Put("Department", "IT");
        world.Put("Person", "001", ("Login", "anna"), ("Department", "Harbour"));
        return world;
    }

    private static bool HasRole(PolicyWorld world)
    {
        world.Job(dirty: true);
        world.AssertSettled();
        return world.Of("001").Roles.Count == 1;
    }

    /// <summary>The number in an attribute is base32hex, in any case; a dimension's column is decimal.</summary>
    [Theory]
    [InlineData("0", 0)]
    [InlineData("A", 10)]
    [InlineData("a", 10)]
    [InlineData("V", 31)]
    [InlineData("10", 32)]
    [InlineData("1A", 42)]
    [InlineData("20", 64)]
    [InlineData("3V", 127)]
    public void Invariant18_NumberOfADimension_IsBase32Hex(string number, int column)
    {
        var model = Given.Model.Replace("ColumnMapping=\"0\"", $"ColumnMapping=\"{column}\"", StringComparison.Ordinal);
        using var world = World(Roles($"B{number}=\"Person:Department\"", Rule($"D{number}=\"Sales\" L{number}=\"true\"")), model);

        Assert.True(HasRole(world));
    }

    /// <summary>Two dimensions whose attributes are easily taken for one another.</summary>
    [Fact]
    public void Invariant18_DaAndD10_AreDifferentDimensions()
    {
        var model = Given.Model + Dimension("Tenth", 10) + Dimension("ThirtySecond", 32);
        using var world = World(Roles("BA=\"Person:Department.Parent\" B10=\"Person:Department\"", Rule("DA=\"North\" D10=\"Harbour\"")), model);
        using var swapped = World(Roles("BA=\"Person:Department.Parent\" B10=\"Person:Department\"", Rule("D10=\"North\" DA=\"Harbour\"")), model);

        Assert.True(HasRole(world));
        Assert.False(HasRole(swapped));
    }

    /// <summary>The obsolete spelling is decimal; it counts, and is reported.</summary>
    [Fact]
    public void Dimension_InTheObsoleteSpelling_IsDecimal()
    {
        var model = Given.Model + Dimension("Tenth", 10);
        using var world = World(Roles("Dimension10Binding=\"Person:Department\"", Rule("Dimension10=\"Harbour\"")), model);

        Assert.True(HasRole(world));
    }

    [Theory]
    [InlineData("D0=\"Harbour\"", true)]
    [InlineData("D0=\"North\"", false)]
    [InlineData("D0=\"North\" L0=\"true\"", true)]
    [InlineData("D0=\"Sales\" L0=\"true\"", true)]
    [InlineData("D0=\"IT\" L0=\"true\"", false)]
    public void Hierarchy_RuleOnAValue_AppliesBelowItIfInherited(string criteria, bool expected)
    {
        using var world = World(Roles("B0=\"Person:Department\"", Rule(criteria)));

        Assert.Equal(expected, HasRole(world));
    }

    /// <summary>A rule on a value below that of the owner never applies.</summary>
    [Fact]
    public void Hierarchy_RuleOnAValueBelow_DoesNotApply()
    {
        using var world = World(Roles("B0=\"Person:Department\"", Rule("D0=\"Harbour\" L0=\"true\"")));
        world.Put("Person", "001", ("Department", "North"));

        Assert.False(HasRole(world));
    }

    [Fact]
    public void Hierarchy_InACircle_EndsWhereItMeetsItself()
    {
        using var world = World(Roles("B0=\"Person:Department\"", Rule("D0=\"IT\" L0=\"true\"")));
        world.Put("Department", "Sales", ("Parent", "Harbour"));
        Assert.False(HasRole(world));

        world.Put("Department", "Sales", ("Parent", "IT"));
        Assert.True(HasRole(world));
    }

    [Theory]
    [InlineData("D0=\"Sales\"", true)]
    [InlineData("D0=\"IT\"", true)]
    [InlineData("D0=\"North\"", false)]
    [InlineData("D0=\"Sales\" L0=\"true\"", true)]
    public void MultiValued_AnyValueMatches(string criteria, bool expected)
    {
        using var world = World(Roles("B0=\"Person:Department.Children\"", Rule(criteria)));
        world.Put("Department", "Root");
        world.Put("Department", "Sales", ("Parent", "Root"));
        world.Put("Department", "IT", ("Parent", "Root"));
        world.Put("Person", "001", ("Department", "Root"));

        Assert.Equal(expected, HasRole(world));
        world.Put("Department", "Sales", ("Parent", null));
        world.Put("Department", "IT", ("Parent", null));
        Assert.False(HasRole(world));
    }

    /// <summary>All criteria of one rule must hold; the rules of a role are alternatives.</summary>
    [Fact]
    public void Criteria_OfOneRule_AreAllNeeded()
    {
        var model = Given.Model + Dimension("Upper", 1);
        const string Bindings = "B0=\"Person:Department\" B1=\"Person:Department.Parent\"";
        using var both = World(Roles(Bindings, Rule("D0=\"Harbour\" D1=\"North\"")), model);
        using var one = World(Roles(Bindings, Rule("D0=\"Harbour\" D1=\"IT\"")), model);
        using var either = World(Roles(Bindings, Rule("D0=\"Harbour\" D1=\"IT\"") + Rule("D1=\"North\"")), model);

        Assert.Equal((true, false, true), (HasRole(both), HasRole(one), HasRole(either)));
    }

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(-1, 0, true)]
    [InlineData(1, 0, false)]
    public void Deny_AmongRulesOfTheSmallestPriority_Wins(int grant, int deny, bool expected)
    {
        using var world = World(Roles(
            "B0=\"Person:Department\"", Rule($"D0=\"Harbour\" Priority=\"{grant}\"") + Rule($"D0=\"Sales\" L0=\"true\" IsDenied=\"true\" Priority=\"{deny}\"")));

        Assert.Equal(expected, HasRole(world));
    }

    [Fact]
    public void Deny_OfATypeRule_BeatsEveryGrant()
    {
        using var world = World(
            $"""
            {Given.Context}
            <ResourceType Identifier="User" DisplayName_L1="User" Policy="P" SourceEntityType="Person" TargetEntityType="Account" BlockProvisioning="false">
              <TypeRule Policy="P" />
              <TypeRule Policy="P" D0="Sales" L0="true" IsDenied="true" />
              <ScalarRule Policy="P" Property="Login" Binding="Person:Login" />
            </ResourceType>
            """);
        world.Job(dirty: true);
        Assert.Empty(world.Of("001").Types);

        world.Put("Person", "001", ("Department", "IT"));
        world.Job(dirty: true);
        Assert.Single(world.Of("001").Types);
        world.AssertSettled();
    }

    /// <summary>Each numbered dimension is named by its own column in the compiled context.</summary>
    [Fact]
    public void Compiled_Bindings_AreOfTheirDimensions()
    {
        var model = Given.Model + Dimension("Tenth", 10) + Dimension("ThirtySecond", 32);
        using var world = World(Roles("BA=\"Person:Department\" B10=\"Person:Department.Parent\"", ""), model);

        CompiledContextRule context = Assert.Single(world.Policy.ContextRules.Values);
        Assert.Equal(["Tenth", "ThirtySecond"], context.Bindings.Select(b => b.Dimension.Identifier));
    }
}
