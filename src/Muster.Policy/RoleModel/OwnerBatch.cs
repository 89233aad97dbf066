namespace Muster.Policy.RoleModel;

/// <summary>What was read of some owners of one source entity type.</summary>
/// <param name="Due">When they were last found to be evaluated again, as it is stored.</param>
internal sealed record OwnerBatch(IReadOnlyList<OwnerInput> Owners, BatchFacts Facts, IReadOnlyDictionary<long, string> Due);

/// <summary>
/// Evaluates the owners of a batch on several workers, with the results of evaluating them one after the other: each is evaluated as if it were the first,
/// and notes which targets it asked about. Then, in order, who asked about a target that one before it has taken, given up or been proposed is
/// evaluated again, seeing what those before it have done.
/// </summary>
/// <param name="workers">How many owners are evaluated at a time.</param>
internal sealed class OwnerBatchEvaluation(int workers)
{
    /// <summary>Fewer owners are not worth to be divided.</summary>
    private const int FewestDivided = 2;

    private readonly record struct Attempt(OwnerResult Result, TargetClaims Claims);

    /// <summary>Owners with their results, without those that had lost a target before it was their turn.</summary>
    public List<(OwnerInput Owner, OwnerResult Result)> Evaluate(OwnerBatch batch, RoundOutcome outcome, CancellationToken cancellationToken)
    {
        var owners = batch.Owners;
        var attempts = workers > 1 && owners.Count >= FewestDivided ? Attempts(batch, cancellationToken) : null;
        var changed = new HashSet<long>();
        var results = new List<(OwnerInput, OwnerResult)>(owners.Count);
        for (var index = 0; index < owners.Count; index++)
        {
            if (outcome.IsDisplaced(owners[index].Id))
            {
                continue;
            }

            var attempt = attempts is not null && !attempts[index].Claims.HasAskedAbout(changed) ? attempts[index] : Try(owners[index], batch.Facts);
            attempt.Claims.Apply(changed);
            results.Add((owners[index], attempt.Result));
            outcome.Displace(attempt.Result.Displaced);
        }

        return results;
    }

    private Attempt[] Attempts(OwnerBatch batch, CancellationToken cancellationToken)
    {
        var attempts = new Attempt[batch.Owners.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken };
        Parallel.For(0, attempts.Length, options, index => attempts[index] = Try(batch.Owners[index], batch.Facts));
        return attempts;
    }

    private static Attempt Try(OwnerInput owner, BatchFacts facts)
    {
        var claims = facts.Claims.Attempt();
        return new Attempt(OwnerEvaluation.Evaluate(owner, facts with { Claims = claims }), claims);
    }
}
