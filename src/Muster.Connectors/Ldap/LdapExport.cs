using Muster.Configuration.Exchange;
using Muster.Configuration.Packages;
using Muster.Configuration.Values;
using Muster.Configuration.Work;
using Muster.Connectors.Contract;
using Muster.Connectors.Ldap.Protocol;
using Muster.Connectors.Ldif;

namespace Muster.Connectors.Ldap;

/// <summary>
/// Exports any LDAP server: the tables of the settings, complete, page by page (synchronization.md 7.2). A search that does not end with
/// success ends the export: nothing may be derived from a part.
/// </summary>
internal sealed class LdapExport : IExport
{
    public IReadOnlyCollection<string> SettingNames => LdapSettings.Names;

    public async Task<ExportOutcome> ExportAsync(ExportRequest request, ITaskReporter reporter, CancellationToken cancellationToken)
    {
        var settings = new LdapSettings(request.Settings);
        CheckTables(settings, request);
        LdapServerSettings? current = null;
        try
        {
            ExportTables? tables = null;
            var found = new HashSet<LdapTable>();
            foreach (var server in settings.Servers)
            {
                current = server;
                LdapMessages.WarnOfExposure(server, reporter);
                await using var reading = new LdapReading(server, await server.OpenAsync(request.Time, cancellationToken).ConfigureAwait(false), request.Time);
                tables ??= new ExportTables(settings, request, await LdapSchema.ReadAsync(reading.Session, cancellationToken).ConfigureAwait(false), reporter);
                foreach (var table in settings.Tables)
                {
                    if (await ReadAsync(reading, table, tables, settings, reporter, cancellationToken).ConfigureAwait(false))
                    {
                        found.Add(table);
                    }
                }
            }

            if (settings.Tables.FirstOrDefault(t => !found.Contains(t)) is { } missing)
            {
                throw new TaskFailedException(
                    $"The table '{missing.Name}' of connection '{request.Connection.Identifier}' starts at '{missing.BaseDn}', and no server has that entry (or shows it to '{current!.Account}'). Nothing was taken; correct its BaseDN.");
            }
        }
        catch (LdapFault fault)
        {
            throw LdapMessages.ExportFailed(request.Connection, current!, fault);
        }

        return new ExportOutcome { Content = ExtractContent.Full };
    }

    /// <summary>False if the server does not have the entry at which the table starts.</summary>
    private static async Task<bool> ReadAsync(
        LdapReading reading, LdapTable table, ExportTables tables, LdapSettings settings, ITaskReporter reporter, CancellationToken cancellationToken)
    {
        var search = new LdapSearch(table.BaseDn, table.Scope, table.Filter, tables.AttributesOf(table))
        {
            SizeLimit = settings.SizeLimit,
            TimeLimit = settings.TimeLimit,
            Controls = settings.IsDomainScope ? [new LdapControl(LdapOid.DomainScope, true)] : [],
        };
        var elsewhere = 0;
        var ranged = new List<LdapEntry>();
        try
        {
            await foreach (var entry in reading.SearchAsync(search, cancellationToken, settings.IsPaged, _ => elsewhere++).ConfigureAwait(false))
            {
                if (entry.Attributes.Any(LdapSession.IsRanged))
                {
                    ranged.Add(entry);
                }
                else
                {
                    tables.Write(table, entry);
                }
            }
        }
        catch (LdapFault fault) when (fault.Code == LdapCode.NoSuchObject)
        {
            return false;
        }

        foreach (var entry in ranged)
        {
            tables.Write(table, await reading.CompleteAsync(entry, entry.Dn, cancellationToken).ConfigureAwait(false));
        }

        if (elsewhere > 0)
        {
            reporter.Message($"{elsewhere} parts of the tree below '{table.BaseDn}' are on other servers and were not read. Add those servers to the settings if they are wanted.");
        }

        return true;
    }

    private static void CheckTables(LdapSettings settings, ExportRequest request)
    {
        if (!settings.Tables.Any(t => t.Name.Equals("entries", StringComparison.OrdinalIgnoreCase)))
        {
            throw new TaskFailedException(
                $"The connection '{request.Connection.Identifier}' lacks the table 'entries' in {request.Settings.Describe("Tables")}. Add {{ \"Table\": \"entries\", \"BaseDN\": …, \"Filter\": … }}.");
        }

        foreach (var wanted in request.Tables.All.Where(w => w.HasEntities && !settings.Tables.Any(t => t.Name.Equals(w.Suffix, StringComparison.OrdinalIgnoreCase))))
        {
            throw new TaskFailedException(
                $"The table '{request.Connection.Identifier}_{wanted.Suffix}' is mapped, and the connection '{request.Connection.Identifier}' has no such table. Add it to {request.Settings.Describe("Tables")}.");
        }
    }

