using Muster.Repository.Dialects;

namespace Muster.Repository.Changes;

/// <summary>The log of changes, the dirty epochs, and what each consumer has finished.</summary>
internal static class ChangeTables
{
    public static IEnumerable<string> Statements(ISqlDialect dialect) =>
    [
        $"""
        CREATE TABLE IF NOT EXISTS change (
            seq {dialect.AutoNumber},
            at TEXT NOT NULL,
            job_instance INTEGER,
            connector TEXT,
            delivery TEXT,
            operation INTEGER NOT NULL,
            entity_type TEXT,
            resource INTEGER NOT NULL,
            resource_key TEXT,
            properties TEXT,
            association TEXT,
            resource2 INTEGER,
            detail TEXT,
            is_listed INTEGER NOT NULL,
            is_flagged INTEGER NOT NULL DEFAULT 0)
        """,

        // Most of the log is consumed and only kept to be asked about: what is not must be found without reading it.
        "CREATE INDEX IF NOT EXISTS change_open ON change (seq) WHERE is_flagged = 0",
        "CREATE INDEX IF NOT EXISTS change_listed ON change (connector, seq) WHERE is_listed = 1",
        "CREATE INDEX IF NOT EXISTS change_listed_order ON change (seq) WHERE is_listed = 1",
        "CREATE INDEX IF NOT EXISTS change_job ON change (job_instance, seq)",
        "CREATE TABLE IF NOT EXISTS dirty (entity_type TEXT NOT NULL, resource INTEGER NOT NULL, epoch INTEGER NOT NULL,"
            + " reason TEXT, PRIMARY KEY (entity_type, resource))",
        "CREATE INDEX IF NOT EXISTS dirty_epoch ON dirty (entity_type, epoch, resource)",
        "CREATE TABLE IF NOT EXISTS epoch_sequence (one INTEGER PRIMARY KEY CHECK (one = 1), last INTEGER NOT NULL)",
        "INSERT INTO epoch_sequence (one, last) VALUES (1, 0) ON CONFLICT (one) DO NOTHING",
        "CREATE TABLE IF NOT EXISTS consumer (kind TEXT NOT NULL, entity_type TEXT NOT NULL, epoch INTEGER NOT NULL,"
            + " signature TEXT NOT NULL, PRIMARY KEY (kind, entity_type))",
        "CREATE TABLE IF NOT EXISTS key_reference (kind TEXT NOT NULL, consumer_type TEXT NOT NULL, entity_type TEXT NOT NULL,"
            + " value TEXT NOT NULL, resource INTEGER, PRIMARY KEY (kind, consumer_type, entity_type, value))",
    ];
}
