using System.Globalization;
using Muster.Configuration.Diagnostics;
using Muster.Policy.Compilation;
using Muster.Repository.Assignments;
using static Muster.Policy.Tests.RoleModel.RecordWorld;

namespace Muster.Policy.Tests.RoleModel;

/// <summary>Contexts of records in the role model (rolemodel.md 3.6, 5.3, 7.1): periods of assignments, the clock, and what makes an owner dirty.</summary>
public sealed class RecordSectionTests
{
    private static string Day(DateTime date) =>
        date == SentinelDates.Minimum ? "-" : date == SentinelDates.Maximum ? "+" : date.ToString("MMdd", CultureInfo.InvariantCulture);

    private static string Roles(PolicyWorld world) => string.Join(
        ' ', world.Of("001").Roles.Select(r => $"{r.Role}:{(int)r.WorkflowState} {Day(r.StartDate)}-{Day(r.EndDate)}").Order(StringComparer.Ordinal));

    private static string Types(PolicyWorld world) => string.Join(
        ' ', world.Of("001").Types.Select(t => $"{(int)t.Row.WorkflowState} {Day(t.Row.StartDate)}-{Day(t.Row.EndDate)}").Order(StringComparer.Ordinal));

    private static void On(PolicyWorld world, string day)
    {
        world.At($"2026-{day[..2]}-{day[2..]}T00:00:00");
        world.Job(dirty: true);
    }

    [Fact]
    public void Role_OfAPosition_HasItsPeriod_AndTheAccountThatOfTheContract()
    {
        using var world = With(Sections("ExtensionKind=\"4\"") + Accounts());
        world.Record("r1", "0101-0630", "0105-0301", "North");
        world.Record("r2", "0101-0630", "0301-0501", "IT");
        world.Job(dirty: true);

        Assert.Equal("Staff:18 0105-0301", Roles(world));
        Assert.Equal("18 0101-0630", Types(world));
        world.AssertSettled();

        On(world, "0301");
        Assert.Equal("", Roles(world));
        world.AssertSettled();

        On(world, "0630");
        Assert.Empty(world.Of("001").Types);
        world.AssertSettled();
    }

    [Fact]
    public void TouchingPeriods_OfSeveralContexts_AreOneRow()
    {
        using var world = With(Sections() + Accounts());
        world.Record("r1", "0101-0630", "0105-0301", "North");
        world.Record("r2", "0101-0630", "0301-0501", "Sales");
        world.Record("r3", "0101-0630", "0201-0401", "IT");
        world.Job(dirty: true);

        // The first is anticipated, the last extended.
        Assert.Equal("Staff:18 0101-0630", Roles(world));
        world.AssertSettled();
    }

    [Fact]
    public void SeparatePeriods_GiveSeparateRows_AndTheLinkGoesInBetween()
    {
        using var world = With(Sections("ExtensionKind=\"None\"") + Accounts());
        world.Record("r1", "0101-0630", "0105-0201", "North");
        world.Record("r2", "0101-0630", "0301-0501", "Sales");
        world.Put("Account", "cn=anna", ("Login", "anna"));
        world.Job(dirty: true);

        Assert.Equal("Staff:18 0105-0201 Staff:18 0301-0501", Roles(world));
        world.Fulfill();
        world.Job(dirty: true);
        var link = Assert.Single(world.Type("001").Navigations);
        Assert.Equal((ProvisioningState.Verified, "0201"), (link.ProvisioningState, Day(link.EndDate)));

        On(world, "0201");
        link = Assert.Single(world.Type("001").Navigations);
        Assert.Equal((WorkflowState.Cancellation, ProvisioningState.Pending), (link.WorkflowState, link.ProvisioningState));
        world.AssertSettled();
        world.Fulfill();
        world.Job(dirty: true);

        // Known, and not due yet.
        link = Assert.Single(world.Type("001").Navigations);
        Assert.Equal((ProvisioningState.Pending, "0301", "0501"), (link.ProvisioningState, Day(link.StartDate), Day(link.EndDate)));
        world.AssertSettled();
        world.Generate(force: true);
        Assert.Empty(world.Take());

        On(world, "0301");
        world.Generate(force: true);
        Assert.Single(world.Take());
    }

