using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Muster.Configuration.Jobs;
using Muster.Configuration.Model;
using Muster.Preparation.Sources;

namespace Muster.Preparation.Snapshots;

/// <summary>
/// <c>chain.json</c>: what the agent's snapshot of a connector is (synchronization.md 8.6). It is replaced together with the files that it
/// describes, and only after the server has accepted the delivery that it names.
/// </summary>
internal sealed record SnapshotChain
{
    /// <summary>Of the files of a snapshot: what another version of Muster wrote is not read.</summary>
    public const int CurrentFormat = 2;

    public int Format { get; init; }

    public required Guid Delivery { get; init; }

    /// <summary>Hash of the mappings: another one means that the snapshot's rows are not comparable any more.</summary>
    public required string Schema { get; init; }

    public required SynchronizationMode Mode { get; init; }

    public required DateTimeOffset Date { get; init; }

    /// <summary>The server may hold rows that the snapshot does not know, because a key could not be read when there was nothing to compare with.</summary>
    public bool IsIncomplete { get; init; }

    public IReadOnlyList<SnapshotFile> Files { get; init; } = [];

    public SnapshotFile? Find(string name) => Files.FirstOrDefault(f => f.Name == name);

    /// <summary>
    /// The hash of the connector's mappings (tables, keys, columns, types and formats, without regard to the order of mappings) and of its
    /// connections' transformations: what was left out before is not in any list of changes.
    /// </summary>
    public static string SchemaOf(Connector connector, IEnumerable<MappingPlan> plans)
    {
        var text = new StringBuilder("1\n");
        foreach (var plan in plans.OrderBy(p => p.FileStem, StringComparer.Ordinal))
        {
            text.Append(plan.FileStem).Append('|').Append(plan.IsAssociation).Append('|').Append(plan.Table.ToUpperInvariant()).Append('|')
                .AppendJoin(',', plan.IdentityColumns).Append('\n');
            foreach (var column in plan.Columns)
            {
                var separator = column.ListSeparator is null ? string.Empty : Convert.ToHexStringLower(column.ListSeparator);
                text.Append(column.Name).Append('|').Append(column.SourceColumn).Append('|').Append(column.Type).Append('|').Append(column.Format)
                    .Append('|').Append(separator).Append('\n');
            }
        }

        foreach (var connection in connector.Connections.OrderBy(c => c.Identifier, StringComparer.Ordinal))
        {
            foreach (var transformation in connection.Transformations)
            {
                text.Append(connection.Identifier).Append('|').Append(transformation.Type);
                foreach (var (name, value) in transformation.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal))
                {
                    text.Append('|').Append(name).Append('=').Append(value);
                }

                text.Append('\n');
            }
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}

/// <summary>The rows of one mapping in a snapshot.</summary>
/// <param name="Name">Of the mapping's files: <see cref="MappingPlan.FileStem"/>.</param>
/// <param name="Rows">Without ghosts.</param>
/// <param name="Ghosts">Identities of which it is not known whether the server holds them.</param>
internal sealed record SnapshotFile(string Name, IReadOnlyList<string> Columns, long Rows, IReadOnlyList<string> Ghosts)
{
    /// <summary>Of the hash by which rows are known, hexadecimal; as random as a key, so that nobody can make rows that it takes for one another.</summary>
    public required string Seed { get; init; }

    /// <summary>The table that was written when there was nothing to carry on, or the changes since had become many.</summary>
    public TableParts? Base { get; init; }

    /// <summary>The rows that came since; null if there are none.</summary>
    public TableParts? Recent { get; init; }

    /// <summary>Slots of the base that are rows no more; null if there are none.</summary>
    public SnapshotPart? Gone { get; init; }

    /// <summary>All files.</summary>
    public IEnumerable<SnapshotPart> Parts() =>
        new[] { Base?.Rows, Base?.Keys, Recent?.Rows, Recent?.Keys, Gone }.OfType<SnapshotPart>();
}

/// <summary>The two files of a table: what tells its rows apart, and their keys.</summary>
internal sealed record TableParts(SnapshotPart Rows, SnapshotPart Keys);

/// <summary>A file of a snapshot. It is written once and never changed.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Checksum">See <see cref="BlockChecksum"/>.</param>
internal sealed record SnapshotPart(string Name, long Length, string Checksum);

/// <summary>A delivery that is being closed: on the next start the server is asked whether it accepted it.</summary>
internal sealed record PendingDelivery(Guid Delivery, IReadOnlyList<PendingWatermark> Watermarks);

/// <summary>A watermark that becomes current with a delivery.</summary>
/// <param name="Path">Of the pending file, in the work folder.</param>
/// <param name="Sha256">Of its content: one that a later export has replaced is not this delivery's.</param>
internal sealed record PendingWatermark(string Path, string Sha256)
{
    public const string Suffix = ".pending";

    /// <summary>The path under which it is current.</summary>
    public string Current => Path[..^Suffix.Length];
}

/// <summary>What every version of <see cref="SnapshotChain"/> tells.</summary>
internal sealed record FormatOnly(int Format);

/// <summary>Made by the compiler, because what looks at types while it runs needs a tenth of the time in which a whole extract is compared.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(SnapshotChain))]
[JsonSerializable(typeof(PendingDelivery))]
[JsonSerializable(typeof(FormatOnly))]
internal sealed partial class SnapshotJson : JsonSerializerContext;
