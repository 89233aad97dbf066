using Microsoft.Extensions.Logging.Abstractions;
using Muster.Configuration.Work;
using Muster.Policy.Classification;
using Muster.Repository.Assignments;

namespace Muster.Policy.Tests.Profiles;

public sealed class ProfileAndClassificationTests
{
    private const string Profiles =
        """
        <Profile Identifier="User" DisplayName_L1="User" />
        <ProfileRuleContext ResourceType="User">
          <ProfileRule Profile="User" B0="Person:Department" />
        </ProfileRuleContext>
        <ResourceClassificationRule ResourceType="User" Policy="P" ResourceTypeIdentificationConfidenceLevel="100" />
        """;

    private static PolicyWorld World()
    {
        var world = new PolicyWorld(Given.Accounts(more: Profiles));
        world.Put("Department", "Sales");
        world.Put("Department", "IT");
        world.Put("Person", "001", ("Login", "anna"), ("Department", "Sales"));
        world.Put("Person", "002", ("Login", "bert"));
        world.Put("Account", "cn=anna", ("Login", "anna"));
        world.Put("Account", "cn=stray", ("Login", "stray"));
        world.Compute();
        return world;
    }

    private static TaskResult SetProfiles(PolicyWorld world) => world.SetProfiles();

    private static TaskResult Classify(PolicyWorld world, bool dirty) =>
        new ClassificationComputation(world.Database, world.Schema, world.Policy, NullLogger<ClassificationComputation>.Instance)
            .Run(new ClassificationRequest(world.Model.EntityTypes, dirty, 0), world, CancellationToken.None);

    private static IReadOnlyList<AssignedProfile> ProfilesOf(PolicyWorld world, string person)
    {
        using var transaction = world.Database.BeginRead();
        return new ProfileStore(transaction).Of([world.Id(person)]);
    }

    [Fact]
    public void SetProfiles_OwnerOfALogin_GetsTheProfileInItsContext()
    {
        using var world = World();

        Assert.True(SetProfiles(world).Processed);

        var profile = Assert.Single(ProfilesOf(world, "001"));
        Assert.Equal(("User", $"0={world.Id("Sales")}", true), (profile.Profile, profile.Dimensions, profile.IsAutomatic));
        Assert.Empty(ProfilesOf(world, "002"));
        var rows = world.Database.RowsWritten;
        Assert.False(SetProfiles(world).Processed);
        Assert.Equal(rows, world.Database.RowsWritten);
    }

    [Fact]
    public void SetProfiles_Mover_ProfileFollows()
    {
        using var world = World();
        SetProfiles(world);

        world.Put("Person", "001", ("Department", "IT"));
        SetProfiles(world);

        Assert.Equal($"0={world.Id("IT")}", Assert.Single(ProfilesOf(world, "001")).Dimensions);
    }

    [Fact]
    public void SetProfiles_DeniedByHand_IsNotGivenAgain()
    {
        using var world = World();
        world.Write(t => new ProfileStore(t).Insert(
            [new AssignedProfile { User = world.Id("001"), Profile = "User", Dimensions = $"0={world.Id("Sales")}", IsDenied = true }]));

        Assert.False(SetProfiles(world).Processed);

        Assert.True(Assert.Single(ProfilesOf(world, "001")).IsDenied);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Classify_UnownedAccount_GetsTheTypeUntilItIsOwned(bool dirty)
    {
        using var world = World();

        Assert.True(Classify(world, dirty).Processed);
        Assert.False(Classify(world, dirty).Processed);

        using (var transaction = world.Database.BeginRead())
        {
            var row = Assert.Single(new AssignmentStore(transaction).OfTargets([world.Id("cn=stray")]));
            Assert.Equal((null, WorkflowState.Found), (row.Owner, row.WorkflowState));
            Assert.Equal(world.Id("001"), Assert.Single(new AssignmentStore(transaction).OfTargets([world.Id("cn=anna")])).Owner);
        }

        world.Put("Person", "002", ("Login", "stray"));
        world.Compute();
        using var later = world.Database.BeginRead();
        Assert.Equal(world.Id("002"), Assert.Single(new AssignmentStore(later).OfTargets([world.Id("cn=stray")])).Owner);
    }

    /// <summary>The account itself has not changed, only its owner's claim is gone.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Classify_AccountThatLosesItsOwner_GetsTheTypeInTheSameJob(bool dirty)
    {
        static string Policy(string rule) => Given.Accounts(more: Profiles)
            .Replace("<TypeRule Policy=\"P\" />", "", StringComparison.Ordinal)
            .Replace("<ResourceCorrelationRule ", rule, StringComparison.Ordinal);
        using var world = new PolicyWorld(Policy("<ResourceCorrelationRule "));
        world.Put("Person", "001", ("Login", "anna"));
        world.Put("Account", "cn=anna", ("Login", "anna"));
        world.Job(dirty);
        world.Deploy(Policy("<ResourceCorrelationRule SourceExpression=\"C#:p:return p.Title;\" ").Replace("SourceBinding=\"Person:Login\" ", "", StringComparison.Ordinal));

        world.Job(dirty);

        using var transaction = world.Database.BeginRead();
        Assert.Null(Assert.Single(new AssignmentStore(transaction).OfTargets([world.Id("cn=anna")])).Owner);
        Assert.False(world.Job(dirty));
    }
}
