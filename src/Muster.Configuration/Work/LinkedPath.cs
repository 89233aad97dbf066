namespace Muster.Configuration.Work;

/// <summary>Where paths really lead, symbolic links followed.</summary>
internal static class LinkedPath
{
    private const int MaximumLinks = 40;

    /// <summary>True if <paramref name="path"/>, which is textually below <paramref name="root"/>, leads there through its links too.</summary>
    public static bool LeadsBelow(string root, string path)
    {
        if (!HasLink(root, path))
        {
            return true;
        }

        var realRoot = Follow(root);
        var real = Follow(path);
        return realRoot is not null && real is not null
            && (real == realRoot || real.StartsWith(realRoot + Path.DirectorySeparatorChar, StringComparison.Ordinal));
    }

    private static bool HasLink(string root, string path)
    {
        for (var part = path; part.Length > root.Length; part = Path.GetDirectoryName(part)!)
        {
            if (TargetOf(part) is not null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The path without links; null if there are too many of them (a circle).</summary>
    private static string? Follow(string path)
    {
        for (var links = 0; links <= MaximumLinks; links++)
        {
            var next = ReplaceFirstLink(path);
            if (next == path)
            {
                return path;
            }

            path = next;
        }

        return null;
    }

    private static string ReplaceFirstLink(string path)
    {
        var current = Path.GetPathRoot(path)!;
        var parts = path[current.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < parts.Length; i++)
        {
            var folder = current;
            current = Path.Combine(current, parts[i]);
            if (TargetOf(current) is { } target)
            {
                return Path.GetFullPath(Path.Combine([Path.Combine(folder, target), .. parts[(i + 1)..]]));
            }
        }

        return path;
    }

    /// <summary>Asked for every part of every path: elsewhere than on Windows, a link is a link whatever it leads to.</summary>
    private static string? TargetOf(string path) =>
        OperatingSystem.IsWindows() && Directory.Exists(path) ? new DirectoryInfo(path).LinkTarget : new FileInfo(path).LinkTarget;
}
