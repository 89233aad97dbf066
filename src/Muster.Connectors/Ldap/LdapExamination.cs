using Muster.Configuration.Work;
using Muster.Connectors.ActiveDirectory;
using Muster.Connectors.Contract;
using Muster.Connectors.Ldap.Protocol;
using Muster.Connectors.Ldif;
using Muster.Connectors.Settings;

namespace Muster.Connectors.Ldap;

/// <summary>A part of a tree that a connection reads, on one server.</summary>
internal sealed record LdapPlace(LdapServerSettings Server, string BaseDn, SearchFilter Filter, LdapScope Scope);

/// <summary>Examines connections of the LDAP family: reaches each server, signs in, reads an entry, and tries what incremental exports need.</summary>
internal sealed class LdapExamination(Func<ConnectionSettings, IReadOnlyList<LdapPlace>> placesOf, EntryKey key, string? feed) : IConnectionExamination
{
    private static readonly string[] NameColumns = ["dn", "parentdn", "rdn"];

    public static LdapExamination Generic { get; } = new(
        settings =>
        {
            var own = new LdapSettings(settings);
            return [.. own.Servers.SelectMany(s => own.Tables.Select(t => new LdapPlace(s, t.BaseDn, t.Filter, t.Scope)))];
        },
        EntryKey.EntryUuid,
        null);

    public static LdapExamination OpenLdap { get; } = new(
        settings =>
        {
            var own = new OpenLdapSettings(settings);
            return [new LdapPlace(own.Server, own.BaseDn, own.Filter, own.Scope)];
        },
        EntryKey.EntryUuid,
        LdapOid.SyncRequest);

    public static LdapExamination ActiveDirectory { get; } = new(
        settings =>
        {
            var own = new ActiveDirectorySettings(settings);
            return [.. own.Servers.Select(s => new LdapPlace(s, s.BaseDn!, own.Filter, LdapScope.Subtree))];
        },
        EntryKey.ObjectGuid,
        LdapOid.DirSync);

    public async Task<IReadOnlyList<ConnectionFinding>> CheckAsync(ConnectionToExamine connection, CancellationToken cancellationToken)
    {
        var findings = new List<ConnectionFinding>();
        IReadOnlyList<LdapPlace> places;
        try
        {
            places = placesOf(connection.Settings);
        }
        catch (TaskFailedException wrong)
        {
            return [new ConnectionFinding(false, wrong.Message)];
        }

        foreach (var server in places.GroupBy(p => p.Server))
        {
            try
            {
                await using var session = await server.Key.OpenOnceAsync(cancellationToken).ConfigureAwait(false);
                findings.Add(Good($"The server '{server.Key.Endpoint}' answers{Secured(server.Key, session)}, and {(server.Key.Authentication == LdapAuthentication.Anonymous ? "nobody is signed in" : $"'{server.Key.Account}' is signed in")}."));
                if (server.Key.IsPasswordExposed)
                {
                    findings.Add(Missing($"The password goes to '{server.Key.Endpoint}' unencrypted. Set EnableSSL (SSL) or StartTLS."));
                }

                await CheckSchemaAsync(session, connection, findings, cancellationToken).ConfigureAwait(false);
                foreach (var place in server)
                {
                    await CheckPlaceAsync(session, place, findings, cancellationToken).ConfigureAwait(false);
                }

                if (server.FirstOrDefault() is { } first)
                {
                    await new LdapRights(session, first, key, findings, cancellationToken).CheckAsync(connection).ConfigureAwait(false);
                }
            }
            catch (Exception failure) when (failure is LdapFault or FormatException)
            {
                findings.Add(Missing(failure.Message));
            }
        }

        return findings;
    }

    public string TableSuffix => feed == LdapOid.SyncRequest ? "entry" : "entries";

