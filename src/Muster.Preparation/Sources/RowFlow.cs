using System.Runtime.CompilerServices;
using Muster.Configuration.Exchange;
using Muster.Configuration.Work;
using Muster.Preparation.Changes;
using Muster.Preparation.Csv;

namespace Muster.Preparation.Sources;

/// <summary>Hands the rows of a source to its mappings, in one thread.</summary>
/// <param name="isChangeList">See <see cref="SourceContent"/>; all rows must agree with it.</param>
internal sealed class RowFlow(
    SourceFile source, SourceHeader header, MappingIntake[] intakes, CommandRule rule, int commandField, bool isChangeList)
{
    private readonly int _headerLength = header.Names.Count;

    public long Count { get; private set; }

    /// <summary>Rows left out because a full extract holds no deletions.</summary>
    public long DeletionsLeftOut { get; private set; }

    /// <summary>Rows with fewer fields than the header.</summary>
    public long ShortRows { get; private set; }

    /// <summary>Rows that at least one mapping set aside as not readable.</summary>
    public long Rejected { get; private set; }

    /// <summary>Takes all rows of the reader's chunk that have not been read yet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void RunChunk(CsvReader reader)
    {
        while (reader.ReadRowOfChunk())
        {
            Count++;
            ShortRows += reader.FieldCount < _headerLength ? 1 : 0;
            Take(reader);
        }

        foreach (var intake in intakes)
        {
            intake.EndChunk(reader);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
                    DeletionsLeftOut++;
                    return;
                }

                command = RowCommand.None;
            }
            else
            {
                Agree(reader, isEmpty: isKnown && command == RowCommand.None);
                if (!isChangeList)
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

        var isPlain = !reader.HasQuotes && !(reader.ChunkHasReturns && reader.Raw.Contains((byte)'\r'))
            && (reader.Separator == (byte)',' || !reader.Raw.Contains((byte)','));
        var rejected = 0L;
        foreach (var intake in intakes)
        {
            var before = intake.Rejected;
            intake.Accept(reader, isPlain, command);
            rejected |= intake.Rejected - before;
        }

        Rejected += rejected == 0 ? 0 : 1;
    }

    /// <summary>The first row decides what the file is; one that differs makes the whole file doubtful.</summary>
    private void Agree(CsvReader reader, bool isEmpty)
    {
        if (source.Manifest?.Content == ExtractContent.Full)
        {
            return;
        }

        if (isChangeList == isEmpty)
        {
            throw new TaskFailedException(
                $"{source.Description}, line {reader.Line}: some rows have a command and some have none, this one {(isEmpty ? "none" : "one")}. "
                + "The file is neither a change list nor a full extract. Correct the source and export again.");
        }
    }

    private void RejectCommand(CsvReader reader, ReadOnlySpan<byte> text)
    {
        foreach (var intake in intakes)
        {
            intake.AcceptUnknownCommand(reader, text);
        }

        Rejected++;
    }
}
