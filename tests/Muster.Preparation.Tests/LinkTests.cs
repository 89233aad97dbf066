using Muster.Configuration.Exchange;
using Muster.Configuration.Jobs;
using Muster.Configuration.Model;

namespace Muster.Preparation.Tests;

public sealed class LinkTests
{
    [Fact]
    public async Task MonoValuedEnd_DifferenceIsByOwner()
    {
        using var world = PeopleWithOrganisation();
        await world.Extract("HRPeople", "id,org\n1,A\n2,B\n3,C\n4,\n").Complete();
        Assert.Equal("key1,key2\nA,1\nB,2\nC,3\n", world.Gateway.LastFile("Person_Org.sorted.csv"));
        await world.Extract("HRPeople", "id,org\n1,A\n2,X\n3,\n4,D\n").Incremental();
        Assert.Equal("command,key1,key2\nupdate,X,2\ndelete,C,3\ninsert,D,4\n", world.Gateway.LastFile("Person_Org.sorted.delta"));
        Assert.Equal(DeliveryFileKind.LinkChanges, world.Gateway.Last.Files.Single().Kind);
    }

    [Fact]
    public async Task ManyToMany_CellsOfSeveralValues_AreOneRowEach()
    {
        using var world = new World(Models.Connector("HR").WithAssociation("Member", "HRPeople", "dn", "member", true, true));
        await world.Extract("HRPeople", "dn,member\ng2,\"u2\n\nu1\n\"\ng1,u1\ng1,u1\n").Complete();
        Assert.Equal("key1,key2\ng1,u1\ng2,u1\ng2,u2\n", world.Gateway.LastFile("Member.sorted.csv"));
        await world.Extract("HRPeople", "dn,member\ng2,\"u2\nu3\"\ng1,u1\n").Incremental();
        Assert.Equal("command,key1,key2\ndelete,g2,u1\ninsert,g2,u3\n", world.Gateway.LastFile("Member.sorted.delta"));
    }

    [Fact]
    public async Task AssociationNamedLikeAnEntityType_HasPrefixedFiles()
    {
        using var world = new World(Models.Connector("HR")
            .WithEntity("Same", "HRPeople", ("Id", "id", PropertyType.String))
            .WithAssociation("Same", "HRPeople", "org", "id", true, false));
        await world.Extract("HRPeople", "id,org\n1,A\n").Complete();
        Assert.Equal(["Same.sorted.csv", "assoc.Same.sorted.csv"], world.Gateway.Last.Files.Select(f => f.Name));
    }

    [Fact]
    public async Task EntitiesWithoutLinksInSharedTable_AreNoNullKeys()
    {
        using var world = new World(Models.Connector("HR")
            .WithEntity("Entry", "HRPeople", ("Dn", "dn", PropertyType.String))
            .WithAssociation("Member", "HRPeople", "dn", "member", true, true));
        await world.Extract("HRPeople", "dn,member\nu1,\nu2,\nu3,\ng1,\"u1\nu2\"\n").Complete();
        Assert.Equal("key1,key2\ng1,u1\ng1,u2\n", world.Gateway.LastFile("Member.sorted.csv"));
        Assert.Equal(0, world.Reporter["nullKeys"]);
        Assert.Equal(4, world.Reporter["rowsRead"]);
    }

    [Fact]
    public async Task ChangeList_OwnersRows_AreFoldedByTarget()
    {
        using var world = new World(Models.Connector("HR").WithAssociation("Manager", "HRPeople", "person", "manager", false, true));
        await world.Extract("HRPeople", "command,person,manager\ninsert,a,x\n").Complete(PreparationType.Changes);
        await world.Extract("HRPeople", "command,person,manager\ninsert,a,y\ndelete,a,x\nupdate,b,\n").Incremental(PreparationType.Changes);
        Assert.Equal("command,key1,key2\ninsert,a,y\nupdate,b,\n", world.Gateway.LastFile("Manager.sorted.delta"));
    }

    [Fact]
    public async Task ChangeList_DeletedOwner_TakesItsLinkAlong()
    {
        using var world = new World(Models.Connector("HR")
            .WithEntity("Person", "HRPeople", ("Id", "id", PropertyType.String))
            .WithAssociation("Person_Org", "HRPeople", "org", "id", isCollection1: true, isCollection2: false));
        await world.Extract("HRPeople", "command,id,org\n,1,A\n,2,B\n").Complete(PreparationType.Changes);
        await world.Extract("HRPeople", "command,id,org\ndelete,1,\nupdate,2,\n").Incremental(PreparationType.Changes);
        Assert.Equal("command,key1,key2\ndelete,,1\nupdate,,2\n", world.Gateway.LastFile("Person_Org.sorted.delta"));
    }

