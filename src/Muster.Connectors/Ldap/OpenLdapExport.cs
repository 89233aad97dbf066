using Muster.Configuration.Exchange;
using Muster.Configuration.Work;
using Muster.Connectors.Contract;
using Muster.Connectors.Ldap.Protocol;

namespace Muster.Connectors.Ldap;

/// <summary>
/// Exports an OpenLDAP server by content synchronization (RFC 4533, refreshOnly; synchronization.md 7.3): everything the first time, and from
/// then on what has changed since the cookie that the server accepted last. A cookie that the server refuses, and one that is lost, make the
/// export a complete one.
/// </summary>
internal sealed class OpenLdapExport : IExport
{
    public IReadOnlyCollection<string> SettingNames => OpenLdapSettings.Names;

    public async Task<ExportOutcome> ExportAsync(ExportRequest request, ITaskReporter reporter, CancellationToken cancellationToken)
    {
        var settings = new OpenLdapSettings(request.Settings);
        LdapMessages.WarnOfExposure(settings.Server, reporter);
        try
        {
            await using var session = await settings.Server.OpenAsync(request.Time, cancellationToken).ConfigureAwait(false);
            if (!session.Supports(LdapOid.SyncRequest))
            {
                throw new TaskFailedException(
                    $"The server '{settings.Server.Endpoint}' of connection '{request.Connection.Identifier}' does not synchronize content, or does not show it to '{settings.Server.Account}'. Load the overlay 'syncprov' for the database of '{settings.BaseDn}', or use the package 'Usercube.LDAP', which reads everything each time.");
            }

            var schema = await LdapSchema.ReadAsync(session, cancellationToken).ConfigureAwait(false);
            return request.Complete
                ? await ReadAllAsync(session, settings, schema, request, reporter, cancellationToken).ConfigureAwait(false)
                : await ReadChangesAsync(session, settings, schema, request, reporter, cancellationToken).ConfigureAwait(false);
        }
        catch (LdapFault fault)
        {
            throw LdapMessages.ExportFailed(request.Connection, settings.Server, fault);
        }
    }

    private static async Task<ExportOutcome> ReadAllAsync(
        LdapSession session, OpenLdapSettings settings, LdapSchema schema, ExportRequest request, ITaskReporter reporter, CancellationToken cancellationToken)
    {
        var files = new ChangeFiles(ChangeFileLayout.OpenLdap, request, schema, reporter);
        var store = EntryStore.Create(request.Folders.Work, request.Connection.Identifier, SourceOf(settings, files));
        await using var reading = new LdapReading(settings.Server, session, request.Time);
        Guid IdOf(LdapEntry entry) => files.Layout.Key.IdOf(entry)
            ?? throw new LdapFault($"The server gave '{entry.Dn}' without its entryUUID. Give '{settings.Server.Login}' the right to read it", false);
        var cookie = await CookieAsync(reading.Session, settings, cancellationToken).ConfigureAwait(false);
        var outsideCookie = await new OutsideNames(reading.Session, settings, store, files).CookieAsync(cancellationToken).ConfigureAwait(false);
        var references = 0;
        var scope = new SyncScope(session, settings, files);
        var uncertain = new Dictionary<Guid, LdapEntry>();
        var search = new LdapSearch(settings.BaseDn, settings.Scope, scope.Filter, files.Attributes);
        await foreach (var entry in reading.SearchAsync(search, cancellationToken, onReference: _ => references++, identify: IdOf).ConfigureAwait(false))
        {
            var id = IdOf(entry);
            if (scope.IsCertain(entry))
            {
                files.Write(store, id, entry);
            }
            else
            {
                uncertain[id] = entry;
            }
        }

        // The connection may be another one by now.
        scope = new SyncScope(reading.Session, settings, files);
        var inScope = await scope.JudgeAsync(uncertain.Keys, cancellationToken).ConfigureAwait(false);
        foreach (var (id, entry) in uncertain)
        {
            if (inScope.Contains(id))
            {
                files.Write(store, id, entry);
            }
            else
            {
                files.Hide(store, id, entry.Dn);
            }
        }

        await new OutsideNames(reading.Session, settings, store, files).RememberAsync(store.UnknownNames([]), outsideCookie, cancellationToken).ConfigureAwait(false);
        ReportReferences(references, settings, reporter);
        return new ExportOutcome
        {
            Content = ExtractContent.Full,
            HealedBecause = request.HealedBecause,
            PendingWatermarks = store.WritePending(cookie),
        };
    }

