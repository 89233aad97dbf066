using Muster.Configuration.Exchange;
using Muster.Configuration.Model;
using Muster.Configuration.Work;

namespace Muster.Connectors.Export;

/// <summary>
/// The files of one export in the making: <c>Temp/ExportOutput/&lt;connection&gt;[_&lt;table&gt;].csv</c>. They become visible together in
/// <see cref="Commit"/>; disposed without it, nothing is left. Not thread-safe.
/// </summary>
public sealed class ExtractOutput : IDisposable
{
    private readonly Connection _connection;
    private readonly IWorkFolder _temp;
    private readonly ITaskReporter _reporter;
    private readonly List<ExtractFile> _files = [];

    internal ExtractOutput(Connection connection, IWorkFolder temp, ITaskReporter reporter)
    {
        _connection = connection;
        _temp = temp;
        _reporter = reporter;
    }

    /// <summary>Rows of all files so far, after the transformations.</summary>
    public long Rows => _files.Sum(f => f.Rows);

    /// <summary>
    /// Makes a file with its header. Rows go through the connection's transformations of this table; throws
    /// <see cref="TaskFailedException"/> if one of them needs a column that the file does not have.
    /// </summary>
    /// <param name="table">What follows <c>&lt;connection&gt;_</c>; empty for the connection's own file.</param>
    public ExtractFile CreateFile(string table, IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(columns);
        var name = table.Length == 0 ? _connection.Identifier : $"{_connection.Identifier}_{table}";
        var transformations = TransformationPipeline.Create(_connection, name, columns, _reporter);
        var file = new ExtractFile($"{name}.csv", _temp.Create($"{AgentFolders.ExportOutput}/{name}.csv"), columns, transformations);
        _files.Add(file);
        return file;
    }

    /// <summary>Throws away what was written so far: a source that told its changes only in part is read anew.</summary>
    public void Restart()
    {
        Dispose();
        _files.Clear();
    }

    public void Dispose()
    {
        foreach (var file in _files)
        {
            file.Dispose();
        }
    }

    /// <summary>Removes what an earlier export of the connection left, its manifest first.</summary>
    internal static void RemoveFiles(Connection connection, IWorkFolder temp)
    {
        temp.Delete($"{AgentFolders.ExportOutput}/{ExportManifest.FileNameOf(connection.Identifier)}");
        foreach (var path in temp.Files(AgentFolders.ExportOutput))
        {
            if (IsOf(connection, Path.GetFileName(path)))
            {
                temp.Delete(path);
            }
        }
    }

    /// <summary>Makes all files visible; the manifest is the caller's last step.</summary>
    internal IReadOnlyList<ExportedFile> Commit()
    {
        foreach (var transformation in _connection.Transformations)
        {
            var table = transformation.Attributes.GetValueOrDefault("Table");
            if (!_files.Exists(f => f.Name == $"{table}.csv"))
            {
                throw new TaskFailedException(
                    $"{transformation.Location}: The Transformation names the table '{table}', and the export of '{_connection.Identifier}' writes {string.Join(", ", _files.Select(f => $"'{f.Name[..^4]}'"))}. Correct its Table; letter case matters.");
            }
        }

        return [.. _files.Select(f => f.Commit())];
    }

    private static bool IsOf(Connection connection, string fileName)
    {
        if (!fileName.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var name = fileName[..^4];
        var owner = connection.Connector.Connections.Append(connection)
            .Where(c => name == c.Identifier || name.StartsWith(c.Identifier + "_", StringComparison.Ordinal))
            .MaxBy(c => c.Identifier.Length);
        return owner?.Identifier == connection.Identifier;
    }
}
