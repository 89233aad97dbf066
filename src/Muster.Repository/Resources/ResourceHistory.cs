using System.Globalization;
using Muster.Configuration.Model;
using Muster.Repository.Schema;

namespace Muster.Repository.Resources;

/// <summary>One past state of a resource.</summary>
/// <param name="ValidFrom">Inclusive; the beginning of time for an initial load.</param>
/// <param name="ValidTo">Exclusive; null for the state as it is now.</param>
/// <param name="Values">Canonical values of scalars, those that are null left out.</param>
/// <param name="Targets">Targets of the mono-valued navigations that stand in the resource's row, by id.</param>
public sealed record ResourceVersion(
    DateTime ValidFrom,
    DateTime? ValidTo,
    IReadOnlyDictionary<EntityProperty, string> Values,
    IReadOnlyDictionary<EntityProperty, long> Targets);

/// <summary>The versions of one resource (synchronization.md 9.8).</summary>
public sealed class ResourceHistory(RepositoryTransaction transaction, EntitySchema schema)
{
    /// <summary>All versions that are kept, oldest first; the last is the present one if the resource still exists.</summary>
    public IReadOnlyList<ResourceVersion> Versions(EntityType type, long id)
    {
        var table = schema.TableOf(type);
        var columns = string.Concat(
            table.Scalars.Select(c => $", {transaction.Quote(c.Name)}").Concat(table.Navigations.Select(c => $", {transaction.Quote(c.Name)}")));
        return transaction.Query(
            $"SELECT valid_from, valid_to{columns} FROM {transaction.Quote(table.HistoryName)} WHERE id = @id"
                + $" UNION ALL SELECT valid_from, NULL{columns} FROM {transaction.Quote(table.Name)} WHERE id = @id ORDER BY 1, 2 NULLS LAST",
            row => Read(table, row),
            ("@id", id));
    }

    /// <summary>The first version of each resource is valid since the beginning of time. Returns how many were not.</summary>
    public long ResetFirstVersions()
    {
        var reset = 0L;
        foreach (var table in schema.Tables)
        {
            var (present, past) = (transaction.Quote(table.Name), transaction.Quote(table.HistoryName));
            reset += transaction.Execute(
                $"UPDATE {past} SET valid_from = @from WHERE valid_from > @from"
                    + $" AND valid_from = (SELECT MIN(o.valid_from) FROM {past} o WHERE o.id = {past}.id)",
                ("@from", ResourceWriter.BeginningOfTime));
            reset += transaction.Execute(
                $"UPDATE {present} SET valid_from = @from WHERE valid_from > @from AND NOT EXISTS (SELECT 1 FROM {past} o WHERE o.id = {present}.id)",
                ("@from", ResourceWriter.BeginningOfTime));
        }

        return reset;
    }

    private static ResourceVersion Read(ResourceTable table, System.Data.Common.DbDataReader row)
    {
        var values = new Dictionary<EntityProperty, string>();
        var targets = new Dictionary<EntityProperty, long>();
        for (var index = 0; index < table.Scalars.Count; index++)
        {
            var property = table.Scalars[index].Property;
            if (ColumnCodec.FromColumn(property.Type, row, index + 2) is { } value)
            {
                values.Add(property, value);
            }
        }

        for (var index = 0; index < table.Navigations.Count; index++)
        {
            var ordinal = table.Scalars.Count + index + 2;
            if (!row.IsDBNull(ordinal))
            {
                targets.Add(table.Navigations[index].Property, row.GetInt64(ordinal));
            }
        }

        return new ResourceVersion(Instant(row.GetString(0)), row.IsDBNull(1) ? null : Instant(row.GetString(1)), values, targets);
    }

    private static DateTime Instant(string text) =>
        DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal);
}
