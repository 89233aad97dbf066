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

    [Fact]
    public void FindOverridden_OverrideName_IsTheTaskWithOnlyTheIdentifierRequired()
    {
        var task = TaskElements.FindOverridden("PrepareSynchronizationTaskOverride");

        Assert.NotNull(task);
        Assert.Equal(["Identifier"], TaskElements.OverrideOf(task).Attributes.Where(a => a.IsRequired).Select(a => a.Name));
    }

    [Theory]
    [InlineData("ExportTask", true)]
    [InlineData("FulfillTask", true)]
    [InlineData("InvokeExpressionTask", true)]
    [InlineData("InvokeSqlCommandTask", true)]
    [InlineData("MaintainIndexesTask", true)]
    [InlineData("SynchronizeTask", false)]
    [InlineData("ComputeRoleModelTask", false)]
    public void ContinueOnError_IsKnownWhereTheTaskHasIt(string element, bool isKnown) =>
        Assert.Equal(isKnown, TaskElements.Find(element)!.Shape.Find("ContinueOnError") is not null);

    [Fact]
    public void ScaffoldingElements_AreTheSevenOfTheFormat() => Assert.Equal(7, ScaffoldingElements.Elements.Count);
}