    [Fact]
    public void Link_ThatWasNeverWritten_WaitsForItsNextPeriodAtOnce()
    {
        using var world = With(Sections("ExtensionKind=\"None\"") + Accounts());
        world.Record("r1", "0101-0630", "0105-0201", "North");
        world.Record("r2", "0101-0630", "0301-0501", "Sales");
        world.Put("Account", "cn=anna", ("Login", "anna"));
        world.Job(dirty: true);

        On(world, "0201");

        Assert.Equal("0301", Day(Assert.Single(world.Type("001").Navigations).StartDate));
        world.AssertSettled();
    }

    [Fact]
    public void FutureContext_ThatDenies_DeniesOnlyThen()
    {
        using var world = With(
            Sections() + Accounts(
                """
                <NavigationRule Policy="P" Property="Groups" Resource="it-staff" />
                <NavigationRule Policy="P" Property="Groups" Resource="it-staff" D0="IT" IsDenied="true" />
                """));
        world.Record("r1", "0101-0630", "0105-0201", "North");
        world.Record("r2", "0101-0630", "0201-0501", "IT");
        world.Put("Account", "cn=anna", ("Login", "anna"));
        world.Job(dirty: true);
        AssignedResourceNavigation? Link() => world.Type("001").Navigations.SingleOrDefault(n => n.Resource == world.Id("it-staff"));

        Assert.Equal("0101-0201", $"{Day(Link()!.StartDate)}-{Day(Link()!.EndDate)}");

        On(world, "0201");
        Assert.Null(Link());
        world.AssertSettled();
    }

    [Fact]
    public void MonoValue_OfSeveralPositionsAtATime_IsThatOfTheHighestSortKey()
    {
        using var world = With(
            Sections("InstanceKeyExpression=\"C#:record:return record.Position;\" SortKeyExpression=\"C#:record:return record.Level;\"") + Accounts(
                """
                <NavigationRule Policy="P" Property="Primary" Resource="sales-staff" D0="North" />
                <NavigationRule Policy="P" Property="Primary" Resource="it-staff" D0="IT" />
                """));
        world.Record("r1", "0101-0630", "0105-0501", "North", "P1", "1");
        world.Record("r2", "0101-0630", "0105-0501", "IT", "P2", "2");
        world.Job(dirty: true);
        string Primary() => world.Id("it-staff") == world.Type("001").Navigations.Single(n => n.Property == "Primary").Resource ? "IT" : "North";

        Assert.Equal("IT", Primary());
        world.AssertSettled();

        world.Record("r1", "0101-0630", "0105-0501", "North", "P1", "3");
        world.Job(dirty: true);
        Assert.Equal("North", Primary());
        world.AssertSettled();

        // Without sort keys the position that began first.
        world.Record("r1", "0101-0630", "0105-0501", "North", "P1");
        world.Record("r2", "0101-0630", "0104-0501", "IT", "P2");
        world.Job(dirty: true);
        Assert.Equal("IT", Primary());
        world.AssertSettled();
    }

    [Fact]
    public void SimultaneousPositions_GiveWhatEachOfThemGives()
    {
        using var world = With(Sections() + Accounts("<NavigationRule Policy=\"P\" Property=\"Groups\" Resource=\"it-staff\" D0=\"IT\" />"));
        world.Record("r1", "0101-0630", "0105-0501", "North");
        world.Record("r2", "0101-0630", "0301-0401", "IT");
        world.Job(dirty: true);

        Assert.Equal(["0101-0630", "0301-0401"], world.Type("001").Navigations.Select(n => $"{Day(n.StartDate)}-{Day(n.EndDate)}").Order(StringComparer.Ordinal));
        world.AssertSettled();
    }

    /// <summary>A new job of somebody who is there already is no arrival.</summary>
    [Theory]
    [InlineData("0101-0630", WorkflowState.SuggestedExisting)]
    [InlineData("0201-0630", WorkflowState.RequestedAutomatically)]
    public void RequestedAutomatically_AsksWhetherTheOwnerIsThere(string contract, WorkflowState expected)
    {
        using var world = With(
            Sections("ExtensionKind=\"None\"") + "<SingleRole Identifier=\"Staff\" DisplayName_L1=\"Staff\" EntityType=\"Person\" Policy=\"P\" />"
            + "<SingleRoleRule Role=\"Staff\" Policy=\"P\" D0=\"IT\" Type=\"RequestedAutomatically\" />");
        world.Record("r1", contract, "0301-0401", "IT");
        world.Job(dirty: true);

        Assert.Equal(expected, Assert.Single(world.Of("001").Roles).WorkflowState);
    }

