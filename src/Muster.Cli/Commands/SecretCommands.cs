using System.CommandLine;
using System.Text;
using Muster.Cli.Hosting;
using Muster.Connectors.Settings;

namespace Muster.Cli.Commands;

/// <summary><c>muster secret …</c></summary>
internal static class SecretCommands
{
    public static Command Create(CommandHost host)
    {
        var command = new Command("secret", "Secrets of the settings file.");
        command.Add(Protect(host));
        return command;
    }

    private static Command Protect(CommandHost host)
    {
        var value = new Argument<string?>("VALUE")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "The secret. Without it, it is read from standard input, where no list of processes shows it.",
        };
        var command = new Command("protect", "Encrypts a value for the settings file.") { value };
        host.Handle(command, (result, installation) =>
        {
            var secret = result.GetValue(value) ?? Read(host.Terminal);
            if (secret.Length == 0)
            {
                throw CommandException.Wrong("There is no value to protect. Give it on standard input.");
            }

            var file = installation.Settings.FindSettingsFile();
            var folder = file is null
                ? Path.GetDirectoryName(installation.Settings.Config) ?? installation.Settings.Config
                : Path.GetDirectoryName(Path.GetFullPath(file))!;
            host.Terminal.Out.WriteLine(new SettingsSecrets(folder, host.Terminal.Environment).Protect(secret));
            return ExitCode.Done;
        });
        return command;
    }

    private static string Read(Terminal terminal)
    {
        if (terminal.IsInputRedirected || !terminal.IsInteractive)
        {
            return terminal.In.ReadLine() ?? "";
        }

        terminal.Error.Write("Value: ");
        var text = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace && text.Length > 0)
            {
                text.Length--;
            }
            else if (!char.IsControl(key.KeyChar))
            {
                text.Append(key.KeyChar);
            }
        }

        terminal.Error.WriteLine();
        return text.ToString();
    }
}
