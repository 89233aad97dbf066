using Muster.Configuration.Model;
using Muster.Repository.Schema;

namespace Muster.Repository.Files;

/// <summary>What follows for files when the tables of the entity model have changed.</summary>
internal sealed class FileMigration(RepositoryTransaction transaction, EntitySchema schema)
{
    /// <summary>Fills the tags that are new, and forgets the contents that dropped tables and columns referred to.</summary>
    public void Follow(StoredEntityModel before, StoredEntityModel after)
    {
        foreach (var table in schema.Tables)
        {
            foreach (var tag in FileTag.Of(table.EntityType))
            {
                var column = table.FindScalar(tag.Tag)!.Name;
                if (before.Tables.TryGetValue(table.Name, out var known) && known.GetValueOrDefault(column) != after.Tables[table.Name][column])
                {
                    Fill(table, tag);
                }
            }
        }

        if (SchemaMigrator.Losses(before, after).Count > 0)
        {
            var files = new FileStore(transaction);
            files.ReleaseAll();
            files.Sweep(schema);
        }
    }

    private void Fill(ResourceTable table, FileTag tag)
    {
        var file = table.FindScalar(tag.File)!;
        var (name, reference, value) = (transaction.Quote(table.Name), transaction.Quote(file.Name), transaction.Quote(table.FindScalar(tag.Tag)!.Name));
        foreach (var hash in transaction.Query($"SELECT DISTINCT {reference} FROM {name} WHERE {reference} IS NOT NULL", row => row.GetString(0)))
        {
            transaction.Execute(
                $"UPDATE {name} SET {value} = @value WHERE {reference} = @hash",
                ("@value", ColumnCodec.ToColumn(tag.Tag.Type, FileTag.ValueOf(hash))),
                ("@hash", hash));
        }
    }
}
