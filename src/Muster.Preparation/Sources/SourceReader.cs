using Muster.Configuration.Work;
using Muster.Preparation.Csv;
using Muster.Preparation.Snapshots;
using Muster.Preparation.Sorting;

namespace Muster.Preparation.Sources;

/// <summary>Reads one source file once, for all mappings that it feeds, on several threads if it is long.</summary>
/// <param name="maximumFileLength">Octets.</param>
internal sealed class SourceReader(AgentFolders folders, string collect, int maximumFileLength, PreparationLimits limits, ITaskReporter reporter)
{
    /// <param name="commandColumn">The task's <c>ColumnName</c>; null for <c>command</c>.</param>
    /// <param name="formerOf">Opens the former rows of a mapping whose unchanged rows are passed over; null if all rows are wanted.</param>
    public ReadSource Read(
        SourceFile source,
        IReadOnlyList<MappingPlan> plans,
        CommandRule rule,
        string? commandColumn,
        Func<MappingLayout, bool, FormerSnapshot?> formerOf,
        CancellationToken cancellationToken)
    {
        HashingStream? hashing = null;
        // Hashed on the way only where a manifest tells what the hash must be.
        var file = SourceText.Open(folders.Temp, source, source.Listed is null ? null : stream => hashing = new HashingStream(stream));
        using var chunks = Chunks(file, source);
        var reader = new CsvReader(chunks);
        var header = ReadHeader(source, reader);
        var commandField = header.FindCommand(commandColumn, plans);
        var isChangeList = SourceContent.IsChangeList(source, reader, rule, commandField);
        var mappings = new List<ReadMapping>();
        try
        {
            foreach (var plan in plans)
            {
                var layout = new MappingLayout(plan, header, source, reporter);
                mappings.Add(new ReadMapping(layout, new DefectiveRows(layout, folders.Work, collect, reporter)) { Former = formerOf(layout, isChangeList) });
            }

            // Which of the rows of a change list is the first to disagree, only who reads them in order can tell.
            var isInOrder = commandField >= 0 && rule is CommandRule.Honour or CommandRule.RefuseChanges;
            var workers = chunks.HasMany && !isInOrder ? limits.Workers : 1;
            var order = new ChunkOrder(reader.ChunkNumber);
            var flows = Enumerable.Range(0, workers).Select(_ =>
            {
                var turn = new ChunkTurn(order);
                var intakes = mappings.Select(m => m.Start(new MappingIntake(
                    m.Layout, m.Defects, turn, SorterOf(m.Layout, workers * plans.Count), m.Former is null ? null : new Sieve(m.Former, isSecond: false), maximumFileLength)));
                return (Turn: turn, Flow: new RowFlow(source, header, [.. intakes], rule, commandField, isChangeList));
            }).ToList();
            Run(chunks, reader, order, flows, cancellationToken);
            CheckHash(source, hashing);
            Report(source, flows.Select(f => f.Flow).ToList());
            mappings.ForEach(m => m.Complete());
            return new ReadSource(source, mappings, isChangeList, flows.Sum(f => f.Flow.Count), flows.Sum(f => f.Flow.Rejected));
        }
        catch
        {
            mappings.ForEach(m => m.Dispose());
            throw;
        }
    }

    /// <summary>
    /// Reads a source once more, for the rows that a mapping has passed over because they are as they were, although another row of their identity
    /// is not: which of them stands first in the file, only the file knows.
    /// </summary>
    public void ReadContested(ReadMapping mapping, CancellationToken cancellationToken)
    {
        var layout = mapping.Layout;
        using var chunks = Chunks(SourceText.Open(folders.Temp, layout.Source), layout.Source);
        var reader = new CsvReader(chunks);
        reader.ReadRow();
        var order = new ChunkOrder(reader.ChunkNumber);
        var workers = chunks.HasMany ? limits.Workers : 1;
        var flows = Enumerable.Range(0, workers).Select(_ =>
        {
            var turn = new ChunkTurn(order);
            var intake = mapping.StartAgain(new MappingIntake(
                layout, null, turn, SorterOf(layout, workers), new Sieve(mapping.Former!, isSecond: true), maximumFileLength));
            return (Turn: turn, Flow: new RowFlow(layout.Source, layout.Header, [intake], CommandRule.Ignore, -1, isChangeList: false));
        }).ToList();
        Run(chunks, reader, order, flows, cancellationToken);
    }

