using Microsoft.Extensions.Logging;
using Muster.Configuration.Jobs;

namespace Muster.Synchronization;

internal static partial class SynchronizationMessages
{
    [LoggerMessage(EventId = 5001, Level = LogLevel.Information, Message = "Accepted the {Mode} delivery {Delivery} for connector '{Connector}'.")]
    public static partial void DeliveryAccepted(ILogger logger, Guid delivery, string connector, SynchronizationMode mode);

    [LoggerMessage(EventId = 5002, Level = LogLevel.Warning, Message = "Refused the delivery {Delivery} for connector '{Connector}': {Because}")]
    public static partial void DeliveryRefused(ILogger logger, Guid delivery, string connector, string because);

    [LoggerMessage(EventId = 5003, Level = LogLevel.Information, Message = "Applied the {Mode} delivery {Delivery} for connector '{Connector}' in {Elapsed}.")]
    public static partial void DeliveryApplied(ILogger logger, Guid delivery, string connector, SynchronizationMode mode, TimeSpan elapsed);

    [LoggerMessage(EventId = 5004, Level = LogLevel.Warning, Message = "Blocked the delivery {Delivery} for connector '{Connector}': threshold exceeded, {Threshold} of {Level} is {Limit}, the delivery has {Actual}.")]
    public static partial void DeliveryBlocked(
        ILogger logger, Guid delivery, string connector, string threshold, string level, double limit, long actual);

    [LoggerMessage(EventId = 5005, Level = LogLevel.Error, Message = "The delivery {Delivery} for connector '{Connector}' failed: {Because}")]
    public static partial void DeliveryFailed(ILogger logger, Guid delivery, string connector, string because);
}
