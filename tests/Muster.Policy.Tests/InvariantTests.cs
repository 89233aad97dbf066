using Microsoft.Extensions.Logging.Abstractions;
using Muster.Configuration;
using Muster.Configuration.Diagnostics;
using Muster.Configuration.Exchange;
using Muster.Policy.Compilation;
using Muster.Policy.RoleModel;
using Muster.Policy.Transitions;
using Muster.Repository.Assignments;

namespace Muster.Policy.Tests;

/// <summary>
/// The numbered invariants of rolemodel.md 12, each by its number. 2 is a property too (DirtyEqualsCompleteTests, and whole jobs in
/// Muster.Equivalence.Tests); 14 is in OffsetTests, 17 in RoleDeductionTests, 18 in DimensionTests, 19 and 20 with access control, 21 also in
/// RecordSectionTests.
/// </summary>
public sealed class InvariantTests
{
    private static PolicyWorld Company(string? policy = null, int people = 3)
    {
        var world = new PolicyWorld(policy ?? Given.Accounts());
        world.Put("Department", "Sales");
        world.Put("Department", "IT");
        world.Put("Group", "sales-staff");
        for (var number = 0; number < people; number++)
        {
            world.Put("Person", $"{number:000}", ("Login", $"p{number:000}"), ("Title", "Seller"), ("Department", "Sales"));
        }

        world.Job(dirty: true);
        return world;
    }

    /// <summary>Everybody has an account as rules want it.</summary>
    private static PolicyWorld Settled(string? policy = null, int people = 3)
    {
        var world = Company(policy, people);
        world.Fulfill();
        world.Job(dirty: true);
        Assert.All(Enumerable.Range(0, people), n => Assert.Equal(ProvisioningState.Verified, world.Type($"{n:000}").Row.ProvisioningState));
        return world;
    }

    private static string Account(PolicyWorld world, string person) =>
        Enumerable.Range(10, 90).Select(n => $"cn={n}").First(dn => world.Has(dn) && world.Id(dn) == world.Type(person).Row.Resource);

    private static (WorkflowState Workflow, ProvisioningState State) StatesOf(PolicyWorld world, string person, string property) =>
        world.Scalar(person, property) is var value ? (value.WorkflowState, value.ProvisioningState) : default;

    [Fact]
    public void Invariant1_TwoEvaluationsWithoutChange_WriteNothingAndGiveNoOrder()
    {
        using var world = Company();
        world.Generate();
        var before = world.Snapshot();

        foreach (var dirty in new[] { true, false })
        {
            var written = world.Database.RowsWritten;
            Assert.False(world.Compute(dirty).Processed);
            Assert.Equal(written, world.Database.RowsWritten);
            world.Counts.Clear();
            world.Generate();
            Assert.Equal(0, world.Counts.GetValueOrDefault("ordersGenerated"));
        }

        Assert.Equal(before, world.Snapshot());
    }

    [Fact]
    public void Invariant2_DirtyAndCompleteRuns_GiveTheSame()
    {
        using var dirty = Company();
        using var complete = Company();
        Action<PolicyWorld>[] changes =
        [
            w => w.Put("Person", "000", ("Department", "IT")),
            w => w.Put("Account", "cn=9", ("Login", "p001"), ("Title", "Other")),
            w => w.Put("Department", "IT", ("Parent", "Sales")),
            w => w.Delete("Person", "002"),
            w => w.Put("Person", "001", ("End", "20250101000000")),
        ];
        foreach (var change in changes)
        {
            change(dirty);
            change(complete);
            dirty.Job(dirty: true);
            complete.Job(dirty: false);
            Assert.Equal(complete.Snapshot(), dirty.Snapshot());
        }
    }

    [Fact]
    public void Invariant3_AFailingDirtyRun_LosesNothing()
    {
        using var world = Company();
        world.Put("Person", "001", ("Department", "IT"));
        using var stopped = new CancellationTokenSource();
        world.Write(t => new Muster.Repository.Dirty.DirtyClosure(t, world.Schema, world.Policy.Graph).FlagChanges());
        stopped.Cancel();
        Assert.Throws<OperationCanceledException>(() => new RoleModelComputation(world.Database, world.Schema, world.Policy, NullLogger<RoleModelComputation>.Instance)
            .Run(new RoleModelRequest { EntityTypes = world.Model.EntityTypes, IsDirty = true }, world, stopped.Token));
        Assert.NotEmpty(world.Of("001").Roles);
        world.Counts.Clear();

        world.Compute(dirty: true);

        Assert.Equal(1, world.Counts["ownersEvaluated"]);
        Assert.Empty(world.Of("001").Roles);
    }

