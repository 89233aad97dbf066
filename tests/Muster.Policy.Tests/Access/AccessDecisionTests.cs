using Muster.Policy.Access;
using static Muster.Policy.Tests.Access.AccessWorld;

namespace Muster.Policy.Tests.Access;

/// <summary>rolemodel.md 9.2: rules, permissions, profiles and their dates.</summary>
public sealed class AccessDecisionTests
{
    [Fact]
    public void Nothing_IsDenied()
    {
        using var world = new AccessWorld(Has("A"));

        var decision = world.AskOfPerson("002");

        Assert.False(decision.IsAllowed);
        Assert.Empty(decision.GivenBy);
        Assert.Contains("No rule of the configuration gives it to any profile.", AccessText.Explain(decision));
    }

    [Fact]
    public void Rule_OfAProfileThatTheUserHas_Gives()
    {
        using var world = new AccessWorld(Has("A") + Viewing(""));

        var decision = world.AskOfPerson("002");

        var grant = Assert.Single(decision.Grants);
        Assert.Equal(("R", View, "A"), (grant.Rule.Identifier, grant.Entry.Permission, grant.Profile.Profile));
        Assert.False(world.AskOfPerson("001", user: "002").IsAllowed);
    }

    [Fact]
    public void Refusal_SaysPermissionEntityTypeProfilesAndWhoHasIt()
    {
        using var world = new AccessWorld(Has("B") + Viewing(""));

        var text = AccessText.Refusal(world.AskOfPerson("002"));

        Assert.Contains("'001' lacks the permission '/Custom/Resources/Person/View' on Person '002' (entity type 'Person').", text, StringComparison.Ordinal);
        Assert.Contains("'001' has the profile 'B'.", text, StringComparison.Ordinal);
        Assert.Contains("Profiles whose rules give it: 'A'.", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/Custom/Resources", true)]
    [InlineData("/Custom/Resources/Person/View", true)]
    [InlineData("/Custom/Resources/Person/View/All", false)]
    [InlineData("/Custom/Res", false)]
    [InlineData("/Custom/Resources/Department", false)]
    public void Entry_OfAPathAbove_Covers(string permission, bool allowed)
    {
        using var world = new AccessWorld(Has("A") + Rule("A", "Person", $"<Entry Permission=\"{permission}\" CanExecute=\"true\" />"));

        Assert.Equal(allowed, world.AskOfPerson("002").IsAllowed);
    }

    [Fact]
    public void BlockInheritance_KeepsRightsAboveAway()
    {
        using var world = new AccessWorld(
            Has("A") + Rule("A", "Person", "<Entry Permission=\"/Custom\" CanExecute=\"true\" />") + "<AccessControlPermission Identifier=\"/Custom/Resources/Person\" BlockInheritance=\"true\" />");

        var decision = world.AskOfPerson("002");

        Assert.False(decision.IsAllowed);
        Assert.Contains("'/Custom/Resources/Person' blocks inheritance", Assert.Single(decision.Misses).Because, StringComparison.Ordinal);
    }

    [Fact]
    public void Entry_WithoutCanExecute_OpensPropertiesOnly()
    {
        using var world = new AccessWorld(Has("A") + Rule("A", "Person", "<Entry Permission=\"/\" />"));

        var decision = world.AskOfPerson("002");

        Assert.False(decision.IsAllowed);
        Assert.Empty(decision.GivenBy);
        Assert.Contains("CanExecute", Assert.Single(decision.Misses).Because, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Resource", true)]
    [InlineData("Person", true)]
    [InlineData("Department", false)]
    [InlineData("Job", false)]
    public void Rule_OnABaseType_Applies(string type, bool allowed)
    {
        using var world = new AccessWorld(Has("A") + Rule("A", type, $"<Entry Permission=\"{View}\" CanExecute=\"true\" />"));

        Assert.Equal(allowed, world.AskOfPerson("002").IsAllowed);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("StartDate=\"20260110\"", true)]
    [InlineData("StartDate=\"20260111\"", false)]
    [InlineData("EndDate=\"20260111\"", true)]
    [InlineData("EndDate=\"2026-01-10T08:00:00Z\"", false)]
    public void Dates_OfTheProfile_Count(string dates, bool allowed)
    {
        // The world's clock says 2026-01-10T08:00:00Z.
        using var world = new AccessWorld(Has("A", more: dates) + Viewing(""));

        Assert.Equal(allowed, world.AskOfPerson("002").IsAllowed);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(4, false)]
    [InlineData(8, false)]
    [InlineData(9, false)]
    [InlineData(10, false)]
    [InlineData(16, true)]
    [InlineData(17, false)]
    [InlineData(18, true)]
    public void AccessState_OtherThanApproved_GivesNothing(int state, bool allowed)
    {
        using var world = new AccessWorld($"<AssignedProfile User=\"001\" Profile=\"A\" Context=\"-1\" AccessState=\"{state}\" />" + Viewing(""));

        var decision = world.AskOfPerson("002");

        Assert.Equal(allowed, decision.IsAllowed);
        Assert.Equal(allowed ? 0 : 1, decision.User.Others.Count);
    }

    [Fact]
    public void Denied_InTheSameContext_TakesTheProfileAway()
    {
        using var same = new AccessWorld(Has("A", -2) + Has("A", -3) + Has("A", -2, "IsDenied=\"true\" ") + Viewing("<Filter Binding=\"Department\" Dimension=\"Department\" />"));

        Assert.Equal("004", same.Viewed());
        Assert.Contains(same.AskOfPerson("002").User.Others, o => o.Because == "it is denied");
    }

    [Fact]
    public void Denied_WhenItsDatesAreOver_DeniesNothing()
    {
        using var world = new AccessWorld(Has("A") + Has("A", -1, "IsDenied=\"true\" EndDate=\"20250101\"") + Viewing(""));

        Assert.True(world.AskOfPerson("002").IsAllowed);
    }

    [Fact]
    public void AutomaticProfiles_CountAndAreDeniedByHand()
    {
        using var world = new AccessWorld(Has("A", -2, "IsDenied=\"true\"") + Viewing("<Filter Binding=\"Department\" Dimension=\"Department\" />"));
        world.Give("001", "A", "Sales");
        world.Give("001", "A", "IT");
        world.Give("002", "A", "Sales", state: 4);

        Assert.Equal("004", world.Viewed());
        Assert.Equal("", world.Viewed("002"));
        Assert.Equal("profile rule context 'C'", Assert.Single(world.AskOfPerson("004").Grants).Profile.Origin);
    }

    [Fact]
    public void Profiles_MoreThanTen_DoNotCount()
    {
        var many = string.Concat(Enumerable.Range(10, 10).Select(n =>
            $"<Profile Identifier=\"P{n}\" DisplayName_L1=\"P\" />{Has($"P{n}")}")) + Has("A") + "<Profile Identifier=\"Z\" DisplayName_L1=\"Z\" />" + Has("Z");
        using var world = new AccessWorld(many + Rule("P19", "Person", $"<Entry Permission=\"{View}\" CanExecute=\"true\" />"));

        var decision = world.AskOfPerson("002");

        Assert.False(decision.IsAllowed);
        Assert.Equal(["A", "P10", "P11", "P12", "P13", "P14", "P15", "P16", "P17", "P18"], decision.User.Profiles.Select(p => p.Profile));
        Assert.Equal(["P19", "Z"], decision.User.Others.Select(o => o.Profile.Profile));
    }

    [Fact]
    public void Priority_TheHighestIsElected()
    {
        using var world = new AccessWorld(Has("A") + Has("B")
            + Rule("A", "Person", $"<Entry Permission=\"{View}\" CanExecute=\"true\" Priority=\"1\" />", "R1")
            + Rule("B", "Resource", "<Entry Permission=\"/Custom\" CanExecute=\"true\" Priority=\"5\" />", "R2")
            + Rule("A", "Resource", "<Entry Permission=\"/Custom\" CanExecute=\"true\" Priority=\"1\" />", "R0"));

        Assert.Equal(["R2", "R0", "R1"], world.AskOfPerson("002").Grants.Select(g => g.Rule.Identifier));
    }

    [Fact]
    public void Client_HasItsProfileUntilItExpires()
    {
        using var world = new AccessWorld(
            "<OpenIdClient Identifier=\"Job\" Profile=\"A\" /><OpenIdClient Identifier=\"Old\" Profile=\"A\" ExpirationDate=\"20260110\" />" + Viewing(""));

        Assert.True(world.AskOfPerson("002", user: "OpenIdClient:Job").IsAllowed);
        var old = world.AskOfPerson("002", user: "OpenIdClient:Old");
        Assert.False(old.IsAllowed);
        Assert.Contains("expired", AccessText.Refusal(old), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nobody", "There is no user 'nobody'")]
    [InlineData("OpenIdClient:Jop", "Did you mean 'Job'?")]
    public void User_ThatDoesNotExist_IsRefused(string user, string text)
    {
        using var world = new AccessWorld("<OpenIdClient Identifier=\"Job\" Profile=\"A\" />");

        Assert.Contains(text, Assert.Throws<Muster.Policy.Decisions.DecisionRefusedException>(() => world.AskOfPerson("002", user: user)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void User_IsNamedWithItsTypeToo()
    {
        using var world = new AccessWorld(Has("A") + Viewing(""));

        Assert.True(world.AskOfPerson("002", user: "Person:001").IsAllowed);
    }

    [Fact]
    public void Jobs_NeedTheLaunchOnEachTaskAndTheInstance()
    {
        using var world = new AccessWorld(Has("A") + "<RunJobAdministrationAccessControlRules Profile=\"A\" />");
        var task = world.Job.Steps[0].Task;

        Assert.True(world.Ask(AccessQuestion.Creation("/Jobs/JobInstance/Create", AccessedEntity.OfInstance(world.Job))).IsAllowed);
        Assert.True(world.Ask(AccessQuestion.Of("/Jobs/RunJob/Launch", AccessedEntity.Of(task, world.Job))).IsAllowed);
        Assert.False(world.Ask(AccessQuestion.Of("/Jobs/RunJob/Repair", AccessedEntity.Of(task, world.Job))).IsAllowed);
    }

    [Fact]
    public void Notifications_NeedTheFullPathAndCanBeMuted()
    {
        using var world = new AccessWorld(
            Has("A") + Rule("A", "Task", "<Entry Permission=\"/Jobs/RunJob/Launch\" CanExecute=\"true\" /><Entry Permission=\"/Jobs/RunJob/Launch/Errored\" CanExecute=\"true\" />"
            + "<Entry Permission=\"/Jobs/RunJob/Launch/Warning\" CanExecute=\"true\" Notify=\"false\" />"));
        var task = AccessedEntity.Of(world.Job.Steps[0].Task, world.Job);
        bool Notifies(string end)
        {
            var decision = world.Ask(AccessQuestion.Of($"/Jobs/RunJob/Launch/{end}", task));
            Assert.True(decision.IsAllowed);
            return decision.Notifies;
        }

        Assert.Equal((false, true, false), (Notifies("Completed"), Notifies("Errored"), Notifies("Warning")));
    }

    [Fact]
    public void Properties_AreThoseOfTheElectedEntryAndOfThoseThatOnlyOpen()
    {
        const string groups = """
            <AccessControlPropertyGroup Identifier="Private" DisplayName_L1="P" /><AccessControlPropertyGroup Identifier="Secret" DisplayName_L1="S" />
            <AccessControlEntityType Identifier="Person"><Property Identifier="Title" VisibilityGroup="Private" /><Property Identifier="IsDraft" VisibilityGroup="Secret" /></AccessControlEntityType>
            """;
        string Seen(string rules)
        {
            using var world = new AccessWorld(Has("A") + groups + rules);
            var access = world.AskOfPerson("002").Properties;
            return string.Join(' ', world.Policy.Model.FindEntityType("Person")!.Scalars.Where(access.IsVisible).Select(p => p.Identifier));
        }

        const string full = "Number Name Login Title IsDraft Start End";
        var someoneHasFull = Rule("B", "Department", "<Entry Permission=\"/Custom\" FullAccessProperties=\"true\" />", "Full");
        Assert.Equal(full, Seen(Viewing("")));
        Assert.Equal("Number Name Login Start End", Seen(Viewing("") + someoneHasFull));
        Assert.Equal("Number Name Login Title Start End", Seen(Viewing("", "PropertyGroup=\"Private\"") + someoneHasFull));
        Assert.Equal(full, Seen(Viewing("", "FullAccessProperties=\"true\"")));
        Assert.Equal("Number Name Login IsDraft Start End", Seen(Viewing("") + someoneHasFull + Rule("A", "Person", "<Entry Permission=\"/\" PropertyGroup=\"Secret\" />", "Open")));
        Assert.Equal("Number Name Login Title Start End", Seen(
            Viewing("", "PropertyGroup=\"Private\" Priority=\"2\"") + someoneHasFull + Rule("A", "Person", $"<Entry Permission=\"{View}\" CanExecute=\"true\" PropertyGroup=\"Secret\" />", "Lower")));
    }
}
