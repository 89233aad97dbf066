using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Configuration.Exchange;
using Muster.Configuration.Model;
using Muster.Connectors.Fulfilment;

namespace Muster.Connectors.Tests.Ldif;

/// <summary>A directory file with accounts, groups and units, and the model that maps it.</summary>
internal sealed class GivenDirectory : IDisposable
{
    public const string Entries = """
        version: 1

        # the top
        dn: dc=contoso,dc=com
        objectClass: domain
        dc: contoso

        dn: ou=People,dc=contoso,dc=com
        objectClass: organizationalUnit
        ou: People

        dn: ou=Former,dc=contoso,dc=com
        objectClass: organizationalUnit
        ou: Former

        dn: cn=Ada Lovelace,ou=People,dc=contoso,dc=com
        objectClass: top
        objectClass: inetOrgPerson
        cn: Ada Lovelace
        sn: Lovelace
        userAccountControl: 512
        entryUUID: 11111111-2222-3333-4444-555555555555

        dn: cn=Bob,ou=People,dc=contoso,dc=com
        objectClass: inetOrgPerson
        cn: Bob
        sn: Babbage
        manager: CN=ada lovelace, ou=people, dc=contoso, dc=com
        proxyAddresses: b@x
        proxyAddresses: A@x

        dn: cn=Admins,dc=contoso,dc=com
        objectClass: groupOfNames
        cn: Admins
        member: cn=Ada Lovelace,ou=People,dc=contoso,dc=com
        member: cn=Bob,ou=People,dc=contoso,dc=com


        """;

    public GivenDirectory(string entries = Entries, string settings = "")
    {
        Given = new Given("Muster.Ldif");
        Given.Write("directory.ldif", entries);
        Given.WithSettings($"\"LDIFFile\": \"directory.ldif\", \"Directory\": true{settings}");
        BuildModel();
    }

    public Given Given { get; }

    public EntityType User { get; private set; } = null!;

    public EntityType Group { get; private set; } = null!;

    public ResourceType UserAccounts { get; private set; } = null!;

    public ResourceType Groups { get; private set; } = null!;

    public string File => Given.Read("directory.ldif");

    public static JsonObject Reference(string dn) => new() { ["Id"] = "1", ["dn"] = dn };

    public static ProvisioningOrder Order(OrderChangeType type, string? dn, JsonObject changes, string resourceType = "Accounts", Guid? id = null) => new()
    {
        Id = id ?? Guid.NewGuid(),
        AssignedResourceTypeId = 5,
        ChangeType = type,
        ResourceType = resourceType,
        Connector = "HR",
        Owner = [],
        Resource = dn is null ? null : Reference(dn),
        Changes = changes,
    };

    public async Task<List<OrderResult>> FulfillAsync(params ProvisioningOrder[] orders)
    {
        var fulfiller = new Fulfiller(Given.Settings, Given.Folders, ConnectorRegistry.Default, TimeProvider.System, NullLogger<Fulfiller>.Instance);
        var request = new FulfillTaskRequest
        {
            Connection = Given.Connection,
            ResourceTypes = new Dictionary<string, ResourceType> { ["Accounts"] = UserAccounts, ["Groups"] = Groups },
        };
        var results = new List<OrderResult>();
        await foreach (var result in fulfiller.FulfillAsync(orders, request, Given.Reporter, CancellationToken.None))
        {
            results.Add(result);
        }

        return results;
    }

    public async Task<OrderResult> SucceedsAsync(ProvisioningOrder order)
    {
        var result = Assert.Single(await FulfillAsync(order));
        Assert.True(result.Executed, result.Message);
        return result;
    }

    public async Task<string> FailsAsync(ProvisioningOrder order)
    {
        var before = File;
        var result = Assert.Single(await FulfillAsync(order));
        Assert.False(result.Executed);
        Assert.Equal(before, File);
        return result.Message!;
    }

    public void Dispose() => Given.Dispose();

