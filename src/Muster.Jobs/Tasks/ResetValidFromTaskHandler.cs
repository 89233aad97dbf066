using Muster.Configuration.Work;
using Muster.Repository;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Jobs.Tasks;

/// <summary>ResetValidFromTask (jobs.md 5).</summary>
public sealed class ResetValidFromTaskHandler(RepositoryDatabase database, EntitySchema schema) : ITaskHandler
{
    public string Kind => "ResetValidFromTask";

    public Task<TaskResult> RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        using var transaction = database.BeginWrite(cancellationToken);
        var reset = new ResourceHistory(transaction, schema).ResetFirstVersions();
        cancellationToken.ThrowIfCancellationRequested();
        transaction.Commit();
        context.Reporter.Count("versionsReset", reset);
        return Task.FromResult(reset > 0 ? TaskResult.Done : TaskResult.NothingToDo);
    }
}
