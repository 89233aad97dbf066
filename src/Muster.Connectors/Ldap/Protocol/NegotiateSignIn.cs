using System.Buffers;
using System.ComponentModel;
using System.Net;
using System.Net.Security;
using System.Security.Authentication.ExtendedProtection;

namespace Muster.Connectors.Ldap.Protocol;

/// <summary>
/// The sign-in by Kerberos, as domain controllers want it. On plain connections it is SASL <c>GSS-SPNEGO</c>, and all that follows is encrypted and signed
/// with its key. Over TLS it is SASL <c>GSSAPI</c> (RFC 4752), bound to the connection: servers refuse to encrypt twice, and only there can that be said.
/// </summary>
/// <param name="Login"><c>name@REALM</c> or <c>DOMAIN\name</c>; empty: who the process has a ticket or a key file for.</param>
/// <param name="IsSealed">Encrypt what follows; false over TLS, and if the settings say so.</param>
internal sealed record NegotiateSignIn(string Login, string Password, string Host, bool IsSealed)
{
    /// <summary>No layer of protection of the sign-in's own (RFC 4752, 3.3).</summary>
    private const byte NoLayer = 1;

    public string Mechanism => IsSealed ? "GSS-SPNEGO" : "GSSAPI";

    public NegotiateAuthentication Begin(ChannelBinding? binding)
    {
        var options = new NegotiateAuthenticationClientOptions
        {
            Package = IsSealed ? "Negotiate" : "Kerberos",
            TargetName = $"ldap/{Host}",
            RequiredProtectionLevel = IsSealed ? ProtectionLevel.EncryptAndSign : ProtectionLevel.None,
            RequireMutualAuthentication = true,
            Binding = binding,
        };
        if (Login.Length > 0)
        {
            var backslash = Login.IndexOf('\\', StringComparison.Ordinal);
            options.Credential = backslash < 0
                ? new NetworkCredential(Login, Password)
                : new NetworkCredential(Login[(backslash + 1)..], Password, Login[..backslash]);
        }

        return new NegotiateAuthentication(options);
    }

    /// <summary>The next part of the sign-in; null if there is none. Throws <see cref="LdapFault"/> that says what may be missing.</summary>
    public byte[]? Answer(NegotiateAuthentication context, byte[]? challenge, LdapEndpoint endpoint)
    {
        NegotiateAuthenticationStatusCode status;
        byte[]? token;
        try
        {
            token = context.GetOutgoingBlob(challenge ?? [], out status);
        }
        catch (Exception failure) when (failure is PlatformNotSupportedException or DllNotFoundException or TypeInitializationException or Win32Exception)
        {
            throw new LdapFault(
                $"This machine cannot sign in by Negotiate: {failure.Message} Install its Kerberos library (Debian: apt-get install libgssapi-krb5-2), or set AuthType to 'Basic'.", false, failure);
        }

        if (status is NegotiateAuthenticationStatusCode.Completed or NegotiateAuthenticationStatusCode.ContinueNeeded)
        {
            return token;
        }

        var who = Login.Length == 0 ? "the ticket of this process (KRB5CCNAME, or the key file KRB5_CLIENT_KTNAME)" : $"'{Login}'";
        throw new LdapFault(
            $"The sign-in by Negotiate at '{endpoint}' failed with {who}: {status}. {Advice(status)} Kerberos needs the server by its name ('ldap/{Host}' is what it is known as), "
            + "a realm in krb5.conf or DNS, and clocks that agree; without Kerberos set AuthType to 'Basic'.",
            false);
    }

    /// <summary>The answer to the layers of protection that the server offers: none.</summary>
    public static byte[] DeclineLayers(NegotiateAuthentication context, byte[] offer, LdapEndpoint endpoint)
    {
        var plain = new ArrayBufferWriter<byte>();
        if (context.Unwrap(offer, plain, out _) != NegotiateAuthenticationStatusCode.Completed || plain.WrittenCount != 4 || (plain.WrittenSpan[0] & NoLayer) == 0)
        {
            throw new LdapFault($"The server '{endpoint}' wants the connection to be encrypted by the sign-in. Leave 'NoSigning', 'EnableSSL' and 'StartTLS' away.", false);
        }

        var answer = new ArrayBufferWriter<byte>();
        var status = context.Wrap([NoLayer, 0, 0, 0], answer, requestEncryption: false, out _);
        return status == NegotiateAuthenticationStatusCode.Completed
            ? answer.WrittenSpan.ToArray()
            : throw new LdapFault($"The sign-in by Negotiate at '{endpoint}' failed at its end: {status}.", false);
    }

    private static string Advice(NegotiateAuthenticationStatusCode status) => status switch
    {
        NegotiateAuthenticationStatusCode.UnknownCredentials => "The name or the password is wrong, or there is no ticket.",
        NegotiateAuthenticationStatusCode.TargetUnknown => "The realm does not know the server.",
        NegotiateAuthenticationStatusCode.CredentialsExpired => "The ticket has expired.",
        NegotiateAuthenticationStatusCode.Unsupported => "No Kerberos library is installed (Debian: apt-get install libgssapi-krb5-2).",
        NegotiateAuthenticationStatusCode.BadBinding => "Somebody stands between this machine and the server.",
        _ => "The name or the password may be wrong, or the Kerberos servers out of reach.",
    };
}
