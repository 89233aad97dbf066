using Muster.Policy.Compilation;
using Muster.Policy.RoleModel;
using Muster.Repository.Assignments;
using Muster.Repository.Decisions;

namespace Muster.Policy.Explanations;

/// <summary>One owner as it was evaluated for an explanation: by the same code as in a run, and nothing of it is kept.</summary>
/// <param name="Stored">The assignments as they stand in the store.</param>
/// <param name="Decisions">On this owner's assignments, in order.</param>
internal sealed record Evaluated(
    OwnerInput Owner, BatchFacts Facts, OwnerAssignments Stored, OwnerResult Result, EvaluationTrace Trace, ILookup<long, Decision> Decisions)
{
    public CompiledPolicy Policy => Facts.Policy;

    public required ExplanationSight Sight { get; init; }

    public int? NumberOf(OwnerContext context)
    {
        for (var index = 0; index < Owner.Contexts.Contexts.Count; index++)
        {
            if (ReferenceEquals(Owner.Contexts.Contexts[index], context))
            {
                return index + 1;
            }
        }

        return null;
    }

    /// <summary>Whether a decision was made on it, and which: a role or resource type may have been decided on under a row that has ended.</summary>
    public IEnumerable<Decision> DecisionsOn(long id, string kind, string item) =>
        Decisions.SelectMany(d => d).Where(d => (id != 0 && d.Assignment == id) || (d.ItemKind == kind && d.Item == item)).OrderBy(d => d.Number);
}
