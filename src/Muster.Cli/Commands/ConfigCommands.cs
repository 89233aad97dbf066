using System.CommandLine;
using Muster.Cli.Hosting;
using Muster.Cli.Output;
using Muster.Configuration;
using Muster.Configuration.Diagnostics;
using Muster.Configuration.Naming;
using Muster.Configuration.Xml;
using Muster.Policy.Compilation;
using Muster.Repository;
using Muster.Repository.Naming;

namespace Muster.Cli.Commands;

/// <summary><c>muster config …</c></summary>
internal static class ConfigCommands
{
    public static Command Create(CommandHost host)
    {
        var command = new Command("config", "The XML configuration.");
        command.Add(Check(host));
        command.Add(Scaffold(host));
        command.Add(Schema(host));
        command.Add(Deploy(host));
        command.Add(Export(host));
        return command;
    }

    private static Command Check(CommandHost host)
    {
        var command = new Command("check", "Reads, expands and validates the configuration.");
        host.Handle(command, (_, installation) =>
        {
            var loaded = installation.Load();
            var bag = new DiagnosticBag();
            if (loaded.Model is { } model)
            {
                PolicyCompiler.Compile(model, bag);
            }

            var findings = loaded.Diagnostics.Concat(bag.Items)
                .OrderBy(d => d.Location.File, StringComparer.Ordinal)
                .ThenBy(d => d.Location.Line)
                .ThenBy(d => d.Location.Column)
                .ToList();
            if (installation.Settings.Json)
            {
                Json.Write(host.Terminal.Out, findings.Select(d => new
                {
                    d.Location.File,
                    d.Location.Line,
                    d.Location.Column,
                    Severity = d.Severity.ToString().ToLowerInvariant(),
                    d.Code,
                    d.Text,
                    d.Suggestion,
                }));
            }
            else
            {
                findings.ForEach(host.Terminal.Out.WriteLine);
            }

            int Count(DiagnosticSeverity severity) => findings.Count(d => d.Severity == severity);
            string Counted(DiagnosticSeverity severity, string noun) => $"{Count(severity)} {noun}{(Count(severity) == 1 ? "" : "s")}";
            host.Terminal.Error.WriteLine(
                $"{Counted(DiagnosticSeverity.Error, "error")}, {Counted(DiagnosticSeverity.Warning, "warning")}, {Counted(DiagnosticSeverity.Notice, "notice")}.");
            return Count(DiagnosticSeverity.Error) > 0 ? ExitCode.Wrong : ExitCode.Done;
        });
        return command;
    }

    private static Command Scaffold(CommandHost host)
    {
        var only = new Option<string?>("--only") { HelpName = "ID", Description = "Only what the scaffolding of this identifier expands to." };
        var command = new Command("scaffold", "Prints what the scaffoldings expand to.") { only };
        host.Handle(command, (result, installation) =>
        {
            var loaded = installation.Load();
            installation.Require(loaded);
            var made = loaded.Expanded.Where(e => e.MadeBy is not null).ToList();
            if (result.GetValue(only) is { } identifier)
            {
                made = made.FindAll(e => e.MadeBy == identifier);
                if (made.Count == 0)
                {
                    var known = loaded.Expanded.Select(e => e.MadeBy).OfType<string>().Distinct().ToList();
                    throw CommandException.Wrong(
                        $"No scaffolding '{identifier}' makes anything.{Suggestion.For(identifier, known)} See 'muster config scaffold' without --only.");
                }
            }

            ConfigurationWriter.Write(made, host.Terminal.Out);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Schema(CommandHost host)
    {
        var command = new Command("schema", "Prints the XML schema of the configuration.");
        host.Handle(command, (_, _) =>
        {
            ConfigurationSchema.Write(host.Terminal.Out);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Deploy(CommandHost host)
    {
        var allowDataLoss = new Option<bool>("--allow-data-loss") { Description = "Drop tables and columns that the configuration no longer has." };
        var command = new Command("deploy", "Validates, migrates the store, and stores the configuration.") { allowDataLoss };
        host.Handle(command, (result, installation) =>
        {
            var model = installation.Require(installation.Load());
            installation.Compile(model);
            var difference = installation.Deploy(model, result.GetValue(allowDataLoss)) ?? new ConfigurationDifference([]);
            if (installation.Settings.Json)
            {
                static IEnumerable<object> Items(IEnumerable<ConfigurationChange> changes) =>
                    changes.Select(c => new { c.Element, c.Identifier, c.Attributes });
                Json.Write(host.Terminal.Out, new
                {
                    model.Fingerprint,
                    Added = Items(difference.Added),
                    Changed = Items(difference.Changed),
                    Removed = Items(difference.Removed),
                });
                return ExitCode.Done;
            }

            foreach (var change in difference.Changes)
            {
                var attributes = change.Attributes.Count > 0 ? $": {string.Join(", ", change.Attributes)}" : "";
                host.Terminal.Out.WriteLine($"{change.Kind.ToString().ToLowerInvariant(),-7}  {change.Element} {change.Identifier}{attributes}");
            }

            host.Terminal.Out.WriteLine(
                $"{difference.Added.Count()} added, {difference.Changed.Count()} changed, {difference.Removed.Count()} removed.");
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Export(CommandHost host)
    {
        var expanded = new Option<bool>("--expanded") { Description = "With what the scaffoldings make in their place, and the roles, categories and rules that naming rules have made." };
        var command = new Command("export", "Prints the deployed configuration.") { expanded };
        host.Handle(command, (result, installation) =>
        {
            using var transaction = installation.Database.BeginRead();
            var deployed = new ConfigurationStore(transaction).Read()
                ?? throw CommandException.Wrong("No configuration is deployed yet. Run 'muster config deploy' first.");
            var named = new NamedValueStore(transaction).All();
            if (result.GetValue(expanded))
            {
                var loaded = ConfigurationLoader.LoadText(("(deployed)", deployed.Xml));
                ConfigurationWriter.Write(loaded.Model is { } model ? NamedElements.Added(loaded.Expanded, NamedRoles.Of(model, named)) : loaded.Expanded, host.Terminal.Out);
                return ExitCode.Done;
            }

            host.Terminal.Out.Write(deployed.Xml);
            if (named.Count > 0)
            {
                var roles = named.Select(v => v.Role).Distinct(StringComparer.Ordinal).Count();
                host.Terminal.Error.WriteLine($"{roles} {(roles == 1 ? "role" : "roles")} of naming rules are data and not printed. --expanded prints them too.");
            }

            return ExitCode.Done;
        });
        return command;
    }
}
