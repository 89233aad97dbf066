using Muster.Policy.Compilation;
using Muster.Policy.RoleModel;
using Muster.Repository.Assignments;
using Muster.Repository.CorrelationKeys;

namespace Muster.Policy.Explanations;

/// <summary>Explains how an owner came to a target (rolemodel.md 5.6), by the keys that are stored.</summary>
internal sealed class CorrelationExplainer(Evaluated evaluated, CorrelationKeyStore keys, ExplanationNames names)
{
    public CorrelationExplanation Explain(CompiledResourceType type, AssignedResourceType row)
    {
        var compared = Keys(type, evaluated.Owner.Id, row.Resource);
        return new CorrelationExplanation(How(type, row, compared), row.Confidence, compared, Candidates(type));
    }

    public IReadOnlyList<CandidateExplanation> Candidates(CompiledResourceType type) =>
    [
        .. evaluated.Trace.Of(type).Candidates.Select(c => new CandidateExplanation(names.KeyOf(type.Definition.TargetEntityType, c.Resource), c.Confidence, c.Outcome)),
    ];

    public IReadOnlyList<KeyExplanation> Keys(CompiledResourceType type, long? owner, long? target) =>
    [
        .. type.CorrelationRules.Select(rule =>
        {
            var ofOwner = Key(rule.Source, owner);
            var ofTarget = Key(rule.Target, target);
            return new KeyExplanation(
                rule.Definition.Identifier, rule.Definition.Confidence, Shown(rule.Source, owner, ofOwner), Shown(rule.Target, target, ofTarget), ofOwner is not null && ofOwner == ofTarget);
        }),
    ];

    private string? Shown(ExpressionKey expression, long? resource, string? key) =>
        key is not null && resource is { } id && evaluated.Sight.Hides(expression, id) ? ExplanationSight.NotShown : key;

    private string? Key(ExpressionKey expression, long? resource) =>
        resource is { } id ? keys.KeysOf(expression.Id, [id]).GetValueOrDefault(id) : null;

    private string How(CompiledResourceType type, AssignedResourceType row, IReadOnlyList<KeyExplanation> compared)
    {
        if (row.Resource is not { } target)
        {
            return WithoutTarget(type, row);
        }

        if (!evaluated.Facts.Targets.ContainsKey(target))
        {
            return "The target does not exist any more.";
        }

        if (!TargetClaims.IsHold(row))
        {
            return $"It is only proposed, with confidence {row.Confidence}: a person confirms it.";
        }

        var match = compared.FirstOrDefault(k => k.Matches);
        return evaluated.Owner.Created.TryGetValue(row.Id, out var made) && made == target ? "It was created for this owner."
            : match is not null ? $"The rule '{match.Rule}' finds it, with confidence {match.Confidence}: both keys are {(match.OwnerKey == ExplanationSight.NotShown ? "equal" : $"'{match.OwnerKey}'")}."
            : "No rule would find it today. It is the owner's since it was created for it, found by a rule, or decided by a person: such ownership is never computed again.";
    }

    private static string WithoutTarget(CompiledResourceType type, AssignedResourceType row) =>
        row.ProvisioningState switch
        {
            ProvisioningState.Pending => "No resource matches: it will be created.",
            ProvisioningState.Blocked => "No resource matches: its creation waits for a person.",
            ProvisioningState.Transmitted => "No resource matches: its creation is under way.",
            ProvisioningState.Executed => "It was created, and no synchronisation has shown it yet.",
            ProvisioningState.Errored => "No resource matches, and its creation failed.",
            _ => type.Definition.AllowAdd ? "No resource matches." : "No resource matches, and people create it (AllowAdd is false).",
        };
}
