using Muster.Configuration.Work;
using Muster.Preparation.Csv;

namespace Muster.Preparation.Sources;

/// <summary>The rows of one mapping that are set aside: those without key, and those that cannot be read. One thread at a time, in the order of the file.</summary>
internal sealed class DefectiveRows : IDisposable
{
    private readonly MappingLayout _layout;
    private readonly SideFile _nullKeyFile;
    private readonly SideFile _rejectedFile;

    public DefectiveRows(MappingLayout layout, IWorkFolder work, string folder, ITaskReporter reporter)
    {
        _layout = layout;
        var (stem, names) = (layout.Plan.FileStem, layout.Header.Names);
        _nullKeyFile = new SideFile(work, $"{folder}/{stem}.nullpk.csv", names, hasCause: false);
        var rejected = $"{folder}/{stem}.rejected.csv";
        _rejectedFile = new SideFile(work, rejected, names, hasCause: true);
        Parked = new ParkedRows(layout.Plan, layout.Header, _rejectedFile, work.PathOf(rejected), layout.Source, reporter);
    }

    public ParkedRows Parked { get; }

    public long NullKeys => _nullKeyFile.Rows;

    public void AddNullKey(CsvReader row) => _nullKeyFile.Write(row);

    /// <summary>Checks the shares of rows set aside and makes the side files visible, also when the task then fails: they say why.</summary>
    /// <param name="rows">Of the mapping.</param>
    public void Complete(long rows)
    {
        _nullKeyFile.Commit();
        _rejectedFile.Commit();
        if (NullKeys * 2 > rows)
        {
            throw new TaskFailedException(
                $"{_layout.Source.Description}: {NullKeys} of {rows} rows have no key for {_layout.Plan.Description} (column '{_layout.KeyColumnText()}'). Is it the right key column? "
                + $"The rows stand in '{_layout.Plan.FileStem}.nullpk.csv'. Nothing was sent.");
        }

        Parked.Check(rows);
    }

    public void Dispose()
    {
        _nullKeyFile.Dispose();
        _rejectedFile.Dispose();
    }
}
