using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Cli.Hosting;
using Muster.Cli.Output;
using Muster.Jobs.Tasks;
using Muster.Policy.Explanations;
using Muster.Policy.Naming;
using Muster.Repository.Schema;

namespace Muster.Cli.Commands;

/// <summary><c>muster resource explain</c></summary>
internal static class ExplainCommand
{
    public static Command Create(CommandHost host)
    {
        var options = new DecisionOptions();
        var type = new Argument<string>("TYPE") { Description = "Entity type." };
        var key = new Argument<string>("KEY") { Description = "Value of a key property." };
        var property = new Option<string?>("--property") { HelpName = "PROPERTY", Description = "Why a property of the resource type's target has its value, or a link." };
        var value = new Option<string?>("--value") { HelpName = "VALUE", Description = "With --property: why it has this value, or not; of a link the key of the resource." };
        var command = new Command(
            "explain",
            "Which rules, contexts and source values gave each assignment and value; with an option, why there is one or not. Nothing is written.") { type, key };
        options.AddItems(command);
        command.Add(property);
        command.Add(value);
        options.As.AddTo(command);
        host.Handle(command, (result, installation) =>
        {
            var model = installation.Deployed;
            if (result.GetValue(value) is not null && result.GetValue(property) is null)
            {
                throw CommandException.Wrong("Name the property of the value with --property.");
            }

            var request = new ExplanationRequest
            {
                EntityType = DecisionOptions.EntityType(model, result.GetRequiredValue(type)),
                Key = result.GetRequiredValue(key),
                Item = options.Item(result),
                Property = result.GetValue(property),
                Value = result.GetValue(value),
                ActingUser = options.As.Of(result),
                LastAppliedExport = new AppliedExports(installation.Database, model).StartedAt(),
            };
            var policy = installation.Compile(model);
            using var transaction = installation.Database.BeginRead();
            var explained = DecisionOptions.Decide(
                () => new ResourceExplainer(transaction, new EntitySchema(model), policy.At(transaction), NullLogger.Instance).Explain(request));
            if (installation.Settings.Json)
            {
                Json.Write(host.Terminal.Out, explained);
            }
            else
            {
                new ExplanationText(host.Terminal.Out).Write(explained);
            }

            return ExitCode.Done;
        });
        return command;
    }
}
