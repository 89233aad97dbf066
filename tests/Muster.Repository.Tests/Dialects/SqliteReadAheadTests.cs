using Muster.Repository.Dialects;

namespace Muster.Repository.Tests.Dialects;

public sealed class SqliteReadAheadTests : IDisposable
{
    private const int Large = 20 << 20;

    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("muster-ahead-").FullName, "store.db");

    [Fact]
    public async Task Start_FileThatIsOpen_IsAskedForAsAWhole()
    {
        await using var file = File.Create(_path);
        file.SetLength(Large);

        Assert.Equal(OperatingSystem.IsLinux() ? Large : 0, await SqliteReadAhead.Start(_path));
    }

    [Fact]
    public async Task Start_FileThatNobodyHasOpen_IsNotOpened()
    {
        await using (var file = File.Create(_path))
        {
            file.SetLength(Large);
        }

        Assert.Equal(0, await SqliteReadAhead.Start(_path));
    }

    [Fact]
    public async Task Start_SmallFileOrNone_DoesNothing()
    {
        Assert.Equal(0, await SqliteReadAhead.Start(_path));
        await using var file = File.Create(_path);
        file.SetLength(1_000);

        Assert.Equal(0, await SqliteReadAhead.Start(_path));
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_path)!, true);
}
