using Muster.Configuration.Work;

namespace Muster.Connectors.Files;

/// <summary>Replaces a file of a managed system as a whole: readers see the old content or the new one, also after a power cut.</summary>
internal static class AtomicFile
{
    /// <param name="path">The real path of an existing file; its permissions are kept.</param>
    /// <param name="beforeRename">Last check; what it throws leaves the file as it was.</param>
    public static void Replace(string path, Action<Stream> write, Action beforeRename)
    {
        var folder = Path.GetDirectoryName(path)!;
        var temporaryName = $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp";
        var temporary = Path.Combine(folder, temporaryName);
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 1 << 16 };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = File.GetUnixFileMode(path);
            }

            using (var stream = new FileStream(temporary, options))
            {
                write(stream);
                stream.Flush(true);
            }

            if (!OperatingSystem.IsWindows())
            {
                // What the process' mask took away.
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(path));
            }

            beforeRename();
            new WorkFolder(folder).Move(temporaryName, Path.GetFileName(path));
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
