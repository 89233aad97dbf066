using Muster.Configuration.Work;

namespace Muster.Connectors.Tests;

/// <summary>A work folder that does something of the test's own just before a file is made.</summary>
internal sealed class HookedFolder(IWorkFolder inner, Action<string> beforeCreate) : IWorkFolder
{
    public string Root => inner.Root;

    public string PathOf(string relativePath) => inner.PathOf(relativePath);

    public bool Exists(string relativePath) => inner.Exists(relativePath);

    public long Length(string relativePath) => inner.Length(relativePath);

    public DateTimeOffset LastWriteTime(string relativePath) => inner.LastWriteTime(relativePath);

    public Stream OpenRead(string relativePath) => inner.OpenRead(relativePath);

    public IPendingFile Create(string relativePath)
    {
        beforeCreate(relativePath);
        return inner.Create(relativePath);
    }

    public void Move(string fromRelativePath, string toRelativePath) => inner.Move(fromRelativePath, toRelativePath);

    public void Delete(string relativePath) => inner.Delete(relativePath);

    public IReadOnlyList<string> Files(string relativeFolder) => inner.Files(relativeFolder);

    public IReadOnlyList<string> Folders(string relativeFolder) => inner.Folders(relativeFolder);
}
