using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Expressions.Dependencies;
using Muster.Repository;
using Muster.Repository.Dirty;
using Muster.Repository.Schema;

namespace Muster.Synchronization.Flags;

/// <summary>
/// SetRecentlyModifiedFlag (jobs.md 4.4): turns the log of changes into dirty resources, those that depend on the changed ones among
/// them, and empties the log, in one transaction.
/// </summary>
public sealed class RecentlyModifiedFlag(RepositoryDatabase database, EntitySchema schema, DependencyGraph graph)
{
    /// <summary>Processed: at least one resource waits for a consumer afterwards, flagged by this run or before.</summary>
    public TaskResult Set(ITaskReporter reporter, CancellationToken cancellationToken)
    {
        using var transaction = database.BeginWrite(cancellationToken);
        var dirty = new DirtyStore(transaction, schema, graph);
        var result = new DirtyClosure(transaction, schema, graph).FlagChanges();
        reporter.Count("changesConsumed", result.Changes);
        reporter.Count("resourcesFlagged", result.Flagged);
        foreach (var text in result.Full)
        {
            reporter.Message(text);
        }

        if (result.RaisedEpoch)
        {
            dirty.Prune(result.Flagged);
        }

        var isWaiting = dirty.HasWaiting(Consumers(dirty));
        cancellationToken.ThrowIfCancellationRequested();
        transaction.Commit();
        return isWaiting ? TaskResult.Done : TaskResult.NothingToDo;
    }

    /// <summary>Profiles that were never computed do not wait: many configurations have no task for them.</summary>
    private IEnumerable<(string Kind, EntityType Type)> Consumers(DirtyStore dirty) => graph.Computations
        .Select(c => (c.Kind, c.EntityType))
        .Distinct()
        .Where(c => !ConsumerKinds.MayNeverRun(c.Kind) || dirty.HasFinished(c.Kind, c.EntityType));
}
