using System.CommandLine;
using Muster.Cli.Hosting;
using Muster.Cli.Output;
using Muster.Configuration.Model;
using Muster.Connectors;

namespace Muster.Cli.Commands;

/// <summary><c>muster connector …</c></summary>
internal static class ConnectorCommands
{
    public static Command Create(CommandHost host)
    {
        var command = new Command("connector", "Connections to managed systems.");
        command.Add(Check(host));
        command.Add(Schema(host));
        command.Add(PasswordCommand.Create(host));
        return command;
    }

    private static Command Check(CommandHost host)
    {
        var name = new Argument<string>("CONNECTION") { Description = "The connection's identifier." };
        var command = new Command("check", "Reaches the system with the agent's settings, signs in, and says what is missing. Changes nothing.") { name };
        host.Handle(command, async (result, installation, cancellationToken) =>
        {
            var model = installation.Current();
            var connection = Find(model, result.GetValue(name)!);
            var written = model.ResourceTypes.Where(t => t.Mapping?.Connection == connection).ToList();
            var findings = await new ConnectionExaminer(installation.AgentSettings, ConnectorRegistry.Default).CheckAsync(connection, cancellationToken, written).ConfigureAwait(false);
            if (installation.Settings.Json)
            {
                Json.Write(host.Terminal.Out, findings);
            }
            else
            {
                foreach (var finding in findings)
                {
                    await host.Terminal.Out.WriteLineAsync($"{(finding.IsGood ? "good   " : "missing")}  {finding.Text}").ConfigureAwait(false);
                }
            }

            return findings.All(f => f.IsGood) ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    private static Command Schema(CommandHost host)
    {
        var name = new Argument<string>("CONNECTION") { Description = "The connection's identifier." };
        var asXml = new Option<bool>("--xml") { Description = "As elements of the configuration (ConnectionTable, Column)." };
        var command = new Command("schema", "The columns that mappings of the connection may use, as the system tells them.") { name, asXml };
        host.Handle(command, async (result, installation, cancellationToken) =>
        {
            var connection = Find(installation.Current(), result.GetValue(name)!);
            var examiner = new ConnectionExaminer(installation.AgentSettings, ConnectorRegistry.Default);
            if (result.GetValue(asXml))
            {
                await host.Terminal.Out.WriteAsync(await examiner.ReadSchemaXmlAsync(connection, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
                return ExitCode.Done;
            }

            var columns = await examiner.ReadSchemaAsync(connection, cancellationToken).ConfigureAwait(false);
            if (installation.Settings.Json)
            {
                Json.Write(host.Terminal.Out, columns);
                return ExitCode.Done;
            }

            var table = new TextTable("column", "type", "values");
            foreach (var column in columns)
            {
                table.Add(column.Name, column.ValueType, column.IsMultivalued ? "several" : "one");
            }

            table.Write(host.Terminal.Out);
            return ExitCode.Done;
        });
        return command;
    }

    internal static Connection Find(ConfigurationModel model, string identifier)
    {
        var connections = model.Connectors.SelectMany(c => c.Connections).ToList();
        return connections.Find(c => c.Identifier.Equals(identifier, StringComparison.OrdinalIgnoreCase))
            ?? throw CommandException.Wrong(
                $"There is no connection '{identifier}'.{Suggestion.For(identifier, connections.Select(c => c.Identifier))}");
    }
}
