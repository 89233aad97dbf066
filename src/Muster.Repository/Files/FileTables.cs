namespace Muster.Repository.Files;

/// <summary>The contents of files, once each, and what is needed to remove those that nothing refers to any more.</summary>
internal static class FileTables
{
    public static IEnumerable<string> Statements() =>
    [
        "CREATE TABLE IF NOT EXISTS resource_file (hash TEXT PRIMARY KEY, length INTEGER NOT NULL, mime_type TEXT NOT NULL,"
            + " data BLOB NOT NULL)",

        // Contents that something stopped to refer to: looked at again, and forgotten if nothing else does.
        "CREATE TABLE IF NOT EXISTS resource_file_release (hash TEXT PRIMARY KEY)",

        // An order names its files; their contents are kept for it until it has its result.
        "CREATE TABLE IF NOT EXISTS provisioning_order_content (hash TEXT NOT NULL, order_id TEXT NOT NULL, PRIMARY KEY (hash, order_id))",
        "CREATE INDEX IF NOT EXISTS provisioning_order_content_order ON provisioning_order_content (order_id)",
        $"CREATE INDEX IF NOT EXISTS assigned_resource_scalar_file ON assigned_resource_scalar (policy_value) WHERE {FileStore.IsReference("policy_value")}",
    ];
}
