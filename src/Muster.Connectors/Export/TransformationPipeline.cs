using Muster.Configuration.Model;
using Muster.Configuration.Work;

namespace Muster.Connectors.Export;

/// <summary>The transformations of one file in order of declaration, applied to each row as it is written (synchronization.md 3.4).</summary>
internal sealed class TransformationPipeline
{
    private const string CommandColumn = "command";
    private const string Deletion = "delete";
    private const string Merge = "merge";
    private static readonly string[] Updates = ["update", "modify", "modified"];
    private readonly List<RowTransformation> _steps = [];
    private readonly int _width;
    private readonly int _command;
    private bool _isFiltering;

    private TransformationPipeline(List<string> columns, int width)
    {
        Columns = columns;
        _width = width;
        _command = columns.FindIndex(c => c.Equals(CommandColumn, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The header after all steps; a concatenation may have added columns.</summary>
    public IReadOnlyList<string> Columns { get; private set; }

    /// <param name="file">File name without extension, which <c>Table</c> names with regard to case.</param>
    public static TransformationPipeline Create(Connection connection, string file, IReadOnlyList<string> columns, ITaskReporter reporter)
    {
        var header = new List<string>(columns);
        var pipeline = new TransformationPipeline(header, columns.Count);
        foreach (var transformation in connection.Transformations)
        {
            if (transformation.Attributes.GetValueOrDefault("Table") == file)
            {
                var step = RowTransformation.Create(transformation, header, reporter);
                pipeline._steps.Add(step);
                pipeline._isFiltering |= step is WhereValue;
            }
        }

        return pipeline;
    }

    /// <summary>
    /// The row after all steps, or null if a step leaves it out. A change that is left out stays as a deletion, because what was there before may
    /// have passed the same steps, and a deletion need not tell more than the key. An update that passes a filter is a merge, because what was
    /// there before may have been left out. A row with too many fields is passed on as it is.
    /// </summary>
    public IReadOnlyList<string?>? Apply(IReadOnlyList<string?> fields, bool isChange)
    {
        if (_steps.Count == 0 || fields.Count > _width)
        {
            // Its fields cannot be told apart, so no step can be trusted with it. It must stay too long even if a step added columns.
            return _steps.Count == 0 || fields.Count > Columns.Count
                ? fields
                : [.. fields, .. Enumerable.Repeat<string?>(null, Columns.Count + 1 - fields.Count)];
        }

        var row = new string?[Columns.Count];
        for (var index = 0; index < fields.Count; index++)
        {
            row[index] = fields[index];
        }

        foreach (var step in _steps)
        {
            if (step.Apply(row))
            {
                continue;
            }

            if (!isChange || _command < 0)
            {
                return null;
            }

            row[_command] = Deletion;
        }

        if (isChange && _command >= 0 && _isFiltering && Updates.Contains(row[_command], StringComparer.OrdinalIgnoreCase))
        {
            row[_command] = Merge;
        }

        return row;
    }
}
