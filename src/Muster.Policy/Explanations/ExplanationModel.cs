using Muster.Repository.Assignments;

namespace Muster.Policy.Explanations;

/// <summary>Why a resource has what it has, and has not what it has not (<c>resource explain</c>). Dates are ISO 8601 in UTC; null is no date.</summary>
public sealed record ResourceExplanation
{
    public required string EntityType { get; init; }

    public required string Key { get; init; }

    public string? DisplayName { get; init; }

    /// <summary>The instant that dates are held against.</summary>
    public required string At { get; init; }

    /// <summary>Something that the evaluation reads has changed since it was done last: what follows is what it would give now.</summary>
    public bool IsChanged { get; init; }

    /// <summary>As an owner of roles and resource types; null for an entity type that can have none.</summary>
    public OwnerExplanation? Owner { get; init; }

    /// <summary>As an account: one for each resource type that has it as its target, or could have.</summary>
    public IReadOnlyList<OwnershipExplanation> TargetOf { get; init; } = [];

    /// <summary>To the question that was asked; null for none.</summary>
    public AnswerExplanation? Answer { get; init; }
}

/// <summary>What an owner has, and from which contexts it was computed.</summary>
public sealed record OwnerExplanation
{
    public required IReadOnlyList<ContextExplanation> Contexts { get; init; }

    /// <summary>What to know of the owner as a whole: excluded, departed, without context.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    public IReadOnlyList<RoleExplanation> CompositeRoles { get; init; } = [];

    public IReadOnlyList<RoleExplanation> SingleRoles { get; init; } = [];

    public IReadOnlyList<TypeExplanation> ResourceTypes { get; init; } = [];

    public IReadOnlyList<RiskExplanation> Risks { get; init; } = [];

    /// <summary>As the task computed it last; null for none.</summary>
    public long? RiskScore { get; init; }
}

/// <summary>A risk that an owner has.</summary>
/// <param name="Level">0 to 100.</param>
/// <param name="Items">The values and links that come together.</param>
public sealed record RiskExplanation(string Risk, string? Name, string Kind, int Level, IReadOnlyList<string> Items);

/// <summary>Dimension values with a period (rolemodel.md 5.3), and what they were read from.</summary>
/// <param name="Number">From 1; rules name their contexts by it.</param>
/// <param name="From">The resources that the context was made of.</param>
/// <param name="Inputs">What its dates and values were read from, on those resources.</param>
public sealed record ContextExplanation(
    int Number, string? Start, string? End, IReadOnlyList<string> From, IReadOnlyList<DimensionExplanation> Dimensions, IReadOnlyList<InputExplanation> Inputs);

/// <param name="Values">Keys.</param>
/// <param name="Source">The binding, as written.</param>
public sealed record DimensionExplanation(string Dimension, IReadOnlyList<string> Values, string? Source);

/// <summary>A state with its number and what it means.</summary>
public sealed record StateExplanation(string Name, int Number, string Meaning)
{
    internal static StateExplanation Of(WorkflowState state) => new(state.ToString(), (int)state, StateWords.Of(state));

    internal static StateExplanation Of(ProvisioningState state) => new(state.ToString(), (int)state, StateWords.Of(state));
}

/// <summary>A rule in a context, and what became of it.</summary>
public sealed record RuleExplanation
{
    public required string Rule { get; init; }

    /// <summary>The rule is among those that decided.</summary>
    public bool Counts { get; init; }

    public required string Outcome { get; init; }

    /// <summary>Number of the context; null for a rule that asks for none.</summary>
    public int? Context { get; init; }

    /// <summary>When it applies; both null for always, or for never where it does not apply.</summary>
    public string? Start { get; init; }

    public string? End { get; init; }

    public IReadOnlyList<ConditionExplanation> Conditions { get; init; } = [];
}

/// <param name="Condition">What is asked for, as a sentence.</param>
/// <param name="Actual">What there is.</param>
public sealed record ConditionExplanation(string Condition, bool Holds, string Actual);

/// <summary>Who decided what, when and why.</summary>
public sealed record DecisionExplanation(string At, string By, string Decision, string? Detail, string? From, string? To, string? Comment);

/// <summary>A role of an owner.</summary>
public sealed record RoleExplanation
{
    public required string Kind { get; init; }

    public required string Role { get; init; }

    /// <summary>0: not stored yet.</summary>
    public long Id { get; init; }

    public required StateExplanation WorkflowState { get; init; }

    public string? Start { get; init; }

    public string? End { get; init; }

    /// <summary>Held only because a composite role is held.</summary>
    public bool IsIndirect { get; init; }

    public IReadOnlyDictionary<string, string>? Parameters { get; init; }

    /// <summary>The row of the table of rolemodel.md that gave the state, and where it stands.</summary>
    public string? Reason { get; init; }

    public string? Section { get; init; }

    /// <summary>The rules that gave it.</summary>
    public IReadOnlyList<RuleExplanation> Rules { get; init; } = [];

