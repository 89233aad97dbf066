using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Muster.Cli.Hosting;
using Muster.Cli.Output;
using Muster.Jobs.Verification;

namespace Muster.Cli.Commands;

/// <summary><c>muster repository verify</c>.</summary>
internal static class VerifyCommand
{
    public static Command Create(CommandHost host)
    {
        var command = new Command("verify", "Recomputes everything in full in a scratch copy and compares it with what is stored.");
        host.Handle(command, (_, installation, cancellationToken) => Task.FromResult(Run(host, installation, cancellationToken)));
        return command;
    }

    private static int Run(CommandHost host, Installation installation, CancellationToken cancellationToken)
    {
        _ = installation.Deployed;
        using var copy = ScratchCopy.Of(installation, withWork: false);
        var isQuiet = installation.Settings.LogLevel > LogLevel.Information;
        var result = copy.Installation.Services().GetRequiredService<RepositoryVerification>().Run(
            installation.Database, text => { if (!isQuiet) { host.Terminal.Error.WriteLine(text); } }, cancellationToken);
        if (installation.Settings.Json)
        {
            Json.Write(host.Terminal.Out, new
            {
                IsEqual = result.Differences.Count == 0,
                result.Lines,
                ElapsedSeconds = Math.Round(result.Elapsed.TotalSeconds, 3),
                Differences = result.Differences.Select(DumpChangeText.View),
                Waiting = result.Waiting.Select(DumpChangeText.View),
                result.Failures,
            });
        }
        else
        {
            Print(result, host.Terminal.Out);
        }

        return result.Differences.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static void Print(VerificationResult result, TextWriter writer)
    {
        foreach (var failure in result.Failures)
        {
            writer.WriteLine($"warning: {failure}");
        }

        if (result.Waiting.Count > 0)
        {
            writer.WriteLine($"{Count(result.Waiting.Count, "change")} that the next jobs will make by themselves:");
            DumpChangeText.Write(result.Waiting, "now", "then", writer);
        }

        if (result.Differences.Count > 0)
        {
            writer.WriteLine($"{Count(result.Differences.Count, "difference")} between what incremental jobs give and what a complete computation gives:");
            DumpChangeText.Write(result.Differences, "incremental", "complete", writer);
        }

        var verdict = result.Differences.Count == 0
            ? "Verified: a complete computation gives the same."
            : "Not the same: run a complete job to mend it, and report the fault with this output.";
        writer.WriteLine($"{verdict} {Count(result.Lines, "line")} compared in {InstanceText.Elapsed(result.Elapsed)}.");
    }

    private static string Count(long number, string what) =>
        $"{number.ToString("N0", System.Globalization.CultureInfo.InvariantCulture)} {what}{(number == 1 ? "" : "s")}";
}
