using System.Collections;

namespace Muster.Cli.Hosting;

/// <summary>
/// What a command sees of the outside: the result goes to <see cref="Out"/>, everything else to <see cref="Error"/>. Tests give their own.
/// </summary>
internal sealed record Terminal
{
    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    public required TextReader In { get; init; }

    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Standard error is watched by a person: live progress may be shown there.</summary>
    public bool IsInteractive { get; init; }

    public bool IsInputRedirected { get; init; }

    public static Terminal Current()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in System.Environment.GetEnvironmentVariables())
        {
            environment[(string)entry.Key] = (string?)entry.Value ?? "";
        }

        // UTF-8 without a byte order mark, whatever the locale says: results are read by programs.
        var utf8 = new System.Text.UTF8Encoding(false);
        return new Terminal
        {
            Out = new StreamWriter(Console.OpenStandardOutput(), utf8, 1 << 16) { AutoFlush = false },
            Error = new StreamWriter(Console.OpenStandardError(), utf8) { AutoFlush = true },
            In = Console.In,
            Environment = environment,
            IsInteractive = !Console.IsErrorRedirected && environment.GetValueOrDefault("TERM") is not (null or "dumb"),
            IsInputRedirected = Console.IsInputRedirected,
        };
    }
}
