using System.Globalization;
using System.Runtime.InteropServices;

namespace Muster.Repository.Dialects;

/// <summary>
/// Asks the operating system to have the file of a store in memory soon, where it fits there. Who evaluates everybody reads most of the file, by one small piece
/// after the other: where it is not in memory, each waits for the disk, which takes several times as long as reading the file as a whole.
/// </summary>
internal static partial class SqliteReadAhead
{
    /// <summary>Octets that are asked for at a time.</summary>
    private const long Piece = 1 << 23;
    private const int WillNeed = 3;

    /// <summary>
    /// Starts it and returns at once. The file is not opened for that, but found among those that are open: to open and close it beside its connections would
    /// end the locks that they hold (POSIX has it so).
    /// </summary>
    /// <returns>Gives how many octets were asked for: 0 where the file is small or too large, or nobody has it open.</returns>
    public static Task<long> Start(string path) =>
        OperatingSystem.IsLinux() && IsMuchSmallerThanMemory(path, out var length) ? Task.Run(() => Ask(path, length)) : Task.FromResult(0L);

    private static bool IsMuchSmallerThanMemory(string path, out long length)
    {
        length = new FileInfo(path) is { Exists: true } file ? file.Length : 0;
        return length > Piece && length < GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;
    }

    private static long Ask(string path, long length)
    {
        var asked = 0L;

        // Advice: if the file has been closed meanwhile, nothing happens.
        while (asked < length && DescriptorOf(path) is { } descriptor && Advise(descriptor, (nint)asked, (nint)Piece, WillNeed) == 0)
        {
            asked = Math.Min(length, asked + Piece);
        }

        return asked;
    }

    /// <summary>By what number this process has the file open.</summary>
    private static int? DescriptorOf(string path)
    {
        foreach (var link in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            try
            {
                if (File.ResolveLinkTarget(link, returnFinalTarget: false)?.FullName == path)
                {
                    return int.Parse(Path.GetFileName(link), CultureInfo.InvariantCulture);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Closed meanwhile.
            }
        }

        return null;
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(int descriptor, nint offset, nint length, int advice);
}
