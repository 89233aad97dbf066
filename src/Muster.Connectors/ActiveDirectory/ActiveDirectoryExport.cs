using System.Globalization;
using Muster.Configuration.Exchange;
using Muster.Configuration.Values;
using Muster.Configuration.Work;
using Muster.Connectors.Contract;
using Muster.Connectors.Ldap;
using Muster.Connectors.Ldap.Protocol;

namespace Muster.Connectors.ActiveDirectory;

/// <summary>
/// Exports Active Directory (synchronization.md 7.1): everything page by page, with a DirSync cookie that was taken before; and from then on
/// what has changed since the cookie of the last accepted delivery. Several servers are read one after the other into the same files; if
/// one fails, the export fails.
/// </summary>
internal sealed class ActiveDirectoryExport : IExport
{
    public IReadOnlyCollection<string> SettingNames => ActiveDirectorySettings.Names;

    public async Task<ExportOutcome> ExportAsync(ExportRequest request, ITaskReporter reporter, CancellationToken cancellationToken)
    {
        var run = new Run(new ActiveDirectorySettings(request.Settings), reporter, cancellationToken);
        try
        {
            return await run.ExportAsync(request).ConfigureAwait(false);
        }
        catch (LdapFault fault)
        {
            throw fault.Code == LdapCode.InsufficientAccessRights
                ? new TaskFailedException(
                    $"The export of connection '{request.Connection.Identifier}' from the server '{run.Current.Endpoint}' failed: {fault.Message}. Give '{run.Current.Account}' the right 'Replicating Directory Changes' on the domain. Nothing was taken.",
                    fault)
                : LdapMessages.ExportFailed(request.Connection, run.Current, fault);
        }
    }

    private sealed class Run(ActiveDirectorySettings settings, ITaskReporter reporter, CancellationToken cancellationToken)
    {
        /// <summary>The server that is being read.</summary>
        public LdapServerSettings Current { get; private set; } = settings.Servers[0];

        public async Task<ExportOutcome> ExportAsync(ExportRequest request)
        {
            if (request.Complete)
            {
                return await ReadAllAsync(request).ConfigureAwait(false);
            }

            try
            {
                return await ReadChangesAsync(request).ConfigureAwait(false);
            }
            catch (EntryStoreLostException lost)
            {
                return await ReadAllAsync(request.Healed(lost.Message, reporter)).ConfigureAwait(false);
            }
        }

        private async Task<ExportOutcome> ReadAllAsync(ExportRequest request)
        {
            ChangeFiles? files = null;
            var watermarks = new List<string>();
            for (var index = 0; index < settings.Servers.Count; index++)
            {
                await using var reading = new LdapReading(settings.Servers[index], await OpenAsync(index, request).ConfigureAwait(false), request.Time);
                var session = reading.Session;
                files ??= await FilesAsync(session, request).ConfigureAwait(false);
                var context = ContextOf(session);
                var cookie = await DirSync.CookieAsync(session, context, cancellationToken).ConfigureAwait(false);
                var store = EntryStore.Create(request.Folders.Work, StoreOf(request, index), SourceOf(files));
                var ranged = new List<(Guid Id, LdapEntry Entry)>();
                var search = new LdapSearch(Current.BaseDn!, LdapScope.Subtree, settings.Filter, files.Attributes) { Controls = [ExtendedName.Request] };
                await foreach (var found in reading.SearchAsync(search, cancellationToken, true, identify: e => IdOf(files, e)).ConfigureAwait(false))
                {
                    var entry = ExtendedName.Plain(found);
                    var id = IdOf(files, entry);
                    if (entry.Attributes.Any(LdapSession.IsRanged))
                    {
                        ranged.Add((id, entry));
                    }
                    else
                    {
                        files.Write(store, id, entry);
                    }
                }

                foreach (var (id, entry) in ranged)
                {
                    files.Write(store, id, await reading.CompleteAsync(entry, DirSync.NameOf(id), cancellationToken, search.Controls).ConfigureAwait(false));
                }

                watermarks.AddRange(store.WritePending(cookie));
            }

            return new ExportOutcome { Content = ExtractContent.Full, HealedBecause = request.HealedBecause, PendingWatermarks = watermarks };
        }

