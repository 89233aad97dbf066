using Muster.Configuration.Jobs;

namespace Muster.Jobs.Graph;

/// <summary>A step with its place in the order in which a job is executed.</summary>
/// <param name="Ordinal">Launch order in the whole job, from 0.</param>
/// <param name="Level">The effective level: tasks of one level run together, the next level waits.</param>
public sealed record LaunchStep(int Ordinal, int Level, JobTask Task);

/// <summary>
/// The order in which a job's tasks are launched (jobs.md 7.1): by level, then in document order; a level of more than the batch size is
/// split by inserting levels. Levels keep their configured numbers as long as no level before them was split.
/// </summary>
public static class LaunchOrder
{
    /// <summary><c>Jobs:MaxTaskBatchSize</c>, unless the settings say otherwise.</summary>
    public const int DefaultBatchSize = 5;

    public static IReadOnlyList<LaunchStep> Of(Job job, int batchSize = DefaultBatchSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        var steps = new List<LaunchStep>();
        var last = -1;
        foreach (var level in job.Steps.GroupBy(s => s.Level).OrderBy(g => g.Key))
        {
            foreach (var batch in level.Chunk(batchSize))
            {
                last = Math.Max(last + 1, level.Key);
                foreach (var step in batch)
                {
                    steps.Add(new LaunchStep(steps.Count, last, step.Task));
                }
            }
        }

        return steps;
    }
}
