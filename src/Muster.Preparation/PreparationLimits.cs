namespace Muster.Preparation;

/// <summary>How much memory and how many threads a preparation takes, and when it writes a snapshot anew. The tests bend it.</summary>
internal sealed record PreparationLimits
{
    public static PreparationLimits Default { get; } = new();

    /// <summary>Threads that read one source file; more of them would wait for memory.</summary>
    public int Workers { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 4);

    /// <summary>Bytes that are read at once: as much as a processor keeps near.</summary>
    public int BufferLength { get; init; } = Csv.CsvLimits.Default.BufferLength;

    /// <summary>Bytes for the rows of a source file that have to be sorted, all mappings and threads together; what is more goes to disk.</summary>
    public int SortBudget { get; init; } = 64 << 20;

    /// <summary>Bytes for the rows of one mapping and thread, at least.</summary>
    public int LeastSortBudget { get; init; } = 8 << 20;

    /// <summary>A table of fewer rows is written again whenever something has changed.</summary>
    public int LeastBase { get; init; } = 50_000;

    /// <summary>A table is written again when more than one in so many of its rows have changed since.</summary>
    public int BaseShare { get; init; } = 8;

    public int SortBudgetFor(int sorters) => Math.Max(LeastSortBudget, SortBudget / sorters);
}
