using Npgsql;

namespace Muster.Repository.Dialects.Postgres;

/// <summary>What failures of the server mean, for a person. The numbers are PostgreSQL's SQLSTATE codes.</summary>
internal static class PostgresFailure
{
    /// <summary>Why no connection could be opened, and what to do.</summary>
    public static string OfOpening(Exception exception, PostgresUrl url)
    {
        var (database, user) = (url.Database, url.User);
        return exception switch
        {
            PostgresException { SqlState: "28P01" or "28000" } refused =>
                $"The PostgreSQL server '{url.Server}' refused the user '{user}' for the database '{database}': {refused.MessageText}."
                + " Check the user and the password in --database (or in PGPASSWORD, or in .pgpass), and the server's pg_hba.conf.",
            PostgresException { SqlState: "3D000" } =>
                $"The PostgreSQL server '{url.Server}' has no database '{database}'."
                + $" Create it: createdb --host {url.Settings.Host} --port {url.Settings.Port} --owner '{user}' --encoding UTF8 --template template0 '{database}'.",
            PostgresException { SqlState: "42501" } refused => MissingRight(refused, url),
            PostgresException { SqlState: "53300" } =>
                $"The PostgreSQL server '{url.Server}' has no connection left (max_connections). Muster needs up to six; raise the limit, or end other programs.",
            PostgresException { SqlState: "57P03" } => $"The PostgreSQL server '{url.Server}' is starting or stopping. Try again in a moment.",
            PostgresException other => $"The database '{database}' on the PostgreSQL server '{url.Server}' cannot be used: {other.MessageText}.",
            NpgsqlException { InnerException: System.Security.Authentication.AuthenticationException tls } =>
                $"No encrypted connection to the PostgreSQL server '{url.Server}' could be made: {tls.Message} Check its certificate, and sslmode and sslrootcert in --database.",
            NpgsqlException { InnerException: null } other when other.Message.Contains("password", StringComparison.OrdinalIgnoreCase) =>
                $"The PostgreSQL server '{url.Server}' asks for a password for the user '{user}'. Give it in --database, in PGPASSWORD or in .pgpass.",
            _ => $"The PostgreSQL server '{url.Server}' cannot be reached: {(exception.InnerException ?? exception).Message.TrimEnd('.')}."
                + " Check that it runs and listens there, and the address in --database.",
        };
    }

    public static string MissingRight(PostgresException exception, PostgresUrl url) =>
        $"The user '{url.User}' lacks a right on the PostgreSQL server '{url.Server}': {exception.MessageText}. Muster creates its tables itself: make the user the owner"
        + $" of the database (ALTER DATABASE \"{url.Database}\" OWNER TO \"{url.User}\"), or create a schema for it (CREATE SCHEMA muster AUTHORIZATION \"{url.User}\")"
        + " and add ?schema=muster to --database.";

    /// <summary>What went wrong while a store was used, and what to do.</summary>
    public static string OfUse(NpgsqlException exception) => exception switch
    {
        _ when IsLost(exception) =>
            $"The connection to the PostgreSQL server was lost: {Cause(exception)} What was not committed has been taken back, so nothing is half done."
            + " Check the server and the network, then start the job again.",
        PostgresException { SqlState: "53100" } full =>
            $"The disk of the PostgreSQL server is full: {full.MessageText}. Nothing is half done; make room, then start the job again.",
        PostgresException { SqlState: "53200" or "53400" } memory =>
            $"The PostgreSQL server lacks memory or reached a limit: {memory.MessageText}. Nothing is half done; raise it, then start the job again.",
        PostgresException { SqlState: "54000", Routine: "RelationGetBufferForTuple" } or PostgresException { SqlState: "54011" } =>
            $"An entity type is too wide for PostgreSQL: {((PostgresException)exception).MessageText}. The properties of a resource stand in one row, which holds some 8 000 octets there (a long value"
            + " counts 18, a short one its length) in at most 1 600 columns. Give the entity type fewer properties, or keep the repository in the embedded store.",
        PostgresException { SqlState: "54000" } large =>
            $"A value is too long for PostgreSQL: {large.MessageText}. Keys of resources and values that are looked up take some 2 700 octets at most there.",
        PostgresException { SqlState: "42501" } right =>
            $"The database user lacks a right: {right.MessageText}. It must own Muster's tables and be allowed to create tables and temporary tables.",
        PostgresException other => $"The PostgreSQL server refused the work: {other.MessageText} (SQLSTATE {other.SqlState}). Nothing is half done.",
        _ => $"The PostgreSQL server could not be used: {Cause(exception)} Nothing is half done.",
    };

    /// <summary>The connection is gone, or the server is ending: another connection may do.</summary>
    public static bool IsLost(Exception exception) => exception switch
    {
        PostgresException postgres => postgres.SqlState is "57P01" or "57P02" or "57P03" or "57P05" || postgres.SqlState.StartsWith("08", StringComparison.Ordinal),
        NpgsqlException npgsql => npgsql.InnerException is IOException or System.Net.Sockets.SocketException or TimeoutException,
        InvalidOperationException => true,
        _ => false,
    };

    private static string Cause(NpgsqlException exception)
    {
        var text = (exception.InnerException is { } inner and not PostgresException ? inner.Message : (exception as PostgresException)?.MessageText ?? exception.Message).Trim();
        return text.EndsWith('.') ? text : text + ".";
    }
}
