using Muster.Configuration.Model;
using Muster.Configuration.Work;

namespace Muster.Connectors.Export;

/// <summary>The transformations of one file in order of declaration, applied to each row as it is written (synchronization.md 3.4).</summary>
internal sealed class TransformationPipeline
{
    private readonly List<RowTransformation> _steps = [];
    private readonly int _width;

    private TransformationPipeline(List<string> columns, int width)
    {
        Columns = columns;
        _width = width;
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
                pipeline._steps.Add(RowTransformation.Create(transformation, header, reporter));
            }
        }

        return pipeline;
    }

    /// <summary>The row after all steps, or null if a step leaves it out. A row with too many fields is passed on as it is.</summary>
    public IReadOnlyList<string?>? Apply(IReadOnlyList<string?> fields)
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
            if (!step.Apply(row))
            {
                return null;
            }
        }

        return row;
    }
}
