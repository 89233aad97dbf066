using Muster.Connectors.Ldap.Protocol;
using Muster.Connectors.Settings;

namespace Muster.Connectors.Ldap;

/// <summary>The settings of an OpenLDAP connection, checked (synchronization.md 7.3).</summary>
internal sealed class OpenLdapSettings
{
    public static readonly string[] Names =
    [
        "Server", "DistinguishedName", "Login", "Password", "SSL", "Filter", "Scope", "TimeFormat", "WaitingTimeInSeconds",
        "AuthType", "StartTLS", "TrustedCertificates", "RetryDelay", "ConnectionTimeout", "Connections",
    ];

    /// <summary>The filter that leaves nothing out.</summary>
    public const string Everything = "(objectClass=*)";

    public OpenLdapSettings(ConnectionSettings settings)
    {
        Server = new LdapServerSettings(settings, settings, LdapSettingNames.OpenLdap);
        BaseDn = settings.GetRequiredText("DistinguishedName");
        FilterText = settings.GetText("Filter") ?? Everything;
        Filter = LdapSettings.FilterOf(settings);
        Scope = LdapSettings.ScopeOf(settings);
        ParallelConnections = settings.GetNumber("Connections", 4, 1, 64);
    }

    public LdapServerSettings Server { get; }

    public string BaseDn { get; }

    public string FilterText { get; }

    public SearchFilter Filter { get; }

    public LdapScope Scope { get; }

    /// <summary>Connections that execute orders side by side.</summary>
    public int ParallelConnections { get; }
}