    /// <summary>The files of all tables. A link table without a search of its own takes the entries of the others.</summary>
    private sealed class ExportTables
    {
        private readonly Dictionary<LdapTable, EntryFile> _entries = [];
        private readonly List<(LinkFile File, LdapTable? Own)> _links = [];

        public ExportTables(LdapSettings settings, ExportRequest request, LdapSchema schema, ITaskReporter reporter)
        {
            foreach (var table in settings.Tables)
            {
                var wanted = request.Tables.Find(table.Name);
                if (wanted is { HasEntities: false } && !table.Name.Equals("entries", StringComparison.OrdinalIgnoreCase))
                {
                    _links.Add((LinkFile.Create(request, wanted, null, null, schema.HasAttribute), table));
                }
                else
                {
                    _entries.Add(table, new EntryFile(request, wanted?.Suffix ?? table.Name, null, null, reporter));
                }
            }

            foreach (var wanted in request.Tables.All.Where(w => !settings.Tables.Any(t => t.Name.Equals(w.Suffix, StringComparison.OrdinalIgnoreCase))))
            {
                _links.Add((LinkFile.Create(request, wanted, null, null, schema.HasAttribute), null));
            }
        }

        public IReadOnlyList<string> AttributesOf(LdapTable table) => LdapMessages.Attributes(
            (_entries.TryGetValue(table, out var file) ? file.Attributes : []).Concat(LinksOf(table).Select(l => l.Attribute)));

        public void Write(LdapTable table, LdapEntry entry)
        {
            if (_entries.TryGetValue(table, out var file))
            {
                file.Write(entry, LdapMessages.NameOf(entry));
            }

            foreach (var link in LinksOf(table))
            {
                foreach (var value in entry.Find(link.Attribute)?.Values ?? [])
                {
                    link.Write(null, entry.Dn, LinkFile.TextOf(value), null);
                }
            }
        }

        private IEnumerable<LinkFile> LinksOf(LdapTable table) =>
            _links.Where(l => l.Own == table || (l.Own is null && _entries.ContainsKey(table))).Select(l => l.File);
    }
}

/// <summary>What the connectors of the LDAP family say and read alike.</summary>
internal static class LdapMessages
{
    /// <summary>Each attribute once; one that cannot exist if none is wanted, since an empty list would mean all.</summary>
    public static IReadOnlyList<string> Attributes(IEnumerable<string> wanted)
    {
        var attributes = wanted.Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        return attributes.Count == 0 ? ["1.1"] : attributes;
    }

    public static DistinguishedName NameOf(LdapEntry entry) =>
        DistinguishedName.TryParse(entry.Dn, out var name)
            ? name
            : throw new LdapFault($"The server gave an entry whose name '{entry.Dn}' is no distinguished name.", false);

    public static void WarnOfExposure(LdapServerSettings server, ITaskReporter reporter)
    {
        if (server.IsPasswordExposed)
        {
            reporter.Warning(
                $"The password of '{server.Login}' goes to the server '{server.Endpoint}' unencrypted. Set 'EnableSSL' ('SSL') or 'StartTLS' for {server.Description}.");
        }
    }

    /// <summary>Throws if the server did not do something: what may work a little later as <see cref="LdapFault"/>.</summary>
    /// <param name="what">What was asked for, without secrets.</param>
    public static void Require(LdapDone done, string what)
    {
        if (done.Code == LdapCode.Success)
        {
            return;
        }

        var fault = new LdapFault(done);
        throw fault.IsTransient ? fault : new DirectoryRefusal($"The server refuses {what}: {fault.Message}.");
    }

    public static TaskFailedException ExportFailed(Configuration.Model.Connection connection, LdapServerSettings server, LdapFault fault) => new(
        $"The export of connection '{connection.Identifier}' from the server '{server.Endpoint}' failed: {fault.Message.TrimEnd('.')}. Nothing was taken{Advice(connection, fault)}",
        fault);

    private static string Advice(Configuration.Model.Connection connection, LdapFault fault) => fault.Code switch
    {
        LdapCode.SizeLimitExceeded when PackageCatalogue.Find(connection.Package)?.Name == "Muster.Ldap" =>
            "; let the server give pages (\"Controls\": [\"PagedResult\"]), or raise its size limit for this account.",
        LdapCode.SizeLimitExceeded => "; raise the server's size limit for this account.",
        LdapCode.NoSuchObject => "; correct the base of the search in the settings, or give the account the right to read it.",
        LdapCode.Referral => "; name that server in the settings, or correct the base.",
        LdapCode.InsufficientAccessRights => "; give the account the right to read.",
        _ when fault.IsTransient => "; run the job again.",
        _ => ".",
    };
}
