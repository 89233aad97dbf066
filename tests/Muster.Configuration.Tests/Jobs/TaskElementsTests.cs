using Muster.Configuration.Jobs;
using Muster.Configuration.Scaffolding;

namespace Muster.Configuration.Tests.Jobs;

public class TaskElementsTests
{
    [Fact]
    public void Elements_WithRecord_HaveARecordOfTheirName()
    {
        var records = typeof(JobTask).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(JobTask)) && t != typeof(OtherTask)).Select(t => t.Name);

        Assert.Equal(records.Order(StringComparer.Ordinal), TaskElements.Elements.Where(e => e.HasRecord).Select(e => e.Name));
    }

    [Theory]
    [InlineData("PrepareSynchronizationChangesTask", "PrepareSynchronizationTask", PreparationType.Changes)]
    [InlineData("SynchronizeActiveDirectoryTask", "SynchronizeTask", PreparationType.ActiveDirectory)]
    public void Find_Alias_IsTheElementWithItsType(string written, string element, PreparationType type)
    {
        Assert.Equal(element, TaskElements.Find(written)?.Name);
        Assert.Equal(type, TaskElements.FindAlias(written)?.Type);
    }

    [Theory]
    [InlineData("SynchronizeTaskOverride", "SynchronizeTask")]
    [InlineData("SynchronizeTask", null)]
    [InlineData("StepOverride", null)]
    public void FindOverridden_Name_IsTheTaskOfAnOverride(string written, string? element) =>
        Assert.Equal(element, TaskElements.FindOverridden(written)?.Name);

    [Fact]
    public void ScaffoldingElements_AreTheSevenOfTheFormat() => Assert.Equal(7, ScaffoldingElements.Jobs.Count);
}
