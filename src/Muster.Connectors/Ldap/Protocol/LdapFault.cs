using System.Collections.Frozen;
using System.Globalization;

namespace Muster.Connectors.Ldap.Protocol;

/// <summary>Result codes that Muster acts on (RFC 4511, appendix A; RFC 4533).</summary>
internal static class LdapCode
{
    public const int Success = 0;
    public const int ProtocolError = 2;
    public const int TimeLimitExceeded = 3;
    public const int SizeLimitExceeded = 4;
    public const int Referral = 10;
    public const int UnavailableCriticalExtension = 12;
    public const int SaslBindInProgress = 14;
    public const int NoSuchAttribute = 16;
    public const int AttributeOrValueExists = 20;
    public const int NoSuchObject = 32;
    public const int InvalidCredentials = 49;
    public const int InsufficientAccessRights = 50;
    public const int Busy = 51;
    public const int Unavailable = 52;
    public const int UnwillingToPerform = 53;
    public const int NotAllowedOnNonLeaf = 66;
    public const int EntryAlreadyExists = 68;
    public const int SyncRefreshRequired = 4096;

    private static readonly FrozenDictionary<int, string> Names = new Dictionary<int, string>
    {
        [1] = "operationsError",
        [2] = "protocolError",
        [3] = "timeLimitExceeded",
        [4] = "sizeLimitExceeded",
        [7] = "authMethodNotSupported",
        [8] = "strongerAuthRequired",
        [10] = "referral",
        [11] = "adminLimitExceeded",
        [12] = "unavailableCriticalExtension",
        [13] = "confidentialityRequired",
        [16] = "noSuchAttribute",
        [17] = "undefinedAttributeType",
        [18] = "inappropriateMatching",
        [19] = "constraintViolation",
        [20] = "attributeOrValueExists",
        [21] = "invalidAttributeSyntax",
        [32] = "noSuchObject",
        [34] = "invalidDNSyntax",
        [48] = "inappropriateAuthentication",
        [49] = "invalidCredentials",
        [50] = "insufficientAccessRights",
        [51] = "busy",
        [52] = "unavailable",
        [53] = "unwillingToPerform",
        [54] = "loopDetect",
        [64] = "namingViolation",
        [65] = "objectClassViolation",
        [66] = "notAllowedOnNonLeaf",
        [67] = "notAllowedOnRDN",
        [68] = "entryAlreadyExists",
        [69] = "objectClassModsProhibited",
        [71] = "affectsMultipleDSAs",
        [80] = "other",
        [4096] = "e-syncRefreshRequired",
    }.ToFrozenDictionary();

    public static string NameOf(int code) => Names.GetValueOrDefault(code, string.Create(CultureInfo.InvariantCulture, $"result code {code}"));
}

/// <summary>
/// What a directory server refused, or how it was lost. The message is for a person and names the server's reason; it never holds a password.
/// </summary>
internal sealed class LdapFault : Exception
{
    public LdapFault(string message, bool isTransient, Exception? inner = null)
        : base(message, inner)
    {
        IsTransient = isTransient;
    }

    public LdapFault(LdapDone done)
        : base(Describe(done))
    {
        Code = done.Code;
        MatchedDn = done.MatchedDn;
        IsTransient = done.Code is LdapCode.Busy or LdapCode.Unavailable;
    }

    /// <summary>The same fault, with the connection to blame.</summary>
    public LdapFault(LdapFault fault)
        : base(fault.Message, fault)
    {
        Code = fault.Code;
        MatchedDn = fault.MatchedDn;
        IsTransient = fault.IsTransient;
    }

    /// <summary>The server's result code; null if the server gave none.</summary>
    public int? Code { get; }

    public string MatchedDn { get; } = "";

    /// <summary>The same may work a little later.</summary>
    public bool IsTransient { get; }

    /// <summary>
    /// The connection was made and signed in each time, and ended each time in the middle of the same thing: what was asked for is to blame,
    /// and not the network.
    /// </summary>
    public bool IsBrokenOff { get; init; }

    private static string Describe(LdapDone done)
    {
        // Some servers end their text with a zero octet.
        var reason = done.Message.Trim('\0', ' ', '\n', '\r');
        var name = LdapCode.NameOf(done.Code);
        if (done.Referrals.Count > 0)
        {
            var elsewhere = $"another server has it: {string.Join(", ", done.Referrals.Take(3))}";
            reason = reason.Length == 0 ? elsewhere : $"{elsewhere}; {reason}";
        }

        return reason.Length == 0 ? name : $"{name} ({reason})";
    }
}
