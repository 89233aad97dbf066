using System.Text;
using Microsoft.Extensions.Logging;
using Muster.Configuration.Exchange;
using Muster.Configuration.Jobs;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Connectors.Contract;
using Muster.Connectors.Settings;

namespace Muster.Connectors.Export;

/// <summary>What an ExportTask asks for (jobs.md 4.1).</summary>
public sealed record ExportTaskRequest
{
    public required Connection Connection { get; init; }

    /// <summary>Watermarks are ignored: everything is read.</summary>
    public required bool Complete { get; init; }

    /// <summary>An initialization reads whatever source exists; it is complete.</summary>
    public bool Initial { get; init; }

    /// <summary>Why a chain that was asked for as incremental is read completely; goes into the manifest. Needs <see cref="Complete"/>.</summary>
    public string? HealedBecause { get; init; }
}

/// <summary>
/// Runs the export of one connection and makes its files and manifest visible together, the manifest last. Whatever goes wrong, also a
/// cancellation, leaves no file of the connection behind, so that a partial extract is never prepared (synchronization.md 7.0).
/// </summary>
public sealed class Exporter(
    AgentSettings settings, AgentFolders folders, ConnectorRegistry registry, TimeProvider time, ILogger<Exporter> logger)
{
    /// <summary>Throws <see cref="TaskFailedException"/> with the connection, the cause and what to do.</summary>
    public async Task<TaskResult> ExportAsync(ExportTaskRequest request, ITaskReporter reporter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(reporter);
        var connection = request.Connection;
        ExtractOutput.RemoveFiles(connection, folders.Temp);
        if (connection.ExportDeactivated || connection.Connector.IsDeactivated)
        {
            reporter.Message($"The export of connection '{connection.Identifier}' is deactivated in the configuration.");
            return TaskResult.NothingToDo;
        }

        var export = registry.ExportOf(connection);
        var own = settings.ForConnection(connection.Identifier);
        if (own.IsEmpty)
        {
            throw new TaskFailedException(
                $"The connection '{connection.Identifier}' has no settings. Add 'Connections:{connection.Identifier}' to '{settings.File ?? "appsettings.agent.json"}'.");
        }

        foreach (var warning in own.UnknownKeys(export.SettingNames))
        {
            reporter.Warning(warning);
        }

        try
        {
            return await RunAsync(export, own, request, reporter, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            ExtractOutput.RemoveFiles(connection, folders.Temp);
            if (failure is IOException or UnauthorizedAccessException)
            {
                throw new TaskFailedException($"The export of connection '{connection.Identifier}' failed: {failure.Message}", failure);
            }

            throw;
        }
    }

    private async Task<TaskResult> RunAsync(
        IExport export, ConnectionSettings own, ExportTaskRequest request, ITaskReporter reporter, CancellationToken cancellationToken)
    {
        var connection = request.Connection;
        var startedAt = time.GetUtcNow();
        var complete = request.Complete || request.Initial;
        using var output = new ExtractOutput(connection, folders.Temp, reporter);
        var outcome = await export.ExportAsync(
            new ExportRequest
            {
                Connection = connection,
                Settings = own,
                Output = output,
                Complete = complete,
                Initial = request.Initial,
                HealedBecause = request.HealedBecause,
                Folders = folders,
                Time = time,
                Tables = ConnectionTables.Of(connection),
            },
            reporter,
            cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (!outcome.Ran)
        {
            ExportLog.NotRun(logger, connection.Identifier);
            return TaskResult.NothingToDo;
        }

        if (complete && outcome.Content == ExtractContent.Changes)
        {
            throw new TaskFailedException(
                $"The complete export of connection '{connection.Identifier}' gave changes only. Nothing may be derived from what they lack; give it a source with all entries.");
        }

        complete |= outcome.HealedBecause is not null;
        var files = output.Commit();
        WriteManifest(new ExportManifest
        {
            Connection = connection.Identifier,
            Mode = complete ? SynchronizationMode.Complete : SynchronizationMode.Incremental,
            Content = outcome.Content,
            StartedAt = startedAt,
            FinishedAt = time.GetUtcNow(),
            HealedBecause = outcome.HealedBecause ?? request.HealedBecause,
            Files = files,
            PendingWatermarks = outcome.PendingWatermarks,
        });
        foreach (var file in files)
        {
            reporter.Count("rowsExported", file.Rows);
            reporter.Message($"'{file.Name}': {file.Rows} rows.");
            ExportLog.Exported(logger, connection.Identifier, file.Name, file.Rows);
        }

        return outcome.Content == ExtractContent.Full || output.Rows > 0 ? TaskResult.Done : TaskResult.NothingToDo;
    }

    private void WriteManifest(ExportManifest manifest)
    {
        using var file = folders.Temp.Create($"{AgentFolders.ExportOutput}/{ExportManifest.FileNameOf(manifest.Connection)}");
        file.Stream.Write(Encoding.UTF8.GetBytes(manifest.ToJson()));
        file.Commit();
    }
}

internal static partial class ExportLog
{
    [LoggerMessage(4001, LogLevel.Information, "Connection {Connection}: {Rows} rows exported to {File}")]
    public static partial void Exported(ILogger logger, string connection, string file, long rows);

    [LoggerMessage(4002, LogLevel.Information, "Connection {Connection}: the export was not run")]
    public static partial void NotRun(ILogger logger, string connection);
}
