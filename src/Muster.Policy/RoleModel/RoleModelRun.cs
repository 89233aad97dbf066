using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Expressions;
using Muster.Expressions.Dependencies;
using Muster.Policy.Compilation;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.Dirty;
using Muster.Repository.Schema;

namespace Muster.Policy.RoleModel;

/// <summary>The evaluation of one source entity type inside a transaction.</summary>
internal sealed class RoleModelRun(
    RepositoryTransaction transaction,
    EntitySchema schema,
    CompiledPolicy policy,
    EntityType source,
    RoleModelRequest request,
    ITaskReporter reporter,
    EvaluationContext evaluation)
{
    private const int DefaultBatchSize = 1_000;

    /// <summary>
    /// An owner may lose a target to another and be evaluated again. A target goes to the stronger claim only, so that this ends; the bound
    /// is for a configuration that we have not thought of.
    /// </summary>
    private const int MaximumRounds = 1_000;

    private readonly AssignmentStore _store = new(transaction);
    private readonly DirtyStore _dirty = new(transaction, schema, policy.Graph);
    private readonly OwnerBatchReader _reader = new(transaction, schema, policy, source, evaluation);
    private readonly BlockOptions _blocks =
        new(request.BlockProvisioning, request.BlockAllResourceTypeProvisioning, request.NoProvisioningReview);

    private readonly IReadOnlyList<CompiledResourceType> _types = [.. policy.ResourceTypesBySource[source]];

    public bool HasChanged { get; private set; }

    public long Errors { get; private set; }

    public long Evaluated { get; private set; }

    private int BatchSize => request.BatchSize > 0 ? request.BatchSize : DefaultBatchSize;

    private List<string> TypeNames => [.. _types.Select(t => t.Identifier)];

    public void Run(CancellationToken cancellationToken)
    {
        var owners = _dirty.Select(ConsumerKinds.ComputeRoleModel, source, !request.IsDirty);
        var targets = RoleModelComputations.TargetTypes(policy, source)
            .Select(t => _dirty.Select(RoleModelComputations.TargetsKind(source), t, !request.IsDirty))
            .ToList();
        var full = targets.Prepend(owners).FirstOrDefault(s => s.IsFull);
        if (full is not null && request.IsDirty)
        {
            reporter.Message($"The role model of all resources of '{source}' is computed: {full.FullBecause}.");
        }

        foreach (var rule in _reader.Unresolved)
        {
            reporter.Warning($"The navigation rule '{rule.Identifier}' names '{rule.Resource}' of '{rule.Property.TargetEntityType}', which does not exist. It gives nothing until it does.");
        }

        EndOrphansOfDeletedTargets(full is null ? targets : null);
        Evaluate(full is not null ? Everybody() : Concerned(owners, targets), cancellationToken);
        _dirty.Finish(owners);
        foreach (var selection in targets)
        {
            _dirty.Finish(selection);
        }
    }

    private List<long> Everybody()
    {
        var all = _store.InKeyOrder(schema, source, null);
        return [.. all, .. _store.DeletedOwners(schema, source, TypeNames, RoleNames(), [])];
    }

    private List<string> RoleNames() => [.. policy.Model.SingleRoles.Where(r => r.EntityType == source).Select(r => r.Identifier)];

    /// <summary>Whom a change, a date, or a delivery concerns; in the order of keys, deleted owners last.</summary>
    private List<long> Concerned(DirtySelection owners, List<DirtySelection> targets)
    {
        var ids = new HashSet<long>();
        foreach (var batch in _dirty.Batches(owners, BatchSize))
        {
            ids.UnionWith(batch);
        }

        foreach (var selection in targets)
        {
            foreach (var batch in _dirty.Batches(selection, BatchSize))
            {
                ids.UnionWith(_store.OwnersOf(batch, TypeNames));
                ids.UnionWith(_store.OwnersLinkedTo(Gone(selection.EntityType, batch), TypeNames));
                ids.UnionWith(_reader.ClaimantsOf(selection.EntityType, batch));
                ids.UnionWith(_reader.ChoosersAmong(selection.EntityType, batch));
            }
        }

        ids.UnionWith(RoleModelDue.Owners(transaction, source, _types.Select(t => t.Definition), request.LastAppliedExport));
        return InOrder(ids);
    }

    /// <summary>A changed group concerns nobody by itself: only where it is gone, those who have a row for a link to it.</summary>
    private List<long> Gone(EntityType type, IReadOnlyList<long> ids) => [.. ids.Except(_store.InKeyOrder(schema, type, ids))];

    private List<long> InOrder(IReadOnlyCollection<long> ids)
    {
        var existing = _store.InKeyOrder(schema, source, ids);
        return [.. existing, .. ids.Except(existing).Order()];
    }

    /// <summary>
    /// Evaluates in rounds: whoever loses a target to another, and whoever claims one that was given back, comes in the next round. So the
    /// result is the same whether the others are evaluated too, or only those whom a change concerns.
    /// </summary>
    private void Evaluate(List<long> ids, CancellationToken cancellationToken)
    {
        var next = ids;
        for (var round = 0; next.Count > 0 && round < MaximumRounds; round++)
        {
            var displaced = new HashSet<long>();
            var released = new HashSet<long>();
            foreach (var batch in next.Chunk(BatchSize))
            {
                cancellationToken.ThrowIfCancellationRequested();
                EvaluateBatch([.. batch.Where(id => !displaced.Contains(id))], displaced, released);
            }

            next = InOrder([.. displaced.Union(ClaimantsOf(released))]);
        }
    }

    private IEnumerable<long> ClaimantsOf(HashSet<long> released) =>
        released.Count == 0
            ? []
            : _types.Select(t => t.Definition.TargetEntityType).Distinct().SelectMany(target => _reader.ClaimantsOf(target, released));

    private void EvaluateBatch(long[] batch, HashSet<long> displaced, HashSet<long> released)
    {
        var (owners, facts) = _reader.Read(batch, _blocks, request.LastAppliedExport, released);
        var evaluated = new List<OwnerInput>(owners.Count);
        var results = new List<OwnerResult>(owners.Count);
        foreach (var owner in owners.Where(o => !displaced.Contains(o.Id)))
        {
            var result = OwnerEvaluation.Evaluate(owner, facts);
            evaluated.Add(owner);
            results.Add(result);
            displaced.UnionWith(result.Displaced);
            foreach (var error in result.Errors)
            {
                Errors++;
                reporter.Warning(error);
            }
        }

        var changes = _store.Save(evaluated.Select(o => o.Stored), [.. results.Select(r => r.Assignments)], !request.IgnoreHistorization);
        var ended = _store.EndTypes(results.SelectMany(r => r.EndedOrphans), !request.IgnoreHistorization);
        _store.SetDue(source, results.ToDictionary(r => r.Assignments.Owner, r => r.Due));
        Evaluated += evaluated.Count;
        HasChanged |= changes.Any || ended > 0;
        reporter.Count("ownersEvaluated", evaluated.Count);
        reporter.Count("assignmentsInserted", changes.Inserted);
        reporter.Count("assignmentsUpdated", changes.Updated);
        reporter.Count("assignmentsEnded", changes.Ended + ended);
    }

    /// <summary>
    /// A row without owner always has a target when it comes to be, so that only a deletion that was flagged since can have taken it.
    /// </summary>
    /// <param name="flagged">The targets that a dirty run looks at; null: all.</param>
    private void EndOrphansOfDeletedTargets(List<DirtySelection>? flagged)
    {
        foreach (var byTarget in _types.GroupBy(t => t.Definition.TargetEntityType))
        {
            List<string> types = [.. byTarget.Select(t => t.Identifier)];
            List<long> gone = flagged is null
                ? [.. _store.OrphansWithoutTarget(schema, byTarget.Key, types)]
                : [.. flagged.Where(s => s.EntityType == byTarget.Key)
                    .SelectMany(s => _dirty.Batches(s, BatchSize))
                    .SelectMany(batch => _store.OrphansOf(Gone(byTarget.Key, batch)))
                    .Where(r => types.Contains(r.ResourceType))
                    .Select(r => r.Id)];
            if (gone.Count > 0)
            {
                var ended = _store.EndTypes(gone, !request.IgnoreHistorization);
                HasChanged = true;
                reporter.Count("assignmentsEnded", ended);
            }
        }
    }
}
