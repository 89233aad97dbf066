using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Muster.Servers;

/// <summary>A server of the tests. It ends with the process that started it, also when that one is killed: the pipe that it listens to closes then.</summary>
internal sealed class ServerProcess : IDisposable
{
    // The shell waits for the end of its input in the background and ends the server then; nothing of it is left behind.
    private const string Guard = """
        "$@" </dev/null &
        server=$!
        while read -r _; do :; done
        kill "$server" 2>/dev/null
        for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$server" 2>/dev/null || exit 0; sleep 0.1; done
        kill -9 "$server" 2>/dev/null
        """;

    // Kept, because a collected process closes its pipe.
    private static readonly ConcurrentBag<Process> Sweepers = [];

    // Interrupts are for the test run; what it leaves is swept when it is gone, after its servers.
    private const string Sweeper = """
        trap '' INT TERM HUP
        while read -r _; do :; done
        sleep 3
        rm -rf -- "$1"
        [ -z "$2" ] || ip addr del "$2/8" dev lo
        """;

    private readonly Process _process;

    private ServerProcess(Process process)
    {
        _process = process;
    }

    public bool HasEnded => _process.HasExited;

    /// <param name="log">Where what it says goes.</param>
    public static ServerProcess Start(string log, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/bash") { RedirectStandardInput = true, UseShellExecute = false };
        foreach (var argument in (string[])["-c", $"exec >>\"$1\" 2>&1; shift\n{Guard}", "guard", log, program, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        return new ServerProcess(Process.Start(start)!);
    }

    /// <summary>Removes a folder, and an address of the loopback interface, when this process has ended, also when it was killed.</summary>
    public static void RemoveAtEnd(string folder, string address = "")
    {
        var start = new ProcessStartInfo("/bin/bash") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])["-c", $"exec >/dev/null 2>&1\n{Sweeper}", "sweeper", folder, address])
        {
            start.ArgumentList.Add(argument);
        }

        Sweepers.Add(Process.Start(start)!);
    }

    /// <summary>Runs a program to its end; throws with what it said if it fails.</summary>
    public static string Run(string program, string? input, params string[] arguments)
    {
        var (code, output, error) = TryRun(program, input, arguments);
        return code == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {code}:\n{error}\n{output}");
    }

    public static (int Code, string Output, string Error) TryRun(string program, string? input, params string[] arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input ?? "");
        process.StandardInput.Close();
        process.WaitForExit();
        return (process.ExitCode, output.Result, error.Result);
    }

    /// <summary>The path of a program; throws with the command that installs it if it is missing.</summary>
    public static string Require(string program, string packages)
    {
        foreach (var folder in (string[])["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin", "/sbin", "/bin"])
        {
            if (File.Exists(Path.Combine(folder, program)))
            {
                return Path.Combine(folder, program);
            }
        }

        throw new InvalidOperationException($"The program '{program}' is missing, which this test needs. Install it: apt-get install -y {packages}");
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Kills the process whose number stands in a file.</summary>
    public static void KillByFile(string file)
    {
        using var process = Process.GetProcessById(int.Parse(File.ReadAllText(file), System.Globalization.CultureInfo.InvariantCulture));
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>Ends the server and waits for its end.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
