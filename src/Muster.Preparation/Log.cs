using Microsoft.Extensions.Logging;
using Muster.Configuration.Jobs;

namespace Muster.Preparation;

/// <summary>All log messages of the preparation; event ids 3000 to 3099.</summary>
internal static partial class Log
{
    [LoggerMessage(3000, LogLevel.Information, "Delivery {Delivery} of connector '{Connector}' was accepted: {Mode}, {Rows} rows.")]
    public static partial void Accepted(ILogger logger, string connector, Guid delivery, SynchronizationMode mode, long rows);

    [LoggerMessage(3001, LogLevel.Warning, "Delivery {Delivery} of connector '{Connector}' was refused: {Because}")]
    public static partial void Refused(ILogger logger, string connector, Guid delivery, string because);

    [LoggerMessage(3002, LogLevel.Warning, "The chain of connector '{Connector}' becomes a complete one: {Because}.")]
    public static partial void Healed(ILogger logger, string connector, string because);

    [LoggerMessage(3003, LogLevel.Warning, "Delivery {Delivery} of connector '{Connector}' could not be taken back from the server.")]
    public static partial void NotAbandoned(ILogger logger, string connector, Guid delivery, Exception exception);
}
