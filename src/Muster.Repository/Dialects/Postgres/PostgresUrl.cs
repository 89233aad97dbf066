using System.Globalization;
using Muster.Configuration.Work;
using Npgsql;

namespace Muster.Repository.Dialects.Postgres;

/// <summary>
/// Where a PostgreSQL store is: <c>postgres://user:password@host:port/database?sslmode=require&amp;schema=muster</c>, percent-encoded, with the
/// options that libpq knows by the same names. What is left out comes from the environment as it does for other programs (PGPASSWORD, .pgpass).
/// </summary>
public sealed class PostgresUrl
{
    private const int DefaultPort = 5432;
    private static readonly string[] Schemes = ["postgres://", "postgresql://"];

    private PostgresUrl(NpgsqlConnectionStringBuilder settings, string? schema)
    {
        Settings = settings;
        Schema = schema;
    }

    /// <summary>The schema that is asked for; null: the first of the role's search path.</summary>
    public string? Schema { get; }

    /// <summary>The server as people name it: <c>host:port</c>.</summary>
    public string Server => string.Create(CultureInfo.InvariantCulture, $"{Settings.Host}:{Settings.Port}");

    public string Database => Settings.Database!;

    public string User => Settings.Username!;

    /// <summary>For the driver; holds the password.</summary>
    internal NpgsqlConnectionStringBuilder Settings { get; }

    public static bool IsOne(string url) => Schemes.Any(s => url.StartsWith(s, StringComparison.OrdinalIgnoreCase));

    /// <summary>The URL without its password, for people.</summary>
    public static string Redact(string url)
    {
        var start = url.IndexOf("://", StringComparison.Ordinal) + 3;
        var query = url.IndexOf('?', start);

        // The last one: a password with an '@' or a '/' that should have been encoded is still a password.
        var at = url.LastIndexOf('@', query < 0 ? url.Length - 1 : query);
        if (at < start)
        {
            return url;
        }

        var colon = url.IndexOf(':', start);
        return colon >= 0 && colon < at ? $"{url[..colon]}:…{url[at..]}" : url;
    }

    /// <summary>Throws <see cref="TaskFailedException"/> if the URL is none.</summary>
    public static PostgresUrl Parse(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri))
        {
            throw Wrong(url, "it is no URL; characters such as '@', ':', '/' and '#' in a password are written '%40', '%3A', '%2F' and '%23'");
        }

        var user = uri.UserInfo.Split(':', 2);
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host.Length == 0 ? "localhost" : uri.Host.Trim('[', ']'),
            Port = uri.Port < 0 ? DefaultPort : uri.Port,
            Database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')),
            Username = Uri.UnescapeDataString(user[0]),
            ApplicationName = "Muster",

            // Connections are kept by the store itself, with their prepared statements; a bulk statement takes as long as it takes.
            Pooling = false,
            Enlist = false,
            CommandTimeout = 0,
            KeepAlive = 30,
        };
        if (user.Length == 2)
        {
            settings.Password = Uri.UnescapeDataString(user[1]);
        }

        if (settings.Username.Length == 0)
        {
            settings.Username = Environment.GetEnvironmentVariable("PGUSER") ?? throw Wrong(url, "it names no user");
        }

        if (settings.Database.Length == 0)
        {
            throw Wrong(url, "it names no database");
        }

        return new PostgresUrl(settings, ReadOptions(url, uri, settings));
    }

    private static string? ReadOptions(string url, Uri uri, NpgsqlConnectionStringBuilder settings)
    {
        string? schema = null;
        foreach (var option in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = option.Split('=', 2);
            var name = Uri.UnescapeDataString(parts[0]);
            var value = parts.Length == 2 ? Uri.UnescapeDataString(parts[1]) : "";
            switch (name)
            {
                case "schema" when value.Length > 0:
                    schema = value;
                    break;
                case "host" when value.Length > 0:
                    settings.Host = value;
                    break;
                case "sslmode" when Enum.TryParse<SslMode>(value.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var mode):
                    settings.SslMode = mode;
                    break;
                case "sslrootcert" when value.Length > 0:
                    settings.RootCertificate = value;
                    break;
                case "sslcert" when value.Length > 0:
                    settings.SslCertificate = value;
                    break;
                case "sslkey" when value.Length > 0:
                    settings.SslKey = value;
                    break;
                case "passfile" when value.Length > 0:
                    settings.Passfile = value;
                    break;
                case "application_name" when value.Length > 0:
                    settings.ApplicationName = value;
                    break;
                case "connect_timeout" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds):
                    settings.Timeout = seconds;
                    break;
                default:
                    throw Wrong(
                        url,
                        $"its option '{name}' is unknown, or its value is none that it takes; known are schema, host, sslmode (disable, prefer, require, verify-ca,"
                        + " verify-full), sslrootcert, sslcert, sslkey, passfile, application_name and connect_timeout (seconds)");
            }
        }

        return schema;
    }

    private static TaskFailedException Wrong(string url, string because) =>
        new($"The database URL '{Redact(url)}' cannot be used: {because}. It has the form postgres://user:password@host:port/database?sslmode=require&schema=name.");
}
