using System.Data.Common;
using Muster.Repository.Schema;

namespace Muster.Repository;

/// <summary>Copies a store row by row to one of another kind.</summary>
internal static class StoreCopy
{
    /// <summary>
    /// Copies what is committed now to an embedded store in a folder, and returns its URL: a scratch store that needs no rights on a server, and
    /// is gone with its folder.
    /// </summary>
    public static string ToFile(RepositoryDatabase from, string folder, TimeProvider time)
    {
        var url = $"sqlite:{Path.Combine(Path.GetFullPath(folder), "muster.db")}";
        using var to = RepositoryDatabase.Open(url, time);
        using var source = from.BeginRead();
        using var target = to.BeginBookkeeping();
        var model = source.Query("SELECT entity_model FROM configuration", row => StoredEntityModel.FromJson(row.GetString(0))).FirstOrDefault();
        if (model is not null)
        {
            new SchemaMigrator(target).Migrate(StoredEntityModel.Empty, model, allowDataLoss: false);
        }

        var present = source.Dialect.TableNames(source.Connection);
        foreach (var table in target.Dialect.TableNames(target.Connection).Where(t => !t.StartsWith("sqlite_", StringComparison.Ordinal)))
        {
            if (present.Contains(source.Dialect.StoredName(table)))
            {
                Copy(source, target, table);
            }
        }

        target.Commit();
        return url;
    }

    private static void Copy(RepositoryTransaction source, RepositoryTransaction target, string table)
    {
        var columns = target.Dialect.ColumnNames(target.Connection, table).ToList();
        var parameters = columns.Select((_, index) => $"@p{index}").ToArray();
        target.Execute($"DELETE FROM {target.Quote(table)}");
        var insert = target.Prepare(
            $"INSERT INTO {target.Quote(table)} ({string.Join(", ", columns.Select(target.Quote))}) VALUES ({string.Join(", ", parameters)})", parameters);
        var values = new object?[columns.Count];
        source.Read(
            $"SELECT {string.Join(", ", columns.Select(source.Quote))} FROM {source.Quote(table)}",
            row =>
            {
                Fill(values, row);
                insert.Execute(values);
            });
    }

    private static void Fill(object?[] values, DbDataReader row)
    {
        for (var index = 0; index < values.Length; index++)
        {
            values[index] = row.IsDBNull(index) ? null : row.GetValue(index);
        }
    }
}
