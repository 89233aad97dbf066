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
    /// Starts it and returns at once. Nothing is read but by the connections that have the file open: to open and close it beside them would end the
    /// locks that they hold (POSIX has it so).
    /// </summary>
    public static void Start(string path)
    {
        if (OperatingSystem.IsLinux() && IsMuchSmallerThanMemory(path, out var length))
        {
            Task.Run(() => Ask(path, length));
        }
    }

    private static bool IsMuchSmallerThanMemory(string path, out long length)
    {
        length = new FileInfo(path) is { Exists: true } file ? file.Length : 0;
        return length > Piece && length < GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;
    }

    private static void Ask(string path, long length)
    {
        if (DescriptorOf(path) is not { } descriptor)
        {
            return;
        }

        for (long start = 0; start < length; start += Piece)
        {
            // Advice: if the file has been closed meanwhile, nothing happens.
            if (Advise(descriptor, (nint)start, (nint)Piece, WillNeed) != 0)
            {
                return;
            }
        }
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
            catch (IOException)
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
