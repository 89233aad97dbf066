using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Configuration.Exchange;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Connectors.Export;
using Muster.Connectors.Ldap;
using Muster.Connectors.Ldap.Protocol;
using Muster.Servers;

namespace Muster.Connectors.Tests.Ldap;

/// <summary>An agent that is connected with a part of a directory server, and the model that maps it.</summary>
internal sealed class GivenServer : IDisposable
{
    private GivenServer(IDirectoryServer server, string package, string settings, string entryTable, string key = "entryUUID")
    {
        Server = server;
        Unit = server.NewUnit();
        Given = new Given(package);
        Given.WithSettings(settings.Replace("$UNIT", Unit, StringComparison.Ordinal));
        EntryTable = $"HRPeople_{entryTable}";
        Key = key;
        User = new EntityType { Identifier = "Dir_User" };
        User.Properties =
        [
            Property("dn"), Property("uuid", PropertyType.Guid), Property("cn"), Property("sn"), Property("mail"), Property("photo", PropertyType.Bytes),
            Property("classes"), Property("employeeType", PropertyType.Int32), Property("parent", kind: PropertyKind.MonoNavigation),
            Property("children", kind: PropertyKind.MultiNavigation), Property("members", kind: PropertyKind.MultiNavigation),
            Property("groups", kind: PropertyKind.MultiNavigation), Property("manager", kind: PropertyKind.MonoNavigation),
            Property("reports", kind: PropertyKind.MultiNavigation), Property("description"),
        ];
        User.Connector = Given.Connector;
        User.Mapping = new EntityTypeMapping
        {
            EntityType = User,
            Connector = Given.Connector,
            ConnectionTable = EntryTable,
            Properties =
            [
                Map("dn", "dn"), Map("uuid", key, "guid", isKey: true), Map("cn", "cn"), Map("sn", "sn"), Map("mail", "mail", "multivaluedtext"),
                Map("photo", "jpegPhoto", "bytes"), Map("classes", "objectClass", "multivaluedtext"), Map("employeeType", "employeeType"),
                Map("description", "description"),
            ],
        };
        Given.Connector.EntityTypeMappings = [User.Mapping];
        Given.Connector.AssociationMappings =
        [
            Associate("members", "members", "dn", "groups", "member", "HRPeople_member", many1: true),
            Associate("manager", "manager", "dn", "reports", "manager", EntryTable, many1: false),
            Associate("parent", "parent", "dn", "children", "parentdn", EntryTable, many1: false),
        ];
        Accounts = ResourceType("Accounts", ["top", "inetOrgPerson"]);
        Groups = ResourceType("Groups", ["groupOfNames"]);
    }

    public IDirectoryServer Server { get; }

    /// <summary>The attribute that never changes.</summary>
    public string Key { get; }

    public Given Given { get; }

    /// <summary>The organizational unit that this agent sees.</summary>
    public string Unit { get; }

    public string EntryTable { get; }

    public EntityType User { get; }

    public ResourceType Accounts { get; }

    public ResourceType Groups { get; }

    public static GivenServer OpenLdap(OpenLdapServer? server = null, string extra = "")
    {
        server ??= OpenLdapServer.Shared;
        return new GivenServer(
            server,
            "Muster.OpenLdap",
            $$"""
            "Server": "{{server.Address}}", "DistinguishedName": "$UNIT", "Login": "{{OpenLdapServer.Login}}", "Password": "{{OpenLdapServer.Password}}", "RetryDelay": 1{{extra}}
            """,
            "entry");
    }

    public static GivenServer Ldap(OpenLdapServer? server = null, string extra = "", string tables = """{ "Table": "entries", "BaseDN": "$UNIT" }""", string? address = null)
    {
        server ??= OpenLdapServer.Shared;
        return new GivenServer(
            server,
            "Muster.Ldap",
            $$"""
            "Servers": [ { "Server": "{{address ?? server.Address}}", "AuthType": "Basic", "Login": "{{OpenLdapServer.Login}}", "Password": "{{OpenLdapServer.Password}}" } ],
            "Tables": [ {{tables}} ], "RetryDelay": 1{{extra}}
            """,
            "entries");
    }

