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

    /// <summary>A sign-in by Negotiate encrypts what follows.</summary>
    private readonly bool _isSealed;

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

        Authentication = AuthenticationOf(settings.GetText("AuthType") ?? general.GetText("AuthType"), names);
        _isSealed = Endpoint.Security == LdapSecurity.None && !Flag("NoSigning", settings, general);
        CheckAuthentication();
    }

    public LdapEndpoint Endpoint { get; }

    public LdapAuthentication Authentication { get; }

    /// <summary>As the settings say it; empty for nobody, or for the account of this process.</summary>
    public string Login { get; }

    /// <summary>Who signs in, for messages.</summary>
    public string Account => Login.Length > 0 ? Login : Authentication == LdapAuthentication.Negotiate ? "the account of this process" : "nobody";

    /// <summary>The part of the tree that this server is asked for; null where the tables say it.</summary>
    public string? BaseDn { get; }

    /// <summary>Before the second attempt; doubled before each further one.</summary>
    public TimeSpan RetryDelay { get; }

    /// <summary>Where it stands in the settings, for messages.</summary>
    public string Description => _settings.Describe("Server");

    /// <summary>A password goes over the network where others may read it.</summary>
    public bool IsPasswordExposed => Authentication == LdapAuthentication.Basic && Endpoint.Security == LdapSecurity.None && !IsLocal;

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
            return await LdapSession.OpenAsync(Endpoint, SignIn(cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (LdapFault fault) when (fault.Code == LdapCode.InvalidCredentials)
        {
            throw new LdapFault($"The server '{Endpoint}' refuses '{Account}' or its password: {fault.Message}. Correct 'Login' or 'Password' beside {Description}.", false, fault);
        }
        catch (LdapFault fault) when (fault.Code is not null)
        {
            throw new LdapFault($"The server '{Endpoint}' refuses the sign-in of '{Account}': {fault.Message}.", fault.IsTransient, fault);
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

    /// <summary>Without the setting it is Negotiate, unless the login is a name that only a directory knows, or there is nobody to sign in.</summary>
    private LdapAuthentication AuthenticationOf(string? kind, LdapSettingNames names) => kind?.ToUpperInvariant() switch
    {
        "ANONYMOUS" => LdapAuthentication.Anonymous,
        "BASIC" => LdapAuthentication.Basic,
        "NEGOTIATE" or "KERBEROS" => LdapAuthentication.Negotiate,
        null or "" when Login.Length == 0 => names.IsDomain ? LdapAuthentication.Negotiate : LdapAuthentication.Anonymous,
        null or "" => names == LdapSettingNames.OpenLdap || Login.Contains('=', StringComparison.Ordinal) ? LdapAuthentication.Basic : LdapAuthentication.Negotiate,
        _ => throw new TaskFailedException($"The value of {_settings.Describe("AuthType")} is none of Anonymous, Basic, Negotiate."),
    };

    private void CheckAuthentication()
    {
        if (Authentication == LdapAuthentication.Basic && Login.Length == 0)
        {
            throw new TaskFailedException($"The server of {Description} has the AuthType 'Basic' and no 'Login'.");
        }

        if (Authentication != LdapAuthentication.Anonymous && Login.Length > 0 && _password is null)
        {
            throw new TaskFailedException($"The server of {Description} has a 'Login' and no 'Password'. Add it, as 'muster secret protect' prints it.");
        }
    }

    private Func<LdapConnection, Task>? SignIn(CancellationToken cancellationToken) => Authentication switch
    {
        LdapAuthentication.Basic => connection => connection.BindAsync(Login, _password!.Reveal(), cancellationToken),
        LdapAuthentication.Negotiate => connection => connection.NegotiateAsync(
            new NegotiateSignIn(Login, Login.Length == 0 ? "" : _password!.Reveal(), Endpoint.Host, _isSealed), cancellationToken),
        _ => null,
    };
}

/// <summary>How an account signs in.</summary>
internal enum LdapAuthentication
{
    Anonymous,

    /// <summary>Name and password, as they are.</summary>
    Basic,

    /// <summary>Kerberos.</summary>
    Negotiate,
}

/// <summary>How a package spells the settings that the packages of the family have in common.</summary>
internal sealed record LdapSettingNames(string Tls, string Timeout, bool IsDomain = false)
{
    public static LdapSettingNames Generic { get; } = new("EnableSSL", "TimeOut");

    public static LdapSettingNames OpenLdap { get; } = new("SSL", "TimeFormat");

    public static LdapSettingNames ActiveDirectory { get; } = new("EnableSSL", "RequestTimeout", IsDomain: true);
}
