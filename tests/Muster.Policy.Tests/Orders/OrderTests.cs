using System.Text.Json.Nodes;
using Muster.Configuration.Exchange;
using Muster.Repository.Assignments;

namespace Muster.Policy.Tests.Orders;

public sealed class OrderTests
{
    private static PolicyWorld Company(string? policy = null, int people = 0)
    {
        var world = new PolicyWorld(policy ?? Given.Accounts());
        world.Put("Department", "Sales");
        world.Put("Group", "sales-staff");
        world.Put("Person", "001", ("Name", "Anna"), ("Login", "anna"), ("Title", "Seller"), ("Department", "Sales"));
        for (var number = 0; number < people; number++)
        {
            world.Put("Person", $"1{number:000}", ("Login", $"p{number:000}"), ("Title", "Worker"));
            world.Put("Account", $"cn=p{number:000}", ("Login", $"p{number:000}"), ("Title", "Worker"));
        }

        world.Compute();
        return world;
    }

    [Fact]
    public void Generate_Pending_WritesTheDocumentedFileAndTransmits()
    {
        using var world = Company();

        Assert.True(world.Generate().Processed);

        var file = Assert.Single(world.Work.Files("ProvisioningOrders"));
        Assert.Matches("^ProvisioningOrders/[0-9]{17}_User_1\\.json$", file);
        using var stream = world.Work.OpenRead(file);
        var order = Assert.Single(JsonNode.Parse(stream)!["ProvisioningOrdersList"]!.AsArray())!;
        Assert.Equal("Added", (string?)order["ChangeType"]);
        Assert.Equal("Account", (string?)order["ResourceType"]!["TargetEntityType"]!["Identifier"]);
        Assert.Equal(("001", "Anna"), ((string?)order["Owner"]!["Number"], (string?)order["Owner"]!["InternalDisplayName"]));
        Assert.Equal("anna", (string?)order["Changes"]!["Login"]);
        Assert.Equal("sales-staff", (string?)order["Changes"]!["Groups_add"]![0]!["Name"]);
        var type = world.Type("001");
        Assert.Equal(type.Row.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), (string?)order["AssignedResourceTypeId"]);
        Assert.Equal(ProvisioningState.Transmitted, type.Row.ProvisioningState);
        Assert.All(type.Scalars, s => Assert.Equal(ProvisioningState.Transmitted, s.ProvisioningState));
    }

    [Fact]
    public void Generate_SecondTime_MakesNoOrderButStillHasSomethingWaiting()
    {
        using var world = Company();
        world.Generate();
        world.Counts.Clear();

        Assert.True(world.Generate().Processed);

        Assert.Equal(0, world.Counts["ordersGenerated"]);
        Assert.Single(world.Take());
    }

    [Fact]
    public void Generate_KilledBeforeTheFile_FileComesAtTheNextRun()
    {
        using var world = Company();
        world.Generate();
        var file = Assert.Single(world.Work.Files("ProvisioningOrders"));
        world.Work.Delete(file);

        world.Generate();

        Assert.Equal(file, Assert.Single(world.Work.Files("ProvisioningOrders")));
    }

    [Fact]
    public void Take_KilledBeforeTheFileMoved_FileIsMovedByTheNextRun()
    {
        using var world = Company();
        world.Generate();
        var file = Assert.Single(world.Work.Files("ProvisioningOrders"));
        world.Take();
        var moved = Assert.Single(world.Work.Files("ProvisioningOrders/Downloaded"));
        world.Work.Move(moved, file);
        using (var foreign = world.Work.Create("ProvisioningOrders/note.txt"))
        {
            foreign.Commit();
        }

        world.Generate();
        world.Generate();

        Assert.Equal(["ProvisioningOrders/note.txt"], world.Work.Files("ProvisioningOrders"));
        Assert.Equal([moved], world.Work.Files("ProvisioningOrders/Downloaded"));
    }

    [Fact]
    public void Take_Twice_GivesTheSameOrderAndMovesTheFile()
    {
        using var world = Company();
        world.Generate();

        var first = Assert.Single(world.Take());
        var second = Assert.Single(world.Take());

        Assert.Equal(first.Id, second.Id);
        Assert.Equal(OrderChangeType.Added, second.ChangeType);
        Assert.Empty(world.Work.Files("ProvisioningOrders"));
        Assert.Single(world.Work.Files("ProvisioningOrders/Downloaded"));
    }

    [Fact]
    public void Report_Executed_ThenSynchronized_IsVerified()
    {
        using var world = Company();
        world.Generate();
        var order = Assert.Single(world.Take());

        world.Answer(order);

        Assert.Equal(ProvisioningState.Executed, world.Type("001").Row.ProvisioningState);
        Assert.Empty(world.Take());
        world.Put("Account", "cn=anna", ("Login", "anna"), ("Title", "Seller"));
        world.Link("Account", "Groups", "cn=anna", "sales-staff");
        world.Compute();
        Assert.Equal(ProvisioningState.Verified, world.Type("001").Row.ProvisioningState);
        Assert.False(world.Generate().Processed);
    }

    [Fact]
    public void Report_Error_KeepsTheMessage()
    {
        using var world = Company();
        world.Generate();

        world.Answer(world.Take()[0], executed: false, message: "no such object");

        Assert.Equal((ProvisioningState.Errored, "no such object"), (world.Type("001").Row.ProvisioningState, world.Type("001").Row.Message));
        world.Compute();
        Assert.False(world.Generate().Processed);
    }

    [Fact]
    public void Report_AfterPolicyChanged_IsIgnored()
    {
        using var world = Company();
        world.Generate();
        var order = world.Take()[0];
        world.Put("Person", "001", ("Title", "Manager"));
        world.Compute();

        world.Answer(order);

        Assert.Equal(("Manager", ProvisioningState.Pending), (world.Scalar("001", "Title").PolicyValue, world.Scalar("001", "Title").ProvisioningState));
        Assert.Equal(ProvisioningState.Executed, world.Scalar("001", "Login").ProvisioningState);
    }

    [Fact]
    public void Report_Twice_CountsOnce()
    {
        using var world = Company();
        world.Generate();
        var order = world.Take()[0];
        world.Answer(order);

        world.Answer(order, executed: false, message: "late");

        Assert.Equal(ProvisioningState.Executed, world.Type("001").Row.ProvisioningState);
    }

    [Theory]
    [InlineData(30, false)]
    [InlineData(31, true)]
    public void Generate_DeletionsAgainstThirtyPercent_BlocksTheThirtyFirstOfAHundred(int leavers, bool blocks)
    {
        using var world = Company(people: 100);
        world.Provision();
        for (var number = 0; number < leavers; number++)
        {
            world.Put("Person", $"1{number:000}", ("End", "20260101000000"));
        }

        world.Compute();
        var result = world.Generate();

        Assert.Equal(blocks, result.Block is not null);
        Assert.Equal(blocks ? 0 : leavers, world.Take().Count);
        if (blocks)
        {
            Assert.Equal(("MaximumDeletePercent", 31L, 100L), (result.Block!.Threshold, result.Block.Actual, result.Block.Total));
            Assert.NotEmpty(result.Block.Samples);
            world.Generate(force: true);
            Assert.Equal(leavers, world.Take().Count);
        }
    }

    [Fact]
    public void Generate_RemovalNotAllowed_SendsNoDeletion()
    {
        using var world = Company(Given.Accounts("BlockProvisioning=\"false\" AllowRemove=\"false\""), people: 1);
        world.Put("Person", "1000", ("End", "20260101000000"));
        world.Compute();

        world.Generate();

        Assert.DoesNotContain(world.Take(), o => o.ChangeType == OrderChangeType.Deleted);
        Assert.Equal((WorkflowState.Found, ProvisioningState.Blocked), (world.Type("1000").Row.WorkflowState, world.Type("1000").Row.ProvisioningState));
    }

    [Fact]
    public void Generate_BlockedByDefault_SendsNothing()
    {
        using var world = Company(Given.Accounts(""));

        Assert.False(world.Generate().Processed);
    }

    [Fact]
    public void Generate_FutureStart_WaitsUntilItsHours()
    {
        using var world = Company(Given.Accounts("BlockProvisioning=\"false\" FulfillHoursAheadOfTime=\"24\""));
        world.Put("Person", "009", ("Login", "new"), ("Start", "20260201000000"));
        world.Compute();
        world.Provision();
        Assert.Equal(ProvisioningState.Pending, world.Type("009").Row.ProvisioningState);

        world.At("2026-01-31T01:00:00Z");

        Assert.True(world.Generate().Processed);
        Assert.Equal("new", (string?)Assert.Single(world.Take()).Owner["Login"]);
    }

    [Fact]
    public void Generate_DependsOnOwnerProperty_WaitsForIt()
    {
        using var world = Company(Given.Accounts("BlockProvisioning=\"false\" DependsOnOwnerProperty=\"Person:Name\""));
        world.Put("Person", "002", ("Login", "bert"));
        world.Compute();

        world.Generate();

        Assert.Equal("anna", (string?)Assert.Single(world.Take()).Owner["Login"]);
        Assert.Equal(1, world.Counts["ordersWaiting"]);
        Assert.Equal(ProvisioningState.Pending, world.Type("002").Row.ProvisioningState);
    }

    [Fact]
    public void Loop_CreateOnlyValue_StaysExecutedAndIsNeverCompared()
    {
        using var world = Company(Given.Accounts(
            scalars: "<ScalarRule Policy=\"P\" Property=\"Secret\" Binding=\"Person:Name\" IsMapped=\"false\" />"));
        world.Provision();
        world.Put("Account", "cn=anna", ("Login", "anna"), ("Title", "Seller"), ("Secret", "something else"));
        world.Link("Account", "Groups", "cn=anna", "sales-staff");

        world.Compute();

        Assert.Equal(ProvisioningState.Executed, world.Scalar("001", "Secret").ProvisioningState);
        Assert.Equal(ProvisioningState.Verified, world.Type("001").Row.ProvisioningState);
        world.Put("Person", "001", ("Name", "Anne"));
        world.Compute();
        Assert.Equal(WorkflowState.PolicyApprovedWithChanges, world.Scalar("001", "Secret").WorkflowState);
        Assert.False(world.Generate().Processed);
    }

    [Fact]
    public void Loop_ExecutedButNotSeen_BecomesDueByTheDeliveryAlone()
    {
        using var world = Company();
        world.Provision();
        Assert.Equal(ProvisioningState.Executed, world.Type("001").Row.ProvisioningState);
        world.Compute();
        Assert.Equal(ProvisioningState.Executed, world.Type("001").Row.ProvisioningState);

        world.Synchronized("LDAP");
        world.Compute();

        Assert.Equal((ProvisioningState.Pending, 1), (world.Type("001").Row.ProvisioningState, world.Type("001").Row.Attempts));
    }

    [Fact]
    public void Loop_ValueExecutedAndDifferentAfterSynchronization_IsFound()
    {
        using var world = Company(people: 1);
        world.Put("Person", "1000", ("Title", "Boss"));
        world.Compute();
        world.Provision();
        world.Compute();
        Assert.Equal(ProvisioningState.Executed, world.Scalar("1000", "Title").ProvisioningState);

        world.Synchronized("LDAP");
        world.Compute();

        Assert.Equal(WorkflowState.Found, world.Scalar("1000", "Title").WorkflowState);
    }

    [Fact]
    public void Loop_Leaver_IsDeletedAndEnds()
    {
        using var world = Company(people: 5);
        world.Put("Person", "1000", ("End", "20260101000000"));
        world.Compute();
        world.Generate(force: true);
        var order = world.Take().Single(o => o.ChangeType == OrderChangeType.Deleted);
        Assert.Equal("cn=p000", (string?)order.Resource!["Dn"]);

        world.Answer(order);
        Assert.Equal(ProvisioningState.Executed, world.Type("1000").Row.ProvisioningState);
        world.Delete("Account", "cn=p000");
        world.Compute();

        Assert.Empty(world.Of("1000").Types);
    }

    [Fact]
    public void Loop_CreationSentAndOwnerLeaves_IsDeletedWhenItAppears()
    {
        using var world = Company();
        world.Generate();
        var order = world.Take()[0];
        world.Put("Person", "001", ("End", "20260101000000"));
        world.Compute();
        Assert.Equal(WorkflowState.Cancellation, world.Type("001").Row.WorkflowState);
        world.Answer(order);

        Assert.Equal((WorkflowState.Cancellation, ProvisioningState.Executed), (world.Type("001").Row.WorkflowState, world.Type("001").Row.ProvisioningState));
    }
}
