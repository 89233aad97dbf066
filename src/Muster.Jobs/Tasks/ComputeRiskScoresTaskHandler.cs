using Muster.Configuration.Jobs;
using Muster.Configuration.Work;
using Muster.Policy.Risks;

namespace Muster.Jobs.Tasks;

/// <summary>ComputeRiskScoresTask (jobs.md 5).</summary>
public sealed class ComputeRiskScoresTaskHandler(Lazy<RiskScoreComputation> computation) : ITaskHandler
{
    public string Kind => "ComputeRiskScoresTask";

    public Task<TaskResult> RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var task = (ComputeRiskScoresTask)context.Task;
        return Task.FromResult(computation.Value.Run(new RiskScoreRequest(task.EntityTypes, task.Dirty), context.Reporter, cancellationToken));
    }
}
