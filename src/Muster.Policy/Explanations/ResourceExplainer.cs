using Microsoft.Extensions.Logging;
using Muster.Configuration.Model;
using Muster.Expressions;
using Muster.Policy.Access;
using Muster.Policy.Compilation;
using Muster.Policy.Decisions;
using Muster.Policy.Queries;
using Muster.Policy.RoleModel;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.CorrelationKeys;
using Muster.Repository.Decisions;
using Muster.Repository.Dirty;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Policy.Explanations;

/// <summary>What is to be explained.</summary>
public sealed record ExplanationRequest
{
    public required EntityType EntityType { get; init; }

    public required string Key { get; init; }

    /// <summary>A role or resource type that is asked about; null for all that there is.</summary>
    public (AssignmentKind Kind, string Item)? Item { get; init; }

    /// <summary>A property of the resource type's targets that is asked about.</summary>
    public string? Property { get; init; }

    /// <summary>Its value; of a link the key of the resource.</summary>
    public string? Value { get; init; }

    /// <summary>Who asks: only what this user may see is explained; null for the operator.</summary>
    public string? ActingUser { get; init; }

    /// <summary>As in <see cref="RoleModelRequest.LastAppliedExport"/>.</summary>
    public IReadOnlyDictionary<string, DateTime> LastAppliedExport { get; init; } = new Dictionary<string, DateTime>();
}

/// <summary>
/// Says which rules, contexts and source values gave what a resource has, and which condition failed for what it has not (rolemodel.md 10.2). It
/// evaluates the owner as a run of the role model would, listens, and keeps nothing: the transaction may be one that only reads.
/// </summary>
public sealed class ResourceExplainer(RepositoryTransaction transaction, EntitySchema schema, CompiledPolicy policy, ILogger logger)
{
    private readonly ResourceReader _reader = new(transaction, schema);
    private readonly CorrelationKeyStore _keys = new(transaction);
    private readonly AssignmentStore _assignments = new(transaction);

    /// <exception cref="DecisionRefusedException">There is no such resource, role, resource type or property.</exception>
    public ResourceExplanation Explain(ExplanationRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var type = request.EntityType;
        var guard = new AccessGuard(transaction, schema, policy.Model, request.ActingUser);
        var rights = new ResourceRights(guard, policy.Model);
        var sight = new ExplanationSight(rights, new SeenAssignments(guard, rights, policy.Model));
        var id = rights.Find(_reader, type, request.Key);
        var names = new ExplanationNames(_reader, policy, sight);
        var evaluated = policy.SourceEntityTypes.Contains(type) ? Evaluate(type, id, request.LastAppliedExport, sight) : null;
        if (evaluated is null && request.Item is not null)
        {
            throw DecisionRefusedException.Wrong($"No role and no resource type is for '{type.Identifier}'. Ask about the owner: 'muster resource explain {type.Identifier} {request.Key}' says who that is.");
        }

        var isAsked = request.Item is not null || request.Property is not null;
        return new ResourceExplanation
        {
            EntityType = type.Identifier,
            Key = names.KeyOf(type, id),
            DisplayName = rights.ShowsDisplayName(type, id) && _reader.Load(type, [id], []) is [var resource] ? resource.DisplayName : null,
            At = ExplanationNames.Date(transaction.Now)!,
            IsChanged = new DirtyStore(transaction, schema, policy.Graph).IsDirty(type, id),
            Owner = evaluated is null ? null : OfOwner(evaluated, names, isAsked),
            TargetOf = isAsked ? [] : OfTarget(type, id, names, request.LastAppliedExport, sight),
            Answer = isAsked ? Answer(evaluated!, request, names) : null,
        };
    }

    /// <summary>The evaluation of one owner, listened to.</summary>
    private Evaluated Evaluate(EntityType source, long id, IReadOnlyDictionary<string, DateTime> lastAppliedExport, ExplanationSight sight)
    {
        var context = new EvaluationContext { Now = transaction.Now, Logger = logger, Query = new StoredResourceQuery(transaction, schema, policy) };
        var blocks = RoleModelBlocks.Of(policy.Model.Jobs).GetValueOrDefault(source) ?? new BlockOptions(false, false);
        var (owners, facts) = new OwnerBatchReader(transaction, schema, policy, source, context).Read([id], blocks, lastAppliedExport, []);
        var trace = new EvaluationTrace();
        facts = facts with { Trace = trace };
        var result = OwnerEvaluation.Evaluate(owners[0], facts);
        return new Evaluated(
            owners[0], facts, owners[0].Stored, result, trace, new DecisionStore(transaction).OfOwners([id]).Concat(result.Decisions).ToLookup(d => d.Assignment))
        {
            Sight = sight,
        };
    }

