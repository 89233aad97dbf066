using Muster.Configuration.Work;
using Muster.Repository.Dialects.Postgres;

namespace Muster.Repository.Dialects;

/// <summary>The URLs of stores: <c>sqlite:PATH</c>, <c>postgres://…</c>.</summary>
internal static class StoreUrl
{
    private const string Sqlite = "sqlite:";

    /// <summary>Throws <see cref="TaskFailedException"/> if it is the URL of no store.</summary>
    public static ISqlDialect Dialect(string url) =>
        url.StartsWith(Sqlite, StringComparison.OrdinalIgnoreCase) ? new SqliteDialect(url[Sqlite.Length..])
        : PostgresUrl.IsOne(url) ? new PostgresDialect(url)
        : throw new TaskFailedException(
            $"The database URL '{Describe(url)}' is of no known kind. Use sqlite:PATH or postgres://user:password@host/database.");

    /// <summary>The URL for people: without a password.</summary>
    public static string Describe(string url) => url.Contains("://", StringComparison.Ordinal) ? PostgresUrl.Redact(url) : url;
}
