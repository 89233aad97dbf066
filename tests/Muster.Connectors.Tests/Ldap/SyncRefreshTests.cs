using System.Formats.Asn1;
using Muster.Connectors.Ldap;
using Muster.Connectors.Ldap.Protocol;

namespace Muster.Connectors.Tests.Ldap;

/// <summary>Both phases of a refresh, as other servers than OpenLDAP's may send them (RFC 4533; the contract in asks.md).</summary>
public sealed class SyncRefreshTests
{
    private static readonly Guid A = new("00000000-0000-0000-0000-00000000000a");
    private static readonly Guid B = new("00000000-0000-0000-0000-00000000000b");

    [Fact]
    public void PresentPhase_MeansThatWhatIsNotNamedIsGone_ButOnlyWhenItHasEnded()
    {
        var refresh = new SyncRefresh();
        refresh.Take(Entry(A, SyncState.Present));
        refresh.Take(IdSet(false, B));
        Assert.False(refresh.IsPresentPhaseComplete);

        refresh.Take(Done(namesDeletions: false));
        Assert.True(refresh is { IsPresentPhaseComplete: true, IsEnded: true });
        Assert.True(refresh.IsNamed(A) && refresh.IsNamed(B));
        Assert.Equal("end"u8.ToArray(), refresh.Cookie);
    }

    [Fact]
    public void DeletePhase_NamesWhatIsGone_AndTheRestIsUnchanged()
    {
        var refresh = new SyncRefresh();
        Assert.Equal(A, refresh.Take(Entry(A, SyncState.Modify)));
        refresh.Take(IdSet(true, B));
        refresh.Take(Done(namesDeletions: true));
        Assert.False(refresh.IsPresentPhaseComplete);
        Assert.Equal([B], refresh.Deleted);
        Assert.Equal([A], refresh.Changed);
    }

    [Fact]
    public void BothPhases_PresentThenDelete()
    {
        var refresh = new SyncRefresh();
        refresh.Take(Entry(A, SyncState.Present));
        refresh.Take(PhaseEnd(isDeletePhase: false));
        Assert.True(refresh.IsPresentPhaseComplete);
        refresh.Take(Entry(B, SyncState.Delete));
        refresh.Take(Done(namesDeletions: true));
        Assert.True(refresh.IsPresentPhaseComplete);
        Assert.Equal([B], refresh.Deleted);
    }

    [Fact]
    public void ErrorAtTheEnd_IsNoEnd()
    {
        // ReOpenLDAP#70: an error on the provider shortened the list, and the consumer removed the rest.
        var refresh = new SyncRefresh();
        refresh.Take(Entry(A, SyncState.Present));
        Assert.Throws<LdapFault>(() => refresh.Take(new LdapDone(80, "", "backend failed", [])));
        Assert.False(refresh.IsPresentPhaseComplete || refresh.IsEnded);
    }

    [Fact]
    public void EndWithoutItsControl_IsRefused()
    {
        // ReOpenLDAP#71: nobody said that the present phase is complete.
        var refresh = new SyncRefresh();
        Assert.Throws<LdapFault>(() => refresh.Take(new LdapDone(0, "", "", [])));
        Assert.False(refresh.IsPresentPhaseComplete);
        Assert.Throws<LdapFault>(() => refresh.Take(new LdapEntry("cn=a", [])));
    }

    [Fact]
    public void LaterWordOnAnEntry_Wins()
    {
        var refresh = new SyncRefresh();
        refresh.Take(Entry(A, SyncState.Delete));
        refresh.Take(Entry(A, SyncState.Add));
        refresh.Take(Entry(B, SyncState.Add));
        refresh.Take(IdSet(true, B));
        Assert.Equal([A], refresh.Changed.Except(refresh.Deleted));
        Assert.Equal([B], refresh.Deleted);
    }

    private static LdapEntry Entry(Guid id, SyncState state) => new("cn=a", [])
    {
        Controls =
        [
            new LdapControl(LdapOid.SyncState, false, LdapWriter.Value(writer =>
            {
                using (writer.PushSequence())
                {
                    writer.WriteEnumeratedValue(state);
                    writer.WriteOctetString(id.ToByteArray(bigEndian: true));
                }
            })),
        ],
    };

    private static LdapIntermediate IdSet(bool isDeletion, Guid id) => Info(writer =>
    {
        using (writer.PushSequence(LdapReader.Context(3)))
        {
            if (isDeletion)
            {
                writer.WriteBoolean(true);
            }

            using (writer.PushSetOf())
            {
                writer.WriteOctetString(id.ToByteArray(bigEndian: true));
            }
        }
    });

    private static LdapIntermediate PhaseEnd(bool isDeletePhase) => Info(writer =>
    {
        using (writer.PushSequence(LdapReader.Context(isDeletePhase ? 1 : 2)))
        {
            writer.WriteBoolean(false);
        }
    });

    private static LdapIntermediate Info(Action<AsnWriter> write) => new(LdapOid.SyncInfo, LdapWriter.Value(write));

    private static LdapDone Done(bool namesDeletions) => new(0, "", "", [])
    {
        Controls =
        [
            new LdapControl(LdapOid.SyncDone, false, LdapWriter.Value(writer =>
            {
                using (writer.PushSequence())
                {
                    writer.WriteOctetString("end"u8);
                    if (namesDeletions)
                    {
                        writer.WriteBoolean(true);
                    }
                }
            })),
        ],
    };
}
