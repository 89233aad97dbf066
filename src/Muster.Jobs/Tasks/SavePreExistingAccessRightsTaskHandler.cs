using Muster.Configuration.Jobs;
using Muster.Configuration.Work;
using Muster.Policy.Decisions;

namespace Muster.Jobs.Tasks;

/// <summary>SavePreExistingAccessRightsTask (rolemodel.md 5.13).</summary>
public sealed class SavePreExistingAccessRightsTaskHandler(Lazy<PreExistingRights> rights) : ITaskHandler
{
    public string Kind => "SavePreExistingAccessRightsTask";

    public Task<TaskResult> RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var task = (SavePreExistingAccessRightsTask)context.Task;
        if (task.SqlAttribute is { } attribute)
        {
            throw new TaskFailedException(
                $"'{attribute}' of the task '{task.Identifier}' selects rows by SQL of tables that Muster's store does not have; nothing was changed. Remove the attribute: all that was found is then taken.");
        }

        return Task.FromResult(rights.Value.Save(context.Reporter, cancellationToken));
    }
}