    [Fact]
    public void Invariant4_AFlaggedAccount_PullsExactlyItsOwner()
    {
        using var world = Settled();
        world.Put("Account", Account(world, "001"), ("Title", "Other"));
        world.Counts.Clear();

        world.Compute(dirty: true);

        Assert.Equal(1, world.Counts["ownersEvaluated"]);
        Assert.Equal(WorkflowState.Found, world.Scalar("001", "Title").WorkflowState);
    }

    [Fact]
    public void Invariant5_PendingRows_AreTransmittedOnce_AlsoWhenTheGenerationDiesBetweenStoreAndFile()
    {
        using var world = Company();
        using (var foreign = world.Work.Create("ProvisioningOrders"))
        {
            // Where the folder should be is a file: the orders are in the store, their file cannot be written.
            foreign.Commit();
        }

        Assert.ThrowsAny<Exception>(() => world.Generate());
        world.Work.Delete("ProvisioningOrders");
        world.Generate();
        world.Generate();

        var orders = world.Take();
        Assert.Equal(3, orders.Count);
        Assert.Equal(3, orders.Select(o => o.AssignedResourceTypeId).Distinct().Count());
        Assert.All(Enumerable.Range(0, 3), n => Assert.Equal(ProvisioningState.Transmitted, world.Type($"{n:000}").Row.ProvisioningState));
    }

    [Theory]
    [InlineData(WorkflowState.Found)]
    [InlineData(WorkflowState.Historic)]
    public void Invariant6_WhatWasFound_StaysSoUntilItIsReviewedOrConforms(WorkflowState state)
    {
        using var world = Settled();
        var account = Account(world, "001");
        world.Put("Account", account, ("Title", "Other"));
        world.Job(dirty: true);
        world.Change("001", t => t with { Scalars = [.. t.Scalars.Select(s => s.Property == "Title" ? s with { WorkflowState = state } : s)] });

        world.Put("Person", "001", ("Title", "Clerk"));
        world.Job(dirty: true);
        world.Put("Account", account, ("Title", "Third"));
        world.Job(dirty: true);
        Assert.Equal((state, ProvisioningState.Blocked), StatesOf(world, "001", "Title"));
        Assert.Equal(("Clerk", "Third"), (world.Scalar("001", "Title").PolicyValue, world.Scalar("001", "Title").CurrentValue));

        world.Put("Account", account, ("Title", "Clerk"));
        world.Job(dirty: true);
        Assert.Equal((WorkflowState.PolicyApproved, ProvisioningState.Verified), StatesOf(world, "001", "Title"));
    }

    [Fact]
    public void Invariant7_Cancellation_NeverFallsBackToFoundWhileTheRemovalIsUnderWay()
    {
        using var world = Settled();
        world.Put("Person", "001", ("Department", "IT"));
        world.Job(dirty: true);
        AssertRemoved(ProvisioningState.Pending);
        world.Generate(force: true);
        world.Job(dirty: false);
        AssertRemoved(ProvisioningState.Transmitted);
        foreach (var order in world.Take())
        {
            world.Answer(order);
        }

        world.Job(dirty: false);
        AssertRemoved(ProvisioningState.Executed);

        void AssertRemoved(ProvisioningState state)
        {
            var link = Assert.Single(world.Type("001").Navigations);
            Assert.Equal((WorkflowState.Cancellation, state), (link.WorkflowState, link.ProvisioningState));
        }
    }

