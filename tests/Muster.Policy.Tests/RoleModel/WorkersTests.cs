using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Configuration.Work;
using Muster.Policy.RoleModel;

namespace Muster.Policy.Tests.RoleModel;

/// <summary>Owners that are evaluated at one time, while others are read, become what they become one after the other.</summary>
public sealed class WorkersTests
{
    private const int Many = 4;

    private const string ByTitleToo =
        """<ResourceCorrelationRule ResourceType="User" Policy="P" SourceBinding="Person:Title" TargetBinding="Account:Title" SourceMatchedConfidenceLevel="60" />""";

    /// <summary>A few histories with a fixed seed; <c>MUSTER_CASES=2000</c> runs that many on a fresh one.</summary>
    [Fact]
    public void Runs_SeveralWorkers_EqualRunsOfOne()
    {
        var config = Environment.GetEnvironmentVariable("MUSTER_CASES") is { } cases
            ? Config.QuickThrowOnFailure.WithMaxTest(int.Parse(cases, CultureInfo.InvariantCulture))
            : Config.QuickThrowOnFailure.WithMaxTest(15).WithReplay(20261123, 3);
        Prop.ForAll(Histories.Any, Check).Check(config);
    }

    private static void Check(History history)
    {
        using var several = World(history, Many, batchSize: 3);
        using var one = World(history, 1, batchSize: 1);
        foreach (var step in history.Steps.Append(Histories.Job))
        {
            if (step != Histories.Job)
            {
                step.Do(several);
                step.Do(one);
                continue;
            }

            several.Job(dirty: false);
            one.Job(dirty: false);
            Assert.Equal(one.Dump(), several.Dump());
        }
    }

    private static PolicyWorld World(History history, int workers, int batchSize)
    {
        var world = new PolicyWorld(history.Policy, Histories.Model)
        {
            RoleModelTasks = history.Tasks,
            Variants = [history.Policy, history.Changed],
            Workers = workers,
            BatchSize = batchSize,
        };
        Histories.Begin(world);
        world.Job(dirty: false);
        return world;
    }

    [Theory]
    [InlineData("BlockProvisioning=\"false\"", true)]
    [InlineData("BlockProvisioning=\"false\"", false)]
    [InlineData("BlockProvisioning=\"false\" CorrelateMultipleResources=\"true\"", false)]
    [InlineData("BlockProvisioning=\"false\" SuggestAllCorrelations=\"true\"", false)]
    public void Run_ManyOwnersForFewTargets_GivesThemToTheSameOnes(string attributes, bool isWanted)
    {
        using var several = Crowd(attributes, isWanted, Many, batchSize: 25);
        using var one = Crowd(attributes, isWanted, 1, batchSize: 1);

        several.Job(dirty: false);
        one.Job(dirty: false);
        Assert.Equal(one.Dump(), several.Dump());

        // Whose titles change loses or gives back what others wait for.
        foreach (var world in new[] { several, one })
        {
            for (var index = 0; index < 60; index += 7)
            {
                world.Put("Person", Person(index), ("Title", $"T{(index + 1) % 5}"), ("Login", $"l{(index + 3) % 20}"));
            }

            world.Remove("Account", "cn=4");
            world.Job(dirty: false);
        }

        Assert.Equal(one.Dump(), several.Dump());
        several.AssertSettled();
    }

    /// <summary>Sixty people, of whom several have the key of each of twenty accounts, and more its title.</summary>
    private static PolicyWorld Crowd(string attributes, bool isWanted, int workers, int batchSize)
    {
        var policy = Given.Accounts(attributes, ByTitleToo);
        var world = new PolicyWorld(isWanted ? policy : policy.Replace("<TypeRule Policy=\"P\" />", "", StringComparison.Ordinal)) { Workers = workers, BatchSize = batchSize };
        world.Put("Department", "Sales");
        world.Put("Group", "sales-staff");
        for (var index = 0; index < 60; index++)
        {
            world.Put("Person", Person(index), ("Login", $"l{index % 20}"), ("Title", $"T{index % 5}"), ("Department", index % 3 == 0 ? "Sales" : null));
        }

        for (var index = 0; index < 20; index++)
        {
            world.Put("Account", $"cn={index}", ("Login", index % 4 == 0 ? $"other{index}" : $"l{index}"), ("Title", $"T{index % 5}"));
        }

        return world;
    }

    private static string Person(int index) => index.ToString("D3", CultureInfo.InvariantCulture);

    [Fact]
    public void Run_CancelledInTheMiddle_LeavesNothingAndIsRepeated()
    {
        using var world = Crowd("BlockProvisioning=\"false\"", isWanted: true, Many, batchSize: 5);
        world.Job(dirty: false);
        world.Put("Person", Person(1), ("Title", "T9"));
        var before = world.Dump();
        using var source = new CancellationTokenSource();

        Assert.Throws<OperationCanceledException>(() => Run(world, new CancelsAtFirstCount(source), source.Token));

        Assert.Equal(before, world.Dump());
        Assert.True(world.Job(dirty: false));
        Assert.NotEqual(before, world.Dump());
        world.AssertSettled();
    }

    private static void Run(PolicyWorld world, ITaskReporter reporter, CancellationToken cancellationToken) =>
        new RoleModelComputation(world.Database, world.Schema, world.Policy, NullLogger<RoleModelComputation>.Instance).Run(
            new RoleModelRequest { EntityTypes = world.Model.EntityTypes, Workers = Many, BatchSize = 5 }, reporter, cancellationToken);

    /// <summary>The first batch is saved, and the second one is being read.</summary>
    private sealed class CancelsAtFirstCount(CancellationTokenSource source) : ITaskReporter
    {
        public void Message(string text)
        {
        }

        public void Warning(string text)
        {
        }

        public void Count(string name, long amount) => source.Cancel();
    }
}
