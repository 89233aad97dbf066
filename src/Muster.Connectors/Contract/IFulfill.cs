using Muster.Configuration.Exchange;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Connectors.Settings;

namespace Muster.Connectors.Contract;

/// <summary>
/// The writing side of a connector: executes provisioning orders in a managed system (synchronization.md 15). One object serves all
/// connections of its package and has no state of its own.
/// </summary>
public interface IFulfill
{
    /// <summary>The settings that a connection of this package may have; others are reported with the nearest of these.</summary>
    IReadOnlyCollection<string> SettingNames { get; }

    /// <summary>
    /// Executes orders in the given order and yields one result for each, once it is durable in the system. An order that fails gives a
    /// result that says why and never stops the others; throws <see cref="TaskFailedException"/> only if the system cannot be reached.
    /// Repeating an order, known by its id, must be harmless.
    /// </summary>
    IAsyncEnumerable<OrderResult> FulfillAsync(
        IReadOnlyList<ProvisioningOrder> orders, FulfillRequest request, ITaskReporter reporter, CancellationToken cancellationToken);
}

/// <summary>What orders are executed with.</summary>
public sealed record FulfillRequest
{
    public required Connection Connection { get; init; }

    public required ConnectionSettings Settings { get; init; }

    /// <summary>By identifier: the resource types of the orders.</summary>
    public required IReadOnlyDictionary<string, ResourceType> ResourceTypes { get; init; }

    public required AgentFolders Folders { get; init; }

    public required TimeProvider Time { get; init; }
}
