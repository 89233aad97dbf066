using Muster.Configuration.Work;

namespace Muster.Connectors.Files;

/// <summary>Keeps two processes from changing one file at the same time, by an exclusively opened file beside it.</summary>
internal static class FileLock
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits for the lock; disposing the result gives it back. Throws <see cref="TaskFailedException"/> if another holds it for long.</summary>
    public static async Task<IDisposable> AcquireAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        var lockPath = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.lock");
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                // The file stays: deleting it would let a third process lock a new one while a second still waits for the old.
                return new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (UnauthorizedAccessException failure)
            {
                throw new TaskFailedException($"The file '{lockPath}' cannot be made: {failure.Message} Give Muster the right to write in that folder.", failure);
            }
            catch (DirectoryNotFoundException failure)
            {
                throw new TaskFailedException($"The folder of '{path}' does not exist.", failure);
            }
            catch (IOException failure)
            {
                if (time.GetElapsedTime(started) > Patience)
                {
                    throw new TaskFailedException(
                        $"Another process has been changing '{path}' for more than {Patience.TotalSeconds} seconds (lock file '{lockPath}'). Run the job again when it has ended.",
                        failure);
                }
            }

            await Task.Delay(Interval, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
