using Muster.Configuration.Exchange;
using Muster.Policy.Orders;
using Muster.Synchronization.Inbox;

namespace Muster.Jobs.Gateway;

/// <summary>The server as its agent sees it where both are one process: direct calls (architecture.md, "How data flows").</summary>
public sealed class DirectServerGateway(DeliveryInbox inbox, Lazy<OrderQueue> orders) : IServerGateway
{
    public Task<ConnectorChain> GetChainAsync(string connector, CancellationToken cancellationToken) => Task.FromResult(inbox.GetChain(connector));

    public Task SendFileAsync(Guid delivery, string connector, DeliveryFile file, Stream content, CancellationToken cancellationToken) =>
        inbox.ReceiveFileAsync(delivery, connector, file, content, cancellationToken);

    public Task<DeliveryAnswer> CloseDeliveryAsync(DeliveryManifest manifest, CancellationToken cancellationToken) =>
        Task.FromResult(inbox.Close(manifest, cancellationToken));

    public Task ConfirmUnchangedAsync(
        string connector, Guid buildsOn, IReadOnlyDictionary<string, DateTimeOffset> exportStartedAt, CancellationToken cancellationToken)
    {
        inbox.ConfirmUnchanged(connector, buildsOn, exportStartedAt, cancellationToken);
        return Task.CompletedTask;
    }

    public Task AbandonDeliveryAsync(Guid delivery, string connector, CancellationToken cancellationToken)
    {
        inbox.Abandon(delivery, connector, cancellationToken);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<ProvisioningOrder>> TakeOrdersAsync(
        IReadOnlyCollection<string> resourceTypes, Guid? after, int limit, CancellationToken cancellationToken) =>
        Task.FromResult(orders.Value.Take(resourceTypes, after, limit, cancellationToken));

    public Task ReportResultsAsync(IReadOnlyList<OrderResult> results, CancellationToken cancellationToken)
    {
        orders.Value.Report(results, cancellationToken);
        return Task.CompletedTask;
    }
}
