using System.Text;
using System.Text.RegularExpressions;

namespace Muster.Connectors.Ldap;

/// <summary>
/// What OpenLDAP's cookies say (<c>rid=000,csn=20261122185123.935993Z#000000#000#000000</c>, several for several servers). The standard says
/// nothing of it: what is not of this form says nothing.
/// </summary>
internal static partial class SyncCookie
{
    /// <summary>The number of the last change that a cookie knows; null if it does not say.</summary>
    public static string? LastChange(byte[]? cookie) => cookie is null || cookie.Length > 4096
        ? null
        : Changes().Matches(Encoding.Latin1.GetString(cookie)).Select(m => m.Value).Max(StringComparer.Ordinal);

    [GeneratedRegex(@"\b[0-9]{14}\.[0-9]{6}Z#[0-9a-f]{6}#[0-9a-f]{3}#[0-9a-f]{6}\b")]
    private static partial Regex Changes();
}
