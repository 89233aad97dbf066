using Muster.Connectors.Ldap.Protocol;

namespace Muster.Connectors.Ldap;

/// <summary>
/// One refresh of content synchronization (RFC 4533, 3.3): gives the changed entries as they come, and says at the end which entries are gone.
/// In the present phase the server names all that is there, and what it does not name is gone; in the delete phase it names what is gone.
/// Nothing is concluded before the server has ended the refresh with success: a list that was cut short is not the truth.
/// </summary>
internal sealed class SyncRefresh
{
    private readonly HashSet<Guid> _present = [];
    private readonly HashSet<Guid> _changed = [];
    private readonly HashSet<Guid> _deleted = [];

    /// <summary>The cookie to go on from.</summary>
    public byte[]? Cookie { get; private set; }

    /// <summary>The server named all that is there, so that everything else is gone.</summary>
    public bool IsPresentPhaseComplete { get; private set; }

    public bool IsEnded { get; private set; }

    /// <summary>Parts of the tree that other servers have.</summary>
    public int References { get; private set; }

    /// <summary>Entries that the server named as changed.</summary>
    public IReadOnlySet<Guid> Changed => _changed;

    /// <summary>Entries that the server named as gone.</summary>
    public IReadOnlySet<Guid> Deleted => _deleted;

    /// <summary>The server named no entry at all.</summary>
    public bool NamedNothing => _present.Count == 0 && _changed.Count == 0;

    public bool IsNamed(Guid id) => _present.Contains(id) || _changed.Contains(id);

    /// <summary>Takes the next answer. Returns the identifier of an entry that came with its attributes; null otherwise.</summary>
    /// <exception cref="LdapFault">The search ended without success, or the server does not synchronize content.</exception>
    public Guid? Take(LdapResponse response)
    {
        switch (response)
        {
            case LdapEntry entry:
                return TakeEntry(entry);
            case LdapIntermediate { Oid: LdapOid.SyncInfo } message:
                TakeInfo(SyncMessages.InfoOf(message));
                return null;
            case LdapReference:
                References++;
                return null;
            case LdapDone done:
                TakeEnd(done);
                return null;
            default:
                return null;
        }
    }

    private Guid? TakeEntry(LdapEntry entry)
    {
        var (state, id) = SyncMessages.StateOf(entry);
        switch (state)
        {
            case SyncState.Present:
                _present.Add(id);
                return null;
            case SyncState.Delete:
                _changed.Remove(id);
                _deleted.Add(id);
                return null;
            default:
                _deleted.Remove(id);
                _changed.Add(id);
                return id;
        }
    }

    private void TakeInfo(SyncInfo info)
    {
        Cookie = info.Cookie ?? Cookie;
        if (info.Ids is { } ids)
        {
            (info.IsDeletePhase ? _deleted : _present).UnionWith(ids);
        }
        else if (!info.IsNewCookieOnly && !info.IsDeletePhase)
        {
            IsPresentPhaseComplete = true;
        }
    }

    private void TakeEnd(LdapDone done)
    {
        if (done.Code != LdapCode.Success)
        {
            throw new LdapFault(done);
        }

        var (cookie, namesDeletions) = SyncMessages.DoneOf(done);
        Cookie = cookie ?? Cookie;

        // Without a phase before it that ended, this is the end of the present phase, unless the server says otherwise.
        IsPresentPhaseComplete |= !namesDeletions;
        IsEnded = true;
    }
}
