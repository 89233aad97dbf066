using System.Security.Cryptography;
using System.Text;
using Muster.Configuration.Diagnostics;
using Muster.Configuration.Elements;
using Muster.Configuration.Model;

namespace Muster.Configuration.Tests.Resolution;

/// <summary>rolemodel.md 9.1: what access control is configured with, and what can be wrong with it.</summary>
public sealed class AccessControlResolutionTests
{
    private const string SampleHash = "K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols=";

    private const string People = """
        <Profile Identifier="P" DisplayName_L1="P" />
        <EntityType Identifier="Person" DisplayName_L1="P">
          <Property Identifier="Number" DisplayName_L1="N" TargetColumnIndex="0" IsKey="true" />
          <Property Identifier="Site" DisplayName_L1="S" Type="ForeignKey" TargetColumnIndex="128" />
          <Property Identifier="Salary" DisplayName_L1="S" TargetColumnIndex="1" />
        </EntityType>
        <EntityType Identifier="Site" DisplayName_L1="S">
          <Property Identifier="Code" DisplayName_L1="C" TargetColumnIndex="0" IsKey="true" />
          <Property Identifier="People" DisplayName_L1="P" Type="ForeignKey" />
        </EntityType>
        <EntityAssociation Identifier="Person_Site" DisplayName_L1="A" Property1="Person:Site" IsProperty1Collection="false" Property2="Site:People" IsProperty2Collection="true" />
        <Dimension Identifier="Site" DisplayName_L1="S" EntityType="Site" ColumnMapping="10" />
        """;

    [Fact]
    public void Invariant19_RootPermissionWithCanExecute_IsAnError()
    {
        // rolemodel.md 12, invariant 19.
        Load.Finding(Rule("<Entry Permission=\"/\" CanExecute=\"1\" />"), DiagnosticCodes.RootPermission);
        Assert.Empty(Load.Findings(Rule("<Entry Permission=\"/\" CanExecute=\"0\" />"), DiagnosticCodes.RootPermission));
        Assert.Empty(Load.Findings(Rule("<Entry Permission=\"/\" />"), DiagnosticCodes.RootPermission));
    }

