using Muster.Configuration.Work;

namespace Muster.Preparation.Sources;

/// <summary>Where the columns of a mapping stand in a source file.</summary>
internal sealed class MappingLayout
{
    public MappingLayout(MappingPlan plan, SourceHeader header, SourceFile source, ITaskReporter reporter)
    {
        Plan = plan;
        Header = header;
        Source = source;
        Columns = [.. plan.Columns.Where((c, i) => IsPresent(c, i, reporter))];
        Fields = [.. Columns.Select(c => header.Find(c.SourceColumn))];
        ColumnNames = [.. Columns.Select(c => c.Name)];
    }

    public MappingPlan Plan { get; }

    public SourceHeader Header { get; }

    public SourceFile Source { get; }

    /// <summary>The columns that the source has, in the order of the prepared file.</summary>
    public IReadOnlyList<PlannedColumn> Columns { get; }

    /// <summary>The place of each column in the source.</summary>
    public IReadOnlyList<int> Fields { get; }

    /// <summary>In the prepared file.</summary>
    public IReadOnlyList<string> ColumnNames { get; }

    /// <summary>The columns stand side by side in the source, in the order of the prepared file, so that a piece of a row may be a line as it is.</summary>
    public bool IsSideBySide => Fields.Select((place, i) => place - i).Distinct().Count() == 1;

    public string KeyColumnText() => string.Join("', '", Plan.IdentityColumns.Select(i => Plan.Columns[i].SourceColumn));

    private bool IsPresent(PlannedColumn column, int place, ITaskReporter reporter)
    {
        if (Plan.IsAssociation || Plan.IdentityColumns.Contains(place))
        {
            Header.Require(column.SourceColumn, Plan, Plan.IsAssociation ? "one end of the link" : "its primary key");
            return true;
        }

        if (Header.Find(column.SourceColumn) >= 0)
        {
            return true;
        }

        reporter.Warning(
            $"{Source.Description} has no column '{column.SourceColumn}': property '{column.Name}' of {Plan.Description} is left untouched.");
        return false;
    }
}
