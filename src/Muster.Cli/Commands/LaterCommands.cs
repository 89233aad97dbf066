using System.CommandLine;
using Muster.Cli.Hosting;

namespace Muster.Cli.Commands;

/// <summary>Commands whose names are part of the contract and that a later version brings.</summary>
internal static class LaterCommands
{
    public static Command Create(CommandHost host, string name, string description)
    {
        var command = new Command(name, $"{description} (Not supported yet.)") { TreatUnmatchedTokensAsErrors = false };
        host.Handle(command, (result, _) =>
            throw CommandException.Wrong($"not supported yet: muster {PathOf(result.CommandResult)}. A later version of Muster brings it."));
        return command;
    }

    private static string PathOf(System.CommandLine.Parsing.CommandResult result) =>
        result.Parent is System.CommandLine.Parsing.CommandResult { Command: not RootCommand } parent
            ? $"{PathOf(parent)} {result.Command.Name}"
            : result.Command.Name;
}