    [Fact]
    public void Invariant8_CreateOnlyValues_AreNeverVerifiedAndNeverNonConforming()
    {
        using var world = Company(Given.Accounts(scalars: """<ScalarRule Policy="P" Property="Secret" Binding="Person:Name" IsMapped="false" />"""));
        var seen = new HashSet<(WorkflowState, ProvisioningState)>();
        Look();
        world.Fulfill();
        Look();
        world.Put("Account", Account(world, "001"), ("Secret", "read back"));
        Look();
        world.Put("Person", "001", ("Name", "Another"));
        Look();

        Assert.DoesNotContain(seen, s => s.Item2 == ProvisioningState.Verified || s.Item1 is WorkflowState.Found or WorkflowState.Historic);
        Assert.Contains(seen, s => s.Item2 == ProvisioningState.Executed);

        void Look()
        {
            world.Job(dirty: true);
            seen.UnionWith(world.Type("001").Scalars.Where(s => s.Property == "Secret").Select(s => (s.WorkflowState, s.ProvisioningState)));
        }
    }

    [Theory]
    [InlineData(false, WorkflowState.ApprovedQuestioned, 0)]
    [InlineData(true, WorkflowState.PolicyApproved, 1)]
    public void Invariant9_ApprovedAndTheSourceChanges_IsQuestionedOrOverwritten(bool discards, WorkflowState expected, int orders)
    {
        using var world = Settled(Given.Accounts($"BlockProvisioning=\"false\" DiscardManualAssignments=\"{(discards ? "true" : "false")}\""));
        world.Put("Account", Account(world, "001"), ("Title", "By hand"));
        world.Job(dirty: true);
        world.Review(ReviewVerdict.Keep, world.Scalar("001", "Title").Id);
        world.Job(dirty: true);

        world.Put("Person", "001", ("Title", "Clerk"));
        world.Job(dirty: true);

        Assert.Equal(expected, world.Scalar("001", "Title").WorkflowState);
        world.Generate(force: true);
        Assert.Equal(orders, world.Take().Count);
    }

