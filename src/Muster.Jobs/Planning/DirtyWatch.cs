using Muster.Configuration.Model;
using Muster.Expressions.Dependencies;
using Muster.Jobs.Running;
using Muster.Repository;
using Muster.Repository.Dirty;
using Muster.Repository.Dump;
using Muster.Repository.Jobs;
using Muster.Repository.Schema;

namespace Muster.Jobs.Planning;

/// <summary>Passes on what it observes, and notes after each task which resources it has flagged: the flags themselves are soon forgotten.</summary>
internal sealed class DirtyWatch(RepositoryDatabase database, EntitySchema schema, DependencyGraph graph, IJobObserver next) : IJobObserver
{
    private readonly Lock _gate = new();
    private readonly List<PlannedDirty> _found = [];
    private long _epoch = LastEpoch(database, schema, graph);

    public IReadOnlyList<PlannedDirty> Found
    {
        get
        {
            lock (_gate)
            {
                return [.. _found];
            }
        }
    }

    public void JobStarted(JobInstance instance) => next.JobStarted(instance);

    public void TaskStarted(TaskInstance task, Func<IReadOnlyDictionary<string, long>> counts) => next.TaskStarted(task, counts);

    public void TaskEnded(TaskInstance task)
    {
        if (task.State != TaskState.Skipped)
        {
            Collect(task.Identifier);
        }

        next.TaskEnded(task);
    }

    public void JobEnded(JobInstance instance) => next.JobEnded(instance);

    private static long LastEpoch(RepositoryDatabase database, EntitySchema schema, DependencyGraph graph)
    {
        using var transaction = database.BeginRead();
        return new DirtyStore(transaction, schema, graph).CurrentEpoch();
    }

    private void Collect(string task)
    {
        lock (_gate)
        {
            using var transaction = database.BeginRead();
            var dirty = new DirtyStore(transaction, schema, graph);
            foreach (var byType in dirty.FlaggedAfter(_epoch).GroupBy(f => f.EntityType))
            {
                if (schema.Model.FindEntityType(byType.Key) is { } type)
                {
                    _found.AddRange(Named(transaction, type, [.. byType], task));
                }
            }

            _epoch = dirty.CurrentEpoch();
        }
    }

    private IEnumerable<PlannedDirty> Named(
        RepositoryTransaction transaction, EntityType type, IReadOnlyList<FlaggedResource> flagged, string task)
    {
        var names = DumpText.Names(transaction, schema, type, flagged.Select(f => f.Resource));
        return flagged.Select(f => new PlannedDirty(
            type.Identifier,
            names.GetValueOrDefault(f.Resource) ?? $"#{f.Resource.ToString(System.Globalization.CultureInfo.InvariantCulture)}",
            f.Reason,
            task));
    }
}
