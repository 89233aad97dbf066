using Muster.Configuration.Model;
using Muster.Policy.Compilation;
using Muster.Policy.Transitions;
using Muster.Repository.Assignments;

namespace Muster.Policy.RoleModel;

/// <summary>
/// What an evaluation tells about itself while it goes, for who asks why (<c>resource explain</c>). Each place that decides hands over what it
/// decided from, so that an explanation cannot be of another mind than the evaluation. Absent from <see cref="BatchFacts"/> in every run that
/// computes; it changes nothing.
/// </summary>
internal sealed class EvaluationTrace
{
    private readonly Dictionary<Role, RoleTrace> _roles = [];
    private readonly Dictionary<CompiledResourceType, TypeTrace> _types = [];
    private readonly Dictionary<object, RowTrace> _rows = new(ReferenceEqualityComparer.Instance);

    /// <summary>The single roles that counted for resource types.</summary>
    public IReadOnlyList<HeldRole> Held { get; set; } = [];

    /// <summary>The composite roles that counted for single roles.</summary>
    public IReadOnlyList<HeldComposite> HeldComposites { get; set; } = [];

    /// <summary>Links that no rule wants, with the roles that would give them.</summary>
    public List<UnexpectedLink> UnexpectedLinks { get; } = [];

    /// <summary>What automation rules wait for.</summary>
    public List<(string Item, WorkflowState State, AutomationRule Rule, DateTime Due)> Waiting { get; } = [];

    public RoleTrace Of(Role role) => _roles.TryGetValue(role, out var trace) ? trace : _roles[role] = new RoleTrace();

    public TypeTrace Of(CompiledResourceType type) => _types.TryGetValue(type, out var trace) ? trace : _types[type] = new TypeTrace();

    /// <summary>The role is evaluated (again): what was told before is forgotten.</summary>
    public RoleTrace Begin(Role role) => _roles[role] = new RoleTrace();

    /// <summary>A row came out of a table.</summary>
    public void Row(object row, string transition, string source) => _rows[row] = new RowTrace(transition, source);

    /// <summary>How a row of the result came to be; null for one that stayed as it was without being looked at.</summary>
    public RowTrace? OfRow(object row) => _rows.GetValueOrDefault(row);
}

/// <summary>The row of a table of rolemodel.md 6 that decided.</summary>
internal sealed record RowTrace(string Transition, string Source);

/// <summary>A link that no rule wants (rolemodel.md 5.5).</summary>
internal sealed record UnexpectedLink(string ResourceType, long Target, EntityProperty Property, long Resource, IReadOnlyList<SingleRole> Roles);

/// <summary>What became of the rules of a role.</summary>
internal sealed class RoleTrace
{
    public List<(RoleRule Rule, OwnerContext Context, IReadOnlyList<Period> Periods)> Rules { get; } = [];

    /// <summary>By stretch of time: which rules decided, among which; without a grant they denied.</summary>
    public List<(OwnerContext Context, Period Period, IReadOnlyList<RoleRule> Deciding, IReadOnlyList<RoleRule> Matching, RoleGrant? Grant)> Decisions { get; } = [];

    /// <summary>Stored rows that end.</summary>
    public List<(AssignedRole Row, string Transition, string Source)> Ended { get; } = [];

    public bool IsDeduced { get; set; }
}

/// <summary>What became of the rules of a resource type.</summary>
internal sealed class TypeTrace
{
    public List<(TypeRule Rule, OwnerContext Context, ILookup<Dimension, Expressions.Resources.IResource> Given, IReadOnlyList<Period> Periods)> TypeRules { get; } = [];

    /// <summary>Rules of values that need the resource type because their role is held.</summary>
    public List<(ResourceTypeRule Rule, SingleRole Role, Period Period)> Induced { get; } = [];

    public IReadOnlyList<ExpectedPeriod> Expected { get; set; } = [];

    public List<CandidateTrace> Candidates { get; } = [];

    public List<(AssignedResourceType Row, string Transition, string Source)> Ended { get; } = [];

    /// <summary>One for each row that is written, with its values.</summary>
    public List<SlotTrace> Slots { get; } = [];
}

/// <summary>A target that correlation rules found.</summary>
/// <param name="Outcome">What became of it, as a sentence's end.</param>
internal sealed record CandidateTrace(long Resource, int Confidence, string Outcome);

/// <summary>One assigned resource type, and the rules for its values.</summary>
internal sealed class SlotTrace(AssignedResourceType? stored)
{
    public AssignedResourceType? Stored { get; } = stored;

    public AssignedType? Result { get; set; }

    public ExpectedPeriod? Expected { get; set; }

    public TypeSituation Situation { get; set; }

    public List<string> BlockReasons { get; } = [];

    /// <summary>Scalar rules with when they hold, whether at the instant that counts, and whether it is the one.</summary>
    public List<(CompiledScalarRule Rule, IReadOnlyList<Period> Periods, bool IsHolding, bool IsChosen)> Scalars { get; } = [];

    /// <summary>Navigation rules with the resource that they name and when they hold.</summary>
    public List<(NavigationRule Rule, long? Resource, IReadOnlyList<Period> Periods, bool Counts)> Navigations { get; } = [];

    /// <summary>Links that give way to another of their group, for some time or altogether.</summary>
    public List<(EntityProperty Property, long Resource, string Group, bool IsLeftOut)> Grouped { get; } = [];

    /// <summary>Query rules with what their keys found; <c>Taken</c> what of it counts.</summary>
    public List<(CompiledQueryRule Rule, IReadOnlyList<long> Found, IReadOnlyList<long> Taken, string? Passed)> Queries { get; } = [];
}
