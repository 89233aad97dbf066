using Muster.Repository.Jobs;

namespace Muster.Cli.Hosting;

/// <summary>The exit codes of the command line (docs/command-line.md).</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;

    /// <summary>The command or the configuration is wrong; nothing was started.</summary>
    public const int Wrong = 2;
    public const int Warnings = 3;

    /// <summary>Blocked by a threshold, waiting for a person.</summary>
    public const int Blocked = 4;
    public const int Interrupted = 130;

    public static int Of(JobState state) => state switch
    {
        JobState.Completed => Done,
        JobState.Warning => Warnings,
        JobState.Blocked => Blocked,
        JobState.Cancelled => Interrupted,
        _ => Failed,
    };
}

/// <summary>Ends a command with a message for a person and an exit code.</summary>
internal sealed class CommandException(int exitCode, string message) : Exception(message)
{
    public CommandException()
        : this(Hosting.ExitCode.Failed, "The command failed.")
    {
    }

    public CommandException(string message)
        : this(Hosting.ExitCode.Failed, message)
    {
    }

    public CommandException(string message, Exception innerException)
        : this(Hosting.ExitCode.Failed, $"{message} {innerException.Message}")
    {
    }

    public int ExitCode { get; } = exitCode;

    public static CommandException Wrong(string message) => new(Hosting.ExitCode.Wrong, message);
}