    [Fact]
    public void ManualAssignment_IsInsideTheHullOfTheRecords()
    {
        using var world = With(Sections() + Accounts());
        world.Record("r1", "0101-0301", "0105-0301", "IT");
        world.Record("r2", "0301-0501", "0301-0401", "IT");
        world.Job(dirty: true);

        world.Request("001", "Staff");

        Assert.Equal("Staff:16 0110-0501", Roles(world));
    }

    /// <summary>Invariant 21: nothing changes but the clock.</summary>
    [Fact]
    public void Invariant21_RecordsThatBeginAndEnd_AreSeenByTheNextDirtyRun()
    {
        using var world = With(Sections() + Accounts());
        world.Record("r1", "0201-0301", "0201-0301", "North");
        world.Record("r2", "0401-0501", "0401-0501", "IT");
        world.Job(dirty: true);

        // The former position is extended into the gap between the contracts.
        Assert.Equal(("Staff:18 0201-0401", "18 0201-0501"), (Roles(world), Types(world)));

        // The first record ended, and counts no more: with it goes what it was extended by.
        On(world, "0301");
        Assert.Equal(("", "18 0401-0501"), (Roles(world), Types(world)));
        world.AssertSettled();

        On(world, "0501");
        Assert.Equal(("", ""), (Roles(world), Types(world)));
        world.AssertSettled();
    }

    [Fact]
    public void EachThingThatSectionsRead_MakesTheOwnerDirty()
    {
        using var world = With(
            Sections("InstanceKeyExpression=\"C#:record:return record.Position;\" SortKeyExpression=\"C#:record:return record.Level;\" ExtendedSortKey=\"2\"") + Accounts());
        world.Record("r1", "0101-0630", "0105-0201", "North", "P1", "2");
        world.Job(dirty: true);
        Assert.Equal("Staff:18 0101-0630", Roles(world));

        // The sort key is too small to be extended.
        world.Record("r1", "0101-0630", "0105-0201", "North", "P1", "1");
        world.Job(dirty: true);
        Assert.Equal("Staff:18 0105-0201", Roles(world));
        world.AssertSettled();

        // A date of the section.
        world.Record("r1", "0101-0630", "0105-0301", "North", "P1", "1");
        world.Job(dirty: true);
        Assert.Equal("Staff:18 0105-0301", Roles(world));
        world.AssertSettled();

        // A second record of the same position comes later than the first; with a key of its own it is another position.
        world.Record("r2", "0101-0630", "0201-0401", "IT", "P1", "2");
        world.Job(dirty: true);
        Assert.Equal("Staff:18 0105-0201", Roles(world));
        world.Record("r2", "0101-0630", "0201-0401", "IT", "P2", "2");
        world.Job(dirty: true);
        Assert.Equal("Staff:18 0105-0301", Roles(world));
        world.AssertSettled();

        // A record of somebody else, and one that is gone.
        world.Put("Person", "002", ("Login", "ben"));
        world.Put("Record", "r1", ("Owner", "002"));
        world.Job(dirty: true);
        Assert.Equal("", Roles(world));
        world.AssertSettled();
        world.Delete("Record", "r2");
        world.Job(dirty: true);
        Assert.Equal("", Types(world));
        world.AssertSettled();
    }

    [Fact]
    public void DeployedChangeOfASection_ComputesTheOwners()
    {
        using var world = With(Sections() + Accounts());
        world.Record("r1", "0101-0630", "0105-0201", "North");
        world.Job(dirty: true);
        Assert.Equal("Staff:18 0101-0630", Roles(world));

        foreach (var (sections, expected) in new[]
        {
            (Sections("ExtensionKind=\"None\""), "Staff:18 0105-0201"),
            (Sections(property: "ExtensionKind=\"None\""), "Staff:18 0105-0201"),
            (Sections("BoundaryKind=\"Kept\" IsDefaultBoundariesSection=\"true\""), "Staff:18 0105-0201"),
            (Sections("ExtendedSortKey=\"A\" SortKeyExpression=\"C#:record:return record.Position;\""), "Staff:18 0105-0201"),
            (Sections(), "Staff:18 0101-0630"),
        })
        {
            world.Deploy(sections + Accounts(), ModelXml);
            world.Job(dirty: true);
            Assert.Equal(expected, Roles(world));
            world.AssertSettled();
        }
    }

