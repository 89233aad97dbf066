using Muster.Policy.Profiles;
using Muster.Repository.Assignments;
using Muster.Repository.Dirty;

namespace Muster.Policy.Tests.Profiles;

/// <summary>SetInternalUserProfiles looks at whom a change concerns, and leaves what looking at all would.</summary>
public sealed class DirtyProfileTests
{
    private const string OfLogins =
        """
        <Profile Identifier="User" DisplayName_L1="User" />
        <ProfileRuleContext Identifier="Logins" ResourceType="User">
          <ProfileRule Profile="User" B0="Person:Department" SubExpression="C#:a:return a.Title != &quot;locked&quot;;" />
        </ProfileRuleContext>
        """;

    private static PolicyWorld World(string profiles = OfLogins)
    {
        var world = new PolicyWorld(Given.Accounts(more: profiles));
        world.Put("Department", "Sales");
        world.Put("Department", "IT");
        foreach (var number in Enumerable.Range(1, 9))
        {
            world.Put("Person", $"00{number}", ("Login", $"l{number}"), ("Department", "Sales"));
            world.Put("Account", $"cn={number}", ("Login", $"l{number}"));
        }

        world.Job(dirty: true);
        return world;
    }

    /// <summary>How many users a run looks at; afterwards a full one finds nothing to do.</summary>
    private static long Evaluated(PolicyWorld world)
    {
        world.Counts.Clear();
        world.SetProfiles();
        var evaluated = world.Counts.GetValueOrDefault("usersEvaluated");
        var dump = world.Dump();
        Assert.False(world.SetProfiles(dirty: false).Processed);
        Assert.Equal(dump, world.Dump());
        return evaluated;
    }

    private static bool IsDue(PolicyWorld world)
    {
        using var transaction = world.Database.BeginRead();
        return ProfilesDue.Any(transaction, world.Schema, world.Policy, new ProfileRequest(world.Model.EntityTypes, world.Model.ResourceTypes, 0));
    }

    private static IReadOnlyList<AssignedProfile> ProfilesOf(PolicyWorld world, string person)
    {
        using var transaction = world.Database.BeginRead();
        return new ProfileStore(transaction).Of([world.Id(person)]);
    }

