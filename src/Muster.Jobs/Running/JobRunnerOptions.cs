using Muster.Connectors.Settings;
using Muster.Jobs.Graph;

namespace Muster.Jobs.Running;

/// <summary>Settings of the runner (jobs.md 7.1, 7.3).</summary>
public sealed record JobRunnerOptions
{
    private const int BaseMinutes = 120;

    /// <summary><c>Jobs:MaxTaskBatchSize</c>: at most so many tasks at once, 1 and up.</summary>
    public int MaxTaskBatchSize { get; init; } = LaunchOrder.DefaultBatchSize;

    /// <summary>A task that runs longer, its waiting for locks included, ends in error: two hours and <c>TaskTimeoutSupplement</c>.</summary>
    public TimeSpan TaskTimeout { get; init; } = TimeSpan.FromMinutes(BaseMinutes);

    /// <summary>What the settings say; throws <c>SettingsException</c> with file and line for a value that is none.</summary>
    public static JobRunnerOptions Of(AgentSettings settings) => new()
    {
        MaxTaskBatchSize = settings.GetNumber("Jobs:MaxTaskBatchSize", LaunchOrder.DefaultBatchSize, 1, 1_000),
        TaskTimeout = TimeSpan.FromMinutes(BaseMinutes + settings.GetNumber("TaskTimeoutSupplement", 0, 0, 100_000)),
    };

    /// <summary>How often a running job looks whether it shall stop.</summary>
    public TimeSpan CancelPolling { get; init; } = TimeSpan.FromSeconds(1);
}
