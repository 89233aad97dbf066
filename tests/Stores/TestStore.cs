namespace Muster.Servers;

/// <summary>
/// The store of a test: a file in the test's folder, or with <c>MUSTER_TEST_STORE=postgres</c> a schema on a server of the test run. The script
/// <c>test</c> runs every suite that has stores on both.
/// </summary>
internal sealed class TestStore : IDisposable
{
    private TestStore(string url)
    {
        Url = url;
    }

    public static bool IsPostgres { get; } = Environment.GetEnvironmentVariable("MUSTER_TEST_STORE") switch
    {
        null or "" or "sqlite" => false,
        "postgres" => true,
        var other => throw new InvalidOperationException($"MUSTER_TEST_STORE is '{other}'. Use sqlite or postgres."),
    };

    public string Url { get; }

    /// <param name="folder">Where an embedded store lives.</param>
    public static TestStore Create(string folder) =>
        new(IsPostgres ? PostgresServer.Shared.CreateStore() : $"sqlite:{Path.Combine(folder, "muster.db")}");

    /// <summary>To be called when nothing uses the store any more.</summary>
    public void Dispose()
    {
        if (IsPostgres)
        {
            PostgresServer.Shared.DropStore(Url);
        }
    }
}
