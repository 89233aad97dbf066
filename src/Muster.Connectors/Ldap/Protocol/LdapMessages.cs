namespace Muster.Connectors.Ldap.Protocol;

/// <summary>A control of a request or of an answer (RFC 4511, 4.1.11).</summary>
internal sealed record LdapControl(string Oid, bool IsCritical, byte[]? Value = null);

/// <summary>An attribute with its values, which have no order. The name may carry options (<c>member;range=0-1499</c>).</summary>
internal sealed record LdapAttribute(string Name, IReadOnlyList<byte[]> Values)
{
    public bool Is(string name) => string.Equals(Name, name, StringComparison.OrdinalIgnoreCase);
}

/// <summary>One message of a server.</summary>
internal abstract record LdapResponse
{
    public IReadOnlyList<LdapControl> Controls { get; init; } = [];

    public byte[]? ControlValue(string oid) => Controls.FirstOrDefault(c => c.Oid == oid)?.Value;
}

/// <summary>An entry that a search found.</summary>
internal sealed record LdapEntry(string Dn, IReadOnlyList<LdapAttribute> Attributes) : LdapResponse
{
    public LdapAttribute? Find(string name) => Attributes.FirstOrDefault(a => a.Is(name));
}

/// <summary>A part of the searched tree that another server has.</summary>
internal sealed record LdapReference(IReadOnlyList<string> Urls) : LdapResponse;

/// <summary>A message in the middle of an operation (RFC 4511, 4.13).</summary>
internal sealed record LdapIntermediate(string? Oid, byte[]? Value) : LdapResponse;

/// <summary>The end of an operation.</summary>
/// <param name="Oid">Name of an extended response.</param>
internal sealed record LdapDone(int Code, string MatchedDn, string Message, IReadOnlyList<string> Referrals, string? Oid = null) : LdapResponse
{
    /// <summary>Which operation's end it is: the number of the request's, and one more (RFC 4511, 4.2 to 4.12).</summary>
    public int Operation { get; init; }

    /// <summary>The server's part of a sign-in that has several; null if there is none.</summary>
    public byte[]? Credentials { get; init; }
}

/// <summary>How far below its base a search looks.</summary>
internal enum LdapScope
{
    Base = 0,
    OneLevel = 1,
    Subtree = 2,
}

/// <summary>A search (RFC 4511, 4.5.1).</summary>
internal sealed record LdapSearch(string BaseDn, LdapScope Scope, SearchFilter Filter, IReadOnlyList<string> Attributes)
{
    /// <summary>Entries at most; 0 is no limit of ours.</summary>
    public int SizeLimit { get; init; }

    /// <summary>Seconds at most; 0 is no limit of ours.</summary>
    public int TimeLimit { get; init; }

    public IReadOnlyList<LdapControl> Controls { get; init; } = [];
}

/// <summary>What a modification does with the values that it names (RFC 4511, 4.6).</summary>
internal enum LdapChangeKind
{
    Add = 0,
    Delete = 1,
    Replace = 2,
}

/// <summary>One change of a modify request.</summary>
internal sealed record LdapChange(LdapChangeKind Kind, LdapAttribute Attribute);

/// <summary>Object identifiers of controls and extended operations.</summary>
internal static class LdapOid
{
    public const string PagedResults = "1.2.840.113556.1.4.319";
    public const string DomainScope = "1.2.840.113556.1.4.1339";
    public const string DirSync = "1.2.840.113556.1.4.841";
    public const string ExtendedName = "1.2.840.113556.1.4.529";
    public const string ShowDeleted = "1.2.840.113556.1.4.417";
    public const string TreeDelete = "1.2.840.113556.1.4.805";
    public const string PostRead = "1.3.6.1.1.13.2";
    public const string PermissiveModify = "1.2.840.113556.1.4.1413";
    public const string StartTls = "1.3.6.1.4.1.1466.20037";
    public const string PasswordModify = "1.3.6.1.4.1.4203.1.11.1";
    public const string NoticeOfDisconnection = "1.3.6.1.4.1.1466.20036";
    public const string SyncRequest = "1.3.6.1.4.1.4203.1.9.1.1";
    public const string SyncState = "1.3.6.1.4.1.4203.1.9.1.2";
    public const string SyncDone = "1.3.6.1.4.1.4203.1.9.1.3";
    public const string SyncInfo = "1.3.6.1.4.1.4203.1.9.1.4";
}
