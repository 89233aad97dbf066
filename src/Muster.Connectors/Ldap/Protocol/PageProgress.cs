namespace Muster.Connectors.Ldap.Protocol;

/// <summary>
/// Sees that a server which gives its answer in parts comes to an end: one that gives the same part again, or one part without content after
/// the other, would keep an export busy for ever.
/// </summary>
internal sealed class PageProgress
{
    /// <summary>Servers that filter late may give some parts without entries; nobody gives so many.</summary>
    private const int MaximumEmpty = 1000;

    private byte[]? _cookie;
    private string? _first;
    private string? _firstBefore;
    private bool _isSameCookie;
    private int _empty;

    /// <summary>The next part is asked for.</summary>
    /// <param name="cookie">Where it goes on from; null if the whole is asked for at once.</param>
    /// <exception cref="LdapFault">The parts before it were empty, far too many of them.</exception>
    public void Begin(byte[]? cookie)
    {
        _empty = _first is null ? _empty + 1 : 0;
        if (_empty > MaximumEmpty)
        {
            throw new LdapFault($"The server gave {MaximumEmpty} parts of its answer without any entry, and says that there are more.", false);
        }

        _isSameCookie = cookie is { Length: > 0 } && _cookie is not null && cookie.AsSpan().SequenceEqual(_cookie);
        _cookie = cookie;
        (_firstBefore, _first) = (_first, null);
    }

    /// <summary>An entry of the part came.</summary>
    /// <exception cref="LdapFault">It is the part that came before.</exception>
    public void Take(string dn)
    {
        if (_first is null && _isSameCookie && dn == _firstBefore)
        {
            throw new LdapFault($"The server gave the same part of its answer again, the one that begins with '{dn}', and says that there are more.", false);
        }

        _first ??= dn;
    }
}
