using Muster.Configuration.Work;

namespace Muster.Connectors.Files;

/// <summary>Length and time of a file, to notice that it changed while it was read.</summary>
internal readonly record struct SourceStamp(long Length, DateTime LastWriteUtc)
{
    /// <summary>A stamp of zeros if the file does not exist.</summary>
    public static SourceStamp Of(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new SourceStamp(file.Length, file.LastWriteTimeUtc) : default;
    }

    /// <summary>Throws if the file is no longer as it was: what was read may be half of it.</summary>
    public void CheckUnchanged(string path, string connection)
    {
        if (Of(path) != this)
        {
            throw new TaskFailedException(
                $"The file '{path}' of connection '{connection}' changed while it was read. Nothing was taken from it; the next run reads it again. Have it written under another name and renamed when it is complete.");
        }
    }
}
