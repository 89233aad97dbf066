using Muster.Configuration.Jobs;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Connectors;

namespace Muster.Jobs.Tasks;

/// <summary>RefreshSchemaTask (synchronization.md 3.5): reads the schema of each connection that has one, and says what has changed in it.</summary>
public sealed class RefreshSchemaTaskHandler(ConnectionExaminer examiner, AgentFolders folders) : ITaskHandler
{
    /// <summary>Names that one message tells.</summary>
    private const int Told = 20;

    public string Kind => "RefreshSchemaTask";

    public async Task<TaskResult> RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var task = (RefreshSchemaTask)context.Task;
        IReadOnlyList<Connection> connections = task.Connection is { } one ? [one] : TaskSettings.ConnectorOf(task).Connections;
        var isChanged = false;
        foreach (var connection in connections)
        {
            if (!examiner.CanExamine(connection))
            {
                context.Reporter.Message($"The connection '{connection.Identifier}' has no schema that could be read: its package is '{connection.Package}'.");
                continue;
            }

            var refresh = await examiner.RefreshSchemaAsync(connection, folders.Work, cancellationToken).ConfigureAwait(false);
            context.Reporter.Count("columnsRead", refresh.Columns);
            Tell(context.Reporter, connection, refresh);
            isChanged |= refresh.IsChanged;
        }

        return new TaskResult { Processed = isChanged };
    }

    private void Tell(ITaskReporter reporter, Connection connection, SchemaRefresh refresh)
    {
        if (refresh.IsNew)
        {
            reporter.Message($"The schema of connection '{connection.Identifier}' stands in '{folders.Work.PathOf(SchemaSnapshot.PathOf(connection.Identifier))}'.");
        }

        TellOf("new", refresh.Added);
        TellOf("gone", refresh.Removed);
        TellOf("of another kind than before", refresh.Changed);
        if (refresh.Missing.Count > 0)
        {
            reporter.Warning(
                $"The schema of connection '{connection.Identifier}' has no attribute for the mapped columns {Names(refresh.Missing)}. They are empty; correct the ConnectionColumn.");
        }

        void TellOf(string what, IReadOnlyList<string> columns)
        {
            if (columns.Count > 0)
            {
                reporter.Message($"In the schema of connection '{connection.Identifier}' are {what}: {Names(columns)}.");
            }
        }
    }

    private static string Names(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(Told).Select(n => $"'{n}'")) + (names.Count > Told ? $" and {names.Count - Told} more" : "");
}
