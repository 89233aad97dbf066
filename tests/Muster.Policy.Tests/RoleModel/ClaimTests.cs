using Muster.Repository.Assignments;

namespace Muster.Policy.Tests.RoleModel;

/// <summary>
/// Who gets which target does not depend on who else is evaluated, nor on how often (rolemodel.md 5.6): histories that the property test
/// of <see cref="DirtyEqualsCompleteTests"/> found, made readable.
/// </summary>
public sealed class ClaimTests
{
    private const string ByTitleToo =
        """<ResourceCorrelationRule ResourceType="User" Policy="P" SourceBinding="Person:Title" TargetBinding="Account:Title" SourceMatchedConfidenceLevel="60" />""";

    private const string Second =
        """
        <ResourceType Identifier="Second" DisplayName_L1="Second" Policy="P" SourceEntityType="Person" TargetEntityType="Account" BlockProvisioning="false">
          <TypeRule Policy="P" D0="IT" />
          <ScalarRule Policy="P" Property="Title" Binding="Person:Title" />
        </ResourceType>
        <ResourceCorrelationRule ResourceType="Second" Policy="P" SourceBinding="Person:Title" TargetBinding="Account:Title" SourceMatchedConfidenceLevel="100" />
        """;

    private static PolicyWorld World(string policy)
    {
        var world = new PolicyWorld(policy);
        foreach (var department in new[] { "Sales", "IT" })
        {
            world.Put("Department", department);
        }

        world.Put("Group", "sales-staff");
        return world;
    }

    private static string Unwanted(string policy) => policy.Replace("<TypeRule Policy=\"P\" />", "", StringComparison.Ordinal);

    [Fact]
    public void Proposal_TakenByALaterOwnerOfTheSameRun_IsGivenUp()
    {
        using var world = World(Unwanted(Given.Accounts(more: ByTitleToo)));
        world.Put("Account", "cn=0", ("Login", "bert"), ("Title", "Seller"));
        world.Put("Person", "001", ("Login", "anna"), ("Title", "Seller"));
        world.Put("Person", "002", ("Login", "bert"));

        world.Job(dirty: true);

        Assert.Empty(world.Of("001").Types);
        Assert.Equal(world.Id("cn=0"), world.Type("002").Row.Resource);
        world.AssertSettled();
    }

    [Fact]
    public void Target_OfOneResourceTypeOfAnOwner_IsNotSuggestedForAnother()
    {
        using var world = World(Unwanted(Given.Accounts("BlockProvisioning=\"false\" SuggestAllCorrelations=\"true\"", Second)));
        world.Put("Person", "001", ("Login", "anna"), ("Title", "Seller"), ("Department", "IT"));
        world.Put("Account", "cn=0", ("Login", "anna"), ("Title", "Seller"));

        world.Job(dirty: true);

        Assert.Equal("Second", Assert.Single(world.Of("001").Types).Row.ResourceType);
        world.AssertSettled();
    }

    [Fact]
    public void Suggestions_ForOneWant_StaySuggestionsForIt()
    {
        using var world = World(Given.Accounts("BlockProvisioning=\"false\" SuggestAllCorrelations=\"true\""));
        world.Put("Person", "001", ("Login", "anna"));
        world.Put("Account", "cn=0", ("Login", "anna"));
        world.Put("Account", "cn=1", ("Login", "anna"));

        world.Job(dirty: true);

        Assert.All(world.Of("001").Types, t => Assert.Equal(WorkflowState.PolicyApproved, t.Row.WorkflowState));
        Assert.Equal(2, world.Of("001").Types.Count);
        world.AssertSettled();
    }

    [Fact]
    public void Suggestion_ThatIsLostBesideAnother_IsNotCreatedAnew()
    {
        using var world = World(Given.Accounts("BlockProvisioning=\"false\" SuggestAllCorrelations=\"true\" CorrelateMultipleResources=\"true\"")
            .Replace("ConfidenceLevel=\"100\"", "ConfidenceLevel=\"80\"", StringComparison.Ordinal));
        world.Put("Person", "001", ("Login", "anna"));
        world.Put("Account", "cn=0", ("Login", "anna"));
        world.Put("Account", "cn=1", ("Login", "anna"));
        world.Job(dirty: true);
        world.Put("Account", "cn=0", ("Login", "other"));

        world.Job(dirty: true);

        Assert.Equal(world.Id("cn=1"), world.Type("001").Row.Resource);
        world.AssertSettled();
    }

    [Fact]
    public void Values_UnderWayBeforeATargetIsProposed_AreNotSentToIt()
    {
        using var world = World(Given.Accounts().Replace("ConfidenceLevel=\"100\"", "ConfidenceLevel=\"80\"", StringComparison.Ordinal));
        world.Put("Person", "001", ("Login", "anna"), ("Title", "Seller"), ("Department", "Sales"));
        world.Job(dirty: true);
        world.Put("Account", "cn=0", ("Login", "anna"), ("Title", "Admin"));
        world.Job(dirty: true);

        world.Generate(force: true);

        Assert.Empty(world.Take());
        Assert.Equal(ProvisioningState.Blocked, Assert.Single(world.Type("001").Navigations).ProvisioningState);
        world.AssertSettled();
    }

    [Fact]
    public void Target_DeletedOutside_IsReplacedByAnotherThatMatchesAtOnce()
    {
        using var world = World(Given.Accounts());
        world.Put("Person", "001", ("Login", "anna"), ("Title", "Seller"));
        world.Put("Account", "cn=0", ("Login", "anna"), ("Title", "Seller"));
        world.Job(dirty: true);
        world.Put("Account", "cn=1", ("Login", "anna"), ("Title", "Other"));
        world.Delete("Account", "cn=0");

        world.Job(dirty: true);

        Assert.Equal((world.Id("cn=1"), 100), (world.Type("001").Row.Resource!.Value, world.Type("001").Row.Confidence!.Value));
        Assert.Equal((WorkflowState.PolicyApproved, ProvisioningState.Pending), (world.Scalar("001", "Title").WorkflowState, world.Scalar("001", "Title").ProvisioningState));
        world.AssertSettled();
    }

    /// <summary>The account that 002 gives back is for 001, whom nothing flags but that, although 003 comes before in a complete run.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Target_GivenBack_GoesToTheFirstOfAllWhoClaimIt(bool dirty)
    {
        using var world = World(Unwanted(Given.Accounts()).Replace(
            "<ScalarRule Policy=\"P\" Property=\"Login\"", "<TypeRule Policy=\"P\" SingleRole=\"Staff\" /><ScalarRule Policy=\"P\" Property=\"Login\"", StringComparison.Ordinal));
        world.Put("Person", "002", ("Login", "shared"), ("Department", "Sales"));
        world.Put("Account", "cn=0", ("Login", "shared"));
        world.Job(dirty: true);
        world.Put("Person", "001", ("Login", "shared"), ("Department", "Sales"));
        world.Put("Person", "003", ("Login", "shared"), ("Department", "Sales"));
        world.Job(dirty: true);
        world.Delete("Person", "002");
        world.Job(dirty);

        Assert.Equal(world.Id("cn=0"), world.Type("001").Row.Resource);
        Assert.Null(world.Type("003").Row.Resource);
        world.AssertSettled();
    }
}