    private OwnerExplanation OfOwner(Evaluated evaluated, ExplanationNames names, bool isAsked)
    {
        var roles = new RoleExplainer(evaluated, names);
        var owner = new OwnerExplanation
        {
            Contexts = [.. evaluated.Owner.Contexts.Contexts.Select((c, index) => Of(evaluated, c, index + 1, names))],
            Notes = [.. OwnerNotes.Of(evaluated), .. evaluated.Sight.Resources.HidesAny(evaluated.Facts.Source, evaluated.Owner.Id) ? [] : evaluated.Result.Errors],
        };
        return isAsked
            ? owner
            : owner with
            {
                CompositeRoles = roles.Composites(),
                SingleRoles = roles.Singles(),
                ResourceTypes = Types(evaluated, roles, names).Types(),
                Risks = Risks(evaluated),
                RiskScore = SeesAllRisks(evaluated) ? new RiskStore(transaction).ScoreOf(evaluated.Facts.Source, evaluated.Owner.Id) : null,
            };
    }

    private static List<RiskExplanation> Risks(Evaluated evaluated)
    {
        var found = RiskFindings.Of(evaluated.Result.Assignments, evaluated.Facts);
        var seen = evaluated.Sight.Assignments.Of([.. found.Select(f => f.Risk)]).ToHashSet();
        return [.. found.Where(f => seen.Contains(f.Risk)).Select(Of)];
    }

    /// <summary>The score tells of all risks.</summary>
    private static bool SeesAllRisks(Evaluated evaluated)
    {
        List<Risk> all = [.. evaluated.Policy.RisksBySource[evaluated.Facts.Source]];
        return evaluated.Sight.Assignments.Of(all).Count == all.Count;
    }

    private static RiskExplanation Of(RiskFinding finding) => new(
        finding.Risk.Identifier,
        finding.Risk.DisplayNames.Default,
        finding.Risk.RiskType.ToString(),
        finding.Risk.Level,
        [.. finding.Rule.Items.Select(i => $"{i.Property.Identifier}{(i.Resource is null ? "" : $" '{i.Resource}'")} of resource type '{i.ResourceType}'")]);

    private TypeExplainer Types(Evaluated evaluated, RoleExplainer roles, ExplanationNames names) => new(evaluated, roles, _keys, _reader, names);

    private static ContextExplanation Of(Evaluated evaluated, OwnerContext context, int number, ExplanationNames names)
    {
        var rule = evaluated.Policy.ContextRules.GetValueOrDefault(evaluated.Facts.Source);
        var dates = rule is null ? [] : new[] { rule.Start, rule.End }.OfType<CompiledValue>().Select(v => v.Reads).ToList();
        return new ContextExplanation(
            number,
            ExplanationNames.Date(context.Period.Start),
            ExplanationNames.Date(context.Period.End),
            [.. context.From.Select(r => $"{r.EntityType.Identifier} '{names.KeyOf(r.EntityType, r.Id)}'")],
            [
                .. context.Values.Where(v => !evaluated.Sight.Hides(v.Key, context, evaluated.Policy, evaluated.Facts.Source)).OrderBy(v => v.Key.Index).Select(v => new DimensionExplanation(
                    v.Key.Identifier,
                    [.. v.Value.Select(names.KeyOf)],
                    rule?.Bindings.FirstOrDefault(b => b.Dimension == v.Key)?.Value is { } value ? ExplanationNames.Text(value.Source) : null)),
            ],
            [.. context.From.SelectMany(r => names.Inputs(ReadPaths.Union(dates), r)).Distinct()]);
    }

    private AnswerExplanation Answer(Evaluated evaluated, ExplanationRequest request, ExplanationNames names)
    {
        var roles = new RoleExplainer(evaluated, names);
        if (request.Item is { Kind: not AssignmentKind.ResourceType } named)
        {
            if (request.Property is not null)
            {
                throw DecisionRefusedException.Wrong("A role has no property. Give --property with --resource-type, or alone.");
            }

            AssignmentItem.Find(policy.Model, named.Kind, named.Item);
            return roles.Answer(named.Kind == AssignmentKind.CompositeRole ? policy.CompositeRolesByIdentifier[named.Item] : policy.SingleRolesByIdentifier[named.Item]);
        }

        var types = Types(evaluated, roles, names);
        if (request.Property is not { } property)
        {
            return types.Answer(AssignmentItem.Find(policy.Model, AssignmentKind.ResourceType, request.Item!.Value.Item).ResourceType!);
        }

        var (type, found) = Property(evaluated.Facts.Source, request.Item?.Item, property);
        return types.Answer(type, found, request.Value);
    }

