using Muster.Configuration.Work;
using Muster.Connectors.Ldap;
using Muster.Connectors.Ldap.Protocol;
using Muster.Connectors.Settings;

namespace Muster.Connectors.ActiveDirectory;

/// <summary>The settings of an Active Directory connection, checked (synchronization.md 7.1).</summary>
internal sealed class ActiveDirectorySettings
{
    public static readonly string[] Names =
    [
        "Servers", "Filter", "AuthType", "Login", "Password", "EnableSSL", "NoSigning", "AsAdLds", "RetryDelay", "RequestTimeout",
        "ConnectionTimeout", "StartTLS", "TrustedCertificates", "Connections",
    ];

    /// <summary>The filter that leaves nothing out.</summary>
    public const string Everything = "(objectClass=*)";

    public ActiveDirectorySettings(ConnectionSettings settings)
    {
        var servers = settings.GetObjects("Servers");
        if (servers.Count == 0)
        {
            throw new TaskFailedException(
                $"The connection '{settings.Connection}' lacks {settings.Describe("Servers")}: a list of objects with 'Server' and 'BaseDN'. Add it to the settings file.");
        }

        Servers = [.. servers.Select(s => new LdapServerSettings(s, settings, LdapSettingNames.ActiveDirectory))];
        for (var index = 0; index < servers.Count; index++)
        {
            servers[index].GetRequiredText("BaseDN");
        }

        FilterText = settings.GetText("Filter") ?? Everything;
        Filter = LdapSettings.FilterOf(settings);
        ParallelConnections = settings.GetNumber("Connections", 4, 1, 64);
    }

    /// <summary>Each with its base; all are exported, one after the other.</summary>
    public IReadOnlyList<LdapServerSettings> Servers { get; }

    public string FilterText { get; }

    public SearchFilter Filter { get; }

    /// <summary>Connections that execute orders side by side.</summary>
    public int ParallelConnections { get; }
}
