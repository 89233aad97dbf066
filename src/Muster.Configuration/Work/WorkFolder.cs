using System.Text;
using Muster.Configuration.Faults;

namespace Muster.Configuration.Work;

/// <summary>
/// <see cref="IWorkFolder"/> on a disk. The root and folders below it are made when the first file is created in them. What a person can mend
/// (a read-only folder, a full disk) is thrown as <see cref="TaskFailedException"/> with the folder and what to do; a path that leads outside
/// the root, by name or through a symbolic link, as <see cref="ArgumentException"/>; a missing file as <see cref="FileNotFoundException"/>.
/// Thread safe: there is no state but the root.
/// </summary>
/// <param name="root">Absolute or relative to the current folder; it may itself be a symbolic link.</param>
/// <param name="faultSite">What its files are, in <see cref="FaultPoints"/>, where their place does not say it.</param>
public sealed class WorkFolder(string root, string? faultSite = null) : IWorkFolder
{
    internal const string TemporarySuffix = ".tmp";

    /// <summary>Larger for reading than for writing: what is written much comes in large pieces already.</summary>
    private const int ReadBuffer = 1 << 16;
    private const int WriteBuffer = 1 << 13;

    public string Root { get; } = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));

    public string PathOf(string relativePath)
    {
        ArgumentNullException.ThrowIfNull(relativePath);
        if (relativePath.Length == 0)
        {
            return Root;
        }

        foreach (var part in relativePath.Split('/'))
        {
            CheckPart(part, relativePath);
        }

        var path = Path.Combine(Root, relativePath.Replace('/', Path.DirectorySeparatorChar));
        return LinkedPath.LeadsBelow(Root, path)
            ? path
            : throw new ArgumentException(
                $"The path '{relativePath}' leads out of the folder '{Root}' through a symbolic link. Remove the link.", nameof(relativePath));
    }

    public bool Exists(string relativePath)
    {
        var path = PathOf(relativePath);
        return File.Exists(path) || Directory.Exists(path);
    }

    public long Length(string relativePath)
    {
        var file = new FileInfo(PathOf(relativePath));
        return file.Exists ? file.Length : 0;
    }

    public DateTimeOffset LastWriteTime(string relativePath) => new(File.GetLastWriteTimeUtc(PathOf(relativePath)), TimeSpan.Zero);

    public Stream OpenRead(string relativePath)
    {
        var path = PathOf(relativePath);
        return StorageFault.Guard(Path.GetDirectoryName(path)!, () => new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Open,
            Access = FileAccess.Read,
            // A reader must not stop a writer from replacing the file: it goes on reading what it opened.
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = BufferLength.For(new FileInfo(path) is { Exists: true } file ? file.Length : 0, ReadBuffer),
            Options = FileOptions.SequentialScan,
        }));
    }

    public IPendingFile Create(string relativePath)
    {
        var path = PathOf(relativePath);
        var folder = Path.GetDirectoryName(path)!;
        if (path == Root)
        {
            throw new ArgumentException("A file needs a name.", nameof(relativePath));
        }

        return StorageFault.Guard(folder, () =>
        {
            var site = SiteOf(relativePath);
            Fault.Before(site, FaultOperation.Create);
            Directory.CreateDirectory(folder);
            var file = new PendingFile(folder, TemporaryName(path), path, site);
            Fault.After(site, FaultOperation.Create);
            return file;
        });
    }

    public void Move(string fromRelativePath, string toRelativePath)
    {
        var from = PathOf(fromRelativePath);
        var to = PathOf(toRelativePath);
        var target = Path.GetDirectoryName(to)!;
        StorageFault.Guard(target, () =>
        {
            var site = SiteOf(fromRelativePath);
            Fault.Before(site, FaultOperation.Move);
            Directory.CreateDirectory(target);
            if (Directory.Exists(from))
            {
                Directory.Move(from, to);
            }
            else
            {
                File.Move(from, to, overwrite: true);
            }

            DirectoryFlush.Flush(target);
            DirectoryFlush.Flush(Path.GetDirectoryName(from)!);
            Fault.After(site, FaultOperation.Move);
            return true;
        });
    }

    public void Delete(string relativePath)
    {
        var path = PathOf(relativePath);
        StorageFault.Guard(Path.GetDirectoryName(path)!, () =>
        {
            var isFolder = Directory.Exists(path);
            if (!isFolder && !File.Exists(path))
            {
                return true;
            }

            var site = SiteOf(relativePath);
            Fault.Before(site, FaultOperation.Delete);
            if (isFolder)
            {
                Directory.Delete(path, recursive: true);
            }
            else
            {
                File.Delete(path);
            }

            Fault.After(site, FaultOperation.Delete);
            return true;
        });
    }

    public IReadOnlyList<string> Files(string relativeFolder) =>
        List(relativeFolder, Directory.EnumerateFiles, name => !IsTemporary(name));

    public IReadOnlyList<string> Folders(string relativeFolder) =>
        List(relativeFolder, Directory.EnumerateDirectories, _ => true);

    /// <summary>
    /// Deletes what processes that were killed left of files they were writing, here and in all folders below. Files that are being written
    /// now are held open by their process and stay.
    /// </summary>
    public void RemoveLeftovers()
    {
        if (!Directory.Exists(Root))
        {
            return;
        }

        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };
        foreach (var path in Directory.EnumerateFiles(Root, $".*{TemporarySuffix}", options))
        {
            RemoveLeftover(path);
        }
    }

    /// <summary>As <see cref="RemoveLeftovers()"/>, for one file directly in the root.</summary>
    public void RemoveLeftovers(string name)
    {
        foreach (var path in Directory.EnumerateFiles(Root, $".{name}.*{TemporarySuffix}"))
        {
            RemoveLeftover(path);
        }
    }

    /// <summary>True for the name of a file that was being written when its process ended.</summary>
    internal static bool IsTemporary(string name) => name.StartsWith('.') && name.EndsWith(TemporarySuffix, StringComparison.Ordinal);

    private List<string> List(string relativeFolder, Func<string, IEnumerable<string>> enumerate, Func<string, bool> isListed)
    {
        var folder = PathOf(relativeFolder);
        if (!Directory.Exists(folder))
        {
            return [];
        }

        var prefix = relativeFolder.Length == 0 ? string.Empty : relativeFolder + "/";
        var paths = StorageFault.Guard(
            folder, () => enumerate(folder).Select(p => Path.GetFileName(p)!).Where(isListed).Select(name => prefix + name).ToList());
        paths.Sort(StringComparer.Ordinal);
        return paths;
    }

    private static void RemoveLeftover(string path)
    {
        try
        {
            // Exclusive: opening fails while its writer lives, who has it open until it has its name.
            using (new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            {
            }

            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is in use, or somebody else's.
        }
    }

    private string SiteOf(string relativePath) => Fault.IsOn ? faultSite ?? FaultPoints.SiteOf(relativePath) : "";

    private static string TemporaryName(string path)
    {
        var name = Path.GetFileName(path);
        // The name's length is bounded so that the temporary one stays within what file systems allow.
        var start = name.Length > 100 ? name[..100] : name;
        return Path.Combine(Path.GetDirectoryName(path)!, $".{start}.{Guid.NewGuid():N}{TemporarySuffix}");
    }

    private static void CheckPart(string part, string relativePath)
    {
        var isBad = part is "" or "." or ".."
            || part.AsSpan().IndexOfAny('\\', '\0') >= 0
            || (OperatingSystem.IsWindows() && part.Contains(':', StringComparison.Ordinal));
        if (isBad)
        {
            throw new ArgumentException(
                $"The path '{Printable(relativePath)}' is not a relative path below the folder: it must be made of names separated by '/', without '..'.",
                nameof(relativePath));
        }
    }

    private static string Printable(string text)
    {
        var printable = new StringBuilder();
        foreach (var character in text.Length > 200 ? text.AsSpan(0, 200) : text)
        {
            printable.Append(char.IsControl(character) ? '?' : character);
        }

        return printable.ToString();
    }

    private sealed class PendingFile : IPendingFile
    {
        private readonly string _folder;
        private readonly string _temporaryPath;
        private readonly string _path;
        private readonly string _site;
        private readonly FileStream _file;
        private bool _isClosed;

        public PendingFile(string folder, string temporaryPath, string path, string site)
        {
            _folder = folder;
            _temporaryPath = temporaryPath;
            _path = path;
            _site = site;
            // Readable, so that a file of intermediate results can be read back without ever getting a name. Held against other processes'
            // RemoveLeftovers, in a way that lets readers in as soon as it has its name.
            _file = new FileStream(temporaryPath, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, WriteBuffer);
            if (!OperatingSystem.IsWindows() && File.Exists(path))
            {
                // A file that replaces another one is for the same readers.
                File.SetUnixFileMode(_file.SafeFileHandle, File.GetUnixFileMode(path));
            }

            Stream = new GuardedStream(_file, folder, site);
        }

        public Stream Stream { get; }

        public void Commit()
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            StorageFault.Guard(_folder, () =>
            {
                Fault.Before(_site, FaultOperation.Flush);
                _file.Flush(flushToDisk: true);
                if (OperatingSystem.IsWindows())
                {
                    // Readers would be refused there as long as it is open.
                    _file.Dispose();
                }

                Fault.After(_site, FaultOperation.Flush);
                Fault.Before(_site, FaultOperation.Rename);

                // Still open: who closed it before would leave a moment in which a process that starts takes it for a leftover.
                File.Move(_temporaryPath, _path, overwrite: true);
                _isClosed = true;
                _file.Dispose();
                DirectoryFlush.Flush(_folder);
                Fault.After(_site, FaultOperation.Rename);
                return true;
            });
        }

        public void Dispose()
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            try
            {
                _file.Dispose();
            }
            catch (IOException)
            {
                // What could not be flushed is thrown away here anyway (a full disk has been reported by the write).
            }

            try
            {
                File.Delete(_temporaryPath);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // A file that cannot be deleted is left over; Files() does not show it.
            }
        }
    }
}
