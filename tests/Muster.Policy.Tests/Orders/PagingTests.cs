using Microsoft.Extensions.Logging.Abstractions;
using Muster.Configuration.Exchange;
using Muster.Policy.Fulfillment;
using Muster.Policy.Orders;
using Muster.Repository.Assignments;

namespace Muster.Policy.Tests.Orders;

/// <summary>Orders are generated and fulfilled page by page: where a page ends shows nowhere.</summary>
public sealed class PagingTests
{
    private static PolicyWorld World(int people, bool isInternal = false)
    {
        var model = isInternal
            ? System.Text.RegularExpressions.Regex.Replace(
                Given.Model, "<EntityTypeMapping Identifier=\"(Account|Group)\".*?</EntityTypeMapping>", "", System.Text.RegularExpressions.RegexOptions.Singleline)
            : Given.Model;
        var world = new PolicyWorld(
            Given.Accounts(scalars: isInternal ? "<ScalarRule Policy=\"P\" Property=\"Dn\" Binding=\"Person:Login\" />" : ""), model);
        world.Put("Department", "Sales");
        world.Put("Group", "sales-staff");
        for (var number = 0; number < people; number++)
        {
            world.Put("Person", Key(number), ("Login", $"p{number:000}"), ("Title", "Seller"), ("Department", number % 2 == 0 ? "Sales" : null));
        }

        world.Compute();
        return world;
    }

    [Theory]
    [InlineData(6, 1)]
    [InlineData(6, 2)]
    [InlineData(6, 3)]
    [InlineData(6, 4)]
    [InlineData(6, 6)]
    [InlineData(6, 7)]
    [InlineData(99, 1)]
    [InlineData(100, 1)]
    [InlineData(101, 1)]
    public void Generate_AnyBatchSize_GivesEachOwnerOneOrder(int people, int batchSize)
    {
        using var world = World(people);

        Generate(world, batchSize);

        Assert.Equal(people, world.Counts["ordersGenerated"]);
        Assert.Equal(people, world.Take().Select(o => (string?)o.Owner["Number"]).Distinct().Count());
        Assert.All(Enumerable.Range(0, people), number =>
        {
            var type = world.Type(Key(number));
            Assert.Equal(ProvisioningState.Transmitted, type.Row.ProvisioningState);
            Assert.All(type.Scalars, s => Assert.Equal((ProvisioningState.Transmitted, type.Row.Order), (s.ProvisioningState, s.Order)));
            Assert.All(type.Navigations, n => Assert.Equal((ProvisioningState.Transmitted, type.Row.Order), (n.ProvisioningState, n.Order)));
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(7)]
    public void Take_PageAfterPage_GivesAllOnceInOrder(int pageSize)
    {
        using var world = World(6);
        Generate(world, 2);
        string[] types = [.. world.Model.ResourceTypes.Select(t => t.Identifier)];
        var all = world.Take().Select(o => o.Id).ToList();

        var paged = new List<Guid>();
        for (IReadOnlyList<ProvisioningOrder> page = world.Queue.Take(types, null, pageSize, CancellationToken.None);
            page.Count > 0;
            page = world.Queue.Take(types, page[^1].Id, pageSize, CancellationToken.None))
        {
            Assert.True(page.Count <= pageSize);
            paged.AddRange(page.Select(o => o.Id));
        }

        Assert.Equal(all, paged);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(7)]
    public void FulfillInternally_AnyBatchSize_MakesEachResourceOnce(int batchSize)
    {
        using var world = World(6, isInternal: true);
        world.Generate();

        Fulfill(world, batchSize);

        Assert.Equal(6, world.Counts["ordersExecuted"]);
        Assert.All(Enumerable.Range(0, 6), number =>
        {
            var type = world.Type(Key(number));
            Assert.Equal(world.Find("Account", $"p{number:000}"), type.Row.Resource);
            Assert.Equal(ProvisioningState.Executed, type.Row.ProvisioningState);
            Assert.All(type.Scalars, s => Assert.Equal((ProvisioningState.Executed, type.Row.Order), (s.ProvisioningState, s.Order)));
            Assert.All(type.Navigations, n => Assert.Equal(ProvisioningState.Executed, n.ProvisioningState));
        });
    }

    /// <summary>A key that an earlier order of the same batch, or of an earlier batch, has taken is refused all the same.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void FulfillInternally_SameKeyTwice_RefusesTheSecond(int batchSize)
    {
        using var world = World(2, isInternal: true);
        world.Put("Person", Key(2), ("Login", "p000"), ("Title", "Other"));
        world.Compute();
        world.Generate();

        Fulfill(world, batchSize);

        Assert.Equal((2, 1), (world.Counts["ordersExecuted"], world.Counts["ordersErrored"]));
        Assert.Contains("exists already", Assert.Single(world.Warnings, w => w.Contains("failed", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    private static string Key(int number) => $"{100 + number}";

    private static void Generate(PolicyWorld world, int batchSize) =>
        new OrderGeneration(world.Database, world.Schema, world.Policy, world.Work, NullLogger<OrderGeneration>.Instance).Run(
            new OrderGenerationRequest { ResourceTypes = world.Model.ResourceTypes, IgnoresThresholds = true, BatchSize = batchSize },
            world,
            CancellationToken.None);

    private static void Fulfill(PolicyWorld world, int batchSize) =>
        new InternalFulfillment(world.Database, world.Schema, world.Policy, world.Work, NullLogger<InternalFulfillment>.Instance).Run(
            new InternalFulfillmentRequest { ResourceTypes = world.Model.ResourceTypes, BatchSize = batchSize },
            world,
            CancellationToken.None);
}
