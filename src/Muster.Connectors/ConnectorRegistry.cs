using System.Collections.Frozen;
using Muster.Configuration.Model;
using Muster.Configuration.Packages;
using Muster.Configuration.Work;
using Muster.Connectors.ActiveDirectory;
using Muster.Connectors.Contract;
using Muster.Connectors.Csv;
using Muster.Connectors.Ldap;
using Muster.Connectors.Ldif;

namespace Muster.Connectors;

/// <summary>The sides of a package; one that it does not have is null.</summary>
public sealed record ConnectorSides(IExport? Export, IFulfill? Fulfill, IConnectionExamination? Examination = null);

/// <summary>
/// The closed table of connectors by Muster package name (<see cref="PackageCatalogue"/>). Nothing is loaded by a name that comes from
/// input: what is not in the table cannot run.
/// </summary>
public sealed class ConnectorRegistry
{
    private readonly FrozenDictionary<string, ConnectorSides> _byPackage;

    public ConnectorRegistry(IReadOnlyDictionary<string, ConnectorSides> byPackage)
    {
        _byPackage = byPackage.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The connectors that come with Muster. Adding one is one line here and its folder.</summary>
    public static ConnectorRegistry Default { get; } = new(new Dictionary<string, ConnectorSides>
    {
        ["Muster.Csv"] = new(new CsvExport(), null),
        ["Muster.Ldif"] = new(new LdifExport(), new LdifFulfill()),
        ["Muster.ActiveDirectory"] = new(new ActiveDirectoryExport(), LdapFulfill.ActiveDirectory, LdapExamination.ActiveDirectory),
        ["Muster.Ldap"] = new(new LdapExport(), LdapFulfill.Generic, LdapExamination.Generic),
        ["Muster.OpenLdap"] = new(new OpenLdapExport(), LdapFulfill.OpenLdap, LdapExamination.OpenLdap),
    });

    /// <summary>The export of a connection; throws <see cref="TaskFailedException"/> if its package has none, or none yet.</summary>
    public IExport ExportOf(Connection connection) =>
        Find(connection).Export
        ?? throw new TaskFailedException($"The package '{connection.Package}' of connection '{connection.Identifier}' has no export. Remove its ExportTask.");

    /// <summary>The fulfilment of a connection; throws <see cref="TaskFailedException"/> if its package has none, or none yet.</summary>
    public IFulfill FulfillOf(Connection connection) =>
        Find(connection).Fulfill
        ?? throw new TaskFailedException($"The package '{connection.Package}' of connection '{connection.Identifier}' has no fulfilment. Remove its FulfillTask.");

    /// <summary>Whether connections of the package can be examined.</summary>
    public bool HasExamination(Connection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return PackageCatalogue.Find(connection.Package) is { } package && _byPackage.GetValueOrDefault(package.Name)?.Examination is not null;
    }

    /// <summary>What examines a connection; throws <see cref="TaskFailedException"/> if its package has nothing to be examined, or not yet.</summary>
    public IConnectionExamination ExaminationOf(Connection connection) =>
        Find(connection).Examination
        ?? throw new TaskFailedException($"not supported yet: examining connections of the package '{connection.Package}'.");

    private ConnectorSides Find(Connection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var package = PackageCatalogue.Find(connection.Package);
        return package is not null && _byPackage.TryGetValue(package.Name, out var connectors)
            ? connectors
            : throw new TaskFailedException(
                $"not supported yet: the package '{connection.Package}' of connection '{connection.Identifier}'. Supported are {string.Join(", ", _byPackage.Keys.Order(StringComparer.Ordinal))}.");
    }
}
