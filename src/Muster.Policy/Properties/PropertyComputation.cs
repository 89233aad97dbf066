using Microsoft.Extensions.Logging;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Expressions.Dependencies;
using Muster.Policy.Compilation;
using Muster.Repository;
using Muster.Repository.Changes;
using Muster.Repository.Dirty;
using Muster.Repository.Schema;

namespace Muster.Policy.Properties;

/// <summary>What UpdateEntityPropertyExpressions is asked for.</summary>
/// <param name="EntityTypes">The entity types listed by the task, or all.</param>
/// <param name="IsDirty">Only resources flagged since the last run (a full run where that cannot be enough).</param>
/// <param name="BatchSelectSize">Resources read at once; 0 is the default.</param>
public sealed record PropertyComputationRequest(IReadOnlyList<EntityType> EntityTypes, bool IsDirty, int BatchSelectSize, long? JobInstance);

/// <summary>
/// UpdateEntityPropertyExpressions (rolemodel.md 5.1, jobs.md 4.5): evaluates computed properties in the order of their dependencies over
/// all entity types, writes what differs, and flags who reads it, so that an expression that comes later sees it in the same run. One
/// transaction: all or nothing.
/// </summary>
public sealed class PropertyComputation(
    RepositoryDatabase database, EntitySchema schema, CompiledPolicy policy, ILogger<PropertyComputation> logger)
{
    private const int LargestBatch = 10_000;
    private const int SmallestBatch = 200;
    private const int ValuesOfBatch = 100_000;
    private const string Kind = ConsumerKinds.UpdateEntityPropertyExpressions;

    public TaskResult Run(PropertyComputationRequest request, ITaskReporter reporter, CancellationToken cancellationToken)
    {
        using var transaction = database.BeginWrite(cancellationToken);
        if (!request.IsDirty)
        {
            new DirtyClosure(transaction, schema, policy.Graph).FlagBeforeCompleteRun();
        }

        var dirty = new DirtyStore(transaction, schema, policy.Graph);
        var groups = PropertyGroup.Of([.. policy.PropertyExpressions.Where(e => request.EntityTypes.Contains(e.EntityType))]);
        var selections = groups.Select(g => g.EntityType).Distinct()
            .ToDictionary(type => type, type => dirty.Select(Kind, type, !request.IsDirty));
        foreach (var selection in selections.Values.Where(s => s.IsFull && request.IsDirty))
        {
            reporter.Message($"All resources of '{selection.EntityType}' are computed: {selection.FullBecause}.");
        }

        var run = new PropertyRun(transaction, schema, policy, new ChangeOrigin(request.JobInstance, null, null, false), reporter, logger);
        var isWhole = selections.Values.All(s => s.IsFull);
        var ownEpochs = 0;
        foreach (var group in groups)
        {
            var from = transaction.Count("SELECT COALESCE(MAX(seq), 0) + 1 FROM change");
            var selection = selections[group.EntityType];
            var batches = dirty.Batches(selection, BatchSize(request, group), dirty.CurrentEpoch());
            run.Compute(group, batches, isWhole && selection.IsFirst && !Enumerates(group.EntityType), cancellationToken);
            var flagged = new DirtyClosure(transaction, schema, policy.Graph).FlagChanges(from);
            ownEpochs += flagged.RaisedEpoch ? 1 : 0;
            reporter.Count("resourcesFlagged", flagged.Flagged);
        }

        foreach (var selection in selections.Values)
        {
            dirty.Finish(selection, ownEpochs);
        }

        cancellationToken.ThrowIfCancellationRequested();
        transaction.Commit();
        return new TaskResult { Processed = run.ValuesChanged > 0, PartlyFailed = run.Errors > 0 };
    }

    /// <summary>Wide resources are read few at a time: how much memory a batch takes follows the values, not the rows.</summary>
    private static int BatchSize(PropertyComputationRequest request, PropertyGroup group) =>
        request.BatchSelectSize > 0 ? request.BatchSelectSize : Math.Clamp(ValuesOfBatch / (2 * group.Expressions.Count), SmallestBatch, LargestBatch);

    /// <summary>Whoever enumerates resources is computed again after any change, not only after a load.</summary>
    private bool Enumerates(EntityType type) => policy.Graph.ComputationsOf(Kind, type).Any(c => c.Reads.EnumeratedEntityTypes.Count > 0);
}
