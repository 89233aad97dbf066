using Muster.Configuration.Model;
using Muster.Configuration.Values;
using Muster.Repository.Schema;

namespace Muster.Repository.Files;

/// <summary>A kept content without its octets.</summary>
/// <param name="Reference">See <see cref="FileReference"/>.</param>
/// <param name="Length">Octets.</param>
public sealed record StoredFile(string Reference, long Length, string MimeType);

/// <summary>
/// The contents of files (the documented <c>UR_ResourceFiles</c>, synchronization.md 6.4): each once, however many resources, versions of
/// resources and assignments refer to it. Whoever writes a reference adds the content first; whoever overwrites one without keeping the
/// version before says so (<see cref="Release"/>); <see cref="Sweep"/> removes what nothing refers to any more.
/// </summary>
public sealed class FileStore(RepositoryTransaction transaction)
{
    private readonly HashSet<string> _present = [];

    /// <summary>Contents that this instance added and that were not there.</summary>
    public long Added { get; private set; }

    /// <summary>The documented name of a resource's file: <c>&lt;key&gt;_&lt;property&gt;</c>.</summary>
    public static string NameOf(string? key, EntityProperty property) => $"{key}_{property.Identifier}";

    /// <summary>Keeps a content and returns its reference; null for an empty one.</summary>
    public string? Add(ReadOnlySpan<byte> content)
    {
        if (FileReference.Of(content) is not { } reference || _present.Contains(reference))
        {
            return FileReference.Of(content);
        }

        if (transaction.Prepare("SELECT 1 FROM resource_file WHERE hash = @hash", "@hash").Scalar(reference) is null)
        {
            transaction.Prepare(
                    "INSERT INTO resource_file (hash, length, mime_type, data) VALUES (@hash, @length, @type, @data)",
                    "@hash",
                    "@length",
                    "@type",
                    "@data")
                .Execute(reference, (long)content.Length, MimeType.Of(content), content.ToArray());
            Added++;

            // Nothing refers to it yet, and perhaps nothing ever will.
            Release(reference);
        }

        if (_present.Count < 100_000)
        {
            _present.Add(reference);
        }

        return reference;
    }

    /// <summary>The kept contents among the references, without their octets.</summary>
    public IReadOnlyDictionary<string, StoredFile> Find(IEnumerable<string> references) =>
        transaction.Query(
                $"SELECT hash, length, mime_type FROM resource_file WHERE {transaction.Dialect.IsInTexts("hash", "@hashes")}",
                row => new StoredFile(row.GetString(0), row.GetInt64(1), row.GetString(2)),
                ("@hashes", transaction.Dialect.TextList(references.Distinct(StringComparer.Ordinal))))
            .ToDictionary(f => f.Reference, StringComparer.Ordinal);

    /// <summary>The octets of a content; null if it is not kept.</summary>
    public byte[]? Read(string reference) =>
        transaction.Scalar("SELECT data FROM resource_file WHERE hash = @hash", ("@hash", reference)) as byte[];

    /// <summary>Says that something stopped to refer to a content.</summary>
    public void Release(string reference) =>
        transaction.Prepare("INSERT INTO resource_file_release (hash) VALUES (@hash) ON CONFLICT DO NOTHING", "@hash").Execute(reference);

    /// <summary>Says so of all contents: after tables or columns were removed.</summary>
    public void ReleaseAll() => transaction.Execute("INSERT INTO resource_file_release (hash) SELECT hash FROM resource_file WHERE true ON CONFLICT DO NOTHING");

    /// <summary>
    /// Removes the released contents that neither a resource, nor a version of one, nor a policy value, nor an order without result refers
    /// to. What only assignments and orders need stays released, to be looked at again.
    /// </summary>
    public void Sweep(EntitySchema schema)
    {
        if (transaction.Count("SELECT EXISTS (SELECT 1 FROM resource_file_release)") == 0)
        {
            return;
        }

        var columns =
            from table in schema.Tables
            from column in table.Scalars
            where column.Property.Kind == PropertyKind.Binary
            from name in new[] { table.Name, table.HistoryName }
            select $"EXISTS (SELECT 1 FROM {transaction.Quote(name)} t WHERE t.{transaction.Quote(column.Name)} = resource_file_release.hash)";
        foreach (var isReferred in columns)
        {
            transaction.Execute($"DELETE FROM resource_file_release WHERE {isReferred}");
        }

        transaction.Execute(
            "DELETE FROM resource_file WHERE hash IN (SELECT hash FROM resource_file_release)"
            + $" AND NOT EXISTS (SELECT 1 FROM assigned_resource_scalar a WHERE a.policy_value = resource_file.hash AND {IsReference("a.policy_value")})"
            + " AND NOT EXISTS (SELECT 1 FROM provisioning_order_content c JOIN provisioning_order o ON o.id = c.order_id"
            + " WHERE c.hash = resource_file.hash AND o.state < 2)");
        transaction.Execute(
            "DELETE FROM resource_file_release WHERE NOT EXISTS (SELECT 1 FROM resource_file f WHERE f.hash = resource_file_release.hash)");
    }

    /// <summary>A condition that a text may be a reference: what the index of policy values is limited to.</summary>
    internal static string IsReference(string column) => $"length({column}) = {FileReference.Length}";
}
