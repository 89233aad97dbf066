namespace Muster.Configuration.Work;

/// <summary>
/// The files below one root folder. Every path is relative, uses <c>/</c>, and is refused if it leads outside the root. Tests bend it
/// (a quota, a fault at a point); nothing else in Muster opens files for writing.
/// </summary>
public interface IWorkFolder
{
    /// <summary>The absolute path of the root, for messages and for libraries that need a path.</summary>
    string Root { get; }

    /// <summary>The absolute path of a file below the root; throws <see cref="ArgumentException"/> if it leads outside.</summary>
    string PathOf(string relativePath);

    bool Exists(string relativePath);

    /// <summary>Length in bytes; 0 if the file does not exist.</summary>
    long Length(string relativePath);

    DateTimeOffset LastWriteTime(string relativePath);

    Stream OpenRead(string relativePath);

    /// <summary>
    /// Opens a file that becomes visible under its name only on <see cref="IPendingFile.Commit"/> (temporary name, flush to disk, rename);
    /// disposed without commit it leaves nothing.
    /// </summary>
    IPendingFile Create(string relativePath);

    /// <summary>Renames a file or a folder, replacing a file of that name; atomic within the root.</summary>
    void Move(string fromRelativePath, string toRelativePath);

    /// <summary>Deletes a file or a folder with its content; nothing happens if it does not exist.</summary>
    void Delete(string relativePath);

    /// <summary>Relative paths of the files directly in a folder, sorted ordinally; empty if the folder does not exist.</summary>
    IReadOnlyList<string> Files(string relativeFolder);

    /// <summary>Relative paths of the folders directly in a folder, sorted ordinally.</summary>
    IReadOnlyList<string> Folders(string relativeFolder);
}

/// <summary>A file being written; see <see cref="IWorkFolder.Create"/>.</summary>
public interface IPendingFile : IDisposable
{
    Stream Stream { get; }

    /// <summary>Flushes to disk and makes the file visible under its name.</summary>
    void Commit();
}

/// <summary>The two folders of an agent (synchronization.md 4.1).</summary>
/// <param name="Work">Must be kept: deliveries, watermarks, snapshots, orders.</param>
/// <param name="Temp">May be deleted when nothing runs: <c>ExportOutput</c>, logs.</param>
public sealed record AgentFolders(IWorkFolder Work, IWorkFolder Temp)
{
    /// <summary>Folder of exported files, in <see cref="Temp"/>.</summary>
    public const string ExportOutput = "ExportOutput";

    /// <summary>Folder of watermarks, in <see cref="Work"/>.</summary>
    public const string ExportCookies = "ExportCookies";

    /// <summary>Folder of prepared files, in <see cref="Work"/>.</summary>
    public const string Collect = "Collect";

    /// <summary>Folder of received deliveries (server side), in <see cref="Work"/>.</summary>
    public const string Synchronization = "Synchronization";

    /// <summary>Folder of order files (server side), in <see cref="Work"/>.</summary>
    public const string ProvisioningOrders = "ProvisioningOrders";
}