    public static GivenServer ActiveDirectory(string extra = "", string? baseDn = null, string? server = null)
    {
        var samba = SambaServer.Shared;
        return new GivenServer(
            samba,
            "Muster.ActiveDirectory",
            $$"""
            "Servers": [ { "Server": "{{server ?? samba.Address}}", "BaseDN": "{{baseDn ?? "$UNIT"}}" } ], "Filter": "(objectClass=*)", "AuthType": "Basic",
            "Login": "{{SambaServer.Login}}", "Password": "{{SambaServer.Password}}", "RetryDelay": 1{{extra}}
            """,
            "entries",
            "objectGUID");
    }

    /// <summary>Maps one more attribute.</summary>
    public void AddProperty(string identifier, string column, string? format = null)
    {
        var property = Property(identifier);
        User.Properties = [.. User.Properties, property];
        User.Mapping = new EntityTypeMapping
        {
            EntityType = User,
            Connector = Given.Connector,
            ConnectionTable = EntryTable,
            Properties = [.. User.Mapping!.Properties, Map(identifier, column, format)],
        };
        Given.Connector.EntityTypeMappings = [User.Mapping];
    }

    public string Person(string cn, string? sn = null, string more = "", string? below = null) =>
        Added($"cn={cn},{below ?? Unit}", $"objectClass: inetOrgPerson\ncn: {cn}\nsn: {sn ?? cn}\n{more}");

    public string Group(string cn, params string[] members) =>
        Added($"cn={cn},{Unit}", $"objectClass: groupOfNames\ncn: {cn}\n{string.Concat(members.Select(m => $"member: {m}\n"))}");

    public string NewUnit(string ou, string? below = null) => Added($"ou={ou},{below ?? Unit}", $"objectClass: organizationalUnit\nou: {ou}\n");

    public string Added(string dn, string attributes)
    {
        Server.Modify($"dn: {dn}\nchangetype: add\n{attributes}");
        return dn;
    }

    public void Delete(params string[] names)
    {
        Server.Modify(string.Concat(names.Select(n => $"dn: {n}\nchangetype: delete\n\n")));
        Server.Settle();
    }

    public void Rename(string dn, string newRdn, string? newSuperior = null)
    {
        Server.Modify($"dn: {dn}\nchangetype: modrdn\nnewrdn: {newRdn}\ndeleteoldrdn: 1\n{(newSuperior is null ? "" : $"newsuperior: {newSuperior}\n")}");
        Server.Settle();
    }

    public void Change(string dn, string change) => Server.Modify($"dn: {dn}\nchangetype: modify\n{change}\n");

    /// <summary>Exports, and makes the watermarks current as a preparation does whose delivery was accepted.</summary>
    public async Task<ExportManifest> ExportAsync(bool complete = false, bool isAccepted = true)
    {
        Given.Reporter.Messages.Clear();
        Given.Reporter.Warnings.Clear();
        await Given.ExportAsync(complete);
        var manifest = Given.Manifest;
        foreach (var name in isAccepted ? manifest.PendingWatermarks : [])
        {
            Given.Folders.Work.Move($"{AgentFolders.ExportCookies}/{name}", $"{AgentFolders.ExportCookies}/{name[..^".pending".Length]}");
        }

        return manifest;
    }

    /// <summary>An incremental export of another connection with the same settings.</summary>
    public Task ExportAsync(Connection connection) =>
        new Exporter(Given.Settings, Given.Folders, ConnectorRegistry.Default, TimeProvider.System, NullLogger<Exporter>.Instance).ExportAsync(
            new ExportTaskRequest { Connection = connection, Complete = false }, Given.Reporter, CancellationToken.None);

    /// <summary>The same part of the tree, as another server tells it.</summary>
    public void UseServer(string address) =>
        Given.WithSettings($"\"Server\": \"{address}\", \"DistinguishedName\": \"{Unit}\", \"RetryDelay\": 1");

    /// <summary>Makes the cookie one that the server never gave.</summary>
    public void BendCookie()
    {
        var path = Given.PathOf("Work/ExportCookies/HRPeople_cookie.json");
        var cookie = JsonNode.Parse(File.ReadAllText(path))!;
        cookie["cookie"] = Convert.ToBase64String("rid=000,csn=20990101000000.000000Z#000000#000#000000"u8);
        File.WriteAllText(path, cookie.ToJsonString());
    }

