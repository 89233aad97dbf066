using Muster.Configuration.Faults;
using Muster.Configuration.Work;

namespace Muster.Connectors.Files;

/// <summary>Replaces a file of a managed system as a whole: readers see the old content or the new one, also after a power cut.</summary>
internal static class AtomicFile
{
    /// <param name="path">The real path of an existing file that nobody else replaces meanwhile; its permissions are kept.</param>
    /// <param name="beforeRename">Last check; what it throws leaves the file as it was.</param>
    public static void Replace(string path, Action<Stream> write, Action beforeRename)
    {
        var folder = new WorkFolder(Path.GetDirectoryName(path)!, FaultPoints.DirectoryFile);
        var name = Path.GetFileName(path);
        folder.RemoveLeftovers(name);
        using var file = folder.Create(name);
        write(file.Stream);
        beforeRename();
        file.Commit();
    }
}
