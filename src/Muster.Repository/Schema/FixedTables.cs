namespace Muster.Repository.Schema;

/// <summary>
/// The tables that do not depend on the entity model. Each domain lists its own statements in a file of its own beside its stores
/// (<c>…Tables.cs</c>) and is named here.
/// </summary>
internal static class FixedTables
{
    /// <summary>Raised whenever a statement is added: an older store then gets what it lacks.</summary>
    private const long Version = 13;

    private static IEnumerable<string> Statements(Dialects.ISqlDialect dialect) =>
    [
        .. Core(),
        .. Changes.ChangeTables.Statements(dialect),
        .. CorrelationKeys.CorrelationKeyStore.Statements(),
        .. Assignments.AssignmentTables.Statements(dialect),
        .. Files.FileTables.Statements(),
        .. Naming.NamedValueStore.Statements(),
        .. Jobs.JobTables.Statements(dialect),
        .. Synchronization.SynchronizationTables.Statements(),
    ];

    public static bool Exist(RepositoryTransaction transaction) =>
        transaction.Dialect.TableNames(transaction.Connection).Contains("repository")
        && transaction.Count("SELECT fixed_version FROM repository") >= Version;

    public static void Create(RepositoryTransaction transaction)
    {
        var before = transaction.Dialect.TableNames(transaction.Connection).Contains("repository")
            ? transaction.Count("SELECT fixed_version FROM repository")
            : 0;
        foreach (var statement in before is > 0 and < 5 ? Jobs.JobTables.Since5 : [])
        {
            transaction.Execute(statement);
        }

        foreach (var statement in Assignments.AssignmentTables.MissingColumns(transaction).ToList())
        {
            transaction.Execute(statement);
        }

        foreach (var statement in Statements(transaction.Dialect))
        {
            transaction.Execute(statement);
        }

        transaction.Execute("UPDATE repository SET fixed_version = @version", ("@version", Version));
    }

    private static IEnumerable<string> Core() =>
    [
        "CREATE TABLE IF NOT EXISTS repository (one INTEGER PRIMARY KEY CHECK (one = 1), fixed_version INTEGER NOT NULL)",
        "INSERT INTO repository (one, fixed_version) VALUES (1, 0) ON CONFLICT (one) DO NOTHING",
        "CREATE TABLE IF NOT EXISTS id_sequence (one INTEGER PRIMARY KEY CHECK (one = 1), next INTEGER NOT NULL)",

        // Small ids stay free for resources that the configuration declares (synchronization.md 2.3).
        "INSERT INTO id_sequence (one, next) VALUES (1, 1000000) ON CONFLICT (one) DO NOTHING",
        "CREATE TABLE IF NOT EXISTS configuration (one INTEGER PRIMARY KEY CHECK (one = 1), fingerprint TEXT NOT NULL,"
            + " xml TEXT NOT NULL, entity_model TEXT NOT NULL, deployed_at TEXT NOT NULL)",
    ];
}
