using Muster.Configuration.Work;

namespace Muster.Connectors.Settings;

/// <summary>
/// Decides which files a connection may touch (<c>SourcesRootPaths</c>, synchronization.md 4.2): a path is made absolute, every symbolic
/// link in it is followed, and the result must stand below one of the root folders, compared with regard to case. No root folder: all are
/// allowed.
/// </summary>
public sealed class SourceFiles
{
    private const int MaximumLinks = 40;
    private readonly string _folder;
    private readonly string[] _roots;

    internal SourceFiles(string folder, IReadOnlyList<string> roots)
    {
        _folder = folder;
        _roots = [.. roots.Select(root => Path.TrimEndingDirectorySeparator(RealPath(Path.Combine(folder, root))))];
    }

    /// <summary>True if root folders are given.</summary>
    public bool IsRestricted => _roots.Length > 0;

    /// <summary>
    /// The real path of a file or folder, which need not exist. Throws <see cref="TaskFailedException"/> if it stands outside the root
    /// folders.
    /// </summary>
    /// <param name="path">As written; relative ones start from the folder of the settings file.</param>
    /// <param name="askedBy">What names the path, for the message: <c>the setting 'Connections:HR:Path'</c>.</param>
    public string Resolve(string path, string askedBy)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            throw new TaskFailedException($"The path named by {askedBy} contains a NUL character.");
        }

        string real;
        try
        {
            real = RealPath(Path.Combine(_folder, path));
        }
        catch (IOException failure)
        {
            throw new TaskFailedException($"The path '{path}' named by {askedBy} cannot be followed: {failure.Message}", failure);
        }

        return _roots.Length == 0 || Array.Exists(_roots, root => IsBelow(real, root))
            ? real
            : throw new TaskFailedException(
                $"The path '{path}' named by {askedBy} leads to '{real}', which is outside 'SourcesRootPaths'. Move the file or add its folder there.");
    }

    private static bool IsBelow(string path, string root) =>
        path == root || path.StartsWith(Path.EndsInDirectorySeparator(root) ? root : root + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>Follows links component by component, as the system does; <c>..</c> was taken away before, on the text.</summary>
    private static string RealPath(string path)
    {
        var pending = new Stack<string>();
        var full = Path.GetFullPath(path);
        var current = Path.GetPathRoot(full)!;
        Push(pending, full[current.Length..]);
        var links = 0;
        while (pending.TryPop(out var part))
        {
            var next = Path.Combine(current, part);
            var target = new FileInfo(next).LinkTarget ?? new DirectoryInfo(next).LinkTarget;
            if (target is null)
            {
                current = next;
                continue;
            }

            if (++links > MaximumLinks)
            {
                throw new IOException($"'{path}' passes through too many symbolic links.");
            }

            var followed = Path.GetFullPath(Path.Combine(current, target));
            current = Path.GetPathRoot(followed)!;
            Push(pending, followed[current.Length..]);
        }

        return current;
    }

    private static void Push(Stack<string> pending, string path)
    {
        foreach (var part in path.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse())
        {
            pending.Push(part);
        }
    }
}
