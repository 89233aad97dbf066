using Microsoft.Extensions.Logging;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Expressions;
using Muster.Expressions.Dependencies;
using Muster.Policy.Compilation;
using Muster.Policy.Queries;
using Muster.Repository;
using Muster.Repository.CorrelationKeys;
using Muster.Repository.Dirty;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Policy.CorrelationKeys;

/// <summary>What ComputeCorrelationKeys is asked for.</summary>
/// <param name="EntityTypes">The entity types listed by the task, or all.</param>
/// <param name="BatchSize">Resources read at once; 0 is the default.</param>
public sealed record CorrelationKeyRequest(IReadOnlyList<EntityType> EntityTypes, bool IsDirty, int BatchSize);

/// <summary>
/// ComputeCorrelationKeys (rolemodel.md 5.2, jobs.md 4.6): stores the keys by which resources are matched, and flags the resources on both
/// sides whose match may have changed: those that share a key, as it was or as it is, with one whose key changed. One transaction.
/// </summary>
public sealed class CorrelationKeyComputation(
    RepositoryDatabase database, EntitySchema schema, CompiledPolicy policy, ILogger<CorrelationKeyComputation> logger)
{
    private const int DefaultBatchSize = 5_000;
    private const int MaximumKeyLength = 4_000;
    private const string Kind = ConsumerKinds.ComputeCorrelationKeys;

    /// <summary>Changes of keys that are in memory before those who match them are flagged.</summary>
    private const int KeptChanges = 10_000;

    public TaskResult Run(CorrelationKeyRequest request, ITaskReporter reporter, CancellationToken cancellationToken)
    {
        using var transaction = database.BeginWrite(cancellationToken);
        if (!request.IsDirty)
        {
            new DirtyClosure(transaction, schema, policy.Graph).FlagBeforeCompleteRun();
        }

        var dirty = new DirtyStore(transaction, schema, policy.Graph);
        var store = new CorrelationKeyStore(transaction);
        var changes = new Dictionary<ExpressionKey, List<KeyChange>>();
        var selections = new List<DirtySelection>();
        var context = new EvaluationContext
        {
            Now = transaction.Now,
            Logger = logger,
            Query = new StoredResourceQuery(transaction, schema, policy),
        };
        var (errors, changed) = (0L, 0L);
        long? epoch = null;

        // Computed properties come before keys and read none: flags for matching are nothing to them.
        var earlier = policy.ExpressionKeys.Values.Select(k => (Kind: ConsumerKinds.UpdateEntityPropertyExpressions, k.EntityType)).Distinct()
            .Where(c => dirty.HasPassed(c.Kind, c.EntityType)).ToList();
        foreach (var byType in policy.ExpressionKeys.Values.GroupBy(k => k.EntityType).Where(g => request.EntityTypes.Contains(g.Key)))
        {
            var selection = dirty.Select(Kind, byType.Key, !request.IsDirty);
            selections.Add(selection);
            if (selection.IsFull && request.IsDirty)
            {
                reporter.Message($"The keys of all resources of '{byType.Key}' are computed: {selection.FullBecause}.");
            }

            // No limit of epochs: a resource that this run flags for matching before it was reached is still to be computed.
            foreach (var batch in dirty.Batches(selection, request.BatchSize > 0 ? request.BatchSize : DefaultBatchSize, long.MaxValue))
            {
                cancellationToken.ThrowIfCancellationRequested();
                errors += Compute([.. byType], batch, transaction, context, store, changes, reporter);
                if (changes.Values.Sum(c => c.Count) >= KeptChanges)
                {
                    Flush();
                }
            }

            foreach (var key in byType.Where(_ => selection.IsFull))
            {
                Add(changes, key, store.RemoveDeleted(key.Id, byType.Key, schema));
            }
        }

        if (store.Unused(policy.StoredKeys) is { Count: > 0 } unused)
        {
            store.Remove(unused);
            dirty.ForgetOthers();
        }

        Flush();
        reporter.Count("keysChanged", changed);
        if (epoch is { } raised)
        {
            dirty.Pass(earlier, raised);
        }

        foreach (var selection in selections)
        {
            dirty.Finish(selection, epoch is null ? 0 : 1);
        }

        cancellationToken.ThrowIfCancellationRequested();
        transaction.Commit();
        return new TaskResult { Processed = changed > 0, PartlyFailed = errors > 0 };

        // Whoever gets such a key later in the run is flagged by that change: flagging in parts flags the same resources.
        void Flush()
        {
            changed += changes.Values.Sum(c => c.Count);
            if (changes.Count > 0)
            {
                FlagMatches(dirty, epoch ??= dirty.NextEpoch(), store, changes, reporter);
                changes.Clear();
            }
        }
    }

    private long Compute(
        List<ExpressionKey> keys,
        IReadOnlyList<long> ids,
        RepositoryTransaction transaction,
        EvaluationContext context,
        CorrelationKeyStore store,
        Dictionary<ExpressionKey, List<KeyChange>> changes,
        ITaskReporter reporter)
    {
        var type = keys[0].EntityType;
        var resources = new ResourceReader(transaction, schema)
            .Load(type, ids, keys.SelectMany(k => k.Value.Reads.Paths))
            .ToDictionary(r => r.Id);
        reporter.Count("resourcesEvaluated", resources.Count);
        var errors = 0L;
        foreach (var key in keys)
        {
            var values = new List<(long, string?)>(ids.Count);
            foreach (var id in ids)
            {
                // A flagged resource that is gone has no key any more.
                var result = resources.TryGetValue(id, out var resource) ? key.Value.Evaluate(resource, context) : default;
                var problem = result.Error ?? (result.Value?.Length > MaximumKeyLength ? $"The key is longer than {MaximumKeyLength} characters." : null);
                if (problem is null)
                {
                    values.Add((id, result.Value));
                    continue;
                }

                errors++;
                reporter.Count("errors", 1);
                reporter.Warning($"The correlation key at {key.Location} failed for resource {id} of '{type}': {problem} It has no key now.");
                values.Add((id, null));
            }

            Add(changes, key, store.Store(key.Id, values));
        }

        return errors;
    }

    /// <summary>
    /// Flags who shares a changed key on either side of a rule, so that a match that is lost, gained or taken by another is evaluated.
    /// </summary>
    private void FlagMatches(
        DirtyStore dirty, long epoch, CorrelationKeyStore store, Dictionary<ExpressionKey, List<KeyChange>> changes, ITaskReporter reporter)
    {
        foreach (var (key, counterparts) in Counterparts())
        {
            if (!changes.TryGetValue(key, out var changed))
            {
                continue;
            }

            foreach (var chunk in changed.Chunk(DefaultBatchSize))
            {
                var texts = chunk.SelectMany(c => new[] { c.Before, c.After }).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
                foreach (var counterpart in counterparts)
                {
                    var matched = store.ResourcesOf(counterpart.Id, texts).SelectMany(g => g).Distinct().ToList();
                    reporter.Count(
                        "resourcesFlagged",
                        dirty.FlagForMatching(counterpart.EntityType, matched, epoch, $"matches a key of '{key.EntityType}' that changed"));
                }
            }
        }
    }

    /// <summary>
    /// By expression key, whose resources are concerned when it changes. Correlation: both sides, and others with the same key, since they
    /// compete for the same match. Query: the side that asks; many may point to one resource, and who asks anew is flagged anyway.
    /// </summary>
    private Dictionary<ExpressionKey, HashSet<ExpressionKey>> Counterparts()
    {
        var counterparts = policy.ExpressionKeys.Values.ToDictionary(k => k, _ => new HashSet<ExpressionKey>());
        foreach (var type in policy.ResourceTypesBySource.SelectMany(g => g))
        {
            foreach (var rule in type.CorrelationRules)
            {
                counterparts[rule.Source].UnionWith([rule.Source, rule.Target]);
                counterparts[rule.Target].UnionWith([rule.Source, rule.Target]);
            }

            foreach (var rule in type.QueryRules)
            {
                counterparts[rule.Target].Add(rule.Source);
            }
        }

        return counterparts;
    }

    private static void Add(Dictionary<ExpressionKey, List<KeyChange>> changes, ExpressionKey key, IReadOnlyList<KeyChange> found)
    {
        if (found.Count == 0)
        {
            return;
        }

        if (!changes.TryGetValue(key, out var list))
        {
            changes.Add(key, list = []);
        }

        list.AddRange(found);
    }
}
