using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Muster.Cli;
using Muster.Cli.Hosting;
using Muster.Scenarios.Tests.World;
using Muster.Servers;

namespace Muster.Scenarios.Tests.Directories;

/// <summary>Which directory a world is connected with.</summary>
public enum DirectoryKind
{
    OpenLdap,

    /// <summary>With a session log: what is gone is named, and not what is there.</summary>
    OpenLdapWithLog,
    ActiveDirectory,
}

/// <summary>The servers of the kinds.</summary>
internal static class DirectoryKinds
{
    public static IDirectoryServer Server(this DirectoryKind kind) => kind == DirectoryKind.ActiveDirectory ? SambaServer.Shared : kind.OpenLdap();

    public static OpenLdapServer OpenLdap(this DirectoryKind kind) => kind == DirectoryKind.OpenLdapWithLog ? OpenLdapServer.SharedWithLog : OpenLdapServer.Shared;
}

/// <summary>A repository that follows one unit of a directory server, worked on through the command line only.</summary>
internal sealed class DirectoryWorld : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("muster-directory-").FullName;

    private readonly DirectoryKind _kind;
    private readonly string _unit;

    public DirectoryWorld(DirectoryKind kind, string unit, string? filter = null)
    {
        (_kind, _unit) = (kind, unit);
        Directory.CreateDirectory(Path.Combine(_folder, "Conf"));
        File.WriteAllText(Path.Combine(_folder, "Conf", "Directory.xml"), Configuration(kind));
        var settings = kind != DirectoryKind.ActiveDirectory
            ? new JsonObject
            {
                ["Server"] = kind.OpenLdap().Address,
                ["DistinguishedName"] = unit,
                ["Login"] = OpenLdapServer.Login,
                ["Password"] = OpenLdapServer.Password,
                ["Filter"] = filter ?? "(objectClass=*)",
            }
            : new JsonObject
            {
                ["Servers"] = new JsonArray(new JsonObject { ["Server"] = SambaServer.Shared.Address, ["BaseDN"] = unit }),
                ["Filter"] = filter ?? "(objectClass=*)",
                ["AuthType"] = "Basic",
                ["Login"] = SambaServer.Login,
                ["Password"] = SambaServer.Password,
            };
        File.WriteAllText(
            Path.Combine(_folder, "appsettings.agent.json"),
            new JsonObject { ["SourcesRootPaths"] = new JsonArray("."), ["Connections"] = new JsonObject { ["dir"] = settings } }.ToJsonString());
    }

    private string[] Places =>
        ["--config", Path.Combine(_folder, "Conf"), "--work", Path.Combine(_folder, "Work"), "--temp", Path.Combine(_folder, "Temp"), "--log-level", "Warning"];

    public string PersonClass => _kind == DirectoryKind.ActiveDirectory ? "objectClass: contact\n" : "objectClass: inetOrgPerson\nsn: x\n";

    /// <summary>Makes an entry on the server and gives its name.</summary>
    public string Add(string rdn, string attributes)
    {
        _kind.Server().Modify($"dn: {rdn},{_unit}\nchangetype: add\n{attributes}");
        return $"{rdn},{_unit}";
    }

    public string AddPerson(string cn) => Add($"cn={cn}", PersonClass);

    public string AddGroup(string cn, params string[] members) => Add(
        $"cn={cn}",
        (_kind == DirectoryKind.ActiveDirectory ? $"objectClass: group\nsAMAccountName: {cn}-{_unit.Split(',')[0][3..]}\n" : "objectClass: groupOfNames\n")
        + string.Concat(members.Select(m => $"member: {m}\n")));

    public void Replace(string old, string with)
    {
        var path = Path.Combine(_folder, "Conf", "Directory.xml");
        File.WriteAllText(path, File.ReadAllText(path).Replace(old, with, StringComparison.Ordinal));
    }

    /// <summary>Runs a command in a process of its own that is killed at a point (docs/development/fault-points.md); gives its exit code.</summary>
    public async Task<int> RunKilledAsync(string fault, params string[] command)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = _folder };
        foreach (var argument in (string[])[typeof(MusterCommandLine).Assembly.Location, .. command, .. Places])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["MUSTER_FAULT"] = fault;
        using var process = Process.Start(start)!;
        var said = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        await Task.WhenAll(said.Item1, said.Item2);
        return process.ExitCode;
    }

    public async Task<CommandResult> RunAsync(params string[] command)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var input = new StringReader("");
        var terminal = new Terminal { Out = output, Error = TextWriter.Synchronized(error), In = input, Environment = new Dictionary<string, string>(), IsInputRedirected = true };
        var code = await MusterCommandLine.RunAsync([.. command, .. Places], terminal, CancellationToken.None);
        return new CommandResult(code, output.ToString(), error.ToString());
    }

    public async Task<Instance> JobAsync(string job)
    {
        var result = await RunAsync("job", "run", job, "--json");
        Assert.True(result.Code == ExitCode.Done, $"exit code {result.Code}\n{result.Error}\n{result.Out}");
        return new Instance(result);
    }

    public async Task<string> DumpAsync()
    {
        var result = await RunAsync("repository", "dump");
        Assert.True(result.Code == ExitCode.Done, result.Error);
        return result.Out;
    }

    public void Dispose()
    {
        if (Environment.GetEnvironmentVariable("MUSTER_KEEP_SCENARIOS") is null)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static string Configuration(DirectoryKind kind)
    {
        var (package, table, key, type) = kind != DirectoryKind.ActiveDirectory
            ? ("Usercube.OpenLDAP@0000001", "dir_entry", "entryUUID", "Changes")
            : ("Usercube.AD@0000001", "dir_entries", "objectGUID", "ActiveDirectory");
        var photo = kind != DirectoryKind.ActiveDirectory ? "jpegPhoto" : "thumbnailPhoto";
        return $"""
            <?xml version="1.0" encoding="utf-8"?>
            <ConfigurationFile xmlns="urn:schemas-usercube-com:configuration">
              <Language Code="en-GB" IndicatorNumber="1" />
              <Agent Identifier="Local" DisplayName_L1="Local" />
              <Profile Identifier="Watch" DisplayName_L1="Watch" />
              <OpenIdClient Identifier="Job" DisplayName_L1="Jobs" HashedSecret="rVqb3K2rD0mQf0yqBqk0Jm8l1wq1kq9dDq2b2m0yq5E=" Profile="Watch" />
              <Connector Identifier="Dir" DisplayName_L1="Directory" Agent="Local"
                  MaximumInsertedLines="0" MaximumUpdatedLines="0" MaximumDeletedLines="0" MaximumLinkInsertedLines="0" MaximumLinkDeletedLines="0"
                  MaxPercentageInsertedLines="0" MaxPercentageUpdatedLines="0" MaxPercentageDeletedLines="0" MaxLinkPercentageInsertedLines="0" MaxLinkPercentageDeletedLines="0" />
              <Connection Identifier="dir" Connector="Dir" DisplayName_L1="Directory" Package="{package}" />
              <EntityType Identifier="Dir_Entry" DisplayName_L1="Entry">
                <Property Identifier="uuid" DisplayName_L1="Id" Type="Guid" IsKey="true" />
                <Property Identifier="dn" DisplayName_L1="Name" Type="String" />
                <Property Identifier="sn" DisplayName_L1="sn" Type="String" />
                <Property Identifier="description" DisplayName_L1="Description" Type="String" />
                <Property Identifier="title" DisplayName_L1="Title" Type="String" />
                <Property Identifier="phones" DisplayName_L1="Phones" Type="String" />
                <Property Identifier="photo" DisplayName_L1="Photo" Type="Bytes" />
                <Property Identifier="classes" DisplayName_L1="Classes" Type="String" />
                <Property Identifier="rdn" DisplayName_L1="Relative name" Type="String" />
                <Property Identifier="managerName" DisplayName_L1="Manager's name" Type="String" />
                <Property Identifier="manager" DisplayName_L1="Manager" Type="ForeignKey" />
                <Property Identifier="reports" DisplayName_L1="Reports" Type="ForeignKey" />
                <Property Identifier="seeAlso" DisplayName_L1="See also" Type="ForeignKey" />
                <Property Identifier="seenFrom" DisplayName_L1="Seen from" Type="ForeignKey" />
            {EntryLinks.Properties}
              </EntityType>
              <EntityTypeMapping Identifier="Dir_Entry" Connector="Dir" ConnectionTable="{table}">
                <Property Identifier="uuid" ConnectionColumn="{key}" Format="guid" IsPrimaryKey="true" />
                <Property Identifier="dn" ConnectionColumn="dn" IsUniqueKey="true" />
                <Property Identifier="sn" ConnectionColumn="sn" />
                <Property Identifier="description" ConnectionColumn="description" />
                <Property Identifier="title" ConnectionColumn="title" />
                <Property Identifier="phones" ConnectionColumn="telephoneNumber" Format="multivaluedtext" />
                <Property Identifier="photo" ConnectionColumn="{photo}" Format="bytes" />
                <Property Identifier="classes" ConnectionColumn="objectClass" Format="multivaluedtext" />
                <Property Identifier="rdn" ConnectionColumn="rdn" />
                <Property Identifier="managerName" ConnectionColumn="manager" />
              </EntityTypeMapping>
            {EntryLinks.Associations(table)}
              <EntityAssociation Identifier="Dir_manager" IsProperty1Collection="true" Property1="Dir_Entry:reports" Property2="Dir_Entry:manager" />
              <EntityAssociation Identifier="Dir_seeAlso" IsProperty1Collection="true" IsProperty2Collection="true" Property1="Dir_Entry:seeAlso" Property2="Dir_Entry:seenFrom" />
              <EntityAssociationMapping Identifier="Dir_manager" Connector="Dir" ConnectionTable="{table}"
                  Column1="manager" EntityPropertyMapping1="Dir_Entry:dn" Column2="dn" EntityPropertyMapping2="Dir_Entry:dn" />
              <EntityAssociationMapping Identifier="Dir_seeAlso" Connector="Dir" ConnectionTable="dir_seeAlso"
                  Column1="dn" EntityPropertyMapping1="Dir_Entry:dn" Column2="seeAlso" EntityPropertyMapping2="Dir_Entry:dn" />
            {Job("Complete", "", " IgnoreCookieFile=\"true\"", "Complete", "", "")}
            {Job("Incremental", " IsIncremental=\"true\"", "", "Incremental", $" Type=\"{type}\"", "")}
            </ConfigurationFile>
            """;
    }

    private static string Job(string name, string kind, string cookie, string mode, string type, string keep) => string.Create(CultureInfo.InvariantCulture, $"""
          <Job Identifier="{name}" DisplayName_L1="{name}" Agent="Local"{kind}>
            <ExportTask Identifier="{name}_Export" DisplayName_L1="Export" Level="0" Agent="Local" OpenIdClient="Job" Connector="Dir" Connection="dir"{cookie} />
            <PrepareSynchronizationTask Identifier="{name}_Prepare" DisplayName_L1="Prepare" Level="1" Agent="Local" OpenIdClient="Job" Connector="Dir" SynchronizationMode="{mode}"{type}>
              <TaskDependsOnTask ParentTask="{name}_Export" />
            </PrepareSynchronizationTask>
            <SynchronizeTask Identifier="{name}_Synchronize" DisplayName_L1="Synchronize" Level="2" Connector="Dir"{keep}{type}{(name == "Complete" ? " ForceSynchronization=\"true\"" : "")}>
              <TaskDependsOnTask ParentTask="{name}_Prepare" />
            </SynchronizeTask>
          </Job>
        """);
}
