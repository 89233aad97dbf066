using Muster.Configuration.Work;
using Muster.Preparation.Csv;
using Muster.Preparation.Sources;

namespace Muster.Preparation.Delivering;

/// <summary>
/// Writes the rows that lost to an earlier one of the same key to their side file (synchronization.md 8.3). They are known only after
/// the sort, so that the source is read a second time; that happens only if there are such rows.
/// </summary>
internal sealed class DuplicateRows(AgentFolders folders, string collect, ITaskReporter reporter)
{
    /// <param name="leftOut">Where the rows stand in the source, in any order.</param>
    public void Write(ReadMapping mapping, List<long> leftOut, CancellationToken cancellationToken)
    {
        if (leftOut.Count == 0)
        {
            return;
        }

        leftOut.Sort();
        var source = mapping.Source;
        var plan = mapping.Plan;
        using var file = new SideFile(folders.Work, $"{collect}/{plan.FileStem}.duplicates.csv", mapping.Layout.Header.Names, hasCause: false);
        using (var reader = new CsvReader(SourceText.Open(folders.Temp, source), source.FileName))
        {
            reader.ReadRow();
            for (var next = 0; next < leftOut.Count && reader.ReadRow();)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (leftOut[next] == reader.Offset)
                {
                    file.Write(reader);
                    next = After(leftOut, next);
                }
            }
        }

        file.Commit();
        if (file.Rows * 2 > mapping.Rows)
        {
            throw new TaskFailedException(
                $"{source.Description}: {file.Rows} of {mapping.Rows} rows have a key that an earlier row has, for {plan.Description} "
                + $"(column '{mapping.Layout.KeyColumnText()}'). Is it the right key column? The rows stand in '{plan.FileStem}.duplicates.csv'. Nothing was sent.");
        }

        reporter.Warning(
            $"{source.Description}: {file.Rows} rows have a key that an earlier row has and are left out for {plan.Description}; "
            + $"they stand in '{plan.FileStem}.duplicates.csv'.");
    }

    /// <summary>A row of which several links were left out is written once.</summary>
    private static int After(List<long> leftOut, int index)
    {
        var value = leftOut[index];
        while (index < leftOut.Count && leftOut[index] == value)
        {
            index++;
        }

        return index;
    }
}
