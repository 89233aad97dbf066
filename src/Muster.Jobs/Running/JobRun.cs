using Muster.Configuration.Jobs;
using Muster.Repository.Jobs;

namespace Muster.Jobs.Running;

/// <summary>The state of one run of a job instance. Thread-safe: the tasks of a level end on threads of their own.</summary>
internal sealed class JobRun
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<int, TaskInstance> _tasks = [];
    private readonly Dictionary<int, JobTask> _definitions;
    private JobInstance _instance;

    public JobRun(Job job, JobInstance instance, IReadOnlyDictionary<int, JobTask> definitions)
    {
        Job = job;
        _instance = instance;
        _definitions = new Dictionary<int, JobTask>(definitions);
        foreach (var task in instance.Tasks)
        {
            _tasks.Add(task.Ordinal, task);
        }
    }

    public Job Job { get; }

    public long Id => _instance.Id;

    /// <summary>The instance as it stands now.</summary>
    public JobInstance Instance
    {
        get
        {
            lock (_gate)
            {
                return _instance with
                {
                    Tasks = [.. _tasks.Values],
                    RowsWritten = _tasks.Values.Sum(t => t.RowsWritten),
                    RowsRead = _tasks.Values.Sum(t => t.RowsRead),
                    StoreSteps = _tasks.Values.Sum(t => t.StoreSteps),
                };
            }
        }
    }

    /// <summary>The record that a task instance was made from; null if the configuration no longer has it.</summary>
    public JobTask? DefinitionOf(TaskInstance task) => _definitions.GetValueOrDefault(task.Replaces ?? task.Ordinal);

    public void Set(TaskInstance task)
    {
        lock (_gate)
        {
            _tasks[task.Ordinal] = task;
        }
    }

    public void Set(Func<JobInstance, JobInstance> change)
    {
        lock (_gate)
        {
            _instance = change(_instance);
        }
    }

    public TaskInstance Task(int ordinal)
    {
        lock (_gate)
        {
            return _tasks[ordinal];
        }
    }

    /// <summary>Tasks that have not been decided on, by effective level.</summary>
    public IReadOnlyList<IReadOnlyList<TaskInstance>> OpenLevels()
    {
        lock (_gate)
        {
            return
            [
                .. _tasks.Values.Where(t => t.State == TaskState.NotStarted)
                    .GroupBy(t => t.Level)
                    .OrderBy(g => g.Key)
                    .Select(g => (IReadOnlyList<TaskInstance>)[.. g]),
            ];
        }
    }

    /// <summary>
    /// The parents of a task that belong to the job. A task that stands in the job twice counts where it ran last before the child.
    /// </summary>
    public IReadOnlyList<TaskInstance> ParentsOf(TaskInstance task, JobTask definition)
    {
        lock (_gate)
        {
            return
            [
                .. definition.DependsOn.Distinct()
                    .Select(parent => _tasks.Values.LastOrDefault(t => t.Replaces is null && t.Identifier == parent && t.Level < task.Level))
                    .OfType<TaskInstance>(),
            ];
        }
    }

    /// <summary>The state of the job by those of its tasks (jobs.md 6.4). Virtual tasks count through the task that they replace.</summary>
    public JobState State(bool isCancelRequested, bool isOver)
    {
        lock (_gate)
        {
            var tasks = _tasks.Values.Where(t => t.Replaces is null).ToList();
            bool Has(TaskState state) => tasks.Exists(t => t.State == state);
            return (Has(TaskState.Error), Has(TaskState.Blocked), isCancelRequested) switch
            {
                (true, _, _) => JobState.Error,
                (_, true, _) => JobState.Blocked,
                (_, _, true) => JobState.Cancelled,
                _ when !isOver => JobState.InProgress,
                _ => Has(TaskState.Warning) ? JobState.Warning : JobState.Completed,
            };
        }
    }
}