    /// <summary>Twelve profiles by rules, A to L, and some by hand for 001.</summary>
    private static string Many(int byHand, string user = "001") => string.Concat(Enumerable.Range(0, 12).Select(i => $"<Profile Identifier=\"{(char)('A' + i)}\" DisplayName_L1=\"P\" />"))
        + $"<ProfileRuleContext Identifier=\"Logins\" ResourceType=\"User\">{string.Concat(Enumerable.Range(0, 12).Select(i => $"<ProfileRule Profile=\"{(char)('A' + i)}\" />"))}</ProfileRuleContext>"
        + string.Concat(Enumerable.Range(0, byHand).Select(i => $"<AssignedProfile User=\"{user}\" Profile=\"{(char)('L' - i)}\" Context=\"-1\" AccessState=\"Approved\" />"));

    [Fact]
    public void SetProfiles_ProfilesByHand_CountInTheLimitOfTen_AndFollowTheConfigurationAndKeys()
    {
        using var world = World(Many(3));
        Assert.Equal("A B C D E F G", string.Join(' ', ProfilesOf(world, "001").Select(p => p.Profile).Order(StringComparer.Ordinal)));
        Assert.Equal(10, ProfilesOf(world, "002").Count);
        Assert.Contains(world.Warnings, w => w.Contains("more than 10 profiles", StringComparison.Ordinal));

        world.Deploy(Given.Accounts(more: Many(1)));
        world.Job(dirty: true);
        Assert.Equal((9, 10), (ProfilesOf(world, "001").Count, ProfilesOf(world, "002").Count));
        Assert.Equal(0, Evaluated(world));

        // Who gets the key gets the profiles by hand.
        world.Deploy(Given.Accounts(more: Many(2, "new")));
        world.Job(dirty: true);
        Assert.Equal(10, ProfilesOf(world, "002").Count);
        world.Rename("Person", "002", "new");
        world.Job(dirty: true);
        Assert.Equal((10, 8), (ProfilesOf(world, "001").Count, ProfilesOf(world, "new").Count));
        Assert.Equal(0, Evaluated(world));
    }

    [Fact]
    public void SetProfiles_NothingChanged_LooksAtNobodyAndWritesNothing()
    {
        using var world = World();
        Assert.Equal(0, Evaluated(world));
        Assert.False(IsDue(world));
        var written = world.Database.RowsWritten;

        Assert.False(world.SetProfiles().Processed);

        Assert.Equal(written, world.Database.RowsWritten);
    }

    [Fact]
    public void SetProfiles_MoverThatNobodyFlagged_IsLookedAtAlone()
    {
        using var world = World();
        world.Put("Person", "003", ("Department", "IT"));
        Assert.True(IsDue(world));

        Assert.Equal(1, Evaluated(world));

        Assert.Equal($"0={world.Id("IT")}", Assert.Single(ProfilesOf(world, "003")).Dimensions);
    }

    [Fact]
    public void SetProfiles_AccountThatARuleReads_ConcernsItsOwner()
    {
        using var world = World();
        world.Put("Account", "cn=4", ("Title", "locked"));

        Assert.Equal(1, Evaluated(world));

        Assert.Empty(ProfilesOf(world, "004"));
    }

    [Fact]
    public void SetProfiles_ExecutedCreation_GivesTheOwnerAProfile()
    {
        using var world = World(OfLogins.Replace("SubExpression", "RootExpression", StringComparison.Ordinal));
        world.Put("Person", "010", ("Login", "l10"), ("Department", "IT"));
        world.Job(dirty: true);
        Assert.Empty(ProfilesOf(world, "010"));
        Assert.False(IsDue(world));
        world.Generate(force: true);
        var order = Assert.Single(world.Take(), o => o.Resource is null);

        world.Answer(order, dn: "cn=10");

        Assert.True(IsDue(world));
        Assert.Equal(1, Evaluated(world));
        Assert.Single(ProfilesOf(world, "010"));
    }

    [Fact]
    public void SetProfiles_AccountThatGoesToAnother_MovesTheProfile()
    {
        using var world = World();
        world.Put("Account", "cn=9", ("Login", "nobody"));
        world.Delete("Person", "009");
        world.Compute();

        Assert.Equal(1, Evaluated(world));
    }

    [Fact]
    public void SetProfiles_OrderThatWasOnlySent_ConcernsNobody()
    {
        using var world = World();
        world.Put("Person", "002", ("Title", "t"));
        world.Job(dirty: true);

        world.Generate(force: true);

        Assert.NotEmpty(world.Take());
        Assert.False(IsDue(world));
    }

    [Fact]
    public void SetProfiles_ProfileForbiddenByHand_IsTakenAway()
    {
        using var world = World(OfLogins.Replace(" B0=\"Person:Department\"", "", StringComparison.Ordinal));
        world.Deny("005", "User", isDenied: true);
        Assert.True(IsDue(world));

        Assert.Equal(1, Evaluated(world));
        Assert.True(Assert.Single(ProfilesOf(world, "005")).IsDenied);

        world.Deny("005", "User", isDenied: false);
        Assert.Equal(1, Evaluated(world));
        Assert.False(Assert.Single(ProfilesOf(world, "005")).IsDenied);
    }

    /// <summary>What one task gives counts for the limit of another.</summary>
    [Fact]
    public void SetProfiles_TwoTasks_EachLooksAtWhomTheOtherHasChanged()
    {
        using var world = World(OfLogins + """<ProfileRuleContext EntityType="Person"><ProfileRule Profile="User" /></ProfileRuleContext>""");
        world.Put("Account", "cn=4", ("Title", "locked"));
        world.SetProfiles(users: [], logins: world.Model.ResourceTypes);
        world.Counts.Clear();

        world.SetProfiles(users: world.Model.EntityTypes, logins: []);

        Assert.Equal(1, world.Counts["usersEvaluated"]);
        Assert.False(IsDue(world));
    }

    /// <summary>A rule that is gone gives nothing, whatever else is looked at.</summary>
    [Fact]
    public void SetProfiles_ContextThatTheConfigurationHasNoMore_ItsProfilesEnd()
    {
        using var world = World();
        world.Write(t => new ProfileStore(t).Insert(
        [
            new AssignedProfile { User = world.Id("006"), Profile = "User", IsAutomatic = true, RuleContext = "Former", AccessState = AssignedProfile.PolicyApproved },
        ]));
        Assert.True(IsDue(world));

        Assert.Equal(1, Evaluated(world));

        Assert.Equal("Logins", Assert.Single(ProfilesOf(world, "006")).RuleContext);
    }

    /// <summary>Flags are forgotten though no task gives profiles, as in many configurations.</summary>
    [Fact]
    public void Prune_ProfilesNeverComputed_DoNotHoldFlags()
    {
        using var world = new PolicyWorld(Given.Accounts(more: OfLogins));
        world.Put("Person", "001", ("Login", "anna"));
        world.Compute();
        world.Write(t => new DirtyStore(t, world.Schema, world.Policy.Graph).Prune(0));

        using var transaction = world.Database.BeginRead();
        Assert.DoesNotContain(
            new DirtyStore(transaction, world.Schema, world.Policy.Graph).FlaggedAfter(0), f => f.Resource == world.Id("001"));
    }
}
