using Muster.Configuration.Work;
using Muster.Connectors.Ldap.Protocol;
using Muster.Connectors.Settings;

namespace Muster.Connectors.Ldap;

/// <summary>One table of an LDAP connection: what is searched for its rows (synchronization.md 7.2).</summary>
internal sealed record LdapTable(string Name, string BaseDn, SearchFilter Filter, LdapScope Scope);

/// <summary>The settings of a generic LDAP connection, checked (synchronization.md 7.2).</summary>
internal sealed class LdapSettings
{
    public static readonly string[] Names =
    [
        "Servers", "Tables", "SizeLimit", "TimeLimit", "TimeOut", "AuthType", "Login", "Password", "EnableSSL", "StartTLS", "TrustedCertificates",
        "RetryDelay", "ConnectionTimeout", "AsAdLds", "IsLdapPasswordReset", "NoSigning", "Controls", "Connections",
    ];

    public LdapSettings(ConnectionSettings settings)
    {
        var servers = settings.GetObjects("Servers");
        if (servers.Count == 0)
        {
            throw new TaskFailedException(
                $"The connection '{settings.Connection}' lacks {settings.Describe("Servers")}: a list of objects, each with 'Server'. Add it to the settings file.");
        }

        Servers = [.. servers.Select(s => new LdapServerSettings(s, settings, LdapSettingNames.Generic))];
        Tables = [.. settings.GetObjects("Tables").Select(TableOf)];
        SizeLimit = settings.GetNumber("SizeLimit", 0, 0, int.MaxValue);
        TimeLimit = settings.GetNumber("TimeLimit", 0, 0, int.MaxValue);
        ParallelConnections = settings.GetNumber("Connections", 4, 1, 64);
        var controls = servers.SelectMany(s => s.GetTexts("Controls")).Concat(settings.GetTexts("Controls"))
            .SelectMany(c => c.Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries)).ToList();
        IsPaged = Has(controls, "PagedResult") ? true : null;
        IsDomainScope = Has(controls, "DomainScope");
        if (controls.Find(c => !Has([c], "PagedResult") && !Has([c], "DomainScope")) is { } unknown)
        {
            throw new TaskFailedException($"The control '{unknown}' in the settings of connection '{settings.Connection}' is none of PagedResult, DomainScope.");
        }

        if (Tables.GroupBy(t => t.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new TaskFailedException($"The table '{twice.Key}' stands twice in {settings.Describe("Tables")}.");
        }
    }

    public IReadOnlyList<LdapServerSettings> Servers { get; }

    public IReadOnlyList<LdapTable> Tables { get; }

    /// <summary>Entries of one search without pages; 0 is no limit.</summary>
    public int SizeLimit { get; }

    /// <summary>Seconds of one search; 0 is no limit.</summary>
    public int TimeLimit { get; }

    /// <summary>Read page by page; null: if the server supports it.</summary>
    public bool? IsPaged { get; }

    /// <summary>Referrals to other domains are not wanted.</summary>
    public bool IsDomainScope { get; }

    /// <summary>Connections that execute orders side by side.</summary>
    public int ParallelConnections { get; }

    internal static LdapScope ScopeOf(ConnectionSettings settings) => settings.GetText("Scope")?.ToUpperInvariant() switch
    {
        null or "SUBTREE" or "SUB" or "2" => LdapScope.Subtree,
        "ONELEVEL" or "ONE" or "1" => LdapScope.OneLevel,
        "BASE" or "0" => LdapScope.Base,
        _ => throw new TaskFailedException($"The value of {settings.Describe("Scope")} is none of Base, OneLevel, Subtree."),
    };

    internal static SearchFilter FilterOf(ConnectionSettings settings)
    {
        try
        {
            return settings.GetText("Filter") is { } text ? SearchFilter.Parse(text) : SearchFilter.All;
        }
        catch (FormatException failure)
        {
            throw new TaskFailedException($"The value of {settings.Describe("Filter")} is wrong. {failure.Message}", failure);
        }
    }

    private static LdapTable TableOf(ConnectionSettings table) =>
        new(table.GetRequiredText("Table"), table.GetText("BaseDN") ?? "", FilterOf(table), ScopeOf(table));

    private static bool Has(List<string> controls, string name) => controls.Contains(name, StringComparer.OrdinalIgnoreCase);
}
