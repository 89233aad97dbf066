using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace Muster.Policy.Tests.RoleModel;

/// <summary>
/// Promise 1: after any sequence of changes, orders and answers, dirty runs leave what complete runs would have left, and a complete run
/// after them writes nothing.
/// </summary>
public sealed class DirtyEqualsCompleteTests
{
    /// <summary>A few histories with a fixed seed; <c>MUSTER_CASES=2000</c> runs that many on a fresh one.</summary>
    [Fact]
    public void DirtyRuns_RandomHistories_EqualCompleteRuns()
    {
        var config = Environment.GetEnvironmentVariable("MUSTER_CASES") is { } cases
            ? Config.QuickThrowOnFailure.WithMaxTest(int.Parse(cases, CultureInfo.InvariantCulture))
            : Config.QuickThrowOnFailure.WithMaxTest(25).WithReplay(20261122, 3);
        Prop.ForAll(Histories.Any, Check).Check(config);
    }

    private static void Check(History history)
    {
        using var dirty = World(history);
        using var complete = World(history);
        foreach (var (index, step) in history.Steps.Append(Histories.Job).Index())
        {
            if (step != Histories.Job)
            {
                step.Do(dirty);
                step.Do(complete);
                continue;
            }

            dirty.Job(dirty: true);
            complete.Job(dirty: false);
            AssertSame(complete.Dump(), dirty.Dump(), $"after step {index + 1}, complete (-) and dirty (+)");
        }

        var dump = dirty.Dump();
        var hasChanged = dirty.Job(dirty: false);
        AssertSame(dump, dirty.Dump(), "before (-) and after (+) a complete run that follows the dirty one");
        Assert.False(hasChanged, "A complete run after the dirty one found something to do.");
    }

    private static PolicyWorld World(History history)
    {
        var world = new PolicyWorld(history.Policy, Histories.Model) { RoleModelTasks = history.Tasks, Variants = [history.Policy, history.Changed] };
        Histories.Begin(world);
        world.Job(dirty: false);
        return world;
    }

    private static void AssertSame(string expected, string actual, string when)
    {
        if (expected != actual)
        {
            var (wanted, found) = (expected.Split('\n'), actual.Split('\n'));
            Assert.Fail($"Different {when}:\n- {string.Join("\n- ", wanted.Except(found))}\n+ {string.Join("\n+ ", found.Except(wanted))}");
        }
    }
}
