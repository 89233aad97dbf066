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
}