    /// <summary>
    /// The cookie of this moment, without entries. They are read by an ordinary search after it: a server that was killed knows less of what
    /// has changed than it holds, until something else changes, and its content synchronization leaves out the entries that came last.
    /// </summary>
    private static async Task<byte[]?> CookieAsync(LdapSession session, OpenLdapSettings settings, CancellationToken cancellationToken)
    {
        var refresh = new SyncRefresh();
        var nothing = new LdapSearch(settings.BaseDn, settings.Scope, SearchFilter.Equal("entryUUID", Guid.Empty.ToString("D")), ["1.1"]) { Controls = [SyncMessages.Request(null)] };
        await foreach (var response in session.Connection.SearchAsync(nothing, cancellationToken).ConfigureAwait(false))
        {
            refresh.Take(response);
        }

        return refresh.Cookie;
    }

    private static async Task<ExportOutcome> ReadChangesAsync(
        LdapSession session, OpenLdapSettings settings, LdapSchema schema, ExportRequest request, ITaskReporter reporter, CancellationToken cancellationToken)
    {
        var files = new ChangeFiles(ChangeFileLayout.OpenLdap, request, schema, reporter);
        var store = EntryStore.Open(request.Folders.Work, request.Connection.Identifier, SourceOf(settings, files), out var because);
        if (store?.Cookie is not null)
        {
            try
            {
                var scope = new SyncScope(session, settings, files);
                var changes = new SyncChanges(session, settings, scope, store, files);
                var refresh = await changes.ReadAsync(SearchOf(settings, scope, files, store.Cookie), cancellationToken).ConfigureAwait(false);
                ReportReferences(refresh.References, settings, reporter);
                return new ExportOutcome { Content = ExtractContent.Changes, PendingWatermarks = store.WritePending(refresh.Cookie ?? store.Cookie) };
            }
            catch (EntryStoreLostException lost)
            {
                because = lost.Message;
            }
            catch (LdapFault fault) when (fault.Code is LdapCode.SyncRefreshRequired or LdapCode.UnwillingToPerform or LdapCode.ProtocolError)
            {
                // The code of the standard, and what servers say to a cookie that is newer than they are (restored from a backup) or no cookie of theirs.
                because = $"the server '{settings.Server.Endpoint}' refuses the cookie: {fault.Message}";
            }
        }

        // A connection on which a search was left in the middle is of no use.
        var complete = request.Healed(because, reporter);
        await using var anew = await settings.Server.OpenAsync(request.Time, cancellationToken).ConfigureAwait(false);
        return await ReadAllAsync(anew, settings, schema, complete, reporter, cancellationToken).ConfigureAwait(false);
    }

    private static LdapSearch SearchOf(OpenLdapSettings settings, SyncScope scope, ChangeFiles files, byte[]? cookie) =>
        new(settings.BaseDn, settings.Scope, scope.Filter, files.Attributes) { Controls = [SyncMessages.Request(cookie)] };

    private static string SourceOf(OpenLdapSettings settings, ChangeFiles files) => string.Join(
        '\n', [settings.Server.Endpoint.ToString(), settings.BaseDn, settings.FilterText, settings.Scope.ToString(), files.Description]);

    private static void ReportReferences(int references, OpenLdapSettings settings, ITaskReporter reporter)
    {
        if (references > 0)
        {
            reporter.Message($"{references} parts of the tree below '{settings.BaseDn}' are on other servers and were not read.");
        }
    }
}