    private void BuildModel()
    {
        User = new EntityType { Identifier = "AD_User" };
        Group = new EntityType { Identifier = "AD_Group" };
        User.Properties =
        [
            Property(User, "dn"), Property(User, "uuid", PropertyType.Guid), Property(User, "cn"), Property(User, "sn"),
            Property(User, "uac", PropertyType.Int32), Property(User, "disabled", PropertyType.Bool), Property(User, "proxies"),
            Property(User, "expires", PropertyType.DateTime), Property(User, "photo", PropertyType.Bytes),
            Property(User, "groups", kind: PropertyKind.MultiNavigation), Property(User, "manager", kind: PropertyKind.MonoNavigation),
            Property(User, "parent", kind: PropertyKind.MonoNavigation), Property(User, "reports", kind: PropertyKind.MultiNavigation),
            Property(User, "unmapped"),
        ];
        Group.Properties =
        [
            Property(Group, "dn"), Property(Group, "name"), Property(Group, "members", kind: PropertyKind.MultiNavigation),
            Property(Group, "children", kind: PropertyKind.MultiNavigation),
        ];
        var connector = Given.Connector;
        User.Connector = Group.Connector = connector;
        User.Mapping = Mapping(User, ("dn", "dn", null), ("uuid", "entryUUID", "guid"), ("cn", "cn", null), ("sn", "sn", null),
            ("uac", "userAccountControl", null), ("disabled", "bit_userAccountControl_2", "bit:userAccountControl:2"),
            ("proxies", "proxyAddresses", "multivaluedtext"), ("expires", "accountExpires", "1601date"), ("photo", "jpegPhoto", "bytes"));
        Group.Mapping = Mapping(Group, ("dn", "dn", null), ("name", "cn", null));
        connector.EntityTypeMappings = [User.Mapping, Group.Mapping];
        connector.AssociationMappings =
        [
            Associate("members", (Group, "members", "dn"), (User, "groups", "member"), "HRPeople_members", many1: true, many2: true),
            Associate("manager", (User, "manager", "dn"), (User, "reports", "manager"), "HRPeople_entries", many1: false, many2: true),
            Associate("parent", (User, "parent", "dn"), (Group, "children", "parentdn"), "HRPeople_entries", many1: false, many2: true),
        ];
        UserAccounts = ResourceType("Accounts", User, [("cn", "IsRDNProperty"), ("parent", "IsParentProperty"), ("uac", "IsUserAccountControlProperty")], ["top", "inetOrgPerson"]);
        Groups = ResourceType("Groups", Group, [], ["groupOfNames"]);
    }

    private static EntityProperty Property(
        EntityType type, string identifier, PropertyType scalar = PropertyType.String, PropertyKind kind = PropertyKind.Scalar) =>
        new() { EntityType = type, Identifier = identifier, Type = scalar, Kind = kind };

    private EntityTypeMapping Mapping(EntityType type, params (string Property, string Column, string? Format)[] properties) => new()
    {
        EntityType = type,
        Connector = Given.Connector,
        ConnectionTable = "HRPeople_entries",
        Properties =
        [
            .. properties.Select(p => new PropertyMapping
            {
                Property = type.FindProperty(p.Property)!, ConnectionColumn = p.Column, Format = p.Format, IsPrimaryKey = p.Property == "dn",
            }),
        ],
    };

    private EntityAssociationMapping Associate(
        string identifier,
        (EntityType Type, string Property, string Column) one,
        (EntityType Type, string Property, string Column) two,
        string table,
        bool many1,
        bool many2)
    {
        var association = new EntityAssociation { Identifier = identifier };
        association.End1 = new AssociationEnd { Association = association, Property = one.Type.FindProperty(one.Property)!, IsCollection = many1, Side = 1 };
        association.End2 = new AssociationEnd { Association = association, Property = two.Type.FindProperty(two.Property)!, IsCollection = many2, Side = 2 };
        association.End1.Property.Navigation = association.End1;
        association.End2.Property.Navigation = association.End2;
        association.Mapping = new EntityAssociationMapping
        {
            Association = association,
            Connector = Given.Connector,
            ConnectionTable = table,
            Column1 = one.Column,
            Key1 = one.Type.FindProperty("dn")!,
            Column2 = two.Column,
            Key2 = two.Type.FindProperty("dn")!,
        };
        return association.Mapping;
    }

    private ResourceType ResourceType(string identifier, EntityType target, (string Property, string Flag)[] flags, string[] classes)
    {
        var type = new ResourceType
        {
            Identifier = identifier,
            Policy = new Policy { Identifier = "P" },
            SourceEntityType = target,
            TargetEntityType = target,
        };
        type.Mapping = new ResourceTypeMapping
        {
            ResourceType = type,
            Kind = "LdapResourceTypeMapping",
            Connection = Given.Connection,
            DefaultObjectClasses = classes,
            Settings = new Dictionary<string, string> { ["RDNAttributeIdentifier"] = "cn" },
            Properties =
            [
                .. flags.Select(f => new ResourceTypeMappingProperty(
                    target.FindProperty(f.Property)!, new Dictionary<string, string> { [f.Flag] = "true" })),
            ],
        };
        return type;
    }
}
