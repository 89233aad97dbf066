using Muster.Expressions;
using Muster.Policy.Compilation;
using Muster.Policy.Queries;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.CorrelationKeys;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Policy.Explanations;

/// <summary>Explains why a resource is nobody's: the keys that correlation rules made of it, whose are equal, and what classification rules say.</summary>
internal sealed class OwnershipFinder(
    RepositoryTransaction transaction, EntitySchema schema, CompiledPolicy policy, ResourceReader reader, CorrelationKeyStore keys, ExplanationNames names, ExplanationSight sight)
{
    /// <param name="row">Its assignment without owner; null if it has none.</param>
    public OwnershipExplanation WithoutOwner(CompiledResourceType type, long id, AssignedResourceType? row)
    {
        var compared = type.CorrelationRules
            .Select(r => new KeyExplanation(r.Definition.Identifier, r.Definition.Confidence, null, Key(r.Target, id), false))
            .ToList();
        var candidates = Candidates(type, id).ToList();
        return new OwnershipExplanation
        {
            ResourceType = type.Identifier,
            Verdict = row is not null
                ? $"It is a '{type.Identifier}' without owner: {StateWords.Of(row.WorkflowState)}.{(candidates.Count == 0 ? " No owner's key equals one of its own." : "")}"
                : candidates.Count > 0 ? "It is nobody's, though an owner's key equals its own: see why."
                : compared.TrueForAll(k => k.TargetKey is null) ? "It is nobody's: no correlation rule makes a key of it."
                : "It is nobody's: no owner's key equals one of its own.",
            Keys = compared,
            Candidates = candidates,
            Classification = Classification(type, id),
        };
    }

    private string? Key(ExpressionKey expression, long id) =>
        keys.KeysOf(expression.Id, [id]).GetValueOrDefault(id) is not { } key ? null
        : sight.Hides(expression, id) ? ExplanationSight.NotShown
        : key;

    private IEnumerable<CandidateExplanation> Candidates(CompiledResourceType type, long id)
    {
        foreach (var rule in type.CorrelationRules)
        {
            if (keys.KeysOf(rule.Target.Id, [id]).GetValueOrDefault(id) is not { } key)
            {
                continue;
            }

            var owners = keys.ResourcesOf(rule.Source.Id, [key])[key].Where(o => sight.Resources.MayView(type.Definition.SourceEntityType, o)).ToList();
            var held = new AssignmentStore(transaction).Load(owners);
            foreach (var owner in owners)
            {
                var others = held[owner].Types.Where(t => t.Row.ResourceType == type.Identifier && t.Row.Resource is { } other && other != id).ToList();
                var declined = held[owner].Types.Any(t => t.Row.Resource == id && t.Row.WorkflowState == WorkflowState.Declined);
                yield return new CandidateExplanation(
                    $"{type.Definition.SourceEntityType.Identifier} '{names.KeyOf(type.Definition.SourceEntityType, owner)}'",
                    rule.Definition.Confidence,
                    declined ? "a person has said that it is not this owner's"
                        : others.Count > 0 && !type.Definition.CorrelateMultipleResources
                            ? $"the owner has '{names.KeyOf(type.Definition.TargetEntityType, others[0].Row.Resource!.Value)}' already"
                        : "the next evaluation of this owner looks at it");
            }
        }
    }

    private List<RuleExplanation> Classification(CompiledResourceType type, long id)
    {
        var target = type.Definition.TargetEntityType;
        var rules = policy.ClassificationRulesByTarget[target].Where(r => r.Definition.ResourceType == type.Definition).ToList();
        var context = new EvaluationContext { Now = transaction.Now, Query = new StoredResourceQuery(transaction, schema, policy) };
        var explained = new List<RuleExplanation>();
        foreach (var rule in rules)
        {
            var resource = reader.Load(target, [id], rule.Target?.Reads.Paths ?? new HashSet<Expressions.Dependencies.ReadPath>())[0];
            var result = rule.Target?.Evaluate(resource, context);
            var holds = result is not { } known || (!known.IsError && known.Flag);
            explained.Add(new RuleExplanation
            {
                Rule = rule.Definition.Identifier,
                Counts = holds,
                Outcome = holds ? $"says that it is one, with confidence {rule.Definition.Confidence}" : "says that it is none",
                Conditions = rule.Definition.Target is { } source
                    ? [new ConditionExplanation(
                        ExplanationNames.Text(source),
                        holds,
                        (sight.Hides(rule.Target, resource) ? null : result?.Error) ?? string.Join(", ", names.Inputs(rule.Target, resource).Select(i => $"{i.Path} is {string.Join(", ", i.Values.Select(v => $"'{v}'").DefaultIfEmpty("empty"))}")))]
                    : [],
            });
        }

        return explained;
    }
}
