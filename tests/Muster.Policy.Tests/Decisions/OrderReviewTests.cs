using Muster.Policy.Decisions;
using Muster.Policy.Transitions;
using Muster.Repository.Assignments;
using static Muster.Repository.Assignments.WorkflowState;

namespace Muster.Policy.Tests.Decisions;

/// <summary>Reviews of orders and of what was found (rolemodel.md 5.6, 5.7, 6.1 to 6.4).</summary>
public sealed class OrderReviewTests
{
    private static PolicyWorld World(string attributes = "BlockProvisioning=\"true\"", int confidence = 100, bool withAccount = false, string more = "")
    {
        var world = new PolicyWorld(Given.Accounts(attributes, more).Replace("SourceMatchedConfidenceLevel=\"100\"", $"SourceMatchedConfidenceLevel=\"{confidence}\"", StringComparison.Ordinal));
        world.Put("Department", "Sales");
        world.Put("Group", "sales-staff");
        world.Put("Person", "001", ("Login", "anna"), ("Title", "Seller"), ("Department", "Sales"));
        if (withAccount)
        {
            world.Put("Account", "cn=anna", ("Login", "anna"), ("Title", "Seller"));
            world.Link("Account", "Groups", "cn=anna", "sales-staff");
        }

        world.Job(dirty: false);
        return world;
    }

    private static (WorkflowState, ProvisioningState) States(PolicyWorld world) => (world.Type("001").Row.WorkflowState, world.Type("001").Row.ProvisioningState);

    private static (WorkflowState, ProvisioningState) Title(PolicyWorld world) => (world.Scalar("001", "Title").WorkflowState, world.Scalar("001", "Title").ProvisioningState);

    [Fact]
    public void Creation_Blocked_LeavesOnceApproved()
    {
        using var world = World();
        var item = Assert.Single(world.Waiting());
        Assert.Equal((ReviewKind.Creation, "001", "The resource type has BlockProvisioning."), (item.Kind, item.OwnerKey, item.Reason));
        world.Generate();
        Assert.Empty(world.Take());

        world.Review(ReviewVerdict.Approve, item.Id);
        world.Job(dirty: true);

        Assert.Equal((PolicyApproved, ProvisioningState.Pending), States(world));
        Assert.All(world.Type("001").Scalars, s => Assert.Equal(ProvisioningState.Pending, s.ProvisioningState));
        Assert.Empty(world.Waiting());
        world.AssertSettled();
        world.Generate();
        Assert.Single(world.Take());
    }

    [Fact]
    public void Creation_Declined_StaysDeclinedWithoutOrder()
    {
        using var world = World();

        world.Review(ReviewVerdict.Decline, world.Waiting()[0].Id);
        world.Job(dirty: true);

        Assert.Equal((Declined, ProvisioningState.None), States(world));
        Assert.Empty(world.Waiting());
        world.Generate();
        Assert.Empty(world.Take());
        world.AssertSettled();
    }

    [Fact]
    public void Creation_Postponed_ChangesNothing()
    {
        using var world = World();
        var before = world.Snapshot();

        world.Review(ReviewVerdict.Postpone, world.Waiting()[0].Id);

        Assert.Equal(before, world.Snapshot());
    }

    [Fact]
    public void AllOf_ApprovesOrdersAndLeavesWhatWasFound()
    {
        using var world = World(withAccount: true);
        world.Put("Person", "002", ("Login", "bert"), ("Department", "Sales"));
        world.Put("Account", "cn=anna", ("Title", "Boss"));
        world.Job(dirty: true);
        Assert.Equal([ReviewKind.FoundValue, ReviewKind.Creation], world.Waiting().Select(i => i.Kind));

        world.Reviews.DecideAll(new ReviewFilter { ResourceTypes = ["User"] }, ReviewVerdict.Approve, PolicyWorld.Author);

        Assert.Equal(ReviewKind.FoundValue, Assert.Single(world.Waiting()).Kind);
        Assert.Equal(ProvisioningState.Pending, world.Type("002").Row.ProvisioningState);
    }

