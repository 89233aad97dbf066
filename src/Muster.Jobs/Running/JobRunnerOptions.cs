using Muster.Jobs.Graph;

namespace Muster.Jobs.Running;

/// <summary>Settings of the runner (jobs.md 7.1, 7.3).</summary>
public sealed record JobRunnerOptions
{
    /// <summary><c>Jobs:MaxTaskBatchSize</c>: at most so many tasks at once, 1 and up.</summary>
    public int MaxTaskBatchSize { get; init; } = LaunchOrder.DefaultBatchSize;

    /// <summary>A task that runs longer, its waiting for locks included, ends in error: two hours and <c>TaskTimeoutSupplement</c>.</summary>
    public TimeSpan TaskTimeout { get; init; } = TimeSpan.FromMinutes(120);

    /// <summary>How often a running job looks whether it shall stop.</summary>
    public TimeSpan CancelPolling { get; init; } = TimeSpan.FromSeconds(1);
}
