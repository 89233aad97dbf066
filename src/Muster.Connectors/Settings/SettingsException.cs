using Muster.Configuration.Diagnostics;

namespace Muster.Connectors.Settings;

/// <summary>The agent's settings cannot be used; the message is for a person and names file and line.</summary>
public sealed class SettingsException : Exception
{
    public SettingsException()
    {
    }

    public SettingsException(string message)
        : base(message)
    {
    }

    public SettingsException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    public SettingsException(SourceLocation location, string message, Exception? innerException = null)
        : base($"{location}: {message}", innerException)
    {
        Location = location;
    }

    public SourceLocation Location { get; }
}
