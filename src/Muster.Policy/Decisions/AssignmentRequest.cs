using Muster.Configuration.Model;
using Muster.Repository.Assignments;

namespace Muster.Policy.Decisions;

/// <summary>Who decides, and why.</summary>
/// <param name="By">The person as the caller knows them.</param>
public sealed record DecisionAuthor(string By, string? Comment)
{
    /// <summary>
    /// The user in whose name it is done, whose rights are evaluated (rolemodel.md 9.2), as <see cref="Access.AccessDecisions.FindUser"/> takes
    /// it; null: the operator, who may do all.
    /// </summary>
    public string? ActingUser { get; init; }
}

/// <summary>
/// Which assignment is meant: by the id that lists print, or by what is the same in every repository with the same content: the owner's
/// key, the role or resource type, and the start where there are several.
/// </summary>
public sealed record AssignmentAddress
{
    public long? Id { get; init; }

    public EntityType? OwnerType { get; init; }

    public string? OwnerKey { get; init; }

    public AssignmentKind? Kind { get; init; }

    public string? Item { get; init; }

    /// <summary>Start of the assignment, to tell several apart.</summary>
    public DateTime? Start { get; init; }

    internal string Title => Id is { } id ? $"assignment {id}" : $"{(Kind ?? AssignmentKind.SingleRole).Title()} '{Item}' of '{OwnerKey}'";
}

/// <summary>What is asked for.</summary>
public sealed record AssignmentRequest
{
    public required EntityType OwnerType { get; init; }

    public required string OwnerKey { get; init; }

    public required AssignmentKind Kind { get; init; }

    public required string Item { get; init; }

    /// <summary>Null: now, or when the owner's validity begins.</summary>
    public DateTime? Start { get; init; }

    /// <summary>Null: as long as the owner's validity and the longest duration allow.</summary>
    public DateTime? End { get; init; }

    /// <summary>The end follows the end of the owner's contexts; null: as the role's mode says.</summary>
    public bool? IsContextBound { get; init; }

    /// <summary>By dimension: the key of the value.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>The requester may review, and asks that this count as approval.</summary>
    public bool IsImplicit { get; init; }

    /// <summary>The assignment is to be taken away.</summary>
    public bool IsRemoval { get; init; }

    public required DecisionAuthor Author { get; init; }
}

/// <summary>What a person may do with an assignment that exists.</summary>
public enum AssignmentVerdict
{
    Approve,
    Decline,

    /// <summary>Keeps what was found.</summary>
    Keep,

    /// <summary>Takes away what was found.</summary>
    Remove,
}

/// <summary>What a decision did.</summary>
/// <param name="From">The state before; null where there was no assignment.</param>
/// <param name="Next">What comes now, for a person.</param>
public sealed record DecisionOutcome(AssignmentView Assignment, WorkflowState? From, string Next);
