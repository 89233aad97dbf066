using Muster.Configuration.Jobs;
using Muster.Jobs.Running;
using Muster.Policy.Compilation;
using Muster.Policy.Orders;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.Dump;
using Muster.Repository.Schema;

namespace Muster.Jobs.Planning;

/// <summary>
/// Runs a job where nothing is kept (a scratch copy of store and work folder) and no managed system is written
/// (<see cref="RehearsedExecutor"/>), and tells what it did. It is the run itself, so what it says is what a run does, as long as the sources
/// stay as they are and the managed systems execute what they are ordered.
/// </summary>
/// <param name="scratch">The copy; this changes it.</param>
public sealed class JobPlanning(RepositoryDatabase scratch, EntitySchema schema, JobRunner runner, Lazy<CompiledPolicy> policy)
{
    /// <param name="before">The dump of the store as it is, and of its configuration as it is.</param>
    public async Task<JobPlan> RunAsync(
        Job job, string initiator, Func<IEnumerable<DumpLine>> before, IJobObserver observer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(observer);
        var lastOrder = LastOrder();
        var watch = new DirtyWatch(scratch, schema, policy.Value.Graph, observer);
        var instance = await runner.RunAsync(job, initiator, watch, cancellationToken).ConfigureAwait(false);
        using var transaction = scratch.BeginRead();
        return new JobPlan
        {
            Instance = instance,
            Changes = DumpDifference.Between(before, () => AssignmentDump.Whole(schema).Lines(transaction)),
            Dirty = watch.Found,
            Orders = new OrderQueries(transaction).After(lastOrder),
        };
    }

    private long LastOrder()
    {
        using var transaction = scratch.BeginRead();
        return new OrderQueries(transaction).LastNumber();
    }
}
