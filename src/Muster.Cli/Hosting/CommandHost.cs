using System.CommandLine;
using System.Data.Common;
using Microsoft.Extensions.Logging;
using Muster.Configuration.Work;
using Muster.Connectors.Settings;
using Muster.Repository;

namespace Muster.Cli.Hosting;

/// <summary>Runs the action of a command: options read, installation opened, every failure said to a person with its exit code.</summary>
internal sealed class CommandHost(CommonOptions options, Terminal terminal)
{
    public Terminal Terminal => terminal;

    /// <summary>Makes a command's action of a function that returns the exit code.</summary>
    public void Handle(Command command, Func<ParseResult, Installation, CancellationToken, Task<int>> action) =>
        command.SetAction((result, cancellationToken) => InvokeAsync(result, action, cancellationToken));

    /// <summary>As the other, for actions that wait for nothing.</summary>
    public void Handle(Command command, Func<ParseResult, Installation, int> action) =>
        Handle(command, (result, installation, _) => Task.FromResult(action(result, installation)));

    private async Task<int> InvokeAsync(
        ParseResult result, Func<ParseResult, Installation, CancellationToken, Task<int>> action, CancellationToken cancellationToken)
    {
        var isDebug = false;
        try
        {
            var settings = options.Read(result, terminal.Environment);
            isDebug = settings.LogLevel <= LogLevel.Debug;
            using var installation = new Installation(settings, terminal);
            var code = await action(result, installation, cancellationToken).ConfigureAwait(false);
            await terminal.Out.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            return code;
        }
        catch (Exception exception)
        {
            var (code, message) = Explain(exception, cancellationToken);
            await terminal.Error.WriteLineAsync(message).ConfigureAwait(false);
            if (isDebug)
            {
                await terminal.Error.WriteLineAsync(exception.ToString()).ConfigureAwait(false);
            }

            return code;
        }
    }

    private static (int Code, string Message) Explain(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        OperationCanceledException when cancellationToken.IsCancellationRequested => (ExitCode.Interrupted, "Interrupted. Nothing was left half done."),
        CommandException command => (command.ExitCode, command.Message),
        TaskFailedException => (ExitCode.Failed, exception.Message),
        SettingsException => (ExitCode.Wrong, exception.Message),
        DbException database => (ExitCode.Failed, StoreFailure.Explain(database)),
        UnauthorizedAccessException or IOException => (ExitCode.Failed, $"{exception.Message} Check the folder, its rights and its disk."),
        OutOfMemoryException => (ExitCode.Failed, "There was not enough memory. Give the process more of it."),
        _ => (ExitCode.Failed, $"Muster failed unexpectedly: {exception.Message} Run the command again with --log-level Debug for the details."),
    };
}
