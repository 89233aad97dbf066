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
    private readonly DecisionStore _decisions = new(transaction);
    private readonly RiskStore _risks = new(transaction);
    private readonly Lazy<bool> _hasRisks = new(() => policy.RisksBySource.Contains(source) || new RiskStore(transaction).Any(source));
    private readonly OwnerBatchReader _reader = new(transaction, schema, policy, source, evaluation);
    private readonly BlockOptions _blocks = request.BlocksOf(source);
    private readonly IReadOnlyList<CompiledResourceType> _types = [.. policy.ResourceTypesBySource[source]];
    private readonly List<DirtySelection> _selections = [];

    public EntityType Source => source;

    public bool HasChanged { get; private set; }

    public long Errors { get; private set; }

    public long Evaluated { get; private set; }

    private List<string> TypeNames => [.. _types.Select(t => t.Identifier)];

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

    public void Evaluate(long[] batch, RoundOutcome outcome)
    {
        var (owners, facts) = _reader.Read(batch, _blocks, request.LastAppliedExport, outcome.Released);
        var evaluated = new List<OwnerInput>(owners.Count);
        var results = new List<OwnerResult>(owners.Count);
        foreach (var owner in owners.Where(o => !outcome.IsDisplaced(o.Id)))
        {
            var result = OwnerEvaluation.Evaluate(owner, facts);
            evaluated.Add(owner);
            results.Add(result);
            outcome.Displace(result.Displaced);
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

        var changes = Save(evaluated, results);
        foreach (var decision in results.SelectMany(r => r.Decisions))
        {
            _decisions.Add(decision);
            reporter.Count("assignmentsDecidedByRule", 1);
        }

        var ended = _store.EndTypes(results.SelectMany(r => r.EndedOrphans), !request.IgnoreHistorization);
        _store.SetDue(source, results.ToDictionary(r => r.Assignments.Owner, r => r.Due));
        Evaluated += evaluated.Count;
        HasChanged |= SaveRisks(results) || changes.Any || ended > 0;
        reporter.Count("ownersEvaluated", evaluated.Count);
        reporter.Count("assignmentsInserted", changes.Inserted);
        reporter.Count("assignmentsUpdated", changes.Updated);
        reporter.Count("assignmentsEnded", changes.Ended + ended);
    }

    /// <summary>Of most owners nothing is to be written.</summary>
    private AssignmentChanges Save(List<OwnerInput> owners, List<OwnerResult> results)
    {
        var stored = new List<OwnerAssignments>();
        var wanted = new List<OwnerAssignments>();
        for (var index = 0; index < owners.Count; index++)
        {
            if (!results[index].Assignments.HasRowsOf(owners[index].Stored))
            {
                stored.Add(owners[index].Stored);
                wanted.Add(results[index].Assignments);
            }
        }

        return wanted.Count == 0 ? AssignmentChanges.None : _store.Save(stored, wanted, !request.IgnoreHistorization);
    }

    private bool SaveRisks(List<OwnerResult> results)
    {
        if (!_hasRisks.Value)
        {
            return false;
        }

        var (found, over) = _risks.Save(source, results.ToDictionary(r => r.Assignments.Owner, r => r.Risks), !request.IgnoreHistorization);
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
