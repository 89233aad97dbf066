using System.Text.RegularExpressions;
using Muster.Configuration.Work;
using Muster.Connectors.Settings;

namespace Muster.Connectors.Csv;

/// <summary>Finds the file that a path setting means: the path itself, or the newest file whose name matches (<c>IsFileNameRegex</c>).</summary>
internal static class CsvFileSelection
{
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(1);

    /// <summary>The real path of an existing file inside <c>SourcesRootPaths</c>; throws if there is none.</summary>
    public static string Find(ConnectionSettings settings, string key, bool isFileNameRegex)
    {
        var written = settings.GetRequiredText(key);
        if (FindIfThere(settings, key, isFileNameRegex) is { } path)
        {
            return path;
        }

        throw new TaskFailedException(
            !isFileNameRegex ? $"The file '{settings.Sources.Resolve(written, settings.Describe(key))}' of connection '{settings.Connection}' does not exist. It is named by {settings.Describe(key)}."
            : Split(settings, key, written) is (var folder, var pattern) ? $"No file in '{folder}' has a name that matches '{pattern}' wholly, as {settings.Describe(key)} of connection '{settings.Connection}' asks."
            : $"The folder of '{written}' does not exist. It is named by {settings.Describe(key)} of connection '{settings.Connection}'.");
    }

    /// <summary>As <see cref="Find"/>; null if there is none.</summary>
    public static string? FindIfThere(ConnectionSettings settings, string key, bool isFileNameRegex)
    {
        var written = settings.GetRequiredText(key);
        var path = isFileNameRegex ? FindNewest(settings, key, written) : settings.Sources.Resolve(written, settings.Describe(key));
        return File.Exists(path) ? path : null;
    }

    private static string? FindNewest(ConnectionSettings settings, string key, string written)
    {
        if (Split(settings, key, written) is not (var folder, var pattern))
        {
            return null;
        }

        var expression = Compile(settings, key, pattern);
        try
        {
            var newest = new DirectoryInfo(folder).EnumerateFiles()
                .Where(file => expression.IsMatch(file.Name))
                .OrderByDescending(file => file.CreationTimeUtc)
                .ThenByDescending(file => file.LastWriteTimeUtc)
                .ThenByDescending(file => file.Name, StringComparer.Ordinal)
                .FirstOrDefault();

            // A matching name may be a link that leads outside; the file itself is checked, not only its folder.
            return newest is null ? null : settings.Sources.Resolve(newest.FullName, settings.Describe(key));
        }
        catch (RegexMatchTimeoutException failure)
        {
            throw new TaskFailedException(
                $"The regular expression of {settings.Describe(key)} takes longer than a second on one file name. Write a simpler one.", failure);
        }
    }

    /// <summary>
    /// The folder is the longest beginning of the text, up to a separator, that is a folder: a backslash may be either a separator or part
    /// of the expression. Null if there is none.
    /// </summary>
    private static (string Folder, string Pattern)? Split(ConnectionSettings settings, string key, string written)
    {
        for (var end = written.Length - 1; end >= 0; end--)
        {
            if (written[end] == '/' || (written[end] == '\\' && Path.DirectorySeparatorChar == '\\'))
            {
                var folder = settings.Sources.Resolve(written[..(end + 1)], settings.Describe(key));
                if (Directory.Exists(folder))
                {
                    return (folder, written[(end + 1)..]);
                }
            }
        }

        return written.Contains('/', StringComparison.Ordinal) ? null : (settings.Sources.Resolve(".", settings.Describe(key)), written);
    }

    private static Regex Compile(ConnectionSettings settings, string key, string pattern)
    {
        try
        {
            return new Regex($"^(?:{pattern})$", RegexOptions.CultureInvariant, MatchTimeout);
        }
        catch (ArgumentException failure)
        {
            throw new TaskFailedException(
                $"The file name of {settings.Describe(key)} of connection '{settings.Connection}' is not a regular expression: {failure.Message}", failure);
        }
    }
}
