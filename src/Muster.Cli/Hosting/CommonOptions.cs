using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Muster.Cli.Hosting;

/// <summary>The options that every command has; an option wins over its environment variable, which wins over the default.</summary>
internal sealed class CommonOptions
{
    public Option<string?> Config { get; } = Text("--config", "DIR", "The XML configuration: every *.xml below DIR. [MUSTER_CONFIG, ./Conf]");

    public Option<string?> Database { get; } =
        Text("--database", "URL", "The repository: sqlite:PATH, or postgres://user:password@host/database. [MUSTER_DATABASE, sqlite:<work>/muster.db]");

    public Option<string?> Work { get; } = Text("--work", "DIR", "Folder that must be kept. [MUSTER_WORK, ./Work]");

    public Option<string?> Temp { get; } = Text("--temp", "DIR", "Folder that may be deleted when nothing runs. [MUSTER_TEMP, ./Temp]");

    public Option<string?> SettingsFile { get; } =
        Text("--settings", "FILE", "Settings and secrets of the connections. [MUSTER_SETTINGS, appsettings.agent.json beside the configuration]");

    public Option<bool> Json { get; } = new("--json") { Description = "Machine-readable result.", Recursive = true };

    public Option<string?> LogLevel { get; } =
        Text("--log-level", "LEVEL", "Trace, Debug, Information, Warning, Error, Critical or None. [MUSTER_LOG_LEVEL, Information]");

    public Option<string?> At { get; } = Text("--at", "TIME", "The time to hold start and end dates against, ISO 8601. [now]");

    public IEnumerable<Option> All => [Config, Database, Work, Temp, SettingsFile, Json, LogLevel, At];

    /// <summary>Reads the options of a command. Throws <see cref="CommandException"/> for a value that is wrong.</summary>
    public CommonSettings Read(ParseResult result, IReadOnlyDictionary<string, string> environment)
    {
        string? Value(Option<string?> option, string? variable) =>
            result.GetValue(option) is { Length: > 0 } given ? given
            : variable is not null && environment.TryGetValue(variable, out var set) && set.Length > 0 ? set
            : null;

        var config = Value(Config, "MUSTER_CONFIG");
        var database = Value(Database, "MUSTER_DATABASE");
        var work = Path.GetFullPath(Value(Work, "MUSTER_WORK") ?? "Work");
        return new CommonSettings
        {
            Config = Path.GetFullPath(config ?? "Conf"),
            IsConfigNamed = config is not null,
            Work = work,
            Temp = Path.GetFullPath(Value(Temp, "MUSTER_TEMP") ?? "Temp"),
            IsDatabaseNamed = database is not null,
            Database = database ?? $"sqlite:{Path.Combine(work, "muster.db")}",
            SettingsFile = Value(SettingsFile, "MUSTER_SETTINGS"),
            Json = result.GetValue(Json),
            LogLevel = Level(Value(LogLevel, "MUSTER_LOG_LEVEL") ?? "Information"),
            At = Value(At, null) is { } at ? Instant(at) : null,
        };
    }

    private static Option<string?> Text(string name, string value, string description) =>
        new(name) { Description = description, HelpName = value, Recursive = true };

    private static LogLevel Level(string text) => text.ToUpperInvariant() switch
    {
        "TRACE" or "VERBOSE" => Microsoft.Extensions.Logging.LogLevel.Trace,
        "DEBUG" => Microsoft.Extensions.Logging.LogLevel.Debug,
        "INFORMATION" or "INFO" => Microsoft.Extensions.Logging.LogLevel.Information,
        "WARNING" => Microsoft.Extensions.Logging.LogLevel.Warning,
        "ERROR" => Microsoft.Extensions.Logging.LogLevel.Error,
        "CRITICAL" or "FATAL" => Microsoft.Extensions.Logging.LogLevel.Critical,
        "NONE" => Microsoft.Extensions.Logging.LogLevel.None,
        _ => throw CommandException.Wrong(
            $"'{text}' is no log level. Give Trace, Debug, Information, Warning, Error, Critical or None to --log-level."),
    };

    private static DateTimeOffset Instant(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at
            : throw CommandException.Wrong($"'{text}' is no time. Give --at as ISO 8601, for example 2026-03-01T08:00:00Z.");
}

/// <summary>The options of one invocation, defaults filled in, paths absolute.</summary>
internal sealed record CommonSettings
{
    public required string Config { get; init; }

    /// <summary>The configuration was named by option or environment, so it must exist.</summary>
    public bool IsConfigNamed { get; init; }

    public required string Work { get; init; }

    public required string Temp { get; init; }

    public required string Database { get; init; }

    /// <summary>The store was named by option or environment.</summary>
    public bool IsDatabaseNamed { get; init; }

    /// <summary>Null: the default, which need not exist.</summary>
    public string? SettingsFile { get; init; }

    public bool Json { get; init; }

    public LogLevel LogLevel { get; init; }

    public DateTimeOffset? At { get; init; }

    /// <summary>
    /// The settings file: as named, else <c>appsettings.agent.json</c> in the configuration's folder, else beside that folder; null if
    /// there is none.
    /// </summary>
    public string? FindSettingsFile() => SettingsFile ?? new[]
    {
        Path.Combine(Config, "appsettings.agent.json"),
        Path.Combine(Path.GetDirectoryName(Config) ?? Config, "appsettings.agent.json"),
    }.FirstOrDefault(File.Exists);
}
