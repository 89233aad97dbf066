using Muster.Configuration.Model;
using Muster.Policy.Decisions;
using Muster.Repository;
using Muster.Repository.Schema;

namespace Muster.Policy.Access;

/// <summary>
/// Holds an action against the rights of the user who acts, in the transaction of the action. The operator, a person at the command line of
/// the machine who owns the store and names no acting user, may do everything.
/// </summary>
public sealed class AccessGuard
{
    private readonly AccessDecisions? _decisions;

    /// <param name="actingUser">As <see cref="AccessDecisions.FindUser"/> takes it; null for the operator.</param>
    /// <exception cref="DecisionRefusedException">There is no such user, or none of their profiles counts now: such a user may not even enter (rolemodel.md 9.1).</exception>
    public AccessGuard(RepositoryTransaction transaction, EntitySchema schema, ConfigurationModel model, string? actingUser)
    {
        if (actingUser is not null)
        {
            _decisions = new AccessDecisions(transaction, schema, model);
            User = _decisions.FindUser(actingUser);
            if (User.Profiles.Count == 0)
            {
                throw new DecisionRefusedException(AccessText.NoProfile(User));
            }
        }
    }

    /// <summary>Null for the operator.</summary>
    public AccessUser? User { get; }

    public bool May(AccessQuestion question) => FindRefusal([question]) is null;

    /// <summary>Which of some questions are answered with yes, in their order.</summary>
    public IReadOnlyList<bool> May(IReadOnlyList<AccessQuestion> questions) =>
        _decisions is null ? [.. questions.Select(_ => true)] : [.. _decisions.Decide(User!, questions).Select(d => d.IsAllowed)];

    /// <summary>The answers to some questions with their reasons, in their order. Not asked for the operator.</summary>
    internal IReadOnlyList<AccessDecision> Decide(IReadOnlyList<AccessQuestion> questions) =>
        _decisions?.Decide(User!, questions) ?? throw new InvalidOperationException("The operator's rights are not evaluated.");

    /// <summary>Throws <see cref="DecisionRefusedException"/> with what is missing, unless all may be done.</summary>
    public void Require(params IReadOnlyList<AccessQuestion> questions)
    {
        if (FindRefusal(questions) is { } refused)
        {
            throw new DecisionRefusedException(AccessText.Refusal(refused));
        }
    }

    /// <summary>
    /// Throws <see cref="DecisionRefusedException"/> where none of some questions about types can be answered with yes for any entity: asked
    /// before anything is looked at, so that who may do nothing of it learns nothing either.
    /// </summary>
    public void RequireSome(params IReadOnlyList<AccessQuestion> questions)
    {
        if (_decisions?.Decide(User!, questions) is { } decided && !decided.Any(d => d.IsAllowed || d.Misses.Any(m => m.IsConditional)))
        {
            throw new DecisionRefusedException(AccessText.Refusal(decided[0]));
        }
    }

    private AccessDecision? FindRefusal(IReadOnlyList<AccessQuestion> questions) =>
        _decisions?.Decide(User!, questions).FirstOrDefault(d => !d.IsAllowed);
}
