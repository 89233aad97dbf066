using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Expressions;
using Muster.Expressions.Dependencies;
using Muster.Policy.Compilation;
using Muster.Repository;
using Muster.Repository.Dirty;
using Muster.Repository.Schema;

namespace Muster.Policy.RoleModel;

/// <summary>
/// The evaluation of the source entity types of one task inside a transaction. Owners of several source entity types may compete for the
/// targets of one entity type: whoever loses a target, and whoever claims one that was given back, is evaluated in the same run, of whatever
/// source entity type, also of one that another task computes. So nothing is left for whoever comes next, and it does not matter whether the
/// others are evaluated too, or only those whom a change concerns. What is free goes to the source entity type that was declared first, then
/// to the first by key.
/// </summary>
internal sealed class RoleModelRun(
    RepositoryTransaction transaction,
    EntitySchema schema,
    CompiledPolicy policy,
    RoleModelRequest request,
    ITaskReporter reporter,
    EvaluationContext evaluation)
{
    private const int DefaultBatchSize = 128;

    /// <summary>
    /// An owner may lose a target to another and be evaluated again. A target goes to the stronger claim only, so that this ends; the bound
    /// is for a configuration that we have not thought of.
    /// </summary>
    private const int MaximumRounds = 1_000;

    private readonly DirtyStore _dirty = new(transaction, schema, policy.Graph);
    private readonly Dictionary<EntityType, SourceRun> _sources = [];

    public bool HasChanged => _sources.Values.Any(s => s.HasChanged);

    public long Errors => _sources.Values.Sum(s => s.Errors);

    public long Evaluated => _sources.Values.Sum(s => s.Evaluated);

    private int BatchSize => request.BatchSize > 0 ? request.BatchSize : DefaultBatchSize;

    public void Run(CancellationToken cancellationToken)
    {
        var known = policy.SourceEntityTypes.ToHashSet();
        var sources = policy.Model.EntityTypes.Where(t => known.Contains(t) && request.EntityTypes.Contains(t)).Select(Of).ToList();
        var concerned = sources.ToDictionary(s => s.Source, s => s.Select());
        Evaluate(concerned, cancellationToken);
        foreach (var source in sources)
        {
            source.Finish();
        }
    }

    private SourceRun Of(EntityType source)
    {
        if (!_sources.TryGetValue(source, out var run))
        {
            _sources.Add(source, run = new SourceRun(transaction, schema, policy, source, request, reporter, evaluation, _dirty, BatchSize));
        }

        return run;
    }

    private void Evaluate(IReadOnlyDictionary<EntityType, List<long>> concerned, CancellationToken cancellationToken)
    {
        var next = concerned;
        for (var round = 0; next.Values.Any(ids => ids.Count > 0) && round < MaximumRounds; round++)
        {
            var outcome = new RoundOutcome();
            foreach (var source in policy.Model.EntityTypes.Where(next.ContainsKey))
            {
                Of(source).Evaluate(next[source], outcome, cancellationToken);
            }

            next = Concerned(outcome);
        }
    }

    /// <summary>Whom a round leaves to be evaluated: who lost a target, and who claims one that was given back.</summary>
    private Dictionary<EntityType, List<long>> Concerned(RoundOutcome outcome)
    {
        var next = new Dictionary<EntityType, List<long>>();
        foreach (var source in outcome.IsEmpty ? [] : Competitors())
        {
            var run = Of(source);
            var ids = outcome.Displaced.Where(o => o.Source == source).Select(o => o.Id).ToHashSet();
            ids.UnionWith(run.ClaimantsOf(outcome.Released));
            if (ids.Count > 0)
            {
                next.Add(source, run.InOrder(ids));
            }
        }

        return next;
    }

    /// <summary>
    /// Those that are evaluated here, and all others that could claim what these gave back, perhaps by a resource type that is no longer there;
    /// but not those that were never computed, whom their own task will see as a whole, if there is one.
    /// </summary>
    private IEnumerable<EntityType> Competitors() =>
        policy.SourceEntityTypes.Where(s => _sources.ContainsKey(s) || _dirty.HasFinished(ConsumerKinds.ComputeRoleModel, s));
}

/// <summary>An owner of one of several source entity types.</summary>
internal readonly record struct SourceOwner(EntityType Source, long Id);

/// <summary>What one round of evaluation leaves for the next.</summary>
internal sealed class RoundOutcome
{
    private readonly HashSet<SourceOwner> _displaced = [];
    private readonly HashSet<long> _displacedIds = [];

    /// <summary>Owners that lost an unreviewed target to another.</summary>
    public IReadOnlySet<SourceOwner> Displaced => _displaced;

    /// <summary>
    /// Targets that owners held and gave back in this round, in whatever batch: others may claim them in the next one. Added to by each
    /// evaluation.
    /// </summary>
    public HashSet<long> Released { get; } = [];

    public bool IsEmpty => _displaced.Count == 0 && Released.Count == 0;

    public bool IsDisplaced(long owner) => _displacedIds.Contains(owner);

    public void Displace(IEnumerable<SourceOwner> owners)
    {
        foreach (var owner in owners)
        {
            _displaced.Add(owner);
            _displacedIds.Add(owner.Id);
        }
    }
}
