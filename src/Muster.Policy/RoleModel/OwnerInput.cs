using Muster.Configuration.Model;
using Muster.Expressions;
using Muster.Expressions.Resources;
using Muster.Policy.Compilation;
using Muster.Policy.Correlation;
using Muster.Repository.Assignments;
using Muster.Repository.Decisions;

namespace Muster.Policy.RoleModel;

/// <summary>All that is known of one owner before it is evaluated.</summary>
internal sealed record OwnerInput
{
    public required long Id { get; init; }

    /// <summary>Identity by content; ties between owners are decided by it, so that they do not depend on ids.</summary>
    public required string Key { get; init; }

    /// <summary>As <see cref="Key"/>, and different from that of any owner of another source entity type.</summary>
    public required string ClaimKey { get; init; }

    /// <summary>Null: the owner was deleted.</summary>
    public IResource? Resource { get; init; }

    public required OwnerContexts Contexts { get; init; }

    public required OwnerAssignments Stored { get; init; }

    /// <summary>By resource type: the targets whose key equals one of the owner's, each with its highest confidence.</summary>
    public required ILookup<string, Candidate> Candidates { get; init; }

    /// <summary>By stored assigned resource type without a target: the resource that its executed creation made, once it has been seen.</summary>
    public required IReadOnlyDictionary<long, long> Created { get; init; }

    /// <summary>By query rule: the resources whose key equals the owner's, by content of their own key.</summary>
    public required IReadOnlyDictionary<QueryRule, IReadOnlyList<long>> QueryMatches { get; init; }
}

/// <summary>What the evaluation of all owners of a batch shares.</summary>
internal sealed record BatchFacts
{
    public required DateTime Now { get; init; }

    public required EvaluationContext Evaluation { get; init; }

    public required CompiledPolicy Policy { get; init; }

    public required EntityType Source { get; init; }

    /// <summary>The resource types of <see cref="Source"/>, in order of declaration.</summary>
    public required IReadOnlyList<CompiledResourceType> Types { get; init; }

    /// <summary>What is remembered of the run's owners before; null: nothing is.</summary>
    public SituationPlans? Plans { get; init; }

    public required BlockOptions Blocks { get; init; }

    public required IDimensionKeys DimensionKeys { get; init; }

    /// <summary>Existing targets of the owners, and of their candidates.</summary>
    public required IReadOnlyDictionary<long, IResource> Targets { get; init; }

    /// <summary>The resource that a navigation rule names; null if there is none.</summary>
    public required IReadOnlyDictionary<NavigationRule, long?> Resolved { get; init; }

    /// <summary>Of the resources that rules of grouped navigations link to.</summary>
    public required LinkGroups LinkGroups { get; init; }

    /// <summary>By link: the navigation rules by which roles give it.</summary>
    public required ILookup<(EntityProperty Property, long Resource), NavigationRule> RulesByLink { get; init; }

    /// <summary>By governed navigation of a resource type: the resources that navigation rules name. Links to others are not tracked (rolemodel.md 5.5).</summary>
    public required IReadOnlyDictionary<(ResourceType Type, EntityProperty Property), IReadOnlySet<long>> TrackedLinks { get; init; }

    /// <summary>The navigations that <see cref="RulesByLink"/> speaks about.</summary>
    public required IReadOnlySet<EntityProperty> LinksOfRoles { get; init; }

    /// <summary>The same by the entity type that they belong to.</summary>
    public required ILookup<EntityType, EntityProperty> LinksOfRolesByType { get; init; }

    /// <summary>The resources that items of risks name; null where there is none.</summary>
    public IReadOnlyDictionary<RiskItem, long?> RiskResources { get; init; } = new Dictionary<RiskItem, long?>();

    /// <summary>The dimension values that roles give to their holders (<c>SingleRole/@D0</c>), where they exist.</summary>
    public required IReadOnlyDictionary<DimensionCriterion, IResource> GivenValues { get; init; }

    /// <summary>By a dimension's identifier and a key, as parameters of assignments and criteria of rules with roles name them: the value, where it exists.</summary>
    public required IReadOnlyDictionary<(string Dimension, string Key), (Dimension Dimension, IResource Value)> ParameterValues { get; init; }

    /// <summary>Resources that stored links of mono-valued navigations want or had, and that do not exist any more.</summary>
    public IReadOnlySet<long> Gone { get; init; } = new HashSet<long>();

    /// <summary>By connector: when the export of the delivery that was applied last started. Absent: none was applied.</summary>
    public required IReadOnlyDictionary<string, DateTime> LastAppliedExport { get; init; }

    /// <summary>Who holds which target, and what was given back in this round. Changed by each evaluation, so that the next owner sees it.</summary>
    public required TargetClaims Claims { get; init; }

    /// <summary>Who listens to how the evaluation goes; null in every run that computes.</summary>
    public EvaluationTrace? Trace { get; init; }

    /// <summary>What a stored row held is free for others, unless another row holds it too.</summary>
    public void GiveBack(AssignedResourceType row)
    {
        if (row.Resource is { } target && TargetClaims.IsHold(row))
        {
            Claims.Release(target, row.Id);
        }
    }

    /// <summary>The same, for an evaluation that is only tried: what it takes and gives back is not known outside.</summary>
    public BatchFacts Trial() => this with { Claims = Claims.Trial(), Trace = null, IsTrial = true };

    /// <summary>Only tried: automation rules do not decide.</summary>
    public bool IsTrial { get; private init; }

    /// <summary>
    /// Whether the target's system has been read since an order was executed: a value that differs then differs in fact
    /// (rolemodel.md 6.3, rows 5 and 6). What Muster fulfils into its own repository is seen at once.
    /// </summary>
    public bool IsSynchronizedSince(ResourceType type, DateTime? executedAt)
    {
        if (executedAt is not { } instant)
        {
            return true;
        }

        if (type.TargetEntityType.Mapping is null)
        {
            return true;
        }

        return type.TargetEntityType.Connector is { } connector
            && LastAppliedExport.TryGetValue(connector.Identifier, out var started)
            && started > instant;
    }
}

/// <summary>What one owner's evaluation gave.</summary>
/// <param name="Assignments">The rows as they shall be; rows with id 0 are new.</param>
/// <param name="Due">When the owner must be evaluated again although nothing changes; null: never.</param>
/// <param name="Errors">Faults of single values, for the task's warnings.</param>
/// <param name="Displaced">Owners that lost an unreviewed target to this one.</param>
/// <param name="EndedOrphans">Rows without owner whose target is owned from now on.</param>
/// <param name="Decisions">What automation rules have decided.</param>
/// <param name="Risks">Identifiers of the risks that the owner has with these assignments.</param>
internal sealed record OwnerResult(
    OwnerAssignments Assignments,
    DateTime? Due,
    IReadOnlyList<string> Errors,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<SourceOwner> Displaced,
    IReadOnlyList<long> EndedOrphans,
    IReadOnlyList<Decision> Decisions,
    IReadOnlyList<string> Risks);
