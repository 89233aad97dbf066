using FsCheck;
using FsCheck.Fluent;
using Muster.Configuration.Jobs;
using Muster.Jobs.Graph;

namespace Muster.Jobs.Tests.Graph;

public sealed class LaunchOrderTests
{
    [Fact]
    public void LevelOfSeven_WithBatchSizeFive_IsTwoLevels()
    {
        var steps = LaunchOrder.Of(JobOf([0, 0, 0, 0, 0, 0, 0, 1]));

        Assert.Equal([0, 0, 0, 0, 0, 1, 1, 2], steps.Select(s => s.Level));
        Assert.Equal(Enumerable.Range(0, 8), steps.Select(s => s.Ordinal));
    }

    [Fact]
    public void LevelsWithGaps_KeepTheirNumbers()
    {
        Assert.Equal([1, 5, 5], LaunchOrder.Of(JobOf([5, 1, 5])).Select(s => s.Level));
    }

    [Fact]
    public void DocumentOrder_IsKeptWithinALevel()
    {
        Assert.Equal(["T1", "T0", "T2"], LaunchOrder.Of(JobOf([5, 1, 5])).Select(s => s.Task.Identifier));
    }

    [Fact]
    public void AnyJob_KeepsAllTasks_OrdersLevels_AndBoundsBatches()
    {
        Prop.ForAll<byte[], PositiveInt>((levels, size) =>
        {
            var job = JobOf([.. (levels ?? []).Select(l => l % 4)]);
            var steps = LaunchOrder.Of(job, size.Get);
            var configured = job.Steps.ToDictionary(s => s.Task.Identifier, s => s.Level);
            return steps.Count == job.Steps.Count
                && steps.GroupBy(s => s.Level).All(g => g.Count() <= size.Get)
                && steps.Zip(steps.Skip(1)).All(p => p.First.Level <= p.Second.Level)
                && steps.Zip(steps.Skip(1)).All(p => configured[p.First.Task.Identifier] <= configured[p.Second.Task.Identifier])
                && steps.Zip(steps.Skip(1)).All(p =>
                    configured[p.First.Task.Identifier] == configured[p.Second.Task.Identifier] || p.First.Level < p.Second.Level);
        }).QuickCheckThrowOnFailure();
    }

    private static Job JobOf(int[] levels) => new()
    {
        Identifier = "Job",
        Steps = [.. levels.Select((level, index) => new JobStep(new OtherTask { Identifier = $"T{index}", ElementName = "X" }, level))],
    };
}
