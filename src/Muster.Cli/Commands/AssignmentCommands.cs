using System.CommandLine;
using System.Globalization;
using Muster.Cli.Hosting;
using Muster.Cli.Output;
using Muster.Policy.Decisions;
using Muster.Policy.Naming;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.Decisions;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Cli.Commands;

/// <summary><c>muster assignment …</c></summary>
internal static class AssignmentCommands
{
    public static Command Create(CommandHost host)
    {
        var command = new Command("assignment", "Roles and resource types of people: who has what, requests, and decisions on them.");
        command.Add(List(host));
        command.Add(Request(host));
        command.Add(Verdict(host, AssignmentVerdict.Approve, "approve", "Approves a request (one step of it), or the removal that it asks for."));
        command.Add(Verdict(host, AssignmentVerdict.Decline, "decline", "Declines a request or an assignment; it stays declined until it is requested again."));
        command.Add(Verdict(host, AssignmentVerdict.Keep, "confirm", "Keeps what was found without a rule, or takes it away with --remove; by its id also values and links of 'order review'."));
        return command;
    }

    private static Command List(CommandHost host)
    {
        var options = new DecisionOptions();
        var owner = new Option<string[]>("--owner") { HelpName = "TYPE KEY", Arity = new ArgumentArity(2, 2), AllowMultipleArgumentsPerToken = true, Description = "Only those of one owner: entity type and key." };
        var state = new Option<string?>("--state") { HelpName = "STATE", Description = "Only those in a workflow state, by name or number." };
        var history = new Option<bool>("--history") { Description = "Also who decided what, when and why." };
        var limit = new Option<int>("--limit") { Description = "At most so many of each kind.", DefaultValueFactory = _ => 10_000 };
        var command = new Command("list", "Assigned roles and resource types.") { owner, state };
        options.AddItems(command);
        options.As.AddTo(command);
        command.Add(history);
        command.Add(limit);
        host.Handle(command, (result, installation) =>
        {
            var model = installation.Deployed;
            var item = options.Item(result);
            var named = result.GetValue(owner) is [var type, var key] ? (Type: DecisionOptions.EntityType(model, type), Key: key) : default;
            var schema = new EntitySchema(model);
            var policy = installation.Compile(model);
            using var transaction = installation.Database.BeginRead();
            var views = DecisionOptions.Decide(() => new AssignmentList(transaction, schema, policy.At(transaction)).Find(new AssignmentListFilter
            {
                OwnerType = named.Type,
                OwnerKey = named.Key,
                State = result.GetValue(state) is { } text ? State(text) : null,
                Kind = item?.Kind,
                Item = item?.Item,
                ActingUser = options.As.Of(result),
                Limit = Math.Max(1, result.GetValue(limit)),
            }));

            // Decisions on assignments that have ended are shown to the operator alone: there is nothing left to hold rights against.
            var owners = named.Type is null || options.As.Of(result) is not null ? null : FindOwner(transaction, schema, named.Type, named.Key);
            var decisions = result.GetValue(history) ? History(transaction, views, owners) : null;
            Write(host.Terminal.Out, views, decisions, installation.Settings.Json);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Decisions on an owner's assignments, those that have ended too; or on the listed ones.</summary>
    private static IReadOnlyList<Decision> History(RepositoryTransaction transaction, IReadOnlyList<AssignmentView> views, long? owner)
    {
        var store = new DecisionStore(transaction);
        return owner is { } known ? store.OfOwners([known]) : store.OfAssignments([.. views.Select(v => v.Id)]);
    }

    private static long? FindOwner(RepositoryTransaction transaction, EntitySchema schema, Configuration.Model.EntityType type, string key) =>
        new ResourceReader(transaction, schema).FindByKey(type, key);

    private static void Write(TextWriter writer, IReadOnlyList<AssignmentView> views, IReadOnlyList<Decision>? decisions, bool asJson)
    {
        if (asJson)
        {
            Json.Write<object>(writer, decisions is null ? views.Select(DecisionJson.Of) : new { assignments = views.Select(DecisionJson.Of), history = decisions.Select(DecisionJson.Of) });
            return;
        }

        var table = new TextTable("id", "owner", "assignment", "state", "start", "end", "target", "notes");
        foreach (var view in views)
        {
            table.Add(
                view.Id.ToString(CultureInfo.InvariantCulture),
                view.OwnerKey is null ? "" : $"{view.OwnerType} {view.OwnerKey}",
                $"{view.Kind.Title()} {view.Item}",
                $"{view.WorkflowState} ({(int)view.WorkflowState}){(view.ProvisioningState is { } state ? $", {state}" : "")}",
                DecisionJson.Date(view.Start),
                DecisionJson.Date(view.End),
                view.Target,
                DecisionJson.Notes(view));
        }

        table.Write(writer);
        if (decisions is not null)
        {
            writer.WriteLine();
            DecisionJson.Write(writer, decisions);
        }
    }

    private static Command Request(CommandHost host)
    {
        var options = new DecisionOptions();
        var type = new Argument<string>("OWNERTYPE") { Description = "Entity type of the owner." };
        var key = new Argument<string>("KEY") { Description = "Key of the owner." };
        var start = new Option<string?>("--start") { HelpName = "DATE", Description = "First instant; today if it is not given." };
        var end = new Option<string?>("--end") { HelpName = "DATE", Description = "Last instant, or 'context' for the end of the owner's contexts, wherever it moves." };
        var parameter = new Option<string[]>("--parameter") { HelpName = "DIM=VALUE", Description = "Value of a parameter: dimension and key. May be given several times." };
        var isImplicit = new Option<bool>("--implicit") { Description = "The requester may review: no other approval is needed where the policy or the role allows that. With --as that right is evaluated." };
        var remove = new Option<bool>("--remove") { Description = "Asks that an approved assignment be taken away." };
        var command = new Command("request", "Asks for a role or resource type for somebody; gives missing parameters; moves the end; or asks for the removal.") { type, key };
        options.AddItems(command);
        foreach (var option in new Option[] { start, end, parameter, isImplicit, remove })
        {
            command.Add(option);
        }

        options.AddAuthor(command);
        host.Handle(command, (result, installation) =>
        {
            var model = installation.Deployed;
            var (kind, item) = options.Item(result) ?? throw CommandException.Wrong("Name what is asked for: --role, --composite-role or --resource-type.");
            var until = result.GetValue(end);
            var isContext = string.Equals(until, "context", StringComparison.OrdinalIgnoreCase);
            var request = new AssignmentRequest
            {
                OwnerType = DecisionOptions.EntityType(model, result.GetRequiredValue(type)),
                OwnerKey = result.GetRequiredValue(key),
                Kind = kind,
                Item = item,
                Start = result.GetValue(start) is { } from ? DecisionOptions.Date("--start", from) : null,
                End = until is null || isContext ? null : DecisionOptions.Date("--end", until),
                IsContextBound = isContext ? true : until is null ? null : false,
                Parameters = Parameters(result.GetValue(parameter) ?? []),
                IsImplicit = result.GetValue(isImplicit),
                IsRemoval = result.GetValue(remove),
                Author = options.Author(result),
            };
            var outcome = DecisionOptions.Decide(() => Decisions(installation).Request(request));
            Write(host.Terminal.Out, outcome, installation.Settings.Json);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Verdict(CommandHost host, AssignmentVerdict verdict, string name, string description)
    {
        var options = new DecisionOptions();
        var which = new Argument<string[]>("ID | OWNERTYPE KEY") { Arity = new ArgumentArity(1, 2), Description = "The id that 'assignment list' prints; or the owner's entity type and key, with --role, --composite-role or --resource-type." };
        var start = new Option<string?>("--start") { HelpName = "DATE", Description = "Start of the assignment, where the owner has several." };
        var remove = new Option<bool>("--remove") { Description = "Takes away what was found; of a value: writes the policy's value." };
        var command = new Command(name, description) { which };
        options.AddItems(command);
        command.Add(start);
        if (verdict == AssignmentVerdict.Keep)
        {
            command.Add(remove);
        }

        options.AddAuthor(command);
        host.Handle(command, (result, installation) =>
        {
            var address = Address(installation, options.Item(result), result.GetRequiredValue(which), result.GetValue(start));
            var decided = verdict == AssignmentVerdict.Keep && result.GetValue(remove) ? AssignmentVerdict.Remove : verdict;
            if (verdict == AssignmentVerdict.Keep && address.Id is { } id && IsUnderReview(installation, id))
            {
                ReviewCommands.Decide(host, installation, [id], decided == AssignmentVerdict.Remove ? Policy.Transitions.ReviewVerdict.Remove : Policy.Transitions.ReviewVerdict.Keep, options.Author(result));
                return ExitCode.Done;
            }

            var outcome = DecisionOptions.Decide(() => Decisions(installation).Decide(address, decided, options.Author(result)));
            Write(host.Terminal.Out, outcome, installation.Settings.Json);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>A value, a link, or an account without owner: what only reviews know.</summary>
    private static bool IsUnderReview(Installation installation, long id)
    {
        using var transaction = installation.Database.BeginRead();
        var search = new AssignmentSearch(transaction);
        return search.OwnerOf(id) is null && search.TypeOf(id) is not null;
    }

    private static AssignmentAddress Address(Installation installation, (AssignmentKind Kind, string Item)? item, string[] words, string? start)
    {
        if (words is [var only])
        {
            return long.TryParse(only, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                ? new AssignmentAddress { Id = id }
                : throw CommandException.Wrong($"'{only}' is no id. Give the id that 'muster assignment list' prints, or the owner's entity type and key with --role, --composite-role or --resource-type.");
        }

        var (kind, identifier) = item ?? throw CommandException.Wrong("Name the assignment: --role, --composite-role or --resource-type.");
        return new AssignmentAddress
        {
            OwnerType = DecisionOptions.EntityType(installation.Deployed, words[0]),
            OwnerKey = words[1],
            Kind = kind,
            Item = identifier,
            Start = start is null ? null : DecisionOptions.Date("--start", start),
        };
    }

    private static Dictionary<string, string> Parameters(string[] written)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in written)
        {
            if (text.Split('=', 2) is not [{ Length: > 0 } name, { Length: > 0 } value] || !parameters.TryAdd(name, value))
            {
                throw CommandException.Wrong($"'{text}' is no parameter, or it is given twice. Write --parameter DIMENSION=KEY.");
            }
        }

        return parameters;
    }

    private static AssignmentDecisions Decisions(Installation installation) =>
        new(installation.Database, new EntitySchema(installation.Deployed), installation.Compile(installation.Deployed));

    private static void Write(TextWriter writer, DecisionOutcome outcome, bool asJson)
    {
        if (asJson)
        {
            Json.Write(writer, new { assignment = DecisionJson.Of(outcome.Assignment), from = outcome.From?.ToString(), next = outcome.Next });
            return;
        }

        var view = outcome.Assignment;
        writer.WriteLine(
            $"{view.Id}: {view.Kind.Title()} '{view.Item}' of {view.OwnerType} '{view.OwnerKey}' is {view.WorkflowState} ({(int)view.WorkflowState})"
            + $"{(outcome.From is { } from && from != view.WorkflowState ? $", was {from}" : "")}. {outcome.Next}");
    }

    private static WorkflowState State(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return Enum.IsDefined((WorkflowState)number)
                ? (WorkflowState)number
                : throw CommandException.Wrong($"There is no workflow state {number}. Known: {string.Join(", ", Enum.GetValues<WorkflowState>().Select(s => $"{(int)s} {s}"))}.");
        }

        return Enum.TryParse<WorkflowState>(text, ignoreCase: true, out var state)
            ? state
            : throw CommandException.Wrong($"There is no workflow state '{text}'.{Suggestion.For(text, Enum.GetNames<WorkflowState>())}");
    }
}
