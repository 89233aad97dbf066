using System.CommandLine;
using Muster.Cli.Hosting;
using Muster.Cli.Output;
using Muster.Configuration.Work;
using Muster.Connectors.Passwords;

namespace Muster.Cli.Commands;

/// <summary><c>muster connector passwords</c>: who has got a password that nobody has been told, and the one place where it is told.</summary>
internal static class PasswordCommand
{
    public static Command Create(CommandHost host)
    {
        var name = new Argument<string>("CONNECTION") { Description = "The connection's identifier." };
        var handOver = new Option<bool>("--hand-over") { Description = "Print the passwords and forget them: each is shown once." };
        var account = new Option<string?>("--account") { Description = "Only the account with this login or name." };
        var command = new Command("passwords", "The passwords of new accounts that wait for being handed over.") { name, handOver, account };
        host.Handle(command, async (result, installation, cancellationToken) =>
        {
            var connection = ConnectorCommands.Find(installation.Current(), result.GetValue(name)!);
            var passwords = new PasswordHandOver(
                new WorkFolder(installation.Settings.Work), connection.Identifier, installation.AgentSettings.Secrets, TimeProvider.System);
            var wanted = result.GetValue(account);
            var waiting = passwords.Waiting()
                .Where(w => wanted is null || wanted.Equals(w.Login, StringComparison.OrdinalIgnoreCase) || wanted.Equals(w.Name, StringComparison.OrdinalIgnoreCase)).ToList();
            if (wanted is not null && waiting.Count == 0)
            {
                throw CommandException.Wrong($"No password of an account '{wanted}' waits in connection '{connection.Identifier}'.");
            }

            var isTold = result.GetValue(handOver);
            var lines = waiting.Select(w => new Line(w.Name, w.Login, w.MadeAt, isTold ? passwords.Reveal(w) : null)).Where(l => !isTold || l.Password is not null).ToList();
            if (installation.Settings.Json)
            {
                Json.Write(host.Terminal.Out, lines);
            }
            else
            {
                WriteText(host.Terminal.Out, lines, isTold);
            }

            // Told first, forgotten then: whatever ends the process in between, no password is lost.
            await host.Terminal.Out.FlushAsync(cancellationToken).ConfigureAwait(false);
            foreach (var told in isTold ? waiting : [])
            {
                passwords.Forget(told);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static void WriteText(TextWriter writer, List<Line> lines, bool isTold)
    {
        var table = isTold ? new TextTable("account", "login", "password") : new TextTable("account", "login", "made at");
        foreach (var line in lines)
        {
            table.Add(line.Account, line.Login, isTold ? line.Password : line.MadeAt.UtcDateTime.ToString("u", System.Globalization.CultureInfo.InvariantCulture));
        }

        table.Write(writer);
    }

    private sealed record Line(string Account, string? Login, DateTimeOffset MadeAt, string? Password);
}
