namespace Muster.Configuration.Work;

/// <summary>Turns the faults of a disk that a person can mend into <see cref="TaskFailedException"/>s that say so.</summary>
internal static class StorageFault
{
    private const int NoSpaceOnUnix = 28;
    private const int QuotaOnLinux = 122;
    private const int QuotaOnMac = 69;
    private const int ReadOnlyOnUnix = 30;
    private const int DiskFullOnWindows = unchecked((int)0x80070070);
    private const int HandleDiskFullOnWindows = unchecked((int)0x80070027);
    private const int WriteProtectedOnWindows = unchecked((int)0x80070013);

    public static T Guard<T>(string folder, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception) when (Explain(exception, folder) is { } message)
        {
            throw new TaskFailedException(message, exception);
        }
    }

    /// <summary>The message for a person; null if the fault is not one of storage (a missing file, a defect), to be left as it is.</summary>
    public static string? Explain(Exception exception, string folder) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => null,
        UnauthorizedAccessException =>
            $"The folder '{folder}', or a file in it, is read-only or not accessible to the account that runs Muster. Give that account the right to read and write there.",
        IOException { HResult: ReadOnlyOnUnix or WriteProtectedOnWindows } =>
            $"The folder '{folder}' is on a read-only disk. Make it writable, or name another folder in the settings.",
        IOException { HResult: NoSpaceOnUnix or QuotaOnLinux or QuotaOnMac or DiskFullOnWindows or HandleDiskFullOnWindows } =>
            $"The disk that holds the folder '{folder}' is full. Free some space on it and run the job again; nothing was left half written.",
        IOException =>
            $"The folder '{folder}' cannot be used: {exception.Message} Check the folder and the disk, and run the job again.",
        _ => null,
    };
}
