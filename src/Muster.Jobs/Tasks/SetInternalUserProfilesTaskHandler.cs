using Muster.Configuration.Jobs;
using Muster.Configuration.Work;
using Muster.Policy.Profiles;

namespace Muster.Jobs.Tasks;

/// <summary>SetInternalUserProfilesTask (jobs.md 4.10).</summary>
public sealed class SetInternalUserProfilesTaskHandler(Lazy<ProfileComputation> computation) : ITaskHandler
{
    public string Kind => "SetInternalUserProfilesTask";

    public Task<TaskResult> RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var task = (SetInternalUserProfilesTask)context.Task;
        return Task.FromResult(computation.Value.Run(
            new ProfileRequest(task.EntityTypes, task.ResourceTypes, task.BatchSelectSize), context.Reporter, cancellationToken));
    }
}
