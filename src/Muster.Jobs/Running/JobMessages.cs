using Microsoft.Extensions.Logging;

namespace Muster.Jobs.Running;

/// <summary>The log messages of job runs; event ids 5000 to 5099.</summary>
internal static partial class JobMessages
{
    [LoggerMessage(5000, LogLevel.Debug, "Task '{Task}' failed unexpectedly.")]
    public static partial void TaskFailedUnexpectedly(ILogger logger, Exception exception, string task);

    [LoggerMessage(5001, LogLevel.Warning, "The leases of job instance {Instance} could not be renewed: {Reason}")]
    public static partial void RenewalFailed(ILogger logger, long instance, string reason);

    [LoggerMessage(5002, LogLevel.Error, "Job instance {Instance} lost its leases to another run and stops.")]
    public static partial void LeaseLost(ILogger logger, long instance);
}
