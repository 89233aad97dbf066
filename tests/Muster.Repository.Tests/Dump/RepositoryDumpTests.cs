using Muster.Repository.Dump;

namespace Muster.Repository.Tests.Dump;

public sealed class RepositoryDumpTests
{
    [Fact]
    public void Write_SameContentInAnotherOrder_GivesTheSameBytes()
    {
        using var first = new World();
        using var second = new World();
        var (a1, t1) = (first.Insert("Person", ("Code", "a"), ("Name", "É")), first.Insert("Team", ("Code", "t")));
        first.Insert("Person", ("Code", "b"));
        second.Insert("Person", ("Code", "b"));
        var (t2, a2) = (second.Insert("Team", ("Code", "t")), second.Insert("Person", ("Code", "a"), ("Name", "É")));
        first.Write((_, writer) => writer.SetTarget(first.Property("Person:Team"), a1, t1));
        second.Write((_, writer) => writer.Link(second.Property("Team:People"), t2, a2));

        Assert.Equal(Dump(first), Dump(second));
        Assert.Equal(
            """
            {"resource":"Person","key":"a","values":{"Code":"a","Name":"É"}}
            {"resource":"Person","key":"b","values":{"Code":"b"}}
            {"resource":"Team","key":"t","values":{"Code":"t"}}
            {"link":"Person_Team","key1":"t","key2":"a"}

            """.ReplaceLineEndings("\n"),
            Dump(first));
    }

    [Fact]
    public void Fingerprint_OneTypeChanged_ChangesThatTypeOnly()
    {
        using var world = new World();
        world.Insert("Person", ("Code", "a"));
        world.Insert("Team", ("Code", "t"));
        var before = Fingerprint(world);

        world.Insert("Team", ("Code", "u"));

        var after = Fingerprint(world);
        Assert.NotEqual(before.Sha256, after.Sha256);
        Assert.Equal(before.ByEntityType["Person"], after.ByEntityType["Person"]);
        Assert.NotEqual(before.ByEntityType["Team"], after.ByEntityType["Team"]);
    }

    private static string Dump(World world)
    {
        using var writer = new StringWriter();
        world.Read(t =>
        {
            new RepositoryDump(world.Schema, RepositoryDump.OwnSections).Write(t, writer);
            return 0;
        });
        return writer.ToString();
    }

    private static RepositoryFingerprint Fingerprint(World world) =>
        world.Read(t => new RepositoryDump(world.Schema, RepositoryDump.OwnSections).Fingerprint(t));
}