    [Fact]
    public void Invariant20_SampleHash_IsThatOfTheWordSecretAndAWarning()
    {
        // rolemodel.md 12, invariant 20.
        Assert.Equal(SampleHash, Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes("secret"))));
        var found = Load.Finding($"<Profile Identifier=\"P\" /><OpenIdClient Identifier=\"Job\" Profile=\"P\" HashedSecret=\"{SampleHash}\" />", DiagnosticCodes.SampleSecret);
        Assert.Equal(DiagnosticSeverity.Warning, found.Severity);
    }

    [Theory]
    [InlineData("Jobs/Job")]
    [InlineData("/Jobs/")]
    [InlineData("/Jobs//Job")]
    [InlineData("/Jobs/Run Job")]
    public void Permission_ThatIsNoPath_IsAnError(string permission)
    {
        Load.Finding(Rule($"<Entry Permission=\"{permission}\" CanExecute=\"true\" />"), DiagnosticCodes.PermissionForm);
        Load.Finding($"<AccessControlPermission Identifier=\"{permission}\" />", DiagnosticCodes.PermissionForm);
    }

    [Fact]
    public void Permission_NearAKnownOne_IsANotice()
    {
        Assert.Contains("'/Jobs/RunJob/Launch'", Load.Finding(Rule("<Entry Permission=\"/Jobs/RunJob/Lanch\" CanExecute=\"true\" />"), DiagnosticCodes.UnknownPermission).Text, StringComparison.Ordinal);
        Assert.Empty(Load.Findings(Rule("<Entry Permission=\"/Custom/Workflows/Person_Onboarding/Start\" CanExecute=\"true\" />"), DiagnosticCodes.UnknownPermission));
    }

    [Fact]
    public void EntityType_ThatNobodyHas_IsAWarning()
    {
        var found = Load.Finding(Rule("", "Persn"), DiagnosticCodes.AccessEntityType);

        Assert.Equal((DiagnosticSeverity.Warning, "Person"), (found.Severity, found.Suggestion));
        Assert.All((string[])["Person", "Resource", "Task", "AssignedSingleRole", "WorkflowInstance", "SynchronizeTask"], t => Assert.Empty(Load.Findings(Rule("", t), DiagnosticCodes.AccessEntityType)));
    }

    [Fact]
    public void Profile_ThatIsNotDeclared_IsAnError() =>
        Load.Finding("<AccessControlRule Identifier=\"R\" DisplayName_L1=\"R\" Profile=\"Nobody\" EntityType=\"Job\" />", DiagnosticCodes.UnknownReference);

    [Theory]
    [InlineData("<Filter Binding=\"Number\" />")]
    [InlineData("<Filter Binding=\"Number\" Value=\"1\" CurrentUser=\"true\" />")]
    public void Filter_WithoutExactlyOneComparand_IsAnError(string filter) => Load.Finding(Rule(filter), DiagnosticCodes.AccessFilter);

    [Theory]
    [InlineData("Person:Site.Cod", DiagnosticCodes.UnknownProperty)]
    [InlineData("Place.Code", DiagnosticCodes.Binding)]
    public void Filter_WithAPathThatDoesNotExist_IsAnError(string binding, string code) => Load.Finding(Rule($"<Filter Binding=\"{binding}\" Value=\"1\" />"), code);

    [Fact]
    public void Filter_OnABuiltInTypeThatLacksTheMember_IsAWarning()
    {
        Load.Finding(Rule("<Filter Binding=\"Ower.Site\" Dimension=\"Site\" />", "AssignedSingleRole"), DiagnosticCodes.AccessEntityType);
        Assert.Empty(Load.Findings(Rule("<Filter Binding=\"Owner.Site\" Dimension=\"Site\" />", "AssignedSingleRole"), DiagnosticCodes.AccessEntityType));
    }

    [Fact]
    public void Filters_AreGroupedAsAlternatives()
    {
        var rule = Assert.Single(Load.Model(Rule("""
            <Entry Permission="/Custom/Resources/Person/View" CanExecute="true" />
            <Filter Binding="Number" Value="1" /><Filter Binding="Site" Dimension="Site" />
            <Filter Group="Self" Binding="Person:Id" CurrentUser="true" Operator="NotEquals" />
            """)).AccessControl.Rules);

        Assert.Equal(2, rule.FilterGroups.Count);
        Assert.Equal([FilterComparand.Value, FilterComparand.Dimension], rule.FilterGroups[0].Select(f => f.Comparand));
        Assert.Equal((FilterComparand.CurrentUser, FilterOperator.NotEquals), (rule.FilterGroups[1][0].Comparand, rule.FilterGroups[1][0].Operator));
    }

    [Theory]
    [InlineData("<Entry Permission=\"/Custom/Resources/Person/ViewHistory\" CanExecute=\"true\" />")]
    [InlineData("<Entry Permission=\"/Custom/Resources/Person/View\" CanExecute=\"true\" IsPreCondition=\"false\" IsPostCondition=\"false\" />")]
    public void Entry_ThatFiltersTakeTheEffectFrom_IsAWarning(string entry)
    {
        Load.Finding(Rule(entry + "<Filter Binding=\"Number\" Value=\"1\" />"), DiagnosticCodes.AccessWithoutEffect);
        Assert.Empty(Load.Findings(Rule(entry), DiagnosticCodes.AccessWithoutEffect));
    }

    [Fact]
    public void Context_IsNumberedFromMinusTwoDown()
    {
        Load.Finding("<ProfileContext Id=\"-1\" />", DiagnosticCodes.ProfileContextNumber);
        Load.Finding("<ProfileContext Id=\"7\" />", DiagnosticCodes.ProfileContextNumber);
        Load.Finding("<ProfileContext Id=\"-3\" /><ProfileContext Id=\"-3\" />", DiagnosticCodes.DuplicateIdentifier);
        Assert.Empty(Load.Findings("<ProfileContext Id=\"-2\" />", DiagnosticCodes.ProfileContextNumber));
    }

    [Fact]
    public void AssignedProfile_IsResolvedWithItsContext()
    {
        var model = Load.Model(People + """
            <ProfileContext Id="-2" DA="Paris" />
            <AssignedProfile User="007" Profile="P" Context="-2" AccessState="16" StartDate="20260101" EndDate="2026-12-31T12:00:00Z" />
            """);

        var given = Assert.Single(model.AccessControl.AssignedProfiles);
        Assert.Equal(("007", "P", AccessState.Approved), (given.User, given.Profile.Identifier, given.AccessState));
        Assert.Equal([("Site", 10, "Paris")], given.Context.Dimensions.Select(d => (d.Dimension.Identifier, d.Dimension.Index, d.Value)));
        Assert.Equal((new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc), new DateTime(2026, 12, 31, 12, 0, 0, DateTimeKind.Utc)), (given.Start, given.End));
    }

    [Fact]
    public void AssignedProfile_InAContextThatIsNotDeclared_IsAnError()
    {
        Load.Finding(People + "<AssignedProfile User=\"007\" Profile=\"P\" Context=\"-9\" AccessState=\"16\" />", DiagnosticCodes.UnknownReference);
        Load.Finding(People + "<AssignedProfile User=\"007\" Profile=\"P\" Context=\"-1\" AccessState=\"16\" EndDate=\"soon\" />", DiagnosticCodes.BadValue);
    }

    [Fact]
    public void AssignedProfile_ThatIsNotApproved_IsAWarning()
    {
        Load.Finding(People + "<AssignedProfile User=\"007\" Profile=\"P\" Context=\"-1\" />", DiagnosticCodes.AccessWithoutEffect);
        Assert.Empty(Load.Findings(People + "<AssignedProfile User=\"007\" Profile=\"P\" Context=\"-1\" IsDenied=\"true\" />", DiagnosticCodes.AccessWithoutEffect));
    }

    [Fact]
    public void AssignedProfiles_MoreThanTenOfAUser_AreAWarning()
    {
        static string Given(int count) => People + string.Concat(Enumerable.Range(2, count).Select(n =>
            $"<ProfileContext Id=\"-{n}\" /><AssignedProfile User=\"007\" Profile=\"P\" Context=\"-{n}\" AccessState=\"16\" />"));

        Load.Finding(Given(11), DiagnosticCodes.TooManyProfiles);
        Assert.Empty(Load.Findings(Given(10), DiagnosticCodes.TooManyProfiles));
    }

    [Theory]
    [InlineData("Context")]
    [InlineData("ContextId")]
    public void OpenIdClient_TakesItsContextInBothSpellings(string attribute)
    {
        var model = Load.Model($"<Profile Identifier=\"P\" /><ProfileContext Id=\"-2\" /><OpenIdClient Identifier=\"Job\" Profile=\"P\" {attribute}=\"-2\" ExpirationDate=\"20300101\" />");

        var client = Assert.Single(model.AccessControl.Clients);
        Assert.Equal((-2, new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc)), (client.Context.Id, client.Expires!.Value));
    }

    [Fact]
    public void OpenIdClient_WithAHashThatNoSecretHas_IsAWarning() =>
        Load.Finding("<Profile Identifier=\"P\" /><OpenIdClient Identifier=\"Job\" Profile=\"P\" HashedSecret=\"secret\" />", DiagnosticCodes.SecretHash);

    [Fact]
    public void PropertyGroups_AreOfTheirProperties()
    {
        var model = Load.Model(People + """
            <AccessControlPropertyGroup Identifier="Pay" DisplayName_L1="Pay" />
            <AccessControlEntityType Identifier="Person"><Property Identifier="Salary" VisibilityGroup="Pay" /></AccessControlEntityType>
            """);

        Assert.Equal([("Person:Salary", "Pay")], model.AccessControl.PropertyGroups.Select(p => (p.Key.QualifiedName, p.Value)));
        Load.Finding(People + "<AccessControlEntityType Identifier=\"Person\"><Property Identifier=\"Salary\" VisibilityGroup=\"Pay\" /></AccessControlEntityType>", DiagnosticCodes.UnknownReference);
    }

    private static string Rule(string children, string entityType = "Person") =>
        People + $"<AccessControlRule Identifier=\"R\" DisplayName_L1=\"R\" Profile=\"P\" EntityType=\"{entityType}\">{children}</AccessControlRule>";
}
