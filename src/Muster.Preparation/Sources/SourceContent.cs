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

/// <summary>Decides whether a source is a change list (synchronization.md 8.5): its export says so, or its first row.</summary>
internal static class SourceContent
{
    /// <param name="reader">Stands behind the header, and does so afterwards.</param>
    /// <param name="commandField">-1: there is no command column.</param>
    public static bool IsChangeList(SourceFile source, CsvReader reader, CommandRule rule, int commandField)
    {
        if (rule is CommandRule.Ignore or CommandRule.LeaveDeletionsOut || source.Manifest?.Content == ExtractContent.Full)
        {
            return false;
        }

        if (source.Manifest?.Content == ExtractContent.Changes)
        {
            return commandField >= 0
                ? true
                : throw new TaskFailedException(
                    $"{source.Description} should be a list of changes, but has no command column. Name the column in the task's ColumnName, or export in full.");
        }

        // A file without rows is a change list if it has a command column.
        var isChangeList = commandField >= 0;
        if (isChangeList && reader.ReadRow())
        {
            var text = commandField < reader.FieldCount ? reader.Field(commandField) : [];
            isChangeList = !RowCommands.TryParse(text, out var command) || command != RowCommand.None;
            if (isChangeList && rule == CommandRule.RefuseChanges)
            {
                throw new TaskFailedException(
                    $"{source.Description} is a list of changes, but the changes before it are not certain to have arrived. Run a complete job for the connector.");
            }

            reader.StepBack();
        }

        return isChangeList;
    }
}