    /// <summary>The rows of a mapping in one sorter, empty yet.</summary>
    public RowSorter SorterOf(MappingLayout layout, int sorters) =>
        new(folders.Work, $"{collect}/{layout.Plan.FileStem}.run", limits.SortBudgetFor(sorters));

    private CsvChunks Chunks(Stream stream, SourceFile source) =>
        new(stream, source.FileName, limits: CsvLimits.Default with { BufferLength = BufferLength.For(stream, limits.BufferLength) });

    private SourceHeader ReadHeader(SourceFile source, CsvReader reader)
    {
        if (!reader.ReadRow())
        {
            throw new TaskFailedException(
                $"{source.Description} is empty: it has not even a header line. An empty file is not taken as the truth; export again.");
        }

        var header = new SourceHeader(source, reader.Texts());
        foreach (var name in header.Duplicates)
        {
            reporter.Warning($"{source.Description} has several columns '{name}': the first one is used.");
        }

        return header;
    }

    /// <summary>All the concurrency of a preparation: each thread takes the next piece of the file and all its rows.</summary>
    private static void Run(
        CsvChunks chunks, CsvReader first, ChunkOrder order, List<(ChunkTurn Turn, RowFlow Flow)> flows, CancellationToken cancellationToken)
    {
        var others = flows.Skip(1).Select(f => Task.Run(() => RunChunks(chunks, null, f.Turn, f.Flow, cancellationToken), CancellationToken.None)).ToArray();
        RunChunks(chunks, first, flows[0].Turn, flows[0].Flow, cancellationToken);
        Task.WaitAll(others, CancellationToken.None);
        if (order.Fault is { } fault)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(fault);
        }
    }

    /// <param name="reader">Has begun a chunk already; null begins with the next one.</param>
    private static void RunChunks(CsvChunks chunks, CsvReader? reader, ChunkTurn turn, RowFlow flow, CancellationToken cancellationToken)
    {
        try
        {
            bool hasChunk;
            if (reader is null)
            {
                reader = new CsvReader(chunks);
                hasChunk = reader.NextChunk(turn.Begin);
            }
            else
            {
                turn.Begin(reader.ChunkNumber);
                hasChunk = true;
            }

            while (hasChunk)
            {
                cancellationToken.ThrowIfCancellationRequested();
                flow.RunChunk(reader);
                turn.End();
                hasChunk = reader.NextChunk(turn.Begin);
            }
        }
        catch (Exception exception)
        {
            chunks.Stop();
            turn.Fail(exception);
        }
    }

    private void Report(SourceFile source, List<RowFlow> flows)
    {
        var (deletions, shortRows) = (flows.Sum(f => f.DeletionsLeftOut), flows.Sum(f => f.ShortRows));
        if (deletions > 0)
        {
            reporter.Warning($"{source.Description}: {deletions} rows with the command 'delete' were left out: a full extract holds no deletions.");
        }

        if (shortRows > 0)
        {
            reporter.Warning($"{source.Description}: {shortRows} rows have fewer fields than the header; what is missing is taken as empty.");
        }
    }

    /// <summary>Extracts are not edited by hand (synchronization.md 7.0).</summary>
    private static void CheckHash(SourceFile source, HashingStream? hashing)
    {
        if (hashing is not null && !source.Listed!.Sha256.Equals(hashing.Finish(), StringComparison.OrdinalIgnoreCase))
        {
            throw new TaskFailedException(
                $"{source.Description} is not what its export wrote: it was changed afterwards. Extracts must not be edited; run the export again.");
        }
    }
}
