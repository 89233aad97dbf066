using Microsoft.Extensions.Logging.Abstractions;
using Muster.Configuration.Jobs;
using Muster.Configuration.Work;

namespace Muster.Preparation.Tests;

public sealed class FullDiskTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task DiskFullAtAnyFile_SendsNothingHalfAndTheNextRunSucceeds(int filesThatFit)
    {
        using var world = World.OfPeople();
        await world.Extract("HRPeople", "Employee Id,Last name\n1,A\n2,B\n3,C\n").Complete();
        world.Extract("HRPeople", "Employee Id,Last name\n1,A\n2,B2\n2,Twice\n,Nobody\n4,D\n");
        var full = new FullFolder(world.Folders.Work, filesThatFit);
        var preparer = new SynchronizationPreparer(
            world.Folders with { Work = full }, world.Gateway, new FixedTime(), NullLogger<SynchronizationPreparer>.Instance);
        var request = new PreparationRequest { Connector = world.Connector, Mode = SynchronizationMode.Incremental };
        var fault = await Assert.ThrowsAsync<TaskFailedException>(() => preparer.PrepareAsync(request, world.Reporter, CancellationToken.None));
        Assert.Contains("full", fault.Message, StringComparison.Ordinal);
        Assert.Single(world.Gateway.Accepted);

        await world.Incremental();
        Assert.Equal("command,EmployeeId,LastName\nupdate,2,B2\ndelete,3,\ninsert,4,D\n", world.Gateway.LastFile("HR_Person.sorted.delta"));
        Assert.Equal(SynchronizationMode.Incremental, world.Gateway.Last.Mode);
    }

    /// <summary>A work folder whose disk is full after some files.</summary>
    private sealed class FullFolder(IWorkFolder inner, int filesThatFit) : IWorkFolder
    {
        private int _files;

        public string Root => inner.Root;

        public IPendingFile Create(string relativePath) =>
            _files++ < filesThatFit ? inner.Create(relativePath) : throw new TaskFailedException("The disk is full.");

        public void Delete(string relativePath) => inner.Delete(relativePath);

        public bool Exists(string relativePath) => inner.Exists(relativePath);

        public IReadOnlyList<string> Files(string relativeFolder) => inner.Files(relativeFolder);

        public IReadOnlyList<string> Folders(string relativeFolder) => inner.Folders(relativeFolder);

        public DateTimeOffset LastWriteTime(string relativePath) => inner.LastWriteTime(relativePath);

        public long Length(string relativePath) => inner.Length(relativePath);

        public void Move(string fromRelativePath, string toRelativePath) => inner.Move(fromRelativePath, toRelativePath);

        public Stream OpenRead(string relativePath) => inner.OpenRead(relativePath);

        public string PathOf(string relativePath) => inner.PathOf(relativePath);
    }
}
