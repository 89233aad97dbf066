using System.Text.Json;
using Muster.Configuration.Exchange;
using Muster.Configuration.Model;
using Muster.Configuration.Work;

namespace Muster.Preparation.Sources;

/// <summary>The source file of one table and what its connection's export says of it.</summary>
/// <param name="Path">In the agent's <c>Temp</c> folder; null if there is no such file.</param>
/// <param name="Connection">The connection whose export writes the table; null if the table's name starts with none of them.</param>
/// <param name="Manifest">Null for files that an external process wrote.</param>
/// <param name="Listed">What the manifest says of the file.</param>
internal sealed record SourceFile(string Table, string? Path, Connection? Connection, ExportManifest? Manifest, ExportedFile? Listed)
{
    public string FileName => $"{Table}.csv";

    /// <summary>For messages: the file, and the connection if it is known.</summary>
    public string Description => Connection is null ? $"File '{FileName}'" : $"File '{FileName}' (connection '{Connection.Identifier}')";
}

/// <summary>Finds the sources of a connector in <c>Temp/ExportOutput</c> and checks them against their manifests (synchronization.md 7.0).</summary>
internal static class SourceCatalogue
{
    private const long MaximumManifestLength = 16 << 20;

    /// <summary>By table, without regard to case.</summary>
    public static IReadOnlyDictionary<string, SourceFile> Load(Connector connector, IWorkFolder temp, IEnumerable<MappingPlan> plans)
    {
        var files = temp.Files(AgentFolders.ExportOutput);
        var manifests = new Dictionary<Connection, ExportManifest?>();
        var sources = new Dictionary<string, SourceFile>(StringComparer.OrdinalIgnoreCase);
        foreach (var table in plans.Select(p => p.Table).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            var connection = ConnectionOf(connector, table);
            var path = Find(files, $"{table}.csv");
            ExportManifest? manifest = null;
            if (connection is not null && !manifests.TryGetValue(connection, out manifest))
            {
                manifest = ReadManifest(temp, files, connection);
                manifests.Add(connection, manifest);
            }

            sources.Add(table, new SourceFile(table, path, connection, manifest, Listed(manifest, path, connector)));
        }

        return sources;
    }

    /// <summary>The connection whose identifier the table's name starts with; the longest one, because identifiers may hold underscores.</summary>
    private static Connection? ConnectionOf(Connector connector, string table) => connector.Connections
        .Where(c => table.Equals(c.Identifier, StringComparison.OrdinalIgnoreCase)
            || table.StartsWith(c.Identifier + "_", StringComparison.OrdinalIgnoreCase))
        .MaxBy(c => c.Identifier.Length);

    private static string? Find(IReadOnlyList<string> files, string name)
    {
        var path = $"{AgentFolders.ExportOutput}/{name}";
        return files.FirstOrDefault(f => f == path)
            ?? files.FirstOrDefault(f => f.Equals(path, StringComparison.OrdinalIgnoreCase));
    }

    private static ExportManifest? ReadManifest(IWorkFolder temp, IReadOnlyList<string> files, Connection connection)
    {
        if (Find(files, ExportManifest.FileNameOf(connection.Identifier)) is not { } path)
        {
            return null;
        }

        try
        {
            if (temp.Length(path) > MaximumManifestLength)
            {
                throw new JsonException("The manifest is too long.");
            }

            using var reader = new StreamReader(temp.OpenRead(path));
            var manifest = ExportManifest.FromJson(reader.ReadToEnd());
            return manifest.FinishedAt >= manifest.StartedAt && manifest.FinishedAt != default
                ? manifest
                : throw new TaskFailedException(
                    $"The export of connection '{connection.Identifier}' did not finish: its files cannot be trusted. Run the export again.");
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw new TaskFailedException(
                $"The export's manifest '{path}' cannot be read: {exception.Message} Run the export of connection '{connection.Identifier}' again.", exception);
        }
    }

    private static ExportedFile? Listed(ExportManifest? manifest, string? path, Connector connector)
    {
        if (manifest is null || path is null)
        {
            return null;
        }

        var name = path[(path.LastIndexOf('/') + 1)..];
        return manifest.Files.FirstOrDefault(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new TaskFailedException(
                $"File '{name}' was not written by the last export of connection '{manifest.Connection}'. Remove it from the folder of exported files, "
                + $"or run the export of connector '{connector.Identifier}' again.");
    }
}