    [Fact]
    public void Value_Declined_IsNotWrittenUntilItsSourceChanges()
    {
        using var world = World(withAccount: true);
        world.Put("Person", "001", ("Title", "Chief"));
        world.Job(dirty: true);
        Assert.Equal((PolicyApproved, ProvisioningState.Blocked), Title(world));

        world.Review(ReviewVerdict.Decline, world.Waiting()[0].Id);
        world.Job(dirty: true);
        Assert.Equal((Declined, ProvisioningState.None), Title(world));
        world.AssertSettled();

        world.Put("Person", "001", ("Title", "President"));
        world.Job(dirty: true);
        Assert.Equal((PolicyApproved, ProvisioningState.Blocked), Title(world));
    }

    [Fact]
    public void Found_Kept_IsApproved_ThenQuestionedWhenItsSourceChanges()
    {
        using var world = World("BlockProvisioning=\"false\"", withAccount: true);
        world.Put("Account", "cn=anna", ("Title", "Boss"));
        world.Job(dirty: true);
        Assert.Equal((Found, ProvisioningState.Blocked), Title(world));
        var id = Assert.Single(world.Waiting()).Id;
        Assert.Throws<DecisionRefusedException>(() => world.Review(ReviewVerdict.Approve, id));

        world.Review(ReviewVerdict.Keep, id);
        world.Job(dirty: true);
        Assert.Equal((Approved, ProvisioningState.Verified), Title(world));
        Assert.Equal("Boss", world.Scalar("001", "Title").CurrentValue);
        world.AssertSettled();

        world.Put("Person", "001", ("Title", "Chief"));
        world.Job(dirty: true);
        Assert.Equal((ApprovedQuestioned, ProvisioningState.Verified), Title(world));
        world.Generate();
        Assert.Empty(world.Take());
    }

    [Fact]
    public void Found_Removed_WritesThePolicysValue()
    {
        using var world = World("BlockProvisioning=\"false\"", withAccount: true);
        world.Put("Account", "cn=anna", ("Title", "Boss"));
        world.Job(dirty: true);

        world.Review(ReviewVerdict.Remove, world.Waiting()[0].Id);
        world.Job(dirty: true);

        Assert.Equal((PolicyApproved, ProvisioningState.Pending), Title(world));
        world.Fulfill();
        world.Job(dirty: true);
        Assert.Equal((PolicyApproved, ProvisioningState.Verified), Title(world));
    }

    [Theory]
    [InlineData(ReviewVerdict.Keep, Approved, ProvisioningState.Verified)]
    [InlineData(ReviewVerdict.Remove, Cancellation, ProvisioningState.Pending)]
    public void FoundLink_Decided_StaysOrGoes(ReviewVerdict verdict, WorkflowState workflow, ProvisioningState provisioning)
    {
        using var world = World("BlockProvisioning=\"false\"", withAccount: true);
        world.Put("Department", "IT");
        world.Put("Person", "002", ("Login", "bert"), ("Department", "IT"));
        world.Put("Account", "cn=bert", ("Login", "bert"));
        world.Link("Account", "Groups", "cn=bert", "sales-staff");
        world.Job(dirty: true);
        var item = Assert.Single(world.Waiting("002"), i => i.Property == "Groups");
        Assert.Equal(ReviewKind.FoundLink, item.Kind);

        world.Review(verdict, item.Id);
        world.Job(dirty: true);

        var link = Assert.Single(world.Type("002").Navigations);
        Assert.Equal((workflow, provisioning), (link.WorkflowState, link.ProvisioningState));
        world.AssertSettled();
    }

    [Fact]
    public void Suggestion_Confirmed_OwnsForGood()
    {
        using var world = World("BlockProvisioning=\"false\"", confidence: 80, withAccount: true);
        var item = Assert.Single(world.Waiting());
        Assert.Equal((ReviewKind.Correlation, "cn=anna", 80), (item.Kind, item.Target, item.Confidence));

        world.Review(ReviewVerdict.Approve, item.Id);
        world.Job(dirty: true);
        Assert.Equal((PolicyApproved, ProvisioningState.Verified), States(world));
        world.Put("Account", "cn=anna", ("Login", "other"));
        world.Put("Person", "002", ("Login", "other"));
        world.Job(dirty: true);

        Assert.Equal(world.Id("cn=anna"), world.Type("001").Row.Resource);
        Assert.True(world.Type("001").Row.IsOwned);
        Assert.Null(world.Type("002").Row.Resource);
        world.AssertSettled();
    }

