using System.Data.Common;
using System.Text.Json;
using Muster.Configuration.Model;
using Muster.Repository.Changes;
using Muster.Repository.Schema;

namespace Muster.Repository.Synchronization;

/// <summary>One change as a person reads it (asks.md, 11).</summary>
/// <param name="EntityType">Null for a link.</param>
/// <param name="Association">Null for a resource.</param>
/// <param name="Key">Of the resource, or of the link's first end; null where it has none.</param>
/// <param name="Key2">Of the link's second end.</param>
/// <param name="Values">For an update: old and new value by property; long ones are cut.</param>
public sealed record ChangeLine(
    string At,
    long? JobInstance,
    string? Connector,
    Guid? Delivery,
    ChangeOperation Operation,
    string? EntityType,
    string? Association,
    string? Key,
    string? Key2,
    IReadOnlyDictionary<string, string?[]> Values)
{
    /// <summary>One line of text: <c>update HR_Person 'P7': Name 'Ann' → 'Anna'</c>.</summary>
    public override string ToString()
    {
        var verb = Operation.ToString().ToLowerInvariant();
        if (Association is not null)
        {
            return $"{verb} link {Association} '{Key}' – '{Key2}'";
        }

        var values = string.Join(", ", Values.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"{v.Key} '{v.Value[0]}' → '{v.Value[1]}'"));
        return $"{verb} {EntityType} '{Key}'{(values.Length == 0 ? "" : ": " + values)}";
    }
}

/// <summary>Reads the change log for people.</summary>
public sealed class ChangeList(RepositoryTransaction transaction, EntitySchema schema)
{
    /// <summary>The changes of one delivery that are still in the log, in order.</summary>
    public IReadOnlyList<ChangeLine> OfDelivery(Guid delivery, int limit = int.MaxValue) =>
        Read("delivery = @value", delivery.ToString("N"), limit);

    /// <summary>
    /// The changes of a job instance to resources and links, in order; those of an initial load are not logged one by one, and all are
    /// forgotten after <see cref="ConsumedChanges.Retention"/>.
    /// </summary>
    public IReadOnlyList<ChangeLine> OfJob(long instance, int limit = int.MaxValue) => Read("job_instance = @value", instance, limit);

    /// <summary>The changes of a connector that are kept to be looked at (<c>DoNotDeleteChanges</c>), in order.</summary>
    public IReadOnlyList<ChangeLine> Listed(string connector, int limit = int.MaxValue) =>
        Read("is_listed = 1 AND connector = @value", connector, limit);

    /// <summary>Takes the changes of a connector out of its list; what has to be computed because of them is still computed.</summary>
    public void Unlist(string connector) =>
        transaction.Execute("UPDATE change SET is_listed = 0 WHERE connector = @connector AND is_listed = 1", ("@connector", connector));

    /// <summary>Some changes of a delivery of one kind, for a person to judge by.</summary>
    public IReadOnlyList<ChangeLine> Sample(
        Guid delivery, ChangeOperation operation, IReadOnlyCollection<string> entityTypes, IReadOnlyCollection<string> associations, int limit) =>
        Read(
            $"delivery = @value AND operation = {(int)operation} AND (entity_type IN ({Texts(entityTypes)}) OR association IN ({Texts(associations)}))",
            delivery.ToString("N"),
            limit);

    private static string Texts(IReadOnlyCollection<string> texts) =>
        string.Join(", ", texts.DefaultIfEmpty("").Select(t => $"'{t.Replace("'", "''", StringComparison.Ordinal)}'"));

    private List<ChangeLine> Read(string condition, object value, int limit)
    {
        var lines = transaction.Query(
            "SELECT at, job_instance, connector, delivery, operation, entity_type, association, resource_key, detail, resource, resource2"
            + $" FROM change WHERE {condition} ORDER BY seq LIMIT @limit",
            row => (Line: ToLine(row), Resource: row.GetInt64(9), Resource2: row.IsDBNull(10) ? 0 : row.GetInt64(10)),
            ("@value", value),
            ("@limit", limit));
        return [.. lines.Select(l => l.Line.Association is null ? l.Line : WithKeys(l.Line, l.Resource, l.Resource2))];
    }

    private ChangeLine WithKeys(ChangeLine line, long resource1, long resource2) =>
        schema.Model.Associations.FirstOrDefault(a => a.Identifier == line.Association) is { } association
            ? line with
            {
                Key = KeyOf(association.End1.Property.EntityType, resource1),
                Key2 = KeyOf(association.End2.Property.EntityType, resource2),
            }
            : line;

    private string? KeyOf(EntityType type, long resource)
    {
        if (type.IdentityProperty is not { } identity || schema.TableOf(type).FindScalar(identity) is not { } column)
        {
            return null;
        }

        var table = schema.TableOf(type);
        var name = transaction.Quote(column.Name);
        var key = transaction.Scalar($"SELECT {name} FROM {transaction.Quote(table.Name)} WHERE id = @id", ("@id", resource))
            ?? transaction.Scalar(
                $"SELECT {name} FROM {transaction.Quote(table.HistoryName)} WHERE id = @id ORDER BY valid_from DESC LIMIT 1", ("@id", resource));
        return Convert.ToString(key, System.Globalization.CultureInfo.InvariantCulture);
    }

    private static ChangeLine ToLine(DbDataReader row) => new(
        row.GetString(0),
        row.IsDBNull(1) ? null : row.GetInt64(1),
        Text(row, 2),
        Text(row, 3) is { } delivery ? Guid.ParseExact(delivery, "N") : null,
        (ChangeOperation)row.GetInt32(4),
        Text(row, 5),
        Text(row, 6),
        Text(row, 7),
        null,
        Text(row, 8) is { } detail ? JsonSerializer.Deserialize<Dictionary<string, string?[]>>(detail) ?? [] : []);

    private static string? Text(DbDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetString(ordinal);
}
