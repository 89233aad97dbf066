using Muster.Configuration.Work;

namespace Muster.Jobs.Tasks;

/// <summary>Ends a task that Muster reads and keeps without acting on it: completed, nothing done, with a notice (jobs.md 5).</summary>
public sealed class OtherTaskHandler : ITaskHandler
{
    public string Kind => "OtherTask";

    public Task<TaskResult> RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        context.Reporter.Message($"not supported yet: {context.Task.Kind}. The task '{context.Task.Identifier}' did nothing.");
        return Task.FromResult(TaskResult.NothingToDo);
    }
}
