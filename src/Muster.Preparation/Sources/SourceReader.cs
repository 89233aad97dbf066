using Muster.Configuration.Exchange;
using Muster.Configuration.Work;
using Muster.Preparation.Changes;
using Muster.Preparation.Csv;

namespace Muster.Preparation.Sources;

/// <summary>What the command column of a source means (synchronization.md 8.4, 8.5).</summary>
internal enum CommandRule
{
    /// <summary>Complete and initial: not honoured; rows that say <c>delete</c> are left out, with a warning.</summary>
    LeaveDeletionsOut,

    /// <summary>Incremental by difference: not honoured.</summary>
    Ignore,

    /// <summary>Incremental with change lists: decided by the file.</summary>
    Honour,

    /// <summary>A chain that heals needs a full extract: a change list stops the task.</summary>
    RefuseChanges,
}

/// <summary>A source that was read for all of its mappings.</summary>
internal sealed record ReadSource(SourceFile File, IReadOnlyList<MappingIntake> Intakes, bool IsChangeList, long Rows, long Rejected) : IDisposable
{
    public void Dispose()
    {
        foreach (var intake in Intakes)
        {
            intake.Dispose();
        }
    }
}

/// <summary>Reads one source file once, for all mappings that it feeds.</summary>
/// <param name="maximumFileLength">Octets.</param>
internal sealed class SourceReader(AgentFolders folders, string collect, int maximumFileLength, ITaskReporter reporter)
{
    private const int SortBudget = 64 << 20;
    private const int LeastBudget = 8 << 20;

    /// <param name="commandColumn">The task's <c>ColumnName</c>; null for <c>command</c>.</param>
    public ReadSource Read(
        SourceFile source, IReadOnlyList<MappingPlan> plans, CommandRule rule, string? commandColumn, CancellationToken cancellationToken)
    {
        var file = folders.Temp.OpenRead(source.Path!);
        // Hashed on the way only where a manifest tells what the hash must be.
        var hashing = source.Listed is null ? null : new HashingStream(file);
        var limits = CsvLimits.Default with { BufferLength = BufferLength.For(file, CsvLimits.Default.BufferLength) };
        using var reader = new CsvReader(hashing ?? file, source.FileName, limits: limits);
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

        var budget = Math.Max(LeastBudget, SortBudget / plans.Count);
        var intakes = new List<MappingIntake>();
        try
        {
            intakes.AddRange(plans.Select(p => new MappingIntake(p, header, source, folders.Work, collect, budget, maximumFileLength, reporter)));
            var rows = new RowFlow(source, header, intakes, rule, header.FindCommand(commandColumn, plans), reporter);
            rows.Run(reader, cancellationToken);
            CheckHash(source, hashing);
            intakes.ForEach(i => i.Complete());
            return new ReadSource(source, intakes, rows.IsChangeList, rows.Count, rows.Rejected);
        }
        catch
        {
            intakes.ForEach(i => i.Dispose());
            throw;
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

/// <summary>Hands the rows of a source to its mappings and decides on the way whether it is a change list (synchronization.md 8.5).</summary>
internal sealed class RowFlow(
    SourceFile source, SourceHeader header, IReadOnlyList<MappingIntake> intakes, CommandRule rule, int commandField, ITaskReporter reporter)
{
    private const int RowsBetweenChecks = 4096;

    private bool? _isChangeList = source.Manifest?.Content switch
    {
        _ when rule is CommandRule.Ignore or CommandRule.LeaveDeletionsOut => false,
        ExtractContent.Full => false,
        ExtractContent.Changes => true,
        _ => null,
    };

    private long _deletionsLeftOut;
    private long _shortRows;
    private long _rejections;

    public long Count { get; private set; }

    /// <summary>Rows that at least one mapping set aside as not readable.</summary>
    public long Rejected { get; private set; }

    /// <summary>A file without rows is a change list if it has a command column.</summary>
    public bool IsChangeList => _isChangeList ?? (rule is CommandRule.Honour or CommandRule.RefuseChanges && commandField >= 0);

    public void Run(CsvReader reader, CancellationToken cancellationToken)
    {
        if (_isChangeList == true && commandField < 0)
        {
            throw new TaskFailedException(
                $"{source.Description} should be a list of changes, but has no command column. Name the column in the task's ColumnName, or export in full.");
        }

        while (reader.ReadRow())
        {
            if (++Count % RowsBetweenChecks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            _shortRows += reader.FieldCount < header.Names.Count ? 1 : 0;
            Take(reader);
            CountRejected();
        }

        Report();
    }

    private void CountRejected()
    {
        var sum = 0L;
        for (var i = 0; i < intakes.Count; i++)
        {
            sum += intakes[i].Parked.Count;
        }

        Rejected += sum > _rejections ? 1 : 0;
        _rejections = sum;
    }

    private void Take(CsvReader reader)
    {
        var command = RowCommand.None;
        if (commandField >= 0 && rule != CommandRule.Ignore)
        {
            var text = commandField < reader.FieldCount ? reader.Field(commandField) : [];
            var isKnown = RowCommands.TryParse(text, out command);
            if (rule == CommandRule.LeaveDeletionsOut)
            {
                if (command == RowCommand.Delete)
                {
                    _deletionsLeftOut++;
                    return;
                }

                command = RowCommand.None;
            }
            else
            {
                Decide(reader, isEmpty: isKnown && command == RowCommand.None);
                if (_isChangeList == false)
                {
                    command = RowCommand.None;
                }
                else if (!isKnown)
                {
                    RejectCommand(reader, text);
                    return;
                }
            }
        }

        // Looked at once per row rather than once per field.
        var isPlain = !reader.HasQuotes && reader.Raw.IndexOf((byte)'\r') < 0
            && (reader.Separator == (byte)',' || !reader.Raw.Contains((byte)','));
        for (var i = 0; i < intakes.Count; i++)
        {
            intakes[i].Accept(reader, Count, isPlain, command);
        }
    }

    /// <summary>The first row decides what the file is; one that differs makes the whole file doubtful.</summary>
    private void Decide(CsvReader reader, bool isEmpty)
    {
        if (source.Manifest?.Content == ExtractContent.Full)
        {
            return;
        }

        _isChangeList ??= !isEmpty;
        if (_isChangeList == isEmpty)
        {
            throw new TaskFailedException(
                $"{source.Description}, line {reader.Line}: some rows have a command and some have none, this one {(isEmpty ? "none" : "one")}. "
                + "The file is neither a change list nor a full extract. Correct the source and export again.");
        }

        if (_isChangeList == true && rule == CommandRule.RefuseChanges)
        {
            throw new TaskFailedException(
                $"{source.Description} is a list of changes, but the changes before it are not certain to have arrived. Run a complete job for the connector.");
        }
    }

    private void RejectCommand(CsvReader reader, ReadOnlySpan<byte> text)
    {
        foreach (var intake in intakes)
        {
            intake.AcceptUnknownCommand(reader, text);
        }
    }

    private void Report()
    {
        if (_deletionsLeftOut > 0)
        {
            reporter.Warning($"{source.Description}: {_deletionsLeftOut} rows with the command 'delete' were left out: a full extract holds no deletions.");
        }

        if (_shortRows > 0)
        {
            reporter.Warning($"{source.Description}: {_shortRows} rows have fewer fields than the header; what is missing is taken as empty.");
        }
    }
}
