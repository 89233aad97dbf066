using Muster.Configuration.Exchange;

namespace Muster.Policy.Tests.RoleModel;

/// <summary>What an executed creation made belongs to its owner, by the keys that the managed system gave (synchronization.md 17, 4).</summary>
public sealed class CreatedTargetTests
{
    private static PolicyWorld Created(string? policy = null)
    {
        var world = new PolicyWorld(policy ?? Given.Accounts());
        world.Put("Department", "Sales");
        world.Put("Group", "sales-staff");
        world.Put("Person", "001", ("Login", "anna"), ("Title", "Seller"), ("Department", "Sales"));
        world.Compute();
        world.Generate(force: true);
        world.Answer(Assert.Single(world.Take()), dn: "cn=anna");
        return world;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Account_OwnerChangedMeanwhile_IsLinkedAndChanged(bool dirty)
    {
        using var world = Created();
        world.Put("Person", "001", ("Login", "anne"));
        world.Compute(dirty);
        world.Put("Account", "cn=anna", ("Login", "anna"), ("Title", "Seller"));

        world.Compute(dirty);
        world.Generate(force: true);

        var order = Assert.Single(world.Take());
        Assert.Equal((OrderChangeType.Modified, "anne"), (order.ChangeType, (string?)order.Changes["Login"]));
        Assert.Equal(world.Id("cn=anna"), world.Type("001").Row.Resource);
        Assert.True(world.Type("001").Row.IsOwned);
    }

    /// <summary>Nothing that a synchronisation tells brings the owner to evaluation; found by the equivalence property.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Account_ThatWasThereBefore_IsLinkedByTheNextRun(bool dirty)
    {
        using var world = new PolicyWorld(Given.Accounts());
        world.Put("Department", "Sales");
        world.Put("Group", "sales-staff");
        world.Put("Person", "001", ("Login", "anna"), ("Department", "Sales"));
        world.Put("Account", "cn=anna", ("Login", "somebody"));
        world.Compute(dirty);
        world.Generate(force: true);
        world.Answer(Assert.Single(world.Take()), dn: "cn=anna");

        world.Compute(dirty);

        Assert.Equal(world.Id("cn=anna"), world.Type("001").Row.Resource);
    }

    /// <summary>Somebody else whom a rule would give the account does not get it.</summary>
    [Fact]
    public void Account_ThatARuleWouldGiveToAnother_GoesToWhomItWasCreatedFor()
    {
        using var world = Created();
        world.Put("Person", "001", ("Login", "anne"));
        world.Put("Person", "002", ("Login", "anna"));
        world.Compute();
        world.Put("Account", "cn=anna", ("Login", "anna"));

        world.Compute();

        Assert.Equal(world.Id("cn=anna"), world.Type("001").Row.Resource);
        Assert.Null(world.Type("002").Row.Resource);
    }

    [Fact]
    public void Account_WithAnotherKey_IsNotTheCreatedOne()
    {
        using var world = Created();
        world.Put("Person", "001", ("Login", "anne"));
        world.Put("Account", "cn=other", ("Login", "anna"));

        world.Compute();

        Assert.Null(world.Type("001").Row.Resource);
    }

    [Fact]
    public void Account_OwnerDeletedMeanwhile_IsDeleted()
    {
        using var world = Created();
        world.Delete("Person", "001");
        world.Compute();
        world.Put("Account", "cn=anna", ("Login", "anna"));
        world.Synchronized("LDAP");

        world.Compute();
        world.Generate(force: true);

        Assert.Equal(OrderChangeType.Deleted, Assert.Single(world.Take()).ChangeType);
    }

    /// <summary>Found by the property of <see cref="DirtyEqualsCompleteTests"/>: it became a mere proposal at the next evaluation.</summary>
    [Fact]
    public void Account_NotWantedAnyMoreWhenItIsSeen_StaysItsOwners()
    {
        using var world = Created(Given.Accounts("BlockProvisioning=\"false\" AllowRemove=\"false\"")
            .Replace("ConfidenceLevel=\"100\"", "ConfidenceLevel=\"80\"", StringComparison.Ordinal));
        world.Put("Person", "001", ("Start", "20260301000000"), ("End", "20260110083000"));
        world.Put("Account", "cn=anna", ("Login", "anna"), ("Title", "Seller"));
        world.Job(dirty: true);

        Assert.Null(world.Type("001").Row.Confidence);
        Assert.False(world.Job(dirty: false));
    }

    /// <summary>A creation that nobody sees is sent again, and whole.</summary>
    [Fact]
    public void Creation_NotSeen_IsRepeatedWhole()
    {
        using var world = Created();
        world.Synchronized("LDAP");

        world.Compute();
        world.Generate(force: true);

        var order = Assert.Single(world.Take());
        Assert.Equal(OrderChangeType.Added, order.ChangeType);
        Assert.Equal(("anna", "Seller"), ((string?)order.Changes["Login"], (string?)order.Changes["Title"]));
        Assert.Single(order.Changes["Groups_add"]!.AsArray());
        Assert.Equal(1, world.Type("001").Row.Attempts);
    }
}
