using Muster.Configuration.Model;

namespace Muster.Repository.Schema;

/// <summary>Queries along navigations.</summary>
internal static class NavigationSql
{
    /// <summary>A query, with one column, for the resources whose navigation contains one of a set, which is itself a query for ids.</summary>
    public static string Referrers(this EntitySchema schema, RepositoryTransaction transaction, EntityProperty navigation, string set)
    {
        var end = navigation.Navigation!;
        var storage = schema.StorageOf(end.Association);
        if (storage.TableName is { } links)
        {
            var (own, other) = end.Side == 1 ? ("r1", "r2") : ("r2", "r1");
            return $"SELECT {own} AS id FROM {transaction.Quote(links)} WHERE {other} IN ({set})";
        }

        var column = transaction.Quote(storage.ColumnName!);
        var table = transaction.Quote(storage.ColumnTable!.Name);
        return storage.ColumnEnd == end
            ? $"SELECT id FROM {table} WHERE {column} IN ({set})"
            : $"SELECT {column} AS id FROM {table} WHERE id IN ({set}) AND {column} IS NOT NULL";
    }
}
