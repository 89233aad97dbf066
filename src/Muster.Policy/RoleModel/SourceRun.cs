using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Expressions;
using Muster.Expressions.Dependencies;
using Muster.Policy.Compilation;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.Decisions;
using Muster.Repository.Dirty;
using Muster.Repository.Schema;

namespace Muster.Policy.RoleModel;

/// <summary>The owners of one source entity type in a <see cref="RoleModelRun"/>: whom the run concerns, and the evaluation of a batch of them.</summary>
internal sealed class SourceRun(
    RepositoryTransaction transaction,
    EntitySchema schema,
    CompiledPolicy policy,
    EntityType source,
    RoleModelRequest request,
    ITaskReporter reporter,
    EvaluationContext evaluation,
    DirtyStore dirty,
    int batchSize)
{
    private readonly AssignmentStore _store = new(transaction);
    private readonly EvaluationDueStore _due = new(transaction);
    private readonly DecisionStore _decisions = new(transaction);
    private readonly RiskStore _risks = new(transaction);
    private readonly Lazy<bool> _hasRisks = new(() => policy.RisksBySource.Contains(source) || new RiskStore(transaction).Any(source));
    private readonly int _workers = WorkersOf(policy, source, request);
    private readonly OwnerBatchReader _reader = new(transaction, schema, policy, source, evaluation) { Workers = WorkersOf(policy, source, request) };
    private readonly OwnerBatchEvaluation _evaluation = new(WorkersOf(policy, source, request));
    private readonly BlockOptions _blocks = request.BlocksOf(source);
    private readonly IReadOnlyList<CompiledResourceType> _types = [.. policy.ResourceTypesBySource[source]];
    private readonly List<DirtySelection> _selections = [];

    public EntityType Source => source;

    public bool HasChanged { get; private set; }

    public long Errors { get; private set; }

    public long Evaluated { get; private set; }

    private List<string> TypeNames => [.. _types.Select(t => t.Identifier)];

    /// <summary>An expression that enumerates resources asks the store while it is evaluated, which has time for one at a time.</summary>
    private static int WorkersOf(CompiledPolicy policy, EntityType source, RoleModelRequest request) =>
        policy.Graph.ComputationsOf(ConsumerKinds.ComputeRoleModel, source).Any(c => c.Reads.EnumeratedEntityTypes.Count > 0) ? 1
        : request.Workers > 0 ? request.Workers
        : Environment.ProcessorCount;

    /// <summary>The owners that the run begins with, in the order of keys, deleted owners last.</summary>
    public List<long> Select()
    {
        var owners = dirty.Select(ConsumerKinds.ComputeRoleModel, source, !request.IsDirty);
        var targets = RoleModelComputations.TargetTypes(policy, source)
            .Select(t => dirty.Select(RoleModelComputations.TargetsKind(source), t, !request.IsDirty))
            .ToList();
        _selections.AddRange([owners, .. targets]);
        var full = _selections.Find(s => s.IsFull);
        if (full is not null && request.IsDirty)
        {
            reporter.Message($"The role model of all resources of '{source}' is computed: {full.FullBecause}.");
        }

        foreach (var rule in _reader.Unresolved)
        {
            reporter.Warning($"The navigation rule '{rule.Identifier}' names '{rule.Resource}' of '{rule.Property.TargetEntityType}', which does not exist. It gives nothing until it does.");
        }

        EndOrphansOfDeletedTargets(full is null ? targets : null);
        return full is not null ? Everybody() : Concerned(owners, targets);
    }

    /// <summary>What <see cref="Select"/> selected has been done.</summary>
    public void Finish()
    {
        foreach (var selection in _selections)
        {
            dirty.Finish(selection);
        }
    }

    public List<long> InOrder(IReadOnlyCollection<long> ids)
    {
        var existing = _store.InKeyOrder(schema, source, ids);
        return [.. existing, .. ids.Except(existing).Order()];
    }

    public IEnumerable<long> ClaimantsOf(HashSet<long> released) =>
        released.Count == 0
            ? []
            : _types.Select(t => t.Definition.TargetEntityType).Distinct().SelectMany(target => _reader.ClaimantsOf(target, released));

    /// <summary>
    /// Evaluates owners batch by batch, in order. While one batch is evaluated, the next one is read, as long as nothing is written: what a batch writes
    /// is read by those after it.
    /// </summary>
    public void Evaluate(IReadOnlyList<long> owners, RoundOutcome outcome, CancellationToken cancellationToken)
    {
        var mayReadAhead = _workers > 1;
        Task<OwnerBatch>? ahead = null;
        try
        {
            for (var start = 0; start < owners.Count; start += batchSize)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var batch = ahead is null ? Read(Batch(owners, start, outcome), outcome) : ahead.GetAwaiter().GetResult();
                ahead = null;
                if (mayReadAhead && start + batchSize < owners.Count)
                {
                    var next = Batch(owners, start + batchSize, outcome);
                    ahead = Task.Run(() => Read(next, outcome), CancellationToken.None);
                }

                var results = _evaluation.Evaluate(batch, outcome, cancellationToken);
                Wait(ahead);
                var isChanged = Save(batch, results);
                if (isChanged)
                {
                    ahead = null;
                }

                mayReadAhead = _workers > 1 && !isChanged;
            }
        }
        finally
        {
            // The transaction is used by one at a time, and may be over when this is left.
            Wait(ahead);
        }
    }

    private static void Wait(Task? task)
    {
        if (task is not null)
        {
            Task.WaitAny(task);
        }
    }

    private long[] Batch(IReadOnlyList<long> owners, int start, RoundOutcome outcome) =>
        [.. owners.Skip(start).Take(batchSize).Where(id => !outcome.IsDisplaced(id))];

    private OwnerBatch Read(long[] ids, RoundOutcome outcome)
    {
        var (owners, facts) = _reader.Read(ids, _blocks, request.LastAppliedExport, outcome.Released);
        return new OwnerBatch(owners, facts, _due.Of(source, ids));
    }

    /// <summary>Writes what differs; whether assignments did.</summary>
    private bool Save(OwnerBatch batch, List<(OwnerInput Owner, OwnerResult Result)> evaluated)
    {
        foreach (var (_, result) in evaluated)
        {
            foreach (var error in result.Errors)
            {
                Errors++;
                reporter.Warning(error);
            }

            foreach (var warning in result.Warnings)
            {
                reporter.Warning(warning);
            }
        }

        var changes = SaveAssignments(evaluated);
        foreach (var decision in evaluated.SelectMany(e => e.Result.Decisions))
        {
            _decisions.Add(decision);
            reporter.Count("assignmentsDecidedByRule", 1);
        }

        var orphans = evaluated.SelectMany(e => e.Result.EndedOrphans).ToList();
        var ended = orphans.Count == 0 ? 0 : _store.EndTypes(orphans, !request.IgnoreHistorization);
        _due.Set(source, evaluated.ToDictionary(e => e.Owner.Id, e => e.Result.Due), batch.Due);
        var isChanged = changes.Any || ended > 0;
        Evaluated += evaluated.Count;
        HasChanged |= SaveRisks(evaluated) || isChanged;
        reporter.Count("ownersEvaluated", evaluated.Count);
        reporter.Count("assignmentsInserted", changes.Inserted);
        reporter.Count("assignmentsUpdated", changes.Updated);
        reporter.Count("assignmentsEnded", changes.Ended + ended);
        return isChanged;
    }

    /// <summary>Of most owners nothing is to be written.</summary>
    private AssignmentChanges SaveAssignments(List<(OwnerInput Owner, OwnerResult Result)> evaluated)
    {
        var stored = new List<OwnerAssignments>();
        var wanted = new List<OwnerAssignments>();
        foreach (var (owner, result) in evaluated)
        {
            if (!result.Assignments.HasRowsOf(owner.Stored))
            {
                stored.Add(owner.Stored);
                wanted.Add(result.Assignments);
            }
        }

        return wanted.Count == 0 ? AssignmentChanges.None : _store.Save(stored, wanted, !request.IgnoreHistorization);
    }

    private bool SaveRisks(List<(OwnerInput Owner, OwnerResult Result)> evaluated)
    {
        if (!_hasRisks.Value)
        {
            return false;
        }

        var (found, over) = _risks.Save(source, evaluated.ToDictionary(e => e.Owner.Id, e => e.Result.Risks), !request.IgnoreHistorization);
        reporter.Count("risksFound", found);
        reporter.Count("risksEnded", over);
        return found + over > 0;
    }

    private List<long> Everybody() =>
    [
        .. _store.InKeyOrder(schema, source, null),
        .. _store.DeletedOwners(schema, source, TypeNames, NamesOf(policy.Model.SingleRoles), NamesOf(policy.Model.CompositeRoles)),
    ];

    private List<string> NamesOf(IEnumerable<Role> roles) => [.. roles.Where(r => r.EntityType == source).Select(r => r.Identifier)];

    /// <summary>Whom a change, a date, or a delivery concerns.</summary>
    private List<long> Concerned(DirtySelection owners, List<DirtySelection> targets)
    {
        var ids = new HashSet<long>();
        foreach (var batch in dirty.Batches(owners, batchSize))
        {
            ids.UnionWith(batch);
        }

        foreach (var selection in targets)
        {
            foreach (var batch in dirty.Batches(selection, batchSize))
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
                    .SelectMany(s => dirty.Batches(s, batchSize))
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