    [Fact]
    public void ExcludedRecord_CountsForNothing()
    {
        using var world = With(Sections(rule: "ExcludeExpression=\"C#:record:return record.Level == &quot;draft&quot;;\"") + Accounts());
        world.Record("r1", "0101-0630", "0105-0201", "North", level: "draft");
        world.Record("r2", "0101-0301", "0105-0201", "IT");
        world.Job(dirty: true);

        Assert.Equal(("", "18 0101-0301"), (Roles(world), Types(world)));
    }

    [Fact]
    public void ExcludedProperty_IsNotInContexts()
    {
        using var world = With(
            """
            <ContextRule Identifier="Context" DisplayName_L1="Context" Policy="P" SourceEntityType="Person" ResourcesBinding="Records" B0="Record:Desk" />
            <RecordSection Identifier="Contract" DisplayName_L1="Contract" SourceEntityType="Person" ResourceEntityType="Record" StartProperty="ContractStart" EndProperty="ContractEnd">
              <Property Property="Desk" IsExcluded="true" />
            </RecordSection>
            """ + Accounts());
        world.Record("r1", "0101-0630", null, "North");
        world.Job(dirty: true);

        Assert.Equal(("", "18 0101-0630"), (Roles(world), Types(world)));
    }

    [Fact]
    public void ExpressionThatThrows_LeavesTheOwnerOutWithAWarning()
    {
        using var world = With(Sections("SortKeyExpression=\"C#:record:return record.Level.Substring(5);\"") + Accounts());
        world.Record("r1", "0101-0630", "0105-0201", "North", level: "1");
        world.Job(dirty: true);

        Assert.Empty(world.Of("001").Types);
        Assert.Contains(world.Warnings, w => w.Contains("record section 'Position': SortKeyExpression", StringComparison.Ordinal));
    }

    [Fact]
    public void ExpressionThatDoesNotCompile_IsAnErrorAtItsPlace()
    {
        var loaded = Configuration.ConfigurationLoader.LoadText(
            [("Conf.xml", $"<ConfigurationFile xmlns=\"urn:schemas-usercube-com:configuration\">{ModelXml}{Sections("InstanceKeyExpression=\"C#:record:return record.Nothing;\"")}</ConfigurationFile>")]);
        var bag = new DiagnosticBag();
        PolicyCompiler.Compile(loaded.Model!, bag);

        Assert.Contains(bag.Items, d => d.Severity == DiagnosticSeverity.Error && d.Text.Contains("Nothing", StringComparison.Ordinal));
    }

    /// <summary>What moves to a period of its own takes its proposed account along; found by the equivalence property.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("CorrelateMultipleResources=\"true\"")]
    public void PeriodThatMoves_WithAProposedAccount_IsWantedOnce(string attributes)
    {
        using var world = new PolicyWorld(
            $"""
            {Given.Context}
            <ResourceType Identifier="User" DisplayName_L1="User" Policy="P" SourceEntityType="Person" TargetEntityType="Account" BlockProvisioning="false" {attributes}>
              <TypeRule Policy="P" />
              <ScalarRule Policy="P" Property="Login" Binding="Person:Login" />
            </ResourceType>
            <ResourceCorrelationRule ResourceType="User" Policy="P" SourceBinding="Person:Login" TargetBinding="Account:Login" SourceMatchedConfidenceLevel="80" />
            """);
        world.Put("Person", "001", ("Login", "anna"), ("End", "20260111000000"));
        world.Put("Account", "cn=anna", ("Login", "anna"));
        world.Job(dirty: true);

        world.Put("Person", "001", ("Start", "20260113000000"), ("End", null));
        world.Job(dirty: true);

        Assert.Equal(world.Id("cn=anna"), world.Type("001").Row.Resource);
        Assert.Equal("0113-+", $"{Day(world.Type("001").Row.StartDate)}-{Day(world.Type("001").Row.EndDate)}");
        world.AssertSettled();
    }
}
