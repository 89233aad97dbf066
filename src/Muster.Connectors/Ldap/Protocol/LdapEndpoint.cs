using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace Muster.Connectors.Ldap.Protocol;

/// <summary>How a connection is kept from being read and forged on its way.</summary>
internal enum LdapSecurity
{
    None,

    /// <summary>TLS from the first octet (<c>ldaps://</c>).</summary>
    Tls,

    /// <summary>TLS after a request for it, on the ordinary port.</summary>
    StartTls,
}

/// <summary>Where a directory server is, and how it is spoken to.</summary>
internal sealed record LdapEndpoint(string Host, int Port, LdapSecurity Security)
{
    public const int PlainPort = 389;
    public const int TlsPort = 636;

    /// <summary>Certificates of authorities that are trusted in place of the machine's; null: the machine's.</summary>
    public X509Certificate2Collection? Trusted { get; init; }

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the next message of an answer may be awaited.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Octets of one message at most: an entry with a picture of ten megabytes, a group of half a million members.</summary>
    public int MaximumMessage { get; init; } = 128 * 1024 * 1024;

    /// <summary>
    /// Reads <c>host</c>, <c>host:port</c>, <c>[::1]:port</c>, <c>ldap://…</c> or <c>ldaps://…</c>. Throws <see cref="FormatException"/>.
    /// </summary>
    public static LdapEndpoint Parse(string server, bool tls, bool startTls)
    {
        ArgumentNullException.ThrowIfNull(server);
        var text = server.Trim();
        var security = startTls ? LdapSecurity.StartTls : tls ? LdapSecurity.Tls : LdapSecurity.None;
        if (text.StartsWith("ldaps://", StringComparison.OrdinalIgnoreCase))
        {
            (text, security) = (text[8..], LdapSecurity.Tls);
        }
        else if (text.StartsWith("ldap://", StringComparison.OrdinalIgnoreCase))
        {
            text = text[7..];
        }

        text = text.TrimEnd('/');
        var port = security == LdapSecurity.Tls ? TlsPort : PlainPort;
        var colon = text.LastIndexOf(':');
        var isAddress = text.StartsWith('[') ? text.EndsWith(']') : text.IndexOf(':', StringComparison.Ordinal) != colon;
        if (colon >= 0 && !isAddress)
        {
            port = int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 65536
                ? number
                : throw new FormatException($"'{server}' has no port number behind its colon.");
            text = text[..colon];
        }

        text = text.Trim('[', ']');
        return text.Length == 0 || text.AsSpan().ContainsAny(" /?#@")
            ? throw new FormatException($"'{server}' is not the name of a server, such as 'dc1.contoso.com' or 'dc1.contoso.com:636'.")
            : new LdapEndpoint(text, port, security);
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}");
}
