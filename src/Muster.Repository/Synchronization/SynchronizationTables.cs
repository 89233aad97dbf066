namespace Muster.Repository.Synchronization;

/// <summary>Deliveries, the chains of connectors, link rows that wait for their ends, and normalised key values.</summary>
internal static class SynchronizationTables
{
    public static IEnumerable<string> Statements() =>
    [
        """
        CREATE TABLE IF NOT EXISTS delivery (
            id TEXT PRIMARY KEY,
            connector TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            mode TEXT NOT NULL,
            state TEXT NOT NULL,
            builds_on TEXT,
            manifest TEXT,
            opened_at TEXT NOT NULL,
            accepted_at TEXT,
            applied_at TEXT,
            block TEXT,
            failure TEXT)
        """,
        "CREATE UNIQUE INDEX IF NOT EXISTS delivery_order ON delivery (connector, sequence)",
        "CREATE INDEX IF NOT EXISTS delivery_state ON delivery (connector, state, sequence)",
        """
        CREATE TABLE IF NOT EXISTS connector_state (
            connector TEXT PRIMARY KEY,
            last_sequence INTEGER NOT NULL,
            last_accepted TEXT,
            last_applied TEXT,
            complete_required TEXT,
            exports TEXT NOT NULL)
        """,

        // Keys are in matching form (LinkKey): equal texts are equal keys.
        "CREATE TABLE IF NOT EXISTS pending_link (association TEXT NOT NULL, key1 TEXT NOT NULL, key2 TEXT NOT NULL,"
            + " PRIMARY KEY (association, key1, key2))",
        "CREATE INDEX IF NOT EXISTS pending_link_key2 ON pending_link (association, key2, key1)",

        // Only for properties whose values have several spellings (distinguished names); others are matched in their own column.
        "CREATE TABLE IF NOT EXISTS link_key (property TEXT NOT NULL, resource INTEGER NOT NULL, value TEXT NOT NULL,"
            + " PRIMARY KEY (property, resource))",
        "CREATE INDEX IF NOT EXISTS link_key_value ON link_key (property, value, resource)",
        "CREATE TABLE IF NOT EXISTS link_key_property (property TEXT PRIMARY KEY)",

        // The key of the hashes of rows (SourceHash).
        "CREATE TABLE IF NOT EXISTS source_secret (one INTEGER PRIMARY KEY CHECK (one = 1), secret BLOB NOT NULL)",
    ];
}
