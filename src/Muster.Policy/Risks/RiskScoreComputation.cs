using Microsoft.Extensions.Logging;
using Muster.Configuration.Elements;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Policy.Compilation;
using Muster.Repository;
using Muster.Repository.Assignments;

namespace Muster.Policy.Risks;

/// <summary>What ComputeRiskScores is asked for (jobs.md 5).</summary>
/// <param name="EntityTypes">Source entity types.</param>
public sealed record RiskScoreRequest(IReadOnlyList<EntityType> EntityTypes, bool IsDirty);

/// <summary>
/// ComputeRiskScores (rolemodel.md 5.8): brings the levels of an owner's identified risks together by the RiskFactorType of its context rule.
/// Without one, or with None, there are no scores. A dirty run does it for owners whose risks have changed; for all, where the levels or the
/// rule have. One transaction.
/// </summary>
public sealed partial class RiskScoreComputation(RepositoryDatabase database, CompiledPolicy policy, ILogger<RiskScoreComputation> logger)
{
    /// <summary>Whether there is anything to do for some entity types.</summary>
    public static bool IsWaiting(RepositoryTransaction transaction, CompiledPolicy policy, IEnumerable<EntityType> types)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var store = new RiskStore(transaction);
        return types.Any(t => store.AnyDue(t) || (store.ScoreRule(t) ?? "") != Signature(policy, t));
    }

    public TaskResult Run(RiskScoreRequest request, ITaskReporter reporter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(reporter);
        using var transaction = database.BeginWrite(cancellationToken);
        var store = new RiskStore(transaction);
        var written = 0;
        foreach (var type in request.EntityTypes)
        {
            var signature = Signature(policy, type);
            var isFull = !request.IsDirty || (store.ScoreRule(type) ?? "") != signature;
            if (!isFull && !store.AnyDue(type))
            {
                continue;
            }

            written += store.SaveScores(type, isFull ? All(store, type) : OfDue(store, type), signature);
        }

        reporter.Count("riskScoresWritten", written);
        Computed(written);
        transaction.Commit();
        return new TaskResult { Processed = written > 0 };
    }

    private Dictionary<long, long?> All(RiskStore store, EntityType type)
    {
        var risks = store.All(type).ToLookup(r => r.Owner, r => r.Risk);
        return risks.Select(r => r.Key).Concat(store.Scores(type).Select(s => s.Owner)).Distinct().ToDictionary(o => o, o => Score(type, risks[o]));
    }

    private Dictionary<long, long?> OfDue(RiskStore store, EntityType type)
    {
        var due = store.Due(type);
        var risks = store.Of(type, due);
        return due.ToDictionary(o => o, o => Score(type, risks[o]));
    }

    /// <summary>Rounded to the nearest number, halves up; null for none.</summary>
    private long? Score(EntityType type, IEnumerable<string> risks)
    {
        var levels = risks.Select(id => policy.RisksBySource[type].FirstOrDefault(r => r.Identifier == id)).OfType<Risk>().Select(r => (decimal)r.Level).ToList();
        return levels.Count == 0 ? null : FactorOf(policy, type) switch
        {
            RiskFactorType.Max => (long)levels.Max(),
            RiskFactorType.Average => (long)Math.Round(levels.Average(), MidpointRounding.AwayFromZero),
            _ => null,
        };
    }

    private static RiskFactorType FactorOf(CompiledPolicy policy, EntityType type) =>
        policy.ContextRules.TryGetValue(type, out var rule) ? rule.Definition.RiskFactorType : RiskFactorType.None;

    /// <summary>Another one whenever levels or the way of bringing them together change; empty where nothing can have a score.</summary>
    private static string Signature(CompiledPolicy policy, EntityType type) =>
        FactorOf(policy, type) is var factor and not RiskFactorType.None && policy.RisksBySource[type].Any()
            ? $"{factor}:{string.Join(',', policy.RisksBySource[type].Select(r => $"{r.Identifier}={r.Level}").Order(StringComparer.Ordinal))}"
            : "";

    [LoggerMessage(4301, LogLevel.Debug, "Risk scores: {Written} written.")]
    private partial void Computed(int written);
}
