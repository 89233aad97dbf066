using Muster.Repository.Assignments;
using Muster.Repository.Resources;

namespace Muster.Policy.Tests.Fulfillment;

public sealed class InternalFulfillmentTests
{
    /// <summary>The accounts of <see cref="Given"/>, owned by Muster instead of a directory.</summary>
    private static PolicyWorld World()
    {
        var model = System.Text.RegularExpressions.Regex.Replace(
            Given.Model, "<EntityTypeMapping Identifier=\"(Account|Group)\".*?</EntityTypeMapping>", "", System.Text.RegularExpressions.RegexOptions.Singleline);
        var policy = Given.Accounts(scalars: "<ScalarRule Policy=\"P\" Property=\"Dn\" Binding=\"Person:Login\" />");
        var world = new PolicyWorld(policy, model);
        world.Put("Department", "Sales");
        world.Put("Group", "sales-staff");
        world.Put("Person", "001", ("Login", "anna"), ("Title", "Seller"), ("Department", "Sales"));
        world.Compute();
        world.Generate();
        return world;
    }

    [Fact]
    public void Run_Added_MakesTheResourceAndSetsTheTarget()
    {
        using var world = World();

        Assert.True(world.FulfillInternally().Processed);

        var type = world.Type("001");
        Assert.Equal(world.Find("Account", "anna"), type.Row.Resource);
        Assert.Equal(ProvisioningState.Executed, type.Row.ProvisioningState);
        Assert.False(world.FulfillInternally().Processed);
        world.Compute();
        Assert.All(world.Type("001").Scalars, s => Assert.Equal(ProvisioningState.Verified, s.ProvisioningState));
        Assert.Equal(ProvisioningState.Verified, Assert.Single(world.Type("001").Navigations).ProvisioningState);
        Assert.Equal(ProvisioningState.Verified, world.Type("001").Row.ProvisioningState);
    }

    [Fact]
    public void Run_ModifiedAndDeleted_ChangeTheRepository()
    {
        using var world = World();
        world.FulfillInternally();
        world.Put("Person", "001", ("Title", "Manager"), ("Department", null));
        world.Compute();
        world.Generate(force: true);
        world.FulfillInternally();
        using (var transaction = world.Database.BeginRead())
        {
            var account = world.Model.FindEntityType("Account")!;
            var resource = Assert.Single(new ResourceReader(transaction, world.Schema).Load(
                account,
                [world.Find("Account", "anna")!.Value],
                [
                    new(account, [account.FindProperty("Title")!]),
                    new(account, [account.FindProperty("Groups")!]),
                ]));
            Assert.Equal("Manager", resource.GetScalar(account.FindProperty("Title")!));
            Assert.Empty(resource.Targets(account.FindProperty("Groups")!));
        }

        world.Put("Person", "001", ("End", "20260101000000"));
        world.Compute();
        world.Generate(force: true);
        world.FulfillInternally();
        Assert.Null(world.Find("Account", "anna"));
        world.Compute();
        Assert.Empty(world.Of("001").Types);
    }

    [Fact]
    public void Run_KeyExists_IsAnErrorAndNothingIsWritten()
    {
        using var world = World();
        world.Put("Account", "anna", ("Title", "other"));

        Assert.True(world.FulfillInternally().PartlyFailed);

        Assert.Equal(ProvisioningState.Errored, world.Type("001").Row.ProvisioningState);
        Assert.Contains("exists already", world.Type("001").Row.Message, StringComparison.Ordinal);
    }
}
