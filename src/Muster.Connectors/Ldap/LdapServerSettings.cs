using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Muster.Configuration.Work;
using Muster.Connectors.Ldap.Protocol;
using Muster.Connectors.Settings;

namespace Muster.Connectors.Ldap;

/// <summary>
/// One directory server of the settings, checked: where it is, how it is secured, who signs in. Shared by the packages of the LDAP family
/// (synchronization.md 7.1 to 7.3); <c>StartTLS</c> and <c>TrustedCertificates</c> are our additions.
/// </summary>
internal sealed class LdapServerSettings
{
    /// <summary>Attempts for what may work a little later (synchronization.md 7.0).</summary>
    private const int MaximumRetries = 5;

    private readonly ConnectionSettings _settings;
    private readonly ProtectedText? _password;

    /// <param name="settings">Where <c>Server</c>, <c>Login</c> and so on stand.</param>
    /// <param name="general">Where the settings of all servers of the connection stand.</param>
    public LdapServerSettings(ConnectionSettings settings, ConnectionSettings general, LdapSettingNames names)
    {
        _settings = settings;
        _password = settings.GetProtected("Password") ?? general.GetProtected("Password");
        Login = settings.GetText("Login") ?? general.GetText("Login") ?? "";
        BaseDn = settings.GetText("BaseDN");
        RetryDelay = TimeSpan.FromMilliseconds(general.GetNumber("RetryDelay", 1000, 0, 600_000));
        try
        {
            Endpoint = LdapEndpoint.Parse(
                settings.GetRequiredText("Server"), Flag(names.Tls, settings, general), Flag("StartTLS", settings, general)) with
            {
                Trusted = TrustedBy(settings) ?? TrustedBy(general),
                ConnectTimeout = TimeSpan.FromSeconds(general.GetNumber("ConnectionTimeout", 30, 1, 3600)),
                RequestTimeout = TimeSpan.FromSeconds(general.GetNumber(names.Timeout, 120, 1, 86_400)),
            };
        }
        catch (FormatException failure)
        {
            throw new TaskFailedException($"The value of {settings.Describe("Server")} is wrong: {failure.Message}", failure);
        }

        CheckAuthentication(settings.GetText("AuthType") ?? general.GetText("AuthType"));
    }

    public LdapEndpoint Endpoint { get; }

    /// <summary>Who signs in; empty for nobody.</summary>
    public string Login { get; }

    /// <summary>The part of the tree that this server is asked for; null where the tables say it.</summary>
    public string? BaseDn { get; }

    /// <summary>Before the second attempt; doubled before each further one.</summary>
    public TimeSpan RetryDelay { get; }

    /// <summary>Where it stands in the settings, for messages.</summary>
    public string Description => _settings.Describe("Server");

    /// <summary>A password goes over the network where others may read it.</summary>
    public bool IsPasswordExposed => Login.Length > 0 && Endpoint.Security == LdapSecurity.None && !IsLocal;

    /// <summary>What goes there does not leave the machine.</summary>
    public bool IsLocal => Endpoint.Host is "localhost" or "::1" || Endpoint.Host.StartsWith("127.", StringComparison.Ordinal);

    /// <summary>Connects and signs in. What may work a little later is tried again, at most five times.</summary>
    public async Task<LdapSession> OpenAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var delay = RetryDelay;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await OpenOnceAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (LdapFault fault) when (fault.IsTransient && attempt < MaximumRetries)
            {
                await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
                delay *= 2;
            }
        }
    }

    /// <summary>Connects and signs in, once.</summary>
    public async Task<LdapSession> OpenOnceAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await LdapSession.OpenAsync(Endpoint, Login, Login.Length == 0 ? "" : _password?.Reveal() ?? "", cancellationToken).ConfigureAwait(false);
        }
        catch (LdapFault fault) when (fault.Code == LdapCode.InvalidCredentials)
        {
            throw new LdapFault($"The server '{Endpoint}' refuses '{Login}' or its password: {fault.Message}.", false, fault);
        }
        catch (LdapFault fault) when (fault.Code is not null)
        {
            throw new LdapFault($"The server '{Endpoint}' refuses the sign-in of '{Login}': {fault.Message}.", fault.IsTransient, fault);
        }
    }

    private static bool Flag(string name, ConnectionSettings settings, ConnectionSettings general) =>
        settings.Has(name) ? settings.GetFlag(name) : general.GetFlag(name);

    private static X509Certificate2Collection? TrustedBy(ConnectionSettings settings)
    {
        if (settings.GetFile("TrustedCertificates") is not { } file)
        {
            return null;
        }

        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPemFile(file);
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new TaskFailedException($"The certificates of {settings.Describe("TrustedCertificates")} cannot be read from '{file}': {failure.Message}", failure);
        }

        return certificates.Count > 0
            ? certificates
            : throw new TaskFailedException($"The file '{file}' of {settings.Describe("TrustedCertificates")} holds no certificate in PEM form.");
    }

    private void CheckAuthentication(string? kind)
    {
        switch (kind?.ToUpperInvariant())
        {
            case null or "" or "BASIC" or "ANONYMOUS":
                break;
            case "NEGOTIATE" or "KERBEROS":
                throw new TaskFailedException(
                    $"not supported yet: {_settings.Describe("AuthType")} is '{kind}'. Set it to 'Basic', with 'Login', 'Password' and a connection that is secured by TLS.");
            default:
                throw new TaskFailedException($"The value of {_settings.Describe("AuthType")} is none of Anonymous, Basic, Negotiate.");
        }

        var isAnonymous = string.Equals(kind, "Anonymous", StringComparison.OrdinalIgnoreCase);
        if (!isAnonymous && Login.Length == 0 && !string.IsNullOrEmpty(kind))
        {
            throw new TaskFailedException($"The server of {Description} has the AuthType 'Basic' and no 'Login'.");
        }

        if (Login.Length > 0 && _password is null)
        {
            throw new TaskFailedException($"The server of {Description} has a 'Login' and no 'Password'. Add it, as 'muster secret protect' prints it.");
        }
    }
}

/// <summary>How a package spells the settings that the packages of the family have in common.</summary>
internal sealed record LdapSettingNames(string Tls, string Timeout)
{
    public static LdapSettingNames Generic { get; } = new("EnableSSL", "TimeOut");

    public static LdapSettingNames OpenLdap { get; } = new("SSL", "TimeFormat");

    public static LdapSettingNames ActiveDirectory { get; } = new("EnableSSL", "RequestTimeout");
}