    /// <summary>Links of accounts that show it.</summary>
    public IReadOnlyList<string> DeducedFrom { get; init; } = [];

    public IReadOnlyList<DecisionExplanation> Decisions { get; init; } = [];

    /// <summary>What else to know: grace periods, automation rules, what the next evaluation changes.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>A resource type of an owner, with its target and values.</summary>
public sealed record TypeExplanation
{
    public required string ResourceType { get; init; }

    public long Id { get; init; }

    public string? Target { get; init; }

    /// <summary>What else names it: another key, or its display name.</summary>
    public string? TargetName { get; init; }

    public required StateExplanation WorkflowState { get; init; }

    public required StateExplanation ProvisioningState { get; init; }

    public string? Start { get; init; }

    public string? End { get; init; }

    public string? Reason { get; init; }

    public string? Section { get; init; }

    /// <summary>Type rules, and rules of values whose role needs the resource type.</summary>
    public IReadOnlyList<RuleExplanation> Rules { get; init; } = [];

    public required CorrelationExplanation Correlation { get; init; }

    public string? BlockReason { get; init; }

    public string? Message { get; init; }

    public IReadOnlyList<ValueExplanation> Values { get; init; } = [];

    public IReadOnlyList<DecisionExplanation> Decisions { get; init; } = [];

    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>How a target and its owner were found to belong together.</summary>
/// <param name="How">As a sentence.</param>
/// <param name="Confidence">Of the rule that found it; null if none did.</param>
/// <param name="Keys">The keys of both sides today.</param>
/// <param name="Candidates">Targets that were looked at, where one was looked for.</param>
public sealed record CorrelationExplanation(
    string How, int? Confidence, IReadOnlyList<KeyExplanation> Keys, IReadOnlyList<CandidateExplanation> Candidates);

/// <param name="OwnerKey">Null for none: then nothing matches.</param>
/// <param name="TargetKey">Of the target in question; null for none.</param>
public sealed record KeyExplanation(string Rule, int Confidence, string? OwnerKey, string? TargetKey, bool Matches);

public sealed record CandidateExplanation(string Target, int Confidence, string Outcome);

/// <summary>An expected or found value or link.</summary>
public sealed record ValueExplanation
{
    public required string Property { get; init; }

    public long Id { get; init; }

    /// <summary>What rules want; of a link the key of the resource.</summary>
    public string? Policy { get; init; }

    public string? Current { get; init; }

    /// <summary>Of links: what else names the resources.</summary>
    public string? PolicyName { get; init; }

    public string? CurrentName { get; init; }

    public required StateExplanation WorkflowState { get; init; }

    public required StateExplanation ProvisioningState { get; init; }

    public string? Start { get; init; }

    public string? End { get; init; }

    public string? Reason { get; init; }

    public string? Section { get; init; }

    public IReadOnlyList<RuleExplanation> Rules { get; init; } = [];

    /// <summary>The binding or expression that gave it.</summary>
    public string? Expression { get; init; }

    public IReadOnlyList<InputExplanation> Inputs { get; init; } = [];

    public string? Message { get; init; }

    public IReadOnlyList<DecisionExplanation> Decisions { get; init; } = [];
}

/// <summary>A source value.</summary>
/// <param name="Path">From the owner, or from the context's resource.</param>
/// <param name="Values">Empty for none.</param>
/// <param name="ComputedBy">The expression that computes the property, where one does.</param>
public sealed record InputExplanation(string Path, IReadOnlyList<string> Values, string? ComputedBy);

/// <summary>A resource as the target of a resource type.</summary>
public sealed record OwnershipExplanation
{
    public required string ResourceType { get; init; }

    public required string Verdict { get; init; }

    public string? OwnerType { get; init; }

    public string? OwnerKey { get; init; }

    /// <summary>The owner's assignment of which it is the target.</summary>
    public TypeExplanation? Assignment { get; init; }

    /// <summary>Owners whose keys match, where it has no owner.</summary>
    public IReadOnlyList<CandidateExplanation> Candidates { get; init; } = [];

    public IReadOnlyList<RuleExplanation> Classification { get; init; } = [];

    public IReadOnlyList<KeyExplanation> Keys { get; init; } = [];
}

/// <summary>The answer to "why" or "why not".</summary>
public sealed record AnswerExplanation
{
    /// <summary>What was asked about.</summary>
    public required string Question { get; init; }

    public required bool Has { get; init; }

    public required string Verdict { get; init; }

    /// <summary>Every rule that could give it, with every condition.</summary>
    public IReadOnlyList<RuleExplanation> Rules { get; init; } = [];

    public IReadOnlyList<DecisionExplanation> Decisions { get; init; } = [];

    public IReadOnlyList<InputExplanation> Inputs { get; init; } = [];

    /// <summary>The same about what a rule needs and the owner does not have.</summary>
    public IReadOnlyList<AnswerExplanation> Needs { get; init; } = [];
}
