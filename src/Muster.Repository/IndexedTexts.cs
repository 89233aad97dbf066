namespace Muster.Repository;

/// <summary>The distinct texts of a column that an index begins with, found by jumping from one to the next: the cost follows how many they are, not the rows.</summary>
internal static class IndexedTexts
{
    public static IReadOnlyList<string> Of(RepositoryTransaction transaction, string table, string column) => transaction.Query(
        $"WITH RECURSIVE stored (text) AS (SELECT MIN({column}) FROM {table} UNION ALL"
        + $" SELECT (SELECT MIN(t.{column}) FROM {table} t WHERE t.{column} > s.text) FROM stored s WHERE s.text IS NOT NULL)"
        + " SELECT text FROM stored WHERE text IS NOT NULL",
        row => row.GetString(0));
}
