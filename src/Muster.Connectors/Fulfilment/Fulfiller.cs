using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Muster.Configuration.Exchange;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Connectors.Contract;
using Muster.Connectors.Settings;

namespace Muster.Connectors.Fulfilment;

/// <summary>Which connection executes orders, and the resource types that they are of.</summary>
public sealed record FulfillTaskRequest
{
    public required Connection Connection { get; init; }

    /// <summary>By identifier.</summary>
    public required IReadOnlyDictionary<string, ResourceType> ResourceTypes { get; init; }
}

/// <summary>Executes the orders of one connection (jobs.md 4.9, synchronization.md 15 and 16.2).</summary>
public sealed class Fulfiller(
    AgentSettings settings, AgentFolders folders, ConnectorRegistry registry, TimeProvider time, ILogger<Fulfiller> logger) : IOrderExecutor
{
    private static readonly Dictionary<string, string> NoKeys = [];

    /// <summary>See <see cref="IOrderExecutor"/>; an order that the connector says nothing about ends in error.</summary>
    public async IAsyncEnumerable<OrderResult> FulfillAsync(
        IReadOnlyList<ProvisioningOrder> orders,
        FulfillTaskRequest request,
        ITaskReporter reporter,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(orders);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(reporter);
        var connection = request.Connection;
        if (IsDeactivated(connection, reporter))
        {
            yield break;
        }

        var fulfill = registry.FulfillOf(connection);
        var own = settings.ForConnection(connection.Identifier);
        foreach (var warning in own.UnknownKeys(fulfill.SettingNames))
        {
            reporter.Warning(warning);
        }

        var fulfillRequest = new FulfillRequest
        {
            Connection = connection,
            Settings = own,
            ResourceTypes = request.ResourceTypes,
            Folders = folders,
            Time = time,
        };
        var open = orders.Select(o => o.Id).ToHashSet();
        await foreach (var result in fulfill.FulfillAsync(orders, fulfillRequest, reporter, cancellationToken).ConfigureAwait(false))
        {
            if (open.Remove(result.OrderId))
            {
                Report(result, connection, reporter);
                yield return result;
            }
        }

        foreach (var order in open)
        {
            var result = new OrderResult(order, false, "no result", NoKeys, time.GetUtcNow());
            Report(result, connection, reporter);
            yield return result;
        }
    }

    /// <summary>Whether the orders of a connection wait because the configuration says so; the reporter is told.</summary>
    public static bool IsDeactivated(Connection connection, ITaskReporter reporter)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(reporter);
        var isDeactivated = connection.FulfillDeactivated || connection.Connector.IsDeactivated;
        if (isDeactivated)
        {
            reporter.Message($"The fulfilment of connection '{connection.Identifier}' is deactivated in the configuration; its orders wait.");
        }

        return isDeactivated;
    }

    private void Report(OrderResult result, Connection connection, ITaskReporter reporter)
    {
        if (result.Executed)
        {
            reporter.Count("ordersExecuted", 1);
            FulfillLog.Executed(logger, connection.Identifier, result.OrderId);
        }
        else
        {
            reporter.Count("ordersErrored", 1);
            reporter.Warning($"The order '{result.OrderId}' failed in connection '{connection.Identifier}': {result.Message}");
            FulfillLog.Errored(logger, connection.Identifier, result.OrderId, result.Message);
        }
    }
}

internal static partial class FulfillLog
{
    [LoggerMessage(4101, LogLevel.Debug, "Connection {Connection}: order {Order} executed")]
    public static partial void Executed(ILogger logger, string connection, Guid order);

    [LoggerMessage(4102, LogLevel.Warning, "Connection {Connection}: order {Order} failed: {Reason}")]
    public static partial void Errored(ILogger logger, string connection, Guid order, string? reason);
}
