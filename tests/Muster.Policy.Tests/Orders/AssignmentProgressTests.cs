using Muster.Repository.Assignments;

namespace Muster.Policy.Tests.Orders;

/// <summary>Values that go the same way are written by one statement: the store then says what saving them one by one would say.</summary>
public sealed class AssignmentProgressTests
{
    private static readonly ProvisioningState[] States =
        [ProvisioningState.Pending, ProvisioningState.Transmitted, ProvisioningState.Executed, ProvisioningState.Errored, ProvisioningState.Blocked];

    private static readonly Guid[] Orders = [new("00000000-0000-4000-8000-000000000001"), new("00000000-0000-4000-8000-000000000002")];

    [Fact]
    public void Save_AnyChangesOfStates_StoresWhatIsWanted()
    {
        using var world = new PolicyWorld(Given.Accounts());
        using var transaction = world.Database.BeginWrite();
        var store = new AssignmentStore(transaction);
        for (var seed = 1; seed <= 200; seed++)
        {
            var random = new Random(seed);
            var (start, end) = (SentinelDates.Minimum, SentinelDates.Maximum);
            var made = new AssignedType(
                new AssignedResourceType { Owner = seed, ResourceType = "User", StartDate = start, EndDate = end },
                [.. Enumerable.Range(0, random.Next(6)).Select(n =>
                    Changed(new AssignedResourceScalar { Property = $"P{n}", PolicyValue = "a", StartDate = start, EndDate = end }, random))],
                [.. Enumerable.Range(0, random.Next(6)).Select(n =>
                    Changed(new AssignedResourceNavigation { Property = "Groups", Resource = n, StartDate = start, EndDate = end }, random))]);
            store.SaveTypes([], [made], keepHistory: true);
            var stored = Assert.Single(store.Load([seed])[seed].Types);
            var wanted = new AssignedType(
                stored.Row with { ProvisioningState = States[random.Next(States.Length)] },
                [.. stored.Scalars.Select(s => random.Next(3) == 0 ? s : Changed(s, random))],
                [.. stored.Navigations.Select(n => random.Next(3) == 0 ? n : Changed(n, random))]);

            new AssignmentProgress(transaction).Save([(stored, wanted)]);

            var found = Assert.Single(store.Load([seed])[seed].Types);
            Assert.Equal(wanted.Row, found.Row);
            Assert.Equal(wanted.Scalars, found.Scalars);
            Assert.Equal(wanted.Navigations, found.Navigations);
        }
    }

    private static AssignedResourceScalar Changed(AssignedResourceScalar value, Random random) => value with
    {
        ProvisioningState = States[random.Next(States.Length)],
        Order = random.Next(2) == 0 ? null : Orders[random.Next(2)],
        Message = random.Next(4) == 0 ? "No." : null,
        CurrentValue = random.Next(4) == 0 ? "b" : value.CurrentValue,
    };

    private static AssignedResourceNavigation Changed(AssignedResourceNavigation value, Random random) => value with
    {
        ProvisioningState = States[random.Next(States.Length)],
        Order = random.Next(2) == 0 ? null : Orders[random.Next(2)],
        Message = random.Next(4) == 0 ? "No." : null,
        IsIndirect = random.Next(4) == 0,
    };
}
