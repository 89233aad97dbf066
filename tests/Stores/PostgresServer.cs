using System.Globalization;
using Npgsql;

namespace Muster.Servers;

/// <summary>
/// A PostgreSQL server in a temporary folder on a free port of the loopback address, ended with the process that started it. Everybody is let in
/// without a password but the role <see cref="Guarded"/>.
/// </summary>
internal sealed class PostgresServer : IDisposable
{
    public const string Owner = "muster";
    public const string Guarded = "guarded";
    public const string Password = "only-a-test";
    private const string Packages = "postgresql";
    private static readonly Lazy<PostgresServer> SharedServer = new(() => FindRunning() ?? Start(isDurable: false));
    private static int _lastStore;
    private readonly string _folder;
    private readonly bool _isDurable;
    private ServerProcess? _process;

    private PostgresServer(string folder, bool isDurable, int? port = null)
    {
        _folder = folder;
        _isDurable = isDurable;
        Port = port ?? ServerProcess.FreePort();
    }

    /// <summary>
    /// One server for all tests of a run, started by the first that asks; what it holds would not survive a power cut. A developer may have one
    /// running and name its port in <c>MUSTER_TEST_POSTGRES</c>; it has the role and the database <see cref="Owner"/>.
    /// </summary>
    public static PostgresServer Shared => SharedServer.Value;

    public int Port { get; }

    /// <param name="isDurable">Whether what is committed survives the server's death.</param>
    public static PostgresServer Start(bool isDurable)
    {
        var initdb = Program("initdb");
        var folder = Directory.CreateTempSubdirectory("muster-postgres-").FullName;
        ServerProcess.RemoveAtEnd(folder);
        if (Environment.UserName == "root")
        {
            ServerProcess.Run("/bin/chown", null, "postgres", folder);
        }

        string[] create =
        [
            initdb, "--pgdata", Path.Combine(folder, "data"), "--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync",
        ];
        ServerProcess.Run(AsServer(create)[0], null, AsServer(create)[1..]);
        File.WriteAllText(Path.Combine(folder, "data", "pg_hba.conf"), $"host all {Guarded} 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n");
        var server = new PostgresServer(folder, isDurable);
        server.Resume();
        server.Execute("postgres", $"CREATE ROLE {Owner} LOGIN; CREATE ROLE {Guarded} LOGIN PASSWORD '{Password}'");
        server.Execute("postgres", $"CREATE DATABASE {Owner} OWNER {Owner}");
        return server;
    }

    /// <summary>The URL of a new and empty store: a schema of its own.</summary>
    public string CreateStore() =>
        UrlOf(string.Create(CultureInfo.InvariantCulture, $"store_{Environment.ProcessId}_{Interlocked.Increment(ref _lastStore)}"));

    public string UrlOf(string schema) => string.Create(CultureInfo.InvariantCulture, $"postgres://{Owner}@127.0.0.1:{Port}/{Owner}?schema={schema}");

    /// <summary>Removes a store with all that it holds.</summary>
    public void DropStore(string url)
    {
        var schema = url[(url.LastIndexOf('=') + 1)..];
        Execute(Owner, $"DROP SCHEMA IF EXISTS {schema} CASCADE");
    }

    /// <summary>A new database that holds nothing, or what another one holds.</summary>
    public string CreateDatabase(string? template)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"world_{Environment.ProcessId}_{Interlocked.Increment(ref _lastStore)}");
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                Execute("postgres", $"CREATE DATABASE {name} OWNER {Owner} TEMPLATE {template ?? "template1"}");
                return name;
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.ObjectInUse && attempt < 100)
            {
                // The session of a process that was killed a moment ago.
                Thread.Sleep(100);
            }
        }
    }

    public string UrlOfDatabase(string database) => string.Create(CultureInfo.InvariantCulture, $"postgresql://{Owner}@127.0.0.1:{Port}/{database}");

    public void DropDatabase(string database) => Execute("postgres", $"DROP DATABASE IF EXISTS {database} WITH (FORCE)");

    public void Rename(string database, string name)
    {
        DropDatabase(name);
        Execute("postgres", $"ALTER DATABASE {database} RENAME TO {name}");
    }

    public void Execute(string database, string sql)
    {
        using var connection = Connect(database);
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    public NpgsqlConnection Connect(string database)
    {
        var connection = new NpgsqlConnection(string.Create(
            CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Username=postgres;Database={database};Pooling=false;Command Timeout=120"));
        connection.Open();
        return connection;
    }

    /// <summary>Starts the server again after <see cref="Kill"/>.</summary>
    public void Resume()
    {
        string[] command =
        [
            Program("postgres"), "-D", Path.Combine(_folder, "data"), "-p", Port.ToString(CultureInfo.InvariantCulture),
            "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=200", "-c", "shared_buffers=64MB",
            "-c", "max_locks_per_transaction=256", "-c", $"fsync={(_isDurable ? "on" : "off")}", "-c", $"full_page_writes={(_isDurable ? "on" : "off")}",
        ];
        _process = ServerProcess.Start(Path.Combine(_folder, "log"), AsServer(command)[0], AsServer(command)[1..]);
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var connection = Connect("postgres");
                return;
            }
            catch (NpgsqlException) when (attempt < 300 && !_process.HasEnded)
            {
                Thread.Sleep(50);
            }
            catch (NpgsqlException exception)
            {
                throw new InvalidOperationException($"PostgreSQL did not start: {File.ReadAllText(Path.Combine(_folder, "log"))}", exception);
            }
        }
    }

    /// <summary>Ends the server at once, with all that it is doing.</summary>
    public void Kill()
    {
        ServerProcess.Run(AsServer(Program("pg_ctl"))[0], null, [.. AsServer(Program("pg_ctl"))[1..], "stop", "-D", Path.Combine(_folder, "data"), "-m", "immediate"]);
        _process?.Dispose();
        _process = null;
    }

    public void Dispose()
    {
        if (_process is not null)
        {
            Kill();
        }
    }

    private static PostgresServer? FindRunning() =>
        int.TryParse(Environment.GetEnvironmentVariable("MUSTER_TEST_POSTGRES"), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? new PostgresServer("", isDurable: false, port)
            : null;

    /// <summary>The server refuses to run as root.</summary>
    private static string[] AsServer(params string[] command) => Environment.UserName == "root"
        ? [ServerProcess.Require("setpriv", "util-linux"), "--reuid", "postgres", "--regid", "postgres", "--clear-groups", .. command]
        : command;

    private static string Program(string name)
    {
        const string Versions = "/usr/lib/postgresql";
        var found = Directory.Exists(Versions)
            ? Directory.EnumerateDirectories(Versions).OrderDescending(StringComparer.Ordinal).Select(v => Path.Combine(v, "bin", name)).FirstOrDefault(File.Exists)
            : null;
        return found ?? ServerProcess.Require(name, Packages);
    }
}
