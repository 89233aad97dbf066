using System.CommandLine;
using Muster.Cli.Commands;
using Muster.Cli.Demo;
using Muster.Cli.Hosting;

namespace Muster.Cli;

/// <summary>The command line as a whole (docs/command-line.md).</summary>
internal static class MusterCommandLine
{
    /// <summary>Parses and runs; returns the exit code. Words that are wrong give 2, with the command's own help named.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var result = Create(terminal).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.Errors.Count > 0)
        {
            foreach (var error in result.Errors)
            {
                await terminal.Error.WriteLineAsync(error.Message).ConfigureAwait(false);
            }

            await terminal.Error.WriteLineAsync("See 'muster --help', or '--help' after a command.").ConfigureAwait(false);
            return ExitCode.Wrong;
        }

        var code = await result.InvokeAsync(
            new InvocationConfiguration
            {
                Output = terminal.Out,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,

                // Ctrl-C is ours: a job ends cleanly, however long its rollback takes.
                ProcessTerminationTimeout = null,
            },
            cancellationToken).ConfigureAwait(false);
        await terminal.Out.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        return code;
    }

    private static RootCommand Create(Terminal terminal)
    {
        var options = new CommonOptions();
        var host = new CommandHost(options, terminal);
        var root = new RootCommand("Muster keeps a repository of identities and access rights in step with the systems that hold them.");
        foreach (var option in options.All)
        {
            root.Add(option);
        }

        root.Add(ConfigCommands.Create(host));
        root.Add(JobCommands.Create(host));
        root.Add(ResourceCommands.Create(host));
        root.Add(AssignmentCommands.Create(host));
        root.Add(OrderCommands.Create(host));
        root.Add(AccessCommands.Create(host));
        root.Add(RepositoryCommands.Create(host));
        root.Add(ConnectorCommands.Create(host));
        root.Add(SecretCommands.Create(host));
        root.Add(DemoCommand.Create(host));
        root.Add(LaterCommands.Create(host, "serve", "Server, agent and web pages in one process."));
        root.Add(LaterCommands.Create(host, "server", "The server alone."));
        root.Add(LaterCommands.Create(host, "agent", "The agent alone."));
        return root;
    }
}
