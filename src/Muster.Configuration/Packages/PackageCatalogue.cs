using System.Collections.Frozen;
using Muster.Configuration.Jobs;

namespace Muster.Configuration.Packages;

/// <summary>What a package can do; the connector behind it is registered in <c>Muster.Connectors</c> under <see cref="Name"/>.</summary>
/// <param name="Name">Our name: <c>Muster.Csv</c>.</param>
/// <param name="IncrementalType">
/// The preparation type of an incremental chain (synchronization.md 7.0, scaffoldings.md): None for full extracts.
/// </param>
/// <param name="IsInternal">Fulfilled into the repository itself.</param>
/// <param name="IsImplemented">False: known by name, deployable, and refused with "not supported yet" when it is run.</param>
public sealed record Package(
    string Name, bool CanExport, bool CanFulfill, PreparationType IncrementalType, bool IsInternal, bool IsImplemented);

/// <summary>The closed table of packages: the format's names (<c>Usercube.CSV.Complete@0000001</c>) to ours (synchronization.md 3.3).</summary>
public static class PackageCatalogue
{
    private static readonly Package Csv = new("Muster.Csv", true, false, PreparationType.None, false, true);
    private static readonly Package Ldif = new("Muster.Ldif", true, true, PreparationType.None, false, true);
    private static readonly Package Ldap = new("Muster.Ldap", true, true, PreparationType.None, false, true);
    private static readonly Package OpenLdap = new("Muster.OpenLdap", true, true, PreparationType.Changes, false, true);
    private static readonly Package ActiveDirectory = new("Muster.ActiveDirectory", true, true, PreparationType.ActiveDirectory, false, true);
    private static readonly Package Internal = new("Muster.Internal", false, true, PreparationType.None, true, true);

    private static readonly FrozenDictionary<string, Package> ByName = new Dictionary<string, Package>
    {
        ["Muster.Csv"] = Csv,
        ["Usercube.CSV"] = Csv,
        ["Usercube.CSV.Complete"] = Csv,
        ["Usercube.CSV.Incremental"] = Csv,
        ["Muster.Ldif"] = Ldif,
        ["Usercube.LDIF"] = Ldif,
        ["Muster.Internal"] = Internal,
        ["Usercube.InternalResources"] = Internal,
        ["Usercube.Database"] = Internal,
        ["Muster.ActiveDirectory"] = ActiveDirectory,
        ["Usercube.AD"] = ActiveDirectory,
        ["Muster.Ldap"] = Ldap,
        ["Usercube.LDAP"] = Ldap,
        ["Usercube.LDAP.Apache"] = Ldap,
        ["Usercube.LDAP.Oracle"] = Ldap,
        ["Usercube.LDAP.RedHat"] = Ldap,
        ["Muster.OpenLdap"] = OpenLdap,
        ["Usercube.OpenLDAP"] = OpenLdap,
        ["Usercube.AzureAD"] = Later("Muster.EntraId", true, true, PreparationType.Changes),
        ["Usercube.MicrosoftEntraID"] = Later("Muster.EntraId", true, true, PreparationType.Changes),
        ["Usercube.Excel"] = Later("Muster.Excel", true, false, PreparationType.None),
        ["Usercube.SQL"] = Later("Muster.Sql", true, false, PreparationType.None),
        ["Usercube.ODBC"] = Later("Muster.Sql", true, false, PreparationType.None),
        ["Usercube.Oracle"] = Later("Muster.Sql", true, false, PreparationType.None),
        ["Usercube.MySQL"] = Later("Muster.Sql", true, false, PreparationType.None),
        ["Usercube.PostgreSQL"] = Later("Muster.Sql", true, false, PreparationType.None),
        ["Usercube.SAPASE"] = Later("Muster.Sql", true, false, PreparationType.None),
        ["Usercube.SCIM"] = Later("Muster.Scim", true, true, PreparationType.Changes),
        ["Usercube.ServiceNow"] = Later("Muster.ServiceNow", true, true, PreparationType.Changes),
        ["Usercube.Workday"] = Later("Muster.Workday", true, false, PreparationType.Changes),
        ["Usercube.SharePoint"] = Later("Muster.SharePoint", true, true, PreparationType.Changes),
        ["Usercube.EasyVista"] = Later("Muster.EasyVista", true, true, PreparationType.Changes),
        ["Usercube.MicrosoftExchange"] = Later("Muster.Exchange", true, true, PreparationType.Changes),
        ["Usercube.OData"] = Later("Muster.OData", true, false, PreparationType.None),
        ["Usercube.Okta"] = Later("Muster.Okta", true, true, PreparationType.None),
        ["Usercube.GoogleWorkspace"] = Later("Muster.GoogleWorkspace", true, true, PreparationType.None),
        ["Usercube.SAP"] = Later("Muster.Sap", true, true, PreparationType.None),
        ["Usercube.PowerShellSync"] = Later("Muster.PowerShell", true, false, PreparationType.None),
        ["Usercube.PowerShellProv"] = Later("Muster.PowerShell", false, true, PreparationType.None),
        ["Usercube.RobotFramework"] = Later("Muster.RobotFramework", false, true, PreparationType.None),
        ["Usercube.InternalWorkflow"] = Later("Muster.InternalWorkflow", false, true, PreparationType.None),
        ["Usercube.ManualTicket"] = Later("Muster.ManualTicket", false, true, PreparationType.None),
        ["Usercube.ManualTicketAndCUDResources"] = Later("Muster.ManualTicket", false, true, PreparationType.None),
        ["Usercube.Unplugged"] = Later("Muster.ManualTicket", false, true, PreparationType.None),
        ["Usercube.JSON"] = Later("Muster.Json", false, true, PreparationType.None),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The names under which packages may be written, for suggestions.</summary>
    public static IEnumerable<string> KnownNames => ByName.Keys;

    /// <summary>The package of a written identifier (<c>name</c> or <c>name@0000001</c>), or null if the name is not known.</summary>
    public static Package? Find(string identifier)
    {
        var at = identifier.IndexOf('@', StringComparison.Ordinal);
        return ByName.GetValueOrDefault(at < 0 ? identifier : identifier[..at]);
    }

    private static Package Later(string name, bool canExport, bool canFulfill, PreparationType type) =>
        new(name, canExport, canFulfill, type, false, false);
}
