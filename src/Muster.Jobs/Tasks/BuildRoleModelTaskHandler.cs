using Muster.Configuration.Work;
using Muster.Policy.Naming;

namespace Muster.Jobs.Tasks;

/// <summary>BuildRoleModelTask (jobs.md 5, rolemodel.md 3.15).</summary>
public sealed class BuildRoleModelTaskHandler(Lazy<RoleModelBuild> build) : ITaskHandler
{
    public string Kind => "BuildRoleModelTask";

    public Task<TaskResult> RunAsync(TaskContext context, CancellationToken cancellationToken) =>
        Task.FromResult(build.Value.Run(new RoleModelBuildRequest(context.Task.Connector), context.Reporter, cancellationToken));
}
