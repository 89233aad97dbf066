using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Muster.Configuration.Model;
using Muster.Repository.Schema;

namespace Muster.Repository.Dump;

/// <summary>One line of the dump: canonical JSON, and the entity type whose fingerprint it belongs to.</summary>
public readonly record struct DumpLine(string EntityType, string Json);

/// <summary>A part of the state that the dump shows; assignments are one, given by the policy.</summary>
public interface IDumpSection
{
    /// <summary>The lines, in an order that depends only on their content.</summary>
    IEnumerable<DumpLine> Lines(RepositoryTransaction transaction, EntitySchema schema);
}

/// <summary>
/// The whole state in canonical form (cli.md): resources by key, links by both keys, then the other sections. No internal ids, epochs or
/// times, so that two repositories with the same content give the same bytes.
/// </summary>
public sealed class RepositoryDump(EntitySchema schema, IReadOnlyList<IDumpSection> sections)
{
    /// <summary>The sections that the repository itself knows.</summary>
    public static IReadOnlyList<IDumpSection> OwnSections { get; } = [new ResourceSection(), new LinkSection()];

    public IEnumerable<DumpLine> Lines(RepositoryTransaction transaction) => sections.SelectMany(s => s.Lines(transaction, schema));

    /// <summary>Writes one JSON object a line, ended by a line feed.</summary>
    public void Write(RepositoryTransaction transaction, TextWriter writer)
    {
        foreach (var line in Lines(transaction))
        {
            writer.Write(line.Json);
            writer.Write('\n');
        }
    }

    /// <summary>SHA-256 of the dump, and of the lines of each entity type, in lower-case hexadecimal.</summary>
    public RepositoryFingerprint Fingerprint(RepositoryTransaction transaction)
    {
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var parts = new SortedDictionary<string, IncrementalHash>(StringComparer.Ordinal);
        foreach (var line in Lines(transaction))
        {
            var octets = Encoding.UTF8.GetBytes(line.Json + "\n");
            whole.AppendData(octets);
            if (!parts.TryGetValue(line.EntityType, out var part))
            {
                part = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                parts.Add(line.EntityType, part);
            }

            part.AppendData(octets);
        }

        var byType = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (type, hash) in parts)
        {
            byType.Add(type, Convert.ToHexStringLower(hash.GetHashAndReset()));
            hash.Dispose();
        }

        return new RepositoryFingerprint(Convert.ToHexStringLower(whole.GetHashAndReset()), byType);
    }
}

/// <summary>See <see cref="RepositoryDump.Fingerprint"/>.</summary>
public sealed record RepositoryFingerprint(string Sha256, IReadOnlyDictionary<string, string> ByEntityType);

/// <summary>How sections write values and name resources.</summary>
public static class DumpText
{
    private static readonly JsonSerializerOptions Options = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>An object with the given members, in the given order, null values left out.</summary>
    public static string Object(params ReadOnlySpan<(string Name, object? Value)> members)
    {
        var builder = new StringBuilder("{");
        foreach (var (name, value) in members)
        {
            if (value is null)
            {
                continue;
            }

            builder.Append(builder.Length > 1 ? "," : "").Append(JsonSerializer.Serialize(name, Options)).Append(':');
            builder.Append(JsonSerializer.Serialize(value, value.GetType(), Options));
        }

        return builder.Append('}').ToString();
    }

    /// <summary>
    /// An SQL expression that names a resource by content: its identity property, or where it has none (or no value) all its scalar values.
    /// </summary>
    /// <param name="alias">Alias of the resource table in the statement.</param>
    public static string KeyExpression(EntitySchema schema, EntityType type, Dialects.ISqlDialect dialect, string alias)
    {
        var table = schema.TableOf(type);
        var all = table.Scalars.Count == 0
            ? "'?'"
            : "'?' || " + string.Join(" || '|' || ", table.Scalars.Select(c => $"COALESCE({Text(c)}, '')"));
        return type.IdentityProperty is { } identity && table.FindScalar(identity) is { } column
            ? $"COALESCE({Text(column)}, {all})"
            : all;

        string Text(ScalarColumn column) => dialect.AsText(column.Property.Type, $"{alias}.{dialect.Quote(column.Name)}");
    }

    /// <summary>The names of resources by id, see <see cref="KeyExpression"/>; those that do not exist are left out.</summary>
    public static Dictionary<long, string> Names(
        RepositoryTransaction transaction, EntitySchema schema, EntityType type, IEnumerable<long> ids) =>
        transaction.Query(
                $"SELECT r.id, {KeyExpression(schema, type, transaction.Dialect, "r")} FROM {transaction.Quote(schema.TableOf(type).Name)} r"
                + $" WHERE {transaction.Dialect.IsIn("r.id", "@ids")}",
                row => (Id: row.GetInt64(0), Name: row.GetString(1)),
                ("@ids", transaction.Dialect.IdList(ids.Distinct())))
            .ToDictionary(r => r.Id, r => r.Name);
}
