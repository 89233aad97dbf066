using Muster.Repository.Jobs;

namespace Muster.Jobs.Leases;

/// <summary>This process as other processes can recognise it, and whether another one still lives.</summary>
public sealed record ProcessIdentity(string Host, int Process, DateTimeOffset StartedAt)
{
    /// <summary>Start times are read from the kernel in ticks, and stored in milliseconds.</summary>
    private static readonly TimeSpan StartTolerance = TimeSpan.FromSeconds(2);

    public static ProcessIdentity Current()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return new ProcessIdentity(HostName(), process.Id, process.StartTime.ToUniversalTime());
    }

    public LeaseHolder Holder(Guid token) => new(Host, Process, StartedAt, token);

    /// <summary>True if the holder's process runs on this machine; null if it ran elsewhere, so that only its heartbeat tells.</summary>
    public bool? IsRunning(LeaseHolder holder)
    {
        if (holder.Host != Host)
        {
            return null;
        }

        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(holder.Process);
            return !process.HasExited && (process.StartTime.ToUniversalTime() - holder.ProcessStarted.UtcDateTime).Duration() <= StartTolerance;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Two containers may have the same host name, and the same process ids for different processes.</summary>
    private static string HostName()
    {
        if (OperatingSystem.IsLinux() && new FileInfo("/proc/self/ns/pid").LinkTarget is { } processNames)
        {
            return $"{Environment.MachineName}/{processNames}";
        }

        return Environment.MachineName;
    }
}
