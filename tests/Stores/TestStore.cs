using System.Data.Common;
using Microsoft.Data.Sqlite;
using Muster.Repository;

namespace Muster.Servers;

/// <summary>
/// The store of a test: a file in the test's folder, or with <c>MUSTER_TEST_STORE=postgres</c> one on a server of the test run. The script
/// <c>test</c> runs every suite that has stores on both.
/// </summary>
internal sealed class TestStore : IDisposable
{
    private readonly PostgresServer? _server;
    private readonly string? _database;

    private TestStore(string url) => Url = url;

    private TestStore(PostgresServer server, string database)
    {
        _server = server;
        _database = database;
        Url = server.UrlOfDatabase(database);
    }

    public static bool IsPostgres { get; } = Environment.GetEnvironmentVariable("MUSTER_TEST_STORE") switch
    {
        null or "" or "sqlite" => false,
        "postgres" => true,
        var other => throw new InvalidOperationException($"MUSTER_TEST_STORE is '{other}'. Use sqlite or postgres."),
    };

    public string Url { get; }

    public bool IsOnServer => _database is not null;

    public bool Exists => RepositoryDatabase.Exists(Url);

    /// <summary>A store for tests within this process: on a server it is a schema.</summary>
    /// <param name="folder">Where an embedded store lives.</param>
    public static TestStore Create(string folder) =>
        IsPostgres ? new TestStore(PostgresServer.Shared.CreateStore()) : InFolder(folder);

    /// <summary>A store that can be copied: on a server it is a database of its own.</summary>
    /// <param name="folder">Where an embedded store lives, by the name that commands use without <c>--database</c>.</param>
    public static TestStore CreateWhole(string folder) => IsPostgres ? CreateOnServer(PostgresServer.Shared) : InFolder(folder);

    public static TestStore CreateOnServer(PostgresServer server) => new(server, server.CreateDatabase(null));

    /// <summary>What the store holds, in another one. An embedded store is copied with its folder.</summary>
    public TestStore CopyTo(string folder) => _database is null ? InFolder(folder) : new TestStore(_server!, _server!.CreateDatabase(_database));

    /// <summary>Puts a copy of an embedded or a server's store in its place; the copy is used up.</summary>
    public void Become(TestStore copy)
    {
        if (_database is not null)
        {
            _server!.Rename(copy._database!, _database);
            return;
        }

        foreach (var end in new[] { "", "-wal", "-shm" })
        {
            File.Delete(PathOf(this) + end);
            if (File.Exists(PathOf(copy) + end))
            {
                File.Move(PathOf(copy) + end, PathOf(this) + end);
            }
        }
    }

    /// <summary>A copy as <see cref="Become"/> takes it.</summary>
    /// <param name="folder">For an embedded store.</param>
    public TestStore BackUp(string folder)
    {
        if (_database is null)
        {
            Directory.CreateDirectory(folder);
            foreach (var end in new[] { "", "-wal", "-shm" }.Where(e => File.Exists(PathOf(this) + e)))
            {
                File.Copy(PathOf(this) + end, Path.Combine(folder, "muster.db") + end);
            }
        }

        return CopyTo(folder);
    }

    /// <summary>Runs a statement behind Muster's back; returns how many rows it touched.</summary>
    public int Execute(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteNonQuery();
    }

    /// <summary>Asks behind Muster's back.</summary>
    public long Count(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>To be called when nothing uses the store any more.</summary>
    public void Dispose()
    {
        if (_database is not null)
        {
            _server!.DropDatabase(_database);
        }
        else if (Url.StartsWith("postgres", StringComparison.Ordinal))
        {
            PostgresServer.Shared.DropStore(Url);
        }
    }

    public static TestStore InFolder(string folder) => new($"sqlite:{Path.Combine(folder, "muster.db")}");

    private static string PathOf(TestStore store) => store.Url["sqlite:".Length..];

    private DbConnection Connect()
    {
        if (_database is not null)
        {
            return _server!.Connect(_database);
        }

        var connection = new SqliteConnection($"Data Source={PathOf(this)};Mode=ReadWrite;Pooling=False");
        connection.Open();
        return connection;
    }
}
