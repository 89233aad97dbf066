using Muster.Policy.Decisions;
using Muster.Policy.Transitions;
using Muster.Repository.Assignments;

namespace Muster.Policy.Tests.Correlation;

public sealed class SuggestionTests
{
    private static PolicyWorld World(string confidence = "80", string attributes = "BlockProvisioning=\"false\"")
    {
        var world = new PolicyWorld(Given.Accounts(attributes).Replace("ConfidenceLevel=\"100\"", $"ConfidenceLevel=\"{confidence}\"", StringComparison.Ordinal));
        world.Put("Person", "001", ("Login", "anna"));
        world.Put("Account", "cn=anna", ("Login", "anna"), ("Title", "x"));
        world.Compute();
        return world;
    }

    [Fact]
    public void Suggestion_LowConfidence_IsProposedAndNeverSent()
    {
        using var world = World();

        var type = world.Type("001");
        Assert.Equal((world.Id("cn=anna"), 80, ProvisioningState.Blocked), (type.Row.Resource!.Value, type.Row.Confidence!.Value, type.Row.ProvisioningState));
        Assert.False(type.Row.IsOwned);
        Assert.False(world.Generate().Processed);
        var rows = world.Database.RowsWritten;
        world.Compute(dirty: false);
        Assert.Equal(rows, world.Database.RowsWritten);
    }

    [Fact]
    public void Suggestion_KeyGone_BecomesACreation()
    {
        using var world = World();

        world.Put("Account", "cn=anna", ("Login", "other"));
        world.Compute();

        Assert.Null(world.Type("001").Row.Resource);
        Assert.Equal(ProvisioningState.Pending, world.Type("001").Row.ProvisioningState);
    }

    [Fact]
    public void Correlation_KeyChangesLater_OwnershipStays()
    {
        using var world = World("100");

        world.Put("Account", "cn=anna", ("Login", "other"));
        world.Compute();

        Assert.Equal(world.Id("cn=anna"), world.Type("001").Row.Resource);
        Assert.Equal(WorkflowState.Found, world.Scalar("001", "Login").WorkflowState);
    }

    [Fact]
    public void Correlation_EmptyKeys_NeverMatch()
    {
        using var world = World("100");
        world.Put("Person", "002", ("Login", ""));
        world.Put("Account", "cn=nobody", ("Login", null));

        world.Compute();

        Assert.Null(world.Type("002").Row.Resource);
    }

    [Fact]
    public void Correlation_NotExpected_IsAnUnauthorizedAccount()
    {
        using var world = new PolicyWorld(Given.Accounts().Replace("<TypeRule Policy=\"P\" />", "<TypeRule Policy=\"P\" D0=\"IT\" />", StringComparison.Ordinal));
        world.Put("Department", "IT");
        world.Put("Person", "001", ("Login", "anna"));
        world.Put("Account", "cn=anna", ("Login", "anna"), ("Title", "x"));
        world.Compute();

        Assert.Equal((WorkflowState.Found, ProvisioningState.Blocked), (world.Type("001").Row.WorkflowState, world.Type("001").Row.ProvisioningState));
        world.Put("Person", "001", ("Department", "IT"));
        world.Compute();
        Assert.Equal(WorkflowState.PolicyApproved, world.Type("001").Row.WorkflowState);
        Assert.True(world.Type("001").Row.IsOwned);
    }

    [Fact]
    public void Correlation_SeveralAllowed_OwnerGetsAll()
    {
        using var world = World("100", "BlockProvisioning=\"false\" CorrelateMultipleResources=\"true\"");

        world.Put("Account", "cn=anna-admin", ("Login", "anna"), ("Title", "x"));
        world.Compute();

        Assert.Equal(
            new long?[] { world.Id("cn=anna"), world.Id("cn=anna-admin") },
            world.Of("001").Types.Select(t => t.Row.Resource).Order());
    }

    [Fact]
    public void Correlation_SeveralAllowed_OneIsDeleted_TheOtherIsEnough()
    {
        using var world = World("100", "BlockProvisioning=\"false\" CorrelateMultipleResources=\"true\"");
        world.Put("Account", "cn=anna-admin", ("Login", "anna"), ("Title", "x"));
        world.Compute();

        world.Delete("Account", "cn=anna-admin");
        world.Compute();

        Assert.Equal(world.Id("cn=anna"), Assert.Single(world.Of("001").Types).Row.Resource);
        var rows = world.Database.RowsWritten;
        world.Compute(dirty: false);
        Assert.Equal(rows, world.Database.RowsWritten);
    }

    /// <summary>A wanted account with two proposals: with SuggestAllCorrelations what matches for certain is proposed too.</summary>
    private static PolicyWorld TwoProposals()
    {
        var world = World("100", "BlockProvisioning=\"false\" SuggestAllCorrelations=\"true\"");
        world.Put("Account", "cn=anna-b", ("Login", "anna"), ("Title", "x"));
        world.Job(dirty: true);
        Assert.Equal(2, world.Waiting("001").Count);
        return world;
    }

    [Fact]
    public void Suggestion_ApprovedBesideAnother_IsTheOwnersAndIsNotDeleted()
    {
        using var world = TwoProposals();

        world.Review(ReviewVerdict.Approve, world.Waiting("001").Single(w => w.Target == "cn=anna-b").Id);
        world.Job(dirty: true);

        var owned = Assert.Single(world.Of("001").Types, t => t.Row.IsOwned).Row;
        Assert.Equal((world.Id("cn=anna-b"), WorkflowState.PolicyApproved), (owned.Resource!.Value, owned.WorkflowState));
        Assert.DoesNotContain(world.Of("001").Types, t => t.Row.WorkflowState == WorkflowState.Cancellation);
        Assert.Equal("cn=anna", Assert.Single(world.Waiting("001")).Target);
        world.AssertSettled();
    }

    [Fact]
    public void Suggestion_SecondForAnOwnerOfOne_IsRefused()
    {
        using var world = TwoProposals();
        var items = world.Waiting("001");

        Assert.Throws<DecisionRefusedException>(() => world.Review(ReviewVerdict.Approve, [.. items.Select(i => i.Id)]));
        world.Review(ReviewVerdict.Approve, items[0].Id);
        world.Job(dirty: true);

        Assert.Throws<DecisionRefusedException>(() => world.Review(ReviewVerdict.Approve, world.Waiting("001").Single().Id));
    }

    [Fact]
    public void Suggestions_AllApprovedAtOnce_GiveTheOwnerTheFirst()
    {
        using var world = TwoProposals();

        world.Reviews.DecideAll(new ReviewFilter { ResourceTypes = ["User"] }, ReviewVerdict.Approve, PolicyWorld.Author);
        world.Job(dirty: true);

        Assert.Equal(world.Id("cn=anna"), Assert.Single(world.Of("001").Types, t => t.Row.IsOwned).Row.Resource);
        Assert.DoesNotContain(world.Of("001").Types, t => t.Row.WorkflowState == WorkflowState.Cancellation);
        world.AssertSettled();
    }
}
