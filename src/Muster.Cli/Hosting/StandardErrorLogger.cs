using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Muster.Cli.Hosting;

/// <summary>Writes log lines to standard error: time, level, message; details of exceptions only at level Debug and below.</summary>
internal sealed class StandardErrorLogger(TextWriter writer, LogLevel minimum) : ILoggerProvider, ILogger
{
    private readonly Lock _gate = new();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= minimum && logLevel != LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        lock (_gate)
        {
            var time = TimeProvider.System.GetUtcNow().ToString("HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
            writer.WriteLine($"{time} {logLevel.ToString().ToUpperInvariant()[..4]} {formatter(state, exception)}");
            if (exception is not null && minimum <= LogLevel.Debug)
            {
                writer.WriteLine(exception);
            }
        }
    }

    public void Dispose()
    {
    }
}
