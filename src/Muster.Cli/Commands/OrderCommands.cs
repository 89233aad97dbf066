using System.CommandLine;
using Muster.Cli.Hosting;

namespace Muster.Cli.Commands;

/// <summary><c>muster order …</c></summary>
internal static class OrderCommands
{
    public static Command Create(CommandHost host)
    {
        var command = new Command("order", "Provisioning orders and their results.");
        command.Add(LaterCommands.Create(host, "list", "Orders and their results."));
        command.Add(LaterCommands.Create(host, "show", "One order."));
        return command;
    }
}
