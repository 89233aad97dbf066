using Muster.Repository.Jobs;

namespace Muster.Jobs.Running;

/// <summary>Watches a job run: a terminal, a log, a page. Called from the threads that run the tasks; must not throw.</summary>
public interface IJobObserver
{
    /// <summary>The instance with all its tasks, none of them started.</summary>
    void JobStarted(JobInstance instance);

    /// <param name="counts">Gives the task's counters as they stand at any time.</param>
    void TaskStarted(TaskInstance task, Func<IReadOnlyDictionary<string, long>> counts);

    /// <summary>A task has ended, or was skipped.</summary>
    void TaskEnded(TaskInstance task);

    void JobEnded(JobInstance instance);
}

/// <summary>Watches nothing.</summary>
public sealed class NoObserver : IJobObserver
{
    public void JobStarted(JobInstance instance)
    {
    }

    public void TaskStarted(TaskInstance task, Func<IReadOnlyDictionary<string, long>> counts)
    {
    }

    public void TaskEnded(TaskInstance task)
    {
    }

    public void JobEnded(JobInstance instance)
    {
    }
}