    [Fact]
    public async Task ChangeList_DeletedOwner_HasNoLink_WhateverItsRowSays()
    {
        var connector = Models.Connector("HR")
            .WithEntity("Person", "HRPeople", ("Id", "id", PropertyType.String))
            .WithAssociation("Person_Org", "HRPeople", "org", "id", isCollection1: true, isCollection2: false);
        using var world = new World(WithKeyOfEntity(connector, isFirst: false));
        await world.Extract("HRPeople", "command,id,org\n,1,A\n,2,B\n").Complete(PreparationType.Changes);
        await world.Extract("HRPeople", "command,id,org\ndelete,1,X\n").Incremental(PreparationType.Changes);
        Assert.Equal("command,key1,key2\ndelete,,1\n", world.Gateway.LastFile("Person_Org.sorted.delta"));
    }

    [Fact]
    public async Task ChangeListOfEntities_RowSaysAllLinksOfItsEntity()
    {
        using var world = GroupsInOneTable("dn");
        await world.Extract("HRPeople", "command,dn,member\n,g1,u1\n").Complete(PreparationType.Changes);
        await world.Extract("HRPeople", "command,dn,member\nupdate,g1,u9\nupdate,g1,\"u2\nu,3\"\ndelete,g2,\ninsert,g3,u1\ninsert,g3,u2\nupdate,g4,\n")
            .Incremental(PreparationType.Changes);
        Assert.Equal(
            "command,key1,key2\ndelete,g1,\nmerge,g1,u2\nmerge,g1,\"u,3\"\ndelete,g2,\ndelete,g3,\nmerge,g3,u1\nmerge,g3,u2\ndelete,g4,\n",
            world.Gateway.LastFile("Member.sorted.delta"));
    }

    [Fact]
    public async Task ChangeListOfEntities_LinkedByAColumnThatIsNoKey_IsRefused()
    {
        using var world = GroupsInOneTable("alias");
        await world.Extract("HRPeople", "command,dn,alias,member\n,g1,a1,u1\n").Complete(PreparationType.Changes);
        var message = await World.Fails(world.Extract("HRPeople", "command,dn,alias,member\nupdate,g1,a1,u2\n").Incremental(PreparationType.Changes));
        Assert.Contains("nothing tells whose links changed", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OneToOne_InTheTableOfItsSecondEnd_IsToldApartByIt()
    {
        var connector = Models.Connector("HR")
            .WithEntity("Unit", "HRPeople", ("Code", "code", PropertyType.String))
            .WithAssociation("Head", "HRPeople", "head", "code", false, false);
        using var world = new World(WithKeyOfEntity(connector, isFirst: false));
        await world.Extract("HRPeople", "command,code,head\n,U1,\n,U2,\n,U3,p3\n").Complete(PreparationType.Changes);
        Assert.Equal("key1,key2\np3,U3\n", world.Gateway.LastFile("Head.sorted.csv"));
        await world.Extract("HRPeople", "command,code,head\nupdate,U3,\nupdate,U1,p1\ndelete,U2,\n").Incremental(PreparationType.Changes);
        Assert.Equal("command,key1,key2\nupdate,p1,U1\ndelete,,U2\nupdate,,U3\n", world.Gateway.LastFile("Head.sorted.delta"));
        Assert.Equal(0, world.Reporter["nullKeys"]);
    }

    private static World GroupsInOneTable(string column1) => new(WithKeyOfEntity(
        Models.Connector("HR")
            .WithEntity("Entry", "HRPeople", ("Dn", "dn", PropertyType.String))
            .WithAssociation("Member", "HRPeople", column1, "member", true, true),
        isFirst: true));

    /// <summary>Lets one end of the only association be found by the primary key of the only entity type.</summary>
    private static Connector WithKeyOfEntity(Connector connector, bool isFirst)
    {
        var key = connector.EntityTypeMappings[0].PrimaryKey.Property;
        var mapping = connector.AssociationMappings[0];
        connector.AssociationMappings =
        [
            new EntityAssociationMapping
            {
                Association = mapping.Association,
                Connector = connector,
                ConnectionTable = mapping.ConnectionTable,
                Column1 = mapping.Column1,
                Key1 = isFirst ? key : mapping.Key1,
                Column2 = mapping.Column2,
                Key2 = isFirst ? mapping.Key2 : key,
            },
        ];
        return connector;
    }

    private static World PeopleWithOrganisation() =>
        new(Models.Connector("HR").WithAssociation("Person_Org", "HRPeople", "org", "id", isCollection1: true, isCollection2: false));
}
