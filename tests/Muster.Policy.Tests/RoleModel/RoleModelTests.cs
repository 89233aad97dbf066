using Muster.Repository.Assignments;

namespace Muster.Policy.Tests.RoleModel;

public sealed class RoleModelTests
{
    private static PolicyWorld Company(string? policy = null)
    {
        var world = new PolicyWorld(policy ?? Given.Accounts());
        world.Put("Department", "Sales");
        world.Put("Department", "Sales-North", ("Parent", "Sales"));
        world.Put("Department", "IT");
        world.Put("Group", "sales-staff");
        world.Put("Person", "001", ("Login", "anna"), ("Title", "Seller"), ("Department", "Sales-North"));
        world.Put("Person", "002", ("Login", "bert"), ("Title", "Admin"), ("Department", "IT"));
        return world;
    }

    [Fact]
    public void Compute_NewOwner_GetsRolesAccountValuesAndLinks()
    {
        using var world = Company();

        Assert.True(world.Compute().Processed);

        var anna = world.Of("001");
        Assert.Equal("Staff", Assert.Single(anna.Roles).Role);
        var account = Assert.Single(anna.Types);
        Assert.Equal((WorkflowState.PolicyApproved, ProvisioningState.Pending), (account.Row.WorkflowState, account.Row.ProvisioningState));
        Assert.Null(account.Row.Resource);
        Assert.Equal("anna", world.Scalar("001", "Login").PolicyValue);
        Assert.Equal(world.Id("sales-staff"), Assert.Single(account.Navigations).Resource);
        Assert.Empty(world.Of("002").Roles);
        Assert.Empty(world.Type("002").Navigations);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Compute_SecondTime_WritesNothing(bool dirty)
    {
        using var world = Company();
        world.Put("Account", "cn=anna", ("Login", "anna"), ("Title", "Other"));
        world.Compute();
        var rows = world.Database.RowsWritten;

        Assert.False(world.Compute(dirty).Processed);

        Assert.Equal(rows, world.Database.RowsWritten);
    }

    [Fact]
    public void Compute_MatchingAccount_IsCorrelatedAndCompared()
    {
        using var world = Company();
        world.Put("Account", "cn=anna", ("Login", "anna"), ("Title", "Other"));
        world.Link("Account", "Groups", "cn=anna", "sales-staff");

        world.Compute();

        var account = world.Type("001");
        Assert.Equal(world.Id("cn=anna"), account.Row.Resource);
        Assert.Equal(100, account.Row.Confidence);
        Assert.Equal(ProvisioningState.Verified, world.Scalar("001", "Login").ProvisioningState);
        Assert.Equal(ProvisioningState.Pending, world.Scalar("001", "Title").ProvisioningState);
        Assert.Equal(ProvisioningState.Verified, Assert.Single(account.Navigations).ProvisioningState);
        Assert.Equal(ProvisioningState.Pending, account.Row.ProvisioningState);
    }

    [Fact]
    public void Compute_Mover_LosesRoleAndLink()
    {
        using var world = Company();
        world.Put("Account", "cn=anna", ("Login", "anna"), ("Title", "Seller"));
        world.Link("Account", "Groups", "cn=anna", "sales-staff");
        world.Compute();

        world.Put("Person", "001", ("Department", "IT"));
        world.Compute();

        Assert.Empty(world.Of("001").Roles);
        var link = Assert.Single(world.Type("001").Navigations);
        Assert.Equal((WorkflowState.Cancellation, ProvisioningState.Pending), (link.WorkflowState, link.ProvisioningState));
    }

    [Fact]
    public void Compute_EndDatePasses_CancelsWithoutAnyChange()
    {
        using var world = Company();
        world.Put("Account", "cn=anna", ("Login", "anna"), ("Title", "Seller"));
        world.Put("Person", "001", ("End", "20260201000000"));
        world.Compute();
        Assert.Equal(WorkflowState.PolicyApproved, world.Type("001").Row.WorkflowState);

        world.At("2026-02-02");
        world.Compute();

        Assert.Equal(
            (WorkflowState.Cancellation, ProvisioningState.Pending),
            (world.Type("001").Row.WorkflowState, world.Type("001").Row.ProvisioningState));
        Assert.Empty(world.Of("001").Roles);
    }

    [Fact]
    public void Compute_OwnerDeleted_AccountIsShownWithoutOwner()
    {
        using var world = Company();
        world.Put("Account", "cn=anna", ("Login", "anna"), ("Title", "Seller"));
        world.Compute();

        world.Delete("Person", "001");
        world.Compute();

        using var transaction = world.Database.BeginRead();
        var row = Assert.Single(new AssignmentStore(transaction).OfTargets([world.Id("cn=anna")]));
        Assert.Equal((null, WorkflowState.Found, ProvisioningState.Blocked), (row.Owner, row.WorkflowState, row.ProvisioningState));
    }

    [Fact]
    public void Compute_OwnerDeletedAndOrphansRemoved_AccountIsCancelled()
    {
        using var world = Company(Given.Accounts("BlockProvisioning=\"false\" RemoveOrphans=\"true\""));
        world.Put("Account", "cn=anna", ("Login", "anna"), ("Title", "Seller"));
        world.Compute();

        world.Delete("Person", "001");
        world.Compute();

        using var transaction = world.Database.BeginRead();
        var row = Assert.Single(new AssignmentStore(transaction).OfTargets([world.Id("cn=anna")]));
        Assert.Equal((WorkflowState.Cancellation, ProvisioningState.Pending), (row.WorkflowState, row.ProvisioningState));
    }

    [Fact]
    public void Compute_TargetChangedOutside_IsFoundOnlyAfterVerification()
    {
        using var world = Company();
        world.Put("Account", "cn=anna", ("Login", "anna"), ("Title", "Seller"));
        world.Compute();

        world.Put("Account", "cn=anna", ("Title", "Hacker"));
        world.Compute();

        var title = world.Scalar("001", "Title");
        Assert.Equal((WorkflowState.Found, ProvisioningState.Blocked), (title.WorkflowState, title.ProvisioningState));
        Assert.Equal(("Seller", "Hacker"), (title.PolicyValue, title.CurrentValue));
        world.Put("Account", "cn=anna", ("Title", "Seller"));
        world.Compute();
        Assert.Equal(ProvisioningState.Verified, world.Scalar("001", "Title").ProvisioningState);
    }

    [Fact]
    public void Compute_DefaultResourceType_BlocksEverything()
    {
        using var world = Company(Given.Accounts(""));

        world.Compute();

        Assert.Equal(ProvisioningState.Blocked, world.Type("001").Row.ProvisioningState);
        Assert.All(world.Type("001").Scalars, s => Assert.Equal(ProvisioningState.Blocked, s.ProvisioningState));
        Assert.Contains("BlockProvisioning", world.Type("001").Row.BlockReason, StringComparison.Ordinal);
    }

    [Fact]
    public void Compute_ExpressionFails_ConcernsOneRow()
    {
        using var world = Company(Given.Accounts(
            scalars: "<ScalarRule Policy=\"P\" Property=\"Secret\" Binding=\"Person:Name\" Expression=\"ParseUniversalDate:yyyyMMdd\" />"));
        world.Put("Person", "001", ("Name", "no date"));
        world.Put("Person", "002", ("Name", "20260101"));

        var result = world.Compute();

        Assert.True(result.PartlyFailed);
        Assert.Equal(ProvisioningState.RuntimeErrored, world.Scalar("001", "Secret").ProvisioningState);
        Assert.Equal("20260101000000", world.Scalar("002", "Secret").PolicyValue);
        Assert.Equal(ProvisioningState.Pending, world.Scalar("001", "Login").ProvisioningState);
        Assert.Contains(world.Warnings, w => w.Contains("001", StringComparison.Ordinal));
    }

    [Fact]
    public void Compute_TwoOwnersOneKey_LowestKeyGetsTheAccountWhateverTheOrder()
    {
        using var world = Company();
        world.Put("Person", "000", ("Login", "anna"));
        world.Put("Account", "cn=anna", ("Login", "anna"));

        world.Compute();

        Assert.Equal(world.Id("cn=anna"), world.Type("000").Row.Resource);
        Assert.Null(world.Type("001").Row.Resource);
    }

    [Fact]
    public void Compute_TargetReleased_GoesToTheNextClaimantInTheSameRun()
    {
        using var world = Company();
        world.Put("Person", "000", ("Login", "anna"));
        world.Put("Account", "cn=anna", ("Login", "anna"));
        world.Compute();

        world.Delete("Person", "000");
        world.Compute();

        Assert.Equal(world.Id("cn=anna"), world.Type("001").Row.Resource);
    }

    [Fact]
    public void Compute_ParentOfDepartmentChanges_ConcernsPeopleBelow()
    {
        using var world = Company();
        world.Compute();
        Assert.Single(world.Of("001").Roles);

        world.Put("Department", "Sales-North", ("Parent", "IT"));
        world.Compute();

        Assert.Empty(world.Of("001").Roles);
    }

    [Fact]
    public void Compute_DepartmentsInACircle_Ends()
    {
        using var world = Company();
        world.Put("Department", "Sales", ("Parent", "Sales-North"));

        world.Compute();

        Assert.Single(world.Of("001").Roles);
    }

    [Fact]
    public void Compute_FlaggedAccount_PullsExactlyItsOwner()
    {
        using var world = Company();
        world.Put("Account", "cn=anna", ("Login", "anna"), ("Title", "Seller"));
        world.Compute();
        world.Counts.Clear();

        world.Put("Account", "cn=anna", ("Title", "Other"));
        world.Compute();

        Assert.Equal(1, world.Counts["ownersEvaluated"]);
    }

    [Fact]
    public void Compute_ExcludedOwner_IsNotEvaluated()
    {
        using var world = Company(Given.Accounts().Replace(
            "ResourcesStartBinding", "ExcludeExpression=\"C#:person:return person.IsDraft == true;\" ResourcesStartBinding", StringComparison.Ordinal));
        world.Put("Person", "001", ("IsDraft", "true"));

        world.Compute();

        Assert.Empty(world.Of("001").Types);
        Assert.Empty(world.Of("001").Roles);
    }

    [Fact]
    public void Compute_ExclusionFails_OwnerIsLeftOutWithAWarning()
    {
        using var world = Company(Given.Accounts().Replace(
            "ResourcesStartBinding", "ExcludeExpression=\"C#:person:return person.Login.Substring(4) == person.Name;\" ResourcesStartBinding", StringComparison.Ordinal));
        world.Put("Person", "001", ("Login", "abc"));

        Assert.True(world.Compute().PartlyFailed);

        Assert.Empty(world.Of("001").Types);
        Assert.Single(world.Of("002").Types);
    }

    [Fact]
    public void Compute_ReviewSuppressed_SendsAtOnce()
    {
        using var world = Company(Given.Accounts(""));

        world.Compute(with: r => r with { NoProvisioningReview = true });

        Assert.Equal(ProvisioningState.Pending, world.Type("001").Row.ProvisioningState);
    }

    /// <summary>The source key of a query rule may be a literal: the same resource for everybody (rolemodel.md 4.2).</summary>
    [Fact]
    public void QueryRule_OfALiteral_LinksEverybody()
    {
        using var world = new PolicyWorld(Given.Accounts().Replace(
            """<NavigationRule Policy="P" Property="Groups" Resource="sales-staff" SingleRole="Staff" />""",
            """<QueryRule Property="Groups" SourceExpression="Literal:all" TargetBinding="Group:Name" TargetMatchedConfidenceLevel="100" />""",
            StringComparison.Ordinal));
        world.Put("Group", "all");
        world.Put("Person", "001", ("Login", "anna"));
        world.Job(dirty: true);
        world.Put("Person", "002", ("Login", "ben"));
        world.Job(dirty: true);

        Assert.All(["001", "002"], p => Assert.Equal(world.Id("all"), Assert.Single(world.Type(p).Navigations).Resource));
        world.AssertSettled();
    }
}
