using Muster.Configuration.Work;
using Muster.Synchronization.Flags;

namespace Muster.Jobs.Tasks;

/// <summary>SetRecentlyModifiedFlagTask (jobs.md 4.4).</summary>
public sealed class SetRecentlyModifiedFlagTaskHandler(Lazy<RecentlyModifiedFlag> flag) : ITaskHandler
{
    public string Kind => "SetRecentlyModifiedFlagTask";

    public Task<TaskResult> RunAsync(TaskContext context, CancellationToken cancellationToken) =>
        Task.FromResult(flag.Value.Set(context.Reporter, cancellationToken));
}