    /// <summary>The resource type that governs a property; the named one, or the only one.</summary>
    private (CompiledResourceType Type, EntityProperty Property) Property(EntityType source, string? resourceType, string property)
    {
        if (resourceType is not null)
        {
            AssignmentItem.Find(policy.Model, AssignmentKind.ResourceType, resourceType);
        }

        var governed = policy.ResourceTypesBySource[source]
            .Where(t => resourceType is null || t.Identifier == resourceType)
            .SelectMany(t => t.ComparedScalars.Concat(t.GovernedNavigations).Select(p => (Type: t, Property: p)))
            .ToList();
        var found = governed.Where(g => g.Property.Identifier == property).ToList();
        return found.Count switch
        {
            1 => found[0],
            0 => throw DecisionRefusedException.Wrong($"No rule of {(resourceType is null ? $"a resource type of '{source.Identifier}'" : $"the resource type '{resourceType}'")} is about '{property}'.{AssignmentItem.Nearest(property, governed.Select(g => g.Property.Identifier).Distinct())}"),
            _ => throw DecisionRefusedException.Wrong($"Several resource types have rules for '{property}': {string.Join(", ", found.Select(f => f.Type.Identifier))}. Say which with --resource-type."),
        };
    }

    /// <summary>The resource as an account: of whom, or why of nobody.</summary>
    private List<OwnershipExplanation> OfTarget(
        EntityType type, long id, ExplanationNames names, IReadOnlyDictionary<string, DateTime> lastAppliedExport, ExplanationSight sight)
    {
        var rows = _assignments.OfTargets([id]);
        var explained = new List<OwnershipExplanation>();
        var types = policy.ResourceTypesBySource.SelectMany(g => g).Where(t => t.Definition.TargetEntityType == type).ToList();
        foreach (var resourceType in types)
        {
            var ofType = rows.Where(r => r.ResourceType == resourceType.Identifier).ToList();
            explained.AddRange(ofType.Where(r => r.Owner is not null).Select(r => OfRow(resourceType, r, names, lastAppliedExport, sight)).OfType<OwnershipExplanation>());
            if (ofType.Count == 0 ? rows.Count == 0 : ofType.Exists(r => r.Owner is null))
            {
                explained.Add(new OwnershipFinder(transaction, schema, policy, _reader, _keys, names, sight).WithoutOwner(resourceType, id, ofType.Find(r => r.Owner is null)));
            }
        }

        return explained;
    }

    /// <summary>Null where the assignment may not be seen, and with it whose the target is.</summary>
    private OwnershipExplanation? OfRow(
        CompiledResourceType type, AssignedResourceType row, ExplanationNames names, IReadOnlyDictionary<string, DateTime> lastAppliedExport, ExplanationSight sight)
    {
        if (!sight.Assignments.Sees(AssignmentEntry.Of(new AssignedType(row, [], []))))
        {
            return null;
        }

        var source = type.Definition.SourceEntityType;
        var evaluated = Evaluate(source, row.Owner!.Value, lastAppliedExport, sight);
        var assignment = Types(evaluated, new RoleExplainer(evaluated, names), names).Types(r => r.Id == row.Id) is [var only, ..] ? only : null;
        var owner = names.KeyOf(source, row.Owner.Value);
        return new OwnershipExplanation
        {
            ResourceType = type.Identifier,
            Verdict = TargetClaims.IsDeclinedProposal(row) ? $"A person has said that it is not that of {source.Identifier} '{owner}'."
                : TargetClaims.IsHold(row) ? $"It is the '{type.Identifier}' of {source.Identifier} '{owner}'."
                : $"It is proposed as the '{type.Identifier}' of {source.Identifier} '{owner}': a person confirms it.",
            OwnerType = source.Identifier,
            OwnerKey = owner,
            Assignment = assignment,
            Keys = assignment?.Correlation.Keys ?? [],
        };
    }
}
