using System.Runtime.CompilerServices;
using Muster.Configuration.Exchange;
using Muster.Configuration.Faults;
using Muster.Policy.Orders;
using Muster.Synchronization.Inbox;

namespace Muster.Jobs.Gateway;

/// <summary>The server as its agent sees it where both are one process: direct calls (architecture.md, "How data flows").</summary>
public sealed class DirectServerGateway(DeliveryInbox inbox, Lazy<OrderQueue> orders) : IServerGateway
{
    public Task<ConnectorChain> GetChainAsync(string connector, CancellationToken cancellationToken) =>
        CallAsync(() => Task.FromResult(inbox.GetChain(connector)));

    public Task SendFileAsync(Guid delivery, string connector, DeliveryFile file, Stream content, CancellationToken cancellationToken) =>
        CallAsync(async () =>
        {
            await inbox.ReceiveFileAsync(delivery, connector, file, content, cancellationToken).ConfigureAwait(false);
            return true;
        });

    public Task<DeliveryAnswer> CloseDeliveryAsync(DeliveryManifest manifest, CancellationToken cancellationToken) =>
        CallAsync(() => Task.FromResult(inbox.Close(manifest, cancellationToken)));

    public Task ConfirmUnchangedAsync(
        string connector, Guid buildsOn, IReadOnlyDictionary<string, DateTimeOffset> exportStartedAt, CancellationToken cancellationToken) =>
        CallAsync(() =>
        {
            inbox.ConfirmUnchanged(connector, buildsOn, exportStartedAt, cancellationToken);
            return Task.FromResult(true);
        });

    public Task AbandonDeliveryAsync(Guid delivery, string connector, CancellationToken cancellationToken) =>
        CallAsync(() =>
        {
            inbox.Abandon(delivery, connector, cancellationToken);
            return Task.FromResult(true);
        });

    public Task<IReadOnlyList<ProvisioningOrder>> TakeOrdersAsync(
        IReadOnlyCollection<string> resourceTypes, Guid? after, int limit, CancellationToken cancellationToken) =>
        CallAsync(() => Task.FromResult(orders.Value.Take(resourceTypes, after, limit, cancellationToken)));

    public Task ReportResultsAsync(IReadOnlyList<OrderResult> results, CancellationToken cancellationToken) =>
        CallAsync(() =>
        {
            orders.Value.Report(results, cancellationToken);
            return Task.FromResult(true);
        });

    /// <summary>A call is sent and its answer received: an agent may die at either end.</summary>
    private static async Task<T> CallAsync<T>(Func<Task<T>> call, [CallerMemberName] string member = "")
    {
        var site = member.Replace("Async", "", StringComparison.Ordinal);
        Fault.Before(site, FaultOperation.Call);
        var answer = await call().ConfigureAwait(false);
        Fault.After(site, FaultOperation.Call);
        return answer;
    }
}
