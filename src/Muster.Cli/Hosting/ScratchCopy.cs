using System.Globalization;
using Muster.Jobs.Leases;

namespace Muster.Cli.Hosting;

/// <summary>
/// An installation on a copy of the store, and of the work folder where it is wanted, below the temporary folder: what a command does there
/// is forgotten when it ends. The configuration, the settings and the sources are those of the original.
/// </summary>
internal sealed class ScratchCopy : IDisposable
{
    private const string Folder = "Scratch";
    private readonly string _folder;

    private ScratchCopy(string folder, Installation installation)
    {
        _folder = folder;
        Installation = installation;
    }

    public Installation Installation { get; }

    /// <summary>Copies. Throws <see cref="CommandException"/> while a job runs: the copy would be of no state at all.</summary>
    /// <param name="withWork">Whether the files of the work folder come along: snapshots, watermarks, deliveries.</param>
    public static ScratchCopy Of(Installation original, bool withWork)
    {
        var settings = original.Settings;
        RemoveLeftovers(settings.Temp);
        var folder = Path.Combine(settings.Temp, Folder, $"{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}-{Guid.NewGuid():N}");
        var work = Path.Combine(folder, "Work");
        Directory.CreateDirectory(work);
        try
        {
            var url = $"sqlite:{Path.Combine(folder, "muster.db")}";
            if (original.HasStore)
            {
                RefuseWhileRunning(original);
                url = original.Database.CopyTo(folder);
            }

            if (withWork)
            {
                CopyFiles(settings.Work, work);
            }

            var scratch = settings with { Work = work, Temp = Path.Combine(folder, "Temp"), Database = url };
            return new ScratchCopy(folder, new Installation(scratch, original.Terminal, isRehearsal: true));
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    public void Dispose()
    {
        Installation.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static void RefuseWhileRunning(Installation original)
    {
        if (new JobLeases(original.Database, ProcessIdentity.Current(), TimeProvider.System).FindRunning() is { } running)
        {
            throw new CommandException(
                ExitCode.Failed,
                $"The job '{running.Job}' is running (instance {running.Id}). Wait for its end, or stop it with 'muster job cancel {running.Id}', then try again.");
        }
    }

    /// <summary>The database may live in the work folder too; its copy is made by the database.</summary>
    private static void CopyFiles(string from, string to)
    {
        if (!Directory.Exists(from))
        {
            return;
        }

        foreach (var folder in Directory.EnumerateDirectories(from))
        {
            var target = Path.Combine(to, Path.GetFileName(folder));
            Directory.CreateDirectory(target);
            CopyFiles(folder, target);
            foreach (var file in Directory.EnumerateFiles(folder))
            {
                File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
            }
        }
    }

    /// <summary>Copies of processes that were killed.</summary>
    private static void RemoveLeftovers(string temp)
    {
        var root = Path.Combine(temp, Folder);
        if (!Directory.Exists(root))
        {
            return;
        }

        foreach (var folder in Directory.EnumerateDirectories(root))
        {
            var name = Path.GetFileName(folder);
            if (int.TryParse(name.Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var process) && !IsRunning(process))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static bool IsRunning(int process)
    {
        try
        {
            using var found = System.Diagnostics.Process.GetProcessById(process);
            return !found.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