    [Fact]
    public void Invariant10_ASuggestion_NeverOwnsWithoutAReview_AndAReviewIsNeverComputedAgain()
    {
        using var world = Company(Given.Accounts().Replace("SourceMatchedConfidenceLevel=\"100\"", "SourceMatchedConfidenceLevel=\"80\"", StringComparison.Ordinal), people: 1);
        world.Put("Account", "cn=50", ("Login", "p000"));
        world.Job(dirty: true);
        world.Job(dirty: false);
        Assert.Equal((80, false, ProvisioningState.Blocked), (world.Type("000").Row.Confidence, world.Type("000").Row.IsOwned, world.Type("000").Row.ProvisioningState));
        world.Generate();
        Assert.Empty(world.Take());

        world.TryReview("000", ReviewVerdict.Approve);
        world.Job(dirty: true);
        world.Put("Account", "cn=50", ("Login", "somebody-else"));
        world.Put("Account", "cn=51", ("Login", "p000"));
        world.Job(dirty: true);

        Assert.Equal(world.Id("cn=50"), world.Type("000").Row.Resource);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Invariant11_EmptyKeys_NeverCorrelate(string? key)
    {
        using var world = Company(people: 0);
        world.Put("Person", "000", ("Login", key), ("Department", "Sales"));
        world.Put("Account", "cn=50", ("Login", key));

        world.Job(dirty: true);

        Assert.Null(world.Type("000").Row.Resource);
    }

    [Theory]
    [InlineData(30, false)]
    [InlineData(31, true)]
    public void Invariant12_ThirtyPercent_BlocksTheThirtyFirstOfAHundredDeletions(int leavers, bool blocks)
    {
        using var world = Company(people: 100);
        for (var number = 0; number < 100; number++)
        {
            world.Put("Account", $"cn=a{number:000}", ("Login", $"p{number:000}"), ("Title", "Seller"));
            world.Link("Account", "Groups", $"cn=a{number:000}", "sales-staff");
        }

        world.Job(dirty: true);
        for (var number = 0; number < leavers; number++)
        {
            world.Put("Person", $"{number:000}", ("End", "20250101000000"));
        }

        world.Compute();

        Assert.Equal(blocks, world.Generate().Block is not null);
        Assert.Equal(blocks ? 0 : leavers, world.Take().Count);
    }

    [Fact]
    public void Invariant13_WithoutAllowRemove_NothingIsDeletedWithoutAReview()
    {
        using var world = Settled(Given.Accounts("BlockProvisioning=\"false\" AllowRemove=\"false\""), people: 1);
        world.Put("Person", "000", ("End", "20250101000000"));

        world.Job(dirty: true);
        world.Generate(force: true);

        Assert.DoesNotContain(world.Take(), o => o.ChangeType == OrderChangeType.Deleted);
        Assert.Equal((WorkflowState.Found, ProvisioningState.Blocked), (world.Type("000").Row.WorkflowState, world.Type("000").Row.ProvisioningState));
    }

    [Fact]
    public void Invariant13_BlockProvisioningIsTheDefault_NothingIsSentWithoutApproval()
    {
        using var world = Company(Given.Accounts(""));

        world.Generate(force: true);

        Assert.Empty(world.Take());
        Assert.All(Enumerable.Range(0, 3), n => Assert.Equal(ProvisioningState.Blocked, world.Type($"{n:000}").Row.ProvisioningState));
    }

    [Theory]
    [InlineData("return System.IO.File.ReadAllText(&quot;/etc/passwd&quot;);")]
    [InlineData("return person.GetType().Assembly.FullName;")]
    [InlineData("return System.Environment.MachineName;")]
    public void Invariant15_CSharpOutsideTheWhiteList_IsRefusedAtDeployment(string body)
    {
        var policy = Given.Accounts(scalars: $"<ScalarRule Policy=\"P\" Property=\"Secret\" Expression=\"C#:person:{body}\" />");
        var loaded = ConfigurationLoader.LoadText([("Conf.xml", $"<ConfigurationFile xmlns=\"urn:schemas-usercube-com:configuration\">{Given.Model}{policy}</ConfigurationFile>")]);
        var diagnostics = new DiagnosticBag();

        PolicyCompiler.Compile(loaded.Model!, diagnostics);

        Assert.True(diagnostics.HasErrors);
    }

    [Fact]
    public void Invariant16_AFailingExpression_ConcernsOneRow_AndTheTaskEndsInWarning()
    {
        using var world = Company(Given.Accounts(scalars: """<ScalarRule Policy="P" Property="Secret" Expression="C#:person:return person.Name.Substring(0, 1);" />"""), people: 0);
        world.Put("Person", "000", ("Login", "p000"), ("Department", "Sales"));
        world.Put("Person", "001", ("Login", "p001"), ("Name", "Ann"), ("Department", "Sales"));

        var result = world.Compute();

        Assert.True(result.PartlyFailed);
        Assert.Equal(ProvisioningState.RuntimeErrored, world.Scalar("000", "Secret").ProvisioningState);
        Assert.Equal(ProvisioningState.Pending, world.Scalar("000", "Login").ProvisioningState);
        Assert.Equal(("A", ProvisioningState.Pending), (world.Scalar("001", "Secret").PolicyValue, world.Scalar("001", "Secret").ProvisioningState));
        Assert.Contains(world.Warnings, w => w.Contains("'000'", StringComparison.Ordinal));
    }

    [Fact]
    public void Invariant21_ArrivalsAndDepartures_AreSeenByTheNextDirtyRunThoughNothingChanged()
    {
        using var world = new PolicyWorld(Given.Accounts());
        world.At("2026-01-10T08:00:00Z");
        world.Put("Department", "Sales");
        world.Put("Group", "sales-staff");
        world.Put("Person", "000", ("Login", "p000"), ("Department", "Sales"), ("Start", "20260201000000"), ("End", "20260301000000"));
        world.Job(dirty: true);
        world.Generate();
        Assert.Empty(world.Take());

        world.At("2026-02-01T00:00:00Z");
        world.Job(dirty: true);
        world.Fulfill();
        world.Job(dirty: true);
        Assert.Equal(ProvisioningState.Verified, world.Type("000").Row.ProvisioningState);

        world.At("2026-03-01T00:00:00Z");
        world.Job(dirty: true);
        Assert.Equal(WorkflowState.Cancellation, world.Type("000").Row.WorkflowState);
        Assert.DoesNotContain(world.Of("000").Roles, r => r.WorkflowState == WorkflowState.PolicyApproved);
    }
}
