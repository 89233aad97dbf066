using Muster.Repository.Dump;

namespace Muster.Repository.Tests.Dump;

public sealed class DumpDifferenceTests
{
    [Fact]
    public void Between_TheSameLinesInAnotherOrder_IsNothing()
    {
        Assert.Empty(Between([Person("1", "Ann"), Person("2", "Bo")], [Person("2", "Bo"), Person("1", "Ann")]));
    }

    [Fact]
    public void Between_LinesThatComeTwice_CountsThem()
    {
        var change = Assert.Single(Between([Person("1", "Ann"), Person("1", "Ann")], [Person("1", "Ann")]));

        Assert.Null(change.After);
    }

    [Fact]
    public void Between_AChangedResource_IsOneChangeWithItsMembers()
    {
        var change = Assert.Single(Between([Person("1", "Ann")], [Person("1", "Anne")]));

        Assert.Equal("resource Person key=1", change.Identity);
        Assert.Equal([new MemberDifference("Name", "Ann", "Anne")], change.Differences());
    }

    [Fact]
    public void Between_AnAccountThatGetsItsTarget_IsOneChangeOfItsOwner()
    {
        const string Before = """{"assignedResourceType":"Account","owner":"1","provisioningState":"Executed","scalars":[{"Property":"cn","PolicyValue":"a"}],"navigations":[]}""";
        const string After = """{"assignedResourceType":"Account","owner":"1","target":"cn=a","provisioningState":"Verified","scalars":[{"Property":"cn","PolicyValue":"a","CurrentValue":"a"}],"navigations":[]}""";

        var change = Assert.Single(Between([new DumpLine("Person", Before)], [new DumpLine("Person", After)]));

        Assert.Equal(["provisioningState", "scalars.cn", "target"], change.Differences().Select(d => d.Member));
    }

    [Fact]
    public void Between_LinksThatMove_AreOneThatWentAndOneThatCame()
    {
        var changes = Between(
            [new DumpLine("Person", """{"link":"Manager","key1":"1","key2":"2"}""")], [new DumpLine("Person", """{"link":"Manager","key1":"1","key2":"3"}""")]);

        Assert.Equal([("link Manager key1=1 key2=2", true), ("link Manager key1=1 key2=3", false)], changes.Select(c => (c.Identity, c.After is null)));
    }

    private static DumpLine Person(string key, string name) =>
        new("Person", $$$"""{"resource":"Person","key":"{{{key}}}","values":{"Name":"{{{name}}}"}}""");

    private static IReadOnlyList<DumpChange> Between(DumpLine[] before, DumpLine[] after) => DumpDifference.Between(() => before, () => after);
}
