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
                $"not supported yet: {attribute} of the task '{task.Identifier}', which selects rows by SQL. Remove the attribute: all rows found are then taken.");
        }

        return Task.FromResult(rights.Value.Save(context.Reporter, cancellationToken));
    }
}