    /// <summary>Whether the server names what is there since the current cookie, and not what is gone (RFC 4533, 3.3.2).</summary>
    public async Task<bool> HasPresentPhaseAsync()
    {
        var cookie = JsonNode.Parse(await File.ReadAllTextAsync(Given.PathOf("Work/ExportCookies/HRPeople_cookie.json")))!["cookie"]!.GetValue<string>();
        var endpoint = LdapEndpoint.Parse(((OpenLdapServer)Server).Address, false, false);
        await using var session = await LdapSession.OpenAsync(endpoint, c => c.BindAsync(OpenLdapServer.Login, OpenLdapServer.Password, default), default);
        var refresh = new SyncRefresh();
        var search = new LdapSearch(Unit, LdapScope.Subtree, SearchFilter.All, ["1.1"]) { Controls = [SyncMessages.Request(Convert.FromBase64String(cookie))] };
        await foreach (var response in session.Connection.SearchAsync(search, default))
        {
            refresh.Take(response);
        }

        return refresh.IsPresentPhaseComplete;
    }

    /// <summary>Rows of a file, by header.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> Rows(string? table = null)
    {
        using var reader = CsvHelper.CsvReader.Create(new StringReader(Given.Exported(table ?? EntryTable)), CsvOptions);
        Assert.True(reader.Read());
        var header = Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetString(i)).ToList();
        var rows = new List<IReadOnlyDictionary<string, string>>();
        while (reader.Read())
        {
            rows.Add(header.Select((name, index) => (name, Value: reader.GetString(index))).ToDictionary(f => f.name, f => f.Value));
        }

        return rows;
    }

    private string CommandColumn => Key == "objectGUID" ? "command" : "Command";

    /// <summary><c>command short-name</c> of every row, sorted.</summary>
    public IReadOnlyList<string> Commands() => [.. Rows().Select(r => $"{r[CommandColumn]} {Short(r["dn"])}".TrimEnd()).Order(StringComparer.Ordinal)];

    /// <summary><c>command group member</c> of every row, sorted.</summary>
    public IReadOnlyList<string> LinkCommands() =>
        [.. Rows("HRPeople_member").Select(r => $"{r[CommandColumn]} {Short(r["dn"])} {Short(r["member"])}").Order(StringComparer.Ordinal)];

    public string Short(string dn) => dn.EndsWith("," + Unit, StringComparison.Ordinal) ? dn[..^(Unit.Length + 1)] : dn == Unit ? "." : dn;

    public void Dispose() => Given.Dispose();

    private static readonly CsvHelper.CsvReaderOptions CsvOptions = new() { Separator = ',', HasHeader = false };

    private EntityProperty Property(string identifier, PropertyType type = PropertyType.String, PropertyKind kind = PropertyKind.Scalar) =>
        new() { EntityType = User, Identifier = identifier, Type = type, Kind = kind };

    private PropertyMapping Map(string property, string column, string? format = null, bool isKey = false) =>
        new() { Property = User.FindProperty(property)!, ConnectionColumn = column, Format = format, IsPrimaryKey = isKey };

    private EntityAssociationMapping Associate(string identifier, string one, string column1, string two, string column2, string table, bool many1)
    {
        var association = new EntityAssociation { Identifier = identifier };
        association.End1 = new AssociationEnd { Association = association, Property = User.FindProperty(one)!, IsCollection = many1, Side = 1 };
        association.End2 = new AssociationEnd { Association = association, Property = User.FindProperty(two)!, IsCollection = true, Side = 2 };
        association.End1.Property.Navigation = association.End1;
        association.End2.Property.Navigation = association.End2;
        association.Mapping = new EntityAssociationMapping
        {
            Association = association,
            Connector = Given.Connector,
            ConnectionTable = table,
            Column1 = column1,
            Key1 = User.FindProperty("dn")!,
            Column2 = column2,
            Key2 = User.FindProperty("dn")!,
        };
        return association.Mapping;
    }

    private ResourceType ResourceType(string identifier, string[] classes)
    {
        var type = new ResourceType
        {
            Identifier = identifier,
            Policy = new Policy { Identifier = "P" },
            SourceEntityType = User,
            TargetEntityType = User,
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
                new ResourceTypeMappingProperty(User.FindProperty("cn")!, new Dictionary<string, string> { ["IsRDNProperty"] = "true" }),
                new ResourceTypeMappingProperty(User.FindProperty("parent")!, new Dictionary<string, string> { ["IsParentProperty"] = "true" }),
            ],
        };
        return type;
    }
}