        private async Task<ExportOutcome> ReadChangesAsync(ExportRequest request)
        {
            ChangeFiles? files = null;
            var watermarks = new List<string>();
            for (var index = 0; index < settings.Servers.Count; index++)
            {
                await using var session = await OpenAsync(index, request).ConfigureAwait(false);
                files ??= await FilesAsync(session, request).ConfigureAwait(false);
                var store = EntryStore.Open(request.Folders.Work, StoreOf(request, index), SourceOf(files), out var because);
                if (store?.Cookie is not { } cookie)
                {
                    throw new EntryStoreLostException(because);
                }

                var changes = new DirSyncChanges(session, settings, Current.BaseDn!, ContextOf(session), store, files);
                watermarks.AddRange(store.WritePending(await ReadAsync(changes, cookie).ConfigureAwait(false)));
            }

            files!.Complete();
            return new ExportOutcome { Content = ExtractContent.Changes, PendingWatermarks = watermarks };
        }

        private async Task<byte[]> ReadAsync(DirSyncChanges changes, byte[] cookie)
        {
            IReadOnlyCollection<DirSyncObject> objects;
            byte[] next;
            try
            {
                (objects, next) = await changes.FetchAsync(cookie, cancellationToken).ConfigureAwait(false);
            }
            catch (LdapFault fault) when (fault.Code is not (null or LdapCode.InsufficientAccessRights or LdapCode.Busy or LdapCode.Unavailable or LdapCode.Referral))
            {
                // Servers say different things to a cookie that they do not know; if it was something else, reading everything says so.
                throw new EntryStoreLostException($"the server '{Current.Endpoint}' refuses the cookie: {fault.Message}");
            }

            await changes.WriteAsync(objects, cancellationToken).ConfigureAwait(false);
            return next;
        }

        private async Task<LdapSession> OpenAsync(int index, ExportRequest request)
        {
            Current = settings.Servers[index];
            LdapMessages.WarnOfExposure(Current, reporter);
            return await Current.OpenAsync(request.Time, cancellationToken).ConfigureAwait(false);
        }

        private async Task<ChangeFiles> FilesAsync(LdapSession session, ExportRequest request) => new(
            ChangeFileLayout.ActiveDirectory, request, await LdapSchema.ReadAsync(session, cancellationToken).ConfigureAwait(false), reporter);

        /// <summary>The naming context that the base belongs to: DirSync speaks of whole ones.</summary>
        private string ContextOf(LdapSession session)
        {
            var baseDn = DistinguishedName.TryParse(Current.BaseDn, out var name)
                ? name
                : throw new TaskFailedException($"The BaseDN '{Current.BaseDn}' beside {Current.Description} is no distinguished name.");
            return LdapSession.Texts(session.Root, "namingContexts")
                .Select(c => (Text: c, Name: DistinguishedName.TryParse(c, out var context) ? context : DistinguishedName.Root))
                .Where(c => !c.Name.IsRoot && (baseDn == c.Name || baseDn.IsBelow(c.Name)))
                .OrderByDescending(c => c.Name.Components.Count)
                .Select(c => c.Text)
                .FirstOrDefault()
                ?? throw new TaskFailedException($"The server '{Current.Endpoint}' has no naming context for the BaseDN '{Current.BaseDn}'. Correct it beside {Current.Description}.");
        }

        private static Guid IdOf(ChangeFiles files, LdapEntry entry) =>
            files.Layout.Key.IdOf(entry) ?? throw new LdapFault($"The server gave '{entry.Dn}' without its objectGUID.", false);

        private string SourceOf(ChangeFiles files) => string.Join('\n', [Current.Endpoint.ToString(), Current.BaseDn!, settings.FilterText, files.Description]);

        private static string StoreOf(ExportRequest request, int index) =>
            index == 0 ? request.Connection.Identifier : string.Create(CultureInfo.InvariantCulture, $"{request.Connection.Identifier}_{index}");
    }
}
