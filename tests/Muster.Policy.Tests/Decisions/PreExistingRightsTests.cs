using Muster.Policy.Decisions;
using Muster.Policy.Transitions;
using Muster.Repository.Assignments;
using static Muster.Repository.Assignments.WorkflowState;

namespace Muster.Policy.Tests.Decisions;

/// <summary>SavePreExistingAccessRights (rolemodel.md 5.13).</summary>
public sealed class PreExistingRightsTests
{
    [Fact]
    public void Save_DifferencesOfTheFirstLoad_ArePreExistingAndStay()
    {
        using var world = new PolicyWorld(Given.Accounts("BlockProvisioning=\"true\""));
        world.Put("Department", "Sales");
        world.Put("Department", "IT");
        world.Put("Group", "sales-staff");
        world.Put("Person", "001", ("Login", "anna"), ("Title", "Seller"), ("Department", "IT"));
        world.Put("Person", "002", ("Login", "bert"), ("Department", "Sales"));
        world.Put("Account", "cn=anna", ("Login", "anna"), ("Title", "Boss"));
        world.Link("Account", "Groups", "cn=anna", "sales-staff");
        world.Job(dirty: false);
        var rights = new PreExistingRights(world.Database, world.Schema, world.Policy);

        Assert.True(rights.Save(world, CancellationToken.None).Processed);
        world.Job(dirty: true);

        Assert.Equal((Historic, ProvisioningState.Verified), (world.Scalar("001", "Title").WorkflowState, world.Scalar("001", "Title").ProvisioningState));
        Assert.DoesNotContain(world.Waiting("001"), i => i.ProvisioningState == ProvisioningState.Blocked);
        Assert.Equal(Historic, Assert.Single(world.Of("001").Roles).WorkflowState);
        Assert.Equal(ProvisioningState.Blocked, world.Type("002").Row.ProvisioningState);
        Assert.False(rights.Save(world, CancellationToken.None).Processed);
        world.AssertSettled();
    }

    [Theory]
    [InlineData(AssignmentVerdict.Keep)]
    [InlineData(AssignmentVerdict.Remove)]
    public void FoundRole_Decided_ItsLinksFollow(AssignmentVerdict verdict)
    {
        using var world = new PolicyWorld(Given.Accounts("BlockProvisioning=\"false\""));
        world.Put("Department", "IT");
        world.Put("Group", "sales-staff");
        world.Put("Person", "001", ("Login", "anna"), ("Department", "IT"));
        world.Put("Account", "cn=anna", ("Login", "anna"));
        world.Link("Account", "Groups", "cn=anna", "sales-staff");
        world.Job(dirty: false);
        Assert.Equal(Found, Assert.Single(world.Of("001").Roles).WorkflowState);

        world.Decide("001", "Staff", verdict);
        world.Job(dirty: true);

        var link = Assert.Single(world.Type("001").Navigations);
        Assert.Equal(
            verdict == AssignmentVerdict.Keep ? (Approved, PolicyApproved, ProvisioningState.Verified) : (Cancellation, Cancellation, ProvisioningState.Pending),
            (Assert.Single(world.Of("001").Roles).WorkflowState, link.WorkflowState, link.ProvisioningState));
        world.AssertSettled();
        world.Fulfill();
        world.Job(dirty: true);
        Assert.Equal(verdict == AssignmentVerdict.Keep ? 1 : 0, world.Of("001").Roles.Count);
        Assert.DoesNotContain(world.Waiting("001"), i => i.Kind == ReviewKind.FoundLink);
        world.AssertSettled();
    }
}