    public IReadOnlyList<string> MissingOf(ConnectionTables tables, IReadOnlyList<SchemaColumn> schema)
    {
        var known = schema.SelectMany(c => (c.Aliases ?? []).Append(c.Name)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return MissingOf(tables, known.Contains);
    }

    public async Task<IReadOnlyList<SchemaColumn>> ReadSchemaAsync(ConnectionToExamine connection, CancellationToken cancellationToken)
    {
        var server = placesOf(connection.Settings) is [var first, ..]
            ? first.Server
            : throw new TaskFailedException($"The connection '{connection.Connection.Identifier}' has no {connection.Settings.Describe("Tables")}.");
        try
        {
            await using var session = await server.OpenOnceAsync(cancellationToken).ConfigureAwait(false);
            var schema = await LdapSchema.ReadAsync(session, cancellationToken).ConfigureAwait(false);
            if (schema.Attributes.Count == 0)
            {
                throw new TaskFailedException($"The server '{server.Endpoint}' of connection '{connection.Connection.Identifier}' does not show its schema. Give the account the right to read it.");
            }

            return
            [
                .. NameColumns.Select(c => new SchemaColumn(c, "String", false)),
                .. schema.Attributes.Select(a => new SchemaColumn(a.Names[0], ValueTypeOf(schema.SyntaxOf(a), a.Names[0]), !a.IsSingleValued, a.Names.Count > 1 ? [.. a.Names.Skip(1)] : null))
                    .OrderBy(c => c.Name, StringComparer.OrdinalIgnoreCase),
            ];
        }
        catch (LdapFault fault)
        {
            throw new TaskFailedException($"The schema of connection '{connection.Connection.Identifier}' cannot be read from '{server.Endpoint}': {fault.Message}", fault);
        }
    }

    /// <summary>The kinds of values of the syntaxes (RFC 4517, 3.3, and Active Directory's own).</summary>
    private string ValueTypeOf(string? syntax, string name) => syntax switch
    {
        _ when name.Equals(key.Attribute, StringComparison.OrdinalIgnoreCase) => "Guid",
        "1.3.6.1.4.1.1466.115.121.1.7" => "Bool",
        "1.3.6.1.4.1.1466.115.121.1.27" => "Int32",
        "1.2.840.113556.1.4.906" => "Int64",
        "1.3.6.1.4.1.1466.115.121.1.24" or "1.3.6.1.4.1.1466.115.121.1.53" => "DateTime",
        "1.3.6.1.4.1.1466.115.121.1.5" or "1.3.6.1.4.1.1466.115.121.1.8" or "1.3.6.1.4.1.1466.115.121.1.28" or "1.3.6.1.4.1.1466.115.121.1.40"
            or "1.2.840.113556.1.4.907" => "Bytes",
        _ => "String",
    };

    private async Task CheckPlaceAsync(LdapSession session, LdapPlace place, List<ConnectionFinding> findings, CancellationToken cancellationToken)
    {
        if (await session.FindAsync(place.BaseDn, ["1.1"], cancellationToken).ConfigureAwait(false) is null)
        {
            findings.Add(Missing($"There is no entry '{place.BaseDn}', or '{place.Server.Account}' may not read it. Correct the base, or give the right to read."));
            return;
        }

        LdapEntry? example = null;
        LdapDone? end = null;
        var search = new LdapSearch(place.BaseDn, place.Scope, place.Filter, [key.Attribute]) { SizeLimit = 1 };
        await foreach (var response in session.Connection.SearchAsync(search, cancellationToken).ConfigureAwait(false))
        {
            example ??= response as LdapEntry;
            end = response as LdapDone ?? end;
        }

        findings.Add(example is not null ? Good($"Entries below '{place.BaseDn}' can be read, such as '{example.Dn}'.")
            : Missing($"No entry below '{place.BaseDn}' matches the filter, or '{place.Server.Account}' may read none ({LdapCode.NameOf(end!.Code)})."));
        if (example is not null && key.IdOf(example) is null)
        {
            findings.Add(Missing($"The attribute '{key.Attribute}' cannot be read. Give '{place.Server.Account}' the right: it is how an entry is known that was renamed."));
        }

        if (feed is not null)
        {
            await CheckFeedAsync(session, place, findings, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task CheckFeedAsync(LdapSession session, LdapPlace place, List<ConnectionFinding> findings, CancellationToken cancellationToken)
    {
        if (!session.Supports(feed!))
        {
            findings.Add(Missing(feed == LdapOid.SyncRequest
                ? "The server does not synchronize content: load the overlay 'syncprov' for this database."
                : "The server has no DirSync: it is no Active Directory."));
            return;
        }

        if (feed != LdapOid.DirSync)
        {
            findings.Add(Good("The server synchronizes content (syncprov)."));
            return;
        }

        try
        {
            var context = LdapSession.Texts(session.Root, "defaultNamingContext").FirstOrDefault() ?? place.BaseDn;
            await DirSync.CookieAsync(session, context, cancellationToken).ConfigureAwait(false);
            findings.Add(Good("DirSync answers: the account may replicate directory changes."));
        }
        catch (LdapFault fault) when (fault.Code is not null)
        {
            findings.Add(Missing($"DirSync is refused: {fault.Message}. Give '{place.Server.Account}' the right 'Replicating Directory Changes' on the domain."));
        }
    }

    private static async Task CheckSchemaAsync(
        LdapSession session, ConnectionToExamine connection, List<ConnectionFinding> findings, CancellationToken cancellationToken)
    {
        var schema = await LdapSchema.ReadAsync(session, cancellationToken).ConfigureAwait(false);
        if (schema.Attributes.Count == 0)
        {
            findings.Add(Missing("The server does not show its schema, so that the mapped columns cannot be checked. Give the account the right to read it."));
            return;
        }

        var unknown = MissingOf(connection.Tables, schema.HasAttribute);
        findings.Add(unknown.Count == 0
            ? Good("Every mapped column is an attribute of the server's schema.")
            : Missing($"The server's schema has no attribute for the mapped columns {string.Join(", ", unknown.Select(u => $"'{u}'"))}. They would be empty; correct the ConnectionColumn."));
    }

    private static List<string> MissingOf(ConnectionTables tables, Predicate<string> has) =>
    [
        .. tables.All.Where(t => t.HasEntities).SelectMany(t => t.Columns)
            .Where(c => !NameColumns.Contains(c.Name, StringComparer.OrdinalIgnoreCase) && !c.Name.Equals("command", StringComparison.OrdinalIgnoreCase))
            .Where(c => !has(AttributeFormat.Of(c.Name, c.Property).Attribute)).Select(c => c.Name).Distinct(),
    ];

    private static string Secured(LdapServerSettings server, LdapSession session) => (server.Endpoint.Security != LdapSecurity.None, session.Connection.IsEncrypted) switch
    {
        (true, _) => ", by TLS with a trusted certificate",
        (false, true) => ", encrypted by the sign-in",
        _ => "",
    };

    private static ConnectionFinding Good(string text) => new(true, text);

    private static ConnectionFinding Missing(string text) => new(false, text);
}