    [Fact]
    public void Suggestion_Declined_IsFreeForOthersAndNotProposedAgain()
    {
        using var world = World("BlockProvisioning=\"false\"", confidence: 80, withAccount: true);

        world.Review(ReviewVerdict.Decline, world.Waiting()[0].Id);
        world.Job(dirty: true);

        var rows = world.Of("001").Types.Select(t => t.Row).OrderBy(r => r.Id).ToList();
        Assert.Equal([(Declined, ProvisioningState.None), (PolicyApproved, ProvisioningState.Pending)], rows.Select(r => (r.WorkflowState, r.ProvisioningState)));
        Assert.Null(rows[1].Resource);
        world.Put("Person", "001", ("Title", "Chief"));
        world.Job(dirty: true);
        Assert.Null(world.Of("001").Types.Single(t => t.Row.WorkflowState == PolicyApproved).Row.Resource);
        world.AssertSettled();
        world.Put("Person", "002", ("Login", "anna"));
        world.Job(dirty: true);
        Assert.Equal(world.Id("cn=anna"), world.Type("002").Row.Resource);
    }

    [Fact]
    public void Errored_Unblocked_IsTriedAgain()
    {
        using var world = World("BlockProvisioning=\"false\"");
        world.Generate();
        world.Answer(world.Take()[0], executed: false, message: "No.");
        Assert.Equal(ProvisioningState.Errored, world.Type("001").Row.ProvisioningState);
        var item = Assert.Single(world.Waiting());
        Assert.Equal("No.", item.Reason);

        world.Review(ReviewVerdict.Approve, item.Id);
        world.Job(dirty: true);

        world.Generate();
        Assert.Single(world.Take());
    }

    [Fact]
    public void UnauthorizedAccount_Kept_IsOwnedByHand()
    {
        using var other = new PolicyWorld(Given.Accounts().Replace("<TypeRule Policy=\"P\" />", "", StringComparison.Ordinal));
        other.Put("Group", "sales-staff");
        other.Put("Person", "001", ("Login", "anna"));
        other.Put("Account", "cn=anna", ("Login", "anna"));
        other.Job(dirty: false);
        var item = Assert.Single(other.Waiting());
        Assert.Equal(ReviewKind.UnauthorizedAccount, item.Kind);

        other.Decide("001", "User", AssignmentVerdict.Keep, AssignmentKind.ResourceType);
        other.Job(dirty: true);

        Assert.Equal((Approved, ProvisioningState.Verified), States(other));
        Assert.True(other.Type("001").Row.IsOwned);
        other.AssertSettled();
    }

    [Fact]
    public void Orphan_Removed_IsDeleted()
    {
        using var world = World("BlockProvisioning=\"false\"", withAccount: true);
        world.Delete("Person", "001");
        world.Job(dirty: true);
        var item = Assert.Single(world.Waiting());
        Assert.Equal((ReviewKind.Orphan, (string?)null), (item.Kind, item.OwnerKey));

        world.Review(ReviewVerdict.Remove, item.Id);
        world.Job(dirty: true);
        world.Generate(force: true);

        Assert.Equal(Muster.Configuration.Exchange.OrderChangeType.Deleted, Assert.Single(world.Take()).ChangeType);
    }

    [Fact]
    public void DeletedOutside_Approved_IsCreatedAnew()
    {
        using var world = World("BlockProvisioning=\"false\"", withAccount: true);
        world.Delete("Account", "cn=anna");
        world.Job(dirty: true);
        var item = Assert.Single(world.Waiting());
        Assert.Equal(ReviewKind.Creation, item.Kind);
        Assert.Contains("deleted in the managed system", item.Reason, StringComparison.Ordinal);

        world.Review(ReviewVerdict.Approve, item.Id);
        world.Job(dirty: true);

        Assert.Equal((PolicyApproved, ProvisioningState.Pending), States(world));
        Assert.Null(world.Type("001").Row.Resource);
        world.AssertSettled();
    }
}
