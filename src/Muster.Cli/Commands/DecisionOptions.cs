using System.CommandLine;
using System.Globalization;
using Muster.Cli.Hosting;
using Muster.Configuration.Model;
using Muster.Policy.Decisions;

namespace Muster.Cli.Commands;

/// <summary>Options that commands about decisions share.</summary>
internal sealed class DecisionOptions
{
    public Option<string?> Role { get; } = new("--role") { HelpName = "ID", Description = "The single role." };

    public Option<string?> CompositeRole { get; } = new("--composite-role") { HelpName = "ID", Description = "The composite role." };

    public Option<string?> ResourceType { get; } = new("--resource-type") { HelpName = "ID", Description = "The resource type." };

    public Option<string?> Comment { get; } = new("--comment") { HelpName = "TEXT", Description = "Why; kept with the decision." };

    public Option<string?> By { get; } = new("--by") { HelpName = "USER", Description = "Who decided, as the operator notes it; the user of this session if it is not given. Their rights are not evaluated: for that, use --as." };

    public ActingUser As { get; } = new();

    public void AddItems(Command command)
    {
        command.Add(Role);
        command.Add(CompositeRole);
        command.Add(ResourceType);
    }

    public void AddAuthor(Command command)
    {
        command.Add(Comment);
        command.Add(By);
        As.AddTo(command);
    }

    /// <summary>The one role or resource type that is named; null for none.</summary>
    public (AssignmentKind Kind, string Item)? Item(ParseResult result)
    {
        (AssignmentKind Kind, string Item)[] named =
        [
            .. result.GetValue(Role) is { } role ? [(AssignmentKind.SingleRole, role)] : Array.Empty<(AssignmentKind, string)>(),
            .. result.GetValue(CompositeRole) is { } composite ? [(AssignmentKind.CompositeRole, composite)] : Array.Empty<(AssignmentKind, string)>(),
            .. result.GetValue(ResourceType) is { } type ? [(AssignmentKind.ResourceType, type)] : Array.Empty<(AssignmentKind, string)>(),
        ];
        return named.Length switch
        {
            0 => null,
            1 => named[0],
            _ => throw CommandException.Wrong("Give one of --role, --composite-role and --resource-type, not several."),
        };
    }

    public DecisionAuthor Author(ParseResult result)
    {
        var by = string.IsNullOrWhiteSpace(result.GetValue(By)) ? null : result.GetValue(By)!.Trim();
        var acting = As.Of(result);
        if (by is not null && acting is not null)
        {
            throw CommandException.Wrong("Give --as (the user acts, with their rights) or --by (you note who decided), not both.");
        }

        return new DecisionAuthor(acting ?? by ?? Environment.UserName, result.GetValue(Comment) is { Length: > 0 } comment ? comment : null) { ActingUser = acting };
    }

    public static EntityType EntityType(ConfigurationModel model, string identifier) =>
        model.FindEntityType(identifier)
        ?? throw CommandException.Wrong($"There is no entity type '{identifier}'.{Suggestion.For(identifier, model.EntityTypes.Select(t => t.Identifier))}");

    /// <summary>ISO 8601; without a zone it is UTC.</summary>
    public static DateTime Date(string option, string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? date.UtcDateTime
            : throw CommandException.Wrong($"'{text}' is no date. Give {option} as ISO 8601, for example 2026-03-01.");

    /// <summary>What a refused decision says to the person, with its exit code.</summary>
    public static T Decide<T>(Func<T> decide)
    {
        try
        {
            return decide();
        }
        catch (DecisionRefusedException exception)
        {
            throw new CommandException(exception.IsWrong ? ExitCode.Wrong : ExitCode.Failed, exception.Message);
        }
    }
}
