using System.CommandLine;
using System.Globalization;
using Muster.Cli.Hosting;
using Muster.Cli.Output;
using Muster.Policy.Decisions;
using Muster.Policy.Transitions;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Cli.Commands;

/// <summary><c>muster order review …</c></summary>
internal static class ReviewCommands
{
    public static Command Create(CommandHost host)
    {
        var connector = new Option<string?>("--connector") { HelpName = "ID", Description = "Only what concerns the resource types of this connector." };
        var type = new Option<string?>("--resource-type") { HelpName = "ID", Description = "Only what concerns this resource type." };
        var owner = Owner();
        var acting = new ActingUser();
        var command = new Command("review", "What waits for a reviewer: orders, proposed owners, and what was found in managed systems without a rule.") { connector, type, owner };
        acting.AddTo(command);
        host.Handle(command, (result, installation) =>
        {
            var filter = Filter(installation, result.GetValue(connector), result.GetValue(type), result.GetValue(owner), null) with { ActingUser = acting.Of(result) };
            Write(host.Terminal.Out, DecisionOptions.Decide(() => Reviews(installation).List(filter)), installation.Settings.Json);
            return ExitCode.Done;
        });
        command.Add(Verdict(host, ReviewVerdict.Approve, "approve", "Lets orders go: what is blocked or has failed becomes Pending; a proposed target becomes the owner's."));
        command.Add(Verdict(host, ReviewVerdict.Decline, "decline", "Orders do not go; a proposed target is not the owner's. It is remembered."));
        command.Add(Verdict(host, ReviewVerdict.Postpone, "postpone", "Leaves everything as it is, and notes who looked and why."));
        return command;
    }

    /// <summary>Decides on items by id, and shows them.</summary>
    public static void Decide(CommandHost host, Installation installation, IReadOnlyCollection<long> ids, ReviewVerdict verdict, DecisionAuthor author) =>
        Report(host, installation, DecisionOptions.Decide(() => Reviews(installation).Decide(ids, verdict, author)), verdict);

    private static Command Verdict(CommandHost host, ReviewVerdict verdict, string name, string description)
    {
        var options = new DecisionOptions();
        var ids = new Argument<long[]>("ID") { Arity = ArgumentArity.ZeroOrMore, Description = "Ids that 'order review' prints." };
        var all = new Option<string?>("--all-of") { HelpName = "TYPE", Description = "All orders of this resource type that wait; what was found is left alone." };
        var owner = Owner();
        var property = new Option<string?>("--property") { HelpName = "NAME", Description = "Only this property's values." };
        var command = new Command(name, description) { ids, all, owner, property };
        options.AddAuthor(command);
        host.Handle(command, (result, installation) =>
        {
            var given = result.GetValue(ids) ?? [];
            var wanted = result.GetValue(all);
            var named = result.GetValue(owner);
            var author = options.Author(result);
            if (given.Length > 0 && (wanted is not null || named is { Length: > 0 }))
            {
                throw CommandException.Wrong("Give ids, or --all-of and --owner, not both.");
            }

            if (given.Length > 0)
            {
                Decide(host, installation, given, verdict, author);
                return ExitCode.Done;
            }

            if (wanted is null && named is not { Length: > 0 })
            {
                throw CommandException.Wrong("Name what is decided: ids that 'muster order review' prints, --all-of TYPE, or --owner TYPE KEY.");
            }

            var filter = Filter(installation, null, wanted, named, result.GetValue(property));
            Report(host, installation, DecisionOptions.Decide(() => Reviews(installation).DecideAll(filter, verdict, author)), verdict);
            return ExitCode.Done;
        });
        return command;
    }

    private static Option<string[]> Owner() => new("--owner")
    {
        HelpName = "TYPE KEY",
        Arity = new ArgumentArity(2, 2),
        AllowMultipleArgumentsPerToken = true,
        Description = "Only what concerns one owner: entity type and key.",
    };

    private static OrderReview Reviews(Installation installation) =>
        new(installation.Database, new EntitySchema(installation.Deployed), installation.Compile(installation.Deployed));

    private static ReviewFilter Filter(Installation installation, string? connector, string? type, string[]? owner, string? property)
    {
        var model = installation.Deployed;
        if (type is not null && model.FindResourceType(type) is null)
        {
            throw CommandException.Wrong($"There is no resource type '{type}'.{Suggestion.For(type, model.ResourceTypes.Select(t => t.Identifier))}");
        }

        if (connector is not null && model.Connectors.All(c => c.Identifier != connector))
        {
            throw CommandException.Wrong($"There is no connector '{connector}'.{Suggestion.For(connector, model.Connectors.Select(c => c.Identifier))}");
        }

        long? id = null;
        if (owner is [var ownerType, var key])
        {
            using var transaction = installation.Database.BeginRead();
            var entityType = DecisionOptions.EntityType(model, ownerType);
            id = new ResourceReader(transaction, new EntitySchema(model)).FindByKey(entityType, key)
                ?? throw new CommandException(ExitCode.Failed, $"There is no '{entityType.Identifier}' with the key '{key}'. 'muster resource list {entityType.Identifier}' shows all.");
        }

        return new ReviewFilter
        {
            ResourceTypes = type is not null ? [type]
                : connector is not null ? [.. model.ResourceTypes.Where(t => t.Connector?.Identifier == connector && t.Policy is { IsProvisioningEnabled: true, IsExternal: false }).Select(t => t.Identifier)]
                : null,
            Owner = id,
            Property = property,
        };
    }

    private static void Report(CommandHost host, Installation installation, IReadOnlyList<ReviewView> decided, ReviewVerdict verdict)
    {
        if (installation.Settings.Json)
        {
            Json.Write(host.Terminal.Out, new { verdict = verdict.ToString(), decided = decided.Select(DecisionJson.Of) });
            return;
        }

        Write(host.Terminal.Out, decided, asJson: false);
        host.Terminal.Out.WriteLine($"{decided.Count} {(decided.Count == 1 ? "item" : "items")}: {verdict}.");
    }

    private static void Write(TextWriter writer, IReadOnlyList<ReviewView> views, bool asJson)
    {
        if (asJson)
        {
            Json.Write(writer, views.Select(DecisionJson.Of));
            return;
        }

        var table = new TextTable("id", "kind", "resource type", "owner", "target", "property", "policy", "found", "state", "why");
        foreach (var view in views)
        {
            table.Add(
                view.Id.ToString(CultureInfo.InvariantCulture),
                view.Kind.ToString(),
                view.ResourceType,
                view.OwnerKey,
                view.Target,
                view.Property,
                view.Policy,
                view.Current,
                $"{view.WorkflowState}, {view.ProvisioningState}",
                view.Reason);
        }

        table.Write(writer);
    }
}
