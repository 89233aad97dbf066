namespace Muster.Configuration.Exchange;

/// <summary>
/// All that an agent asks of the server: a direct call in one process, HTTP over a network. Nothing else crosses. Every call may be
/// repeated with the same arguments without a second effect.
/// </summary>
public interface IServerGateway
{
    Task<ConnectorChain> GetChainAsync(string connector, CancellationToken cancellationToken);

    /// <summary>Sends one file of a delivery; it is verified against the hash and kept in the delivery's inbox folder.</summary>
    Task SendFileAsync(Guid delivery, string connector, DeliveryFile file, Stream content, CancellationToken cancellationToken);

    /// <summary>
    /// Offers a delivery whose files are all sent. When the answer says accepted, the server has made it durable and owns the data; only
    /// then may the agent make its watermark and snapshot current.
    /// </summary>
    Task<DeliveryAnswer> CloseDeliveryAsync(DeliveryManifest manifest, CancellationToken cancellationToken);

    /// <summary>
    /// Says that a source was read and nothing has changed since a delivery: what was executed in between and is not there is then known
    /// not to be there. Without effect if the delivery is not the last accepted one.
    /// </summary>
    /// <param name="exportStartedAt">By connection, as in a manifest.</param>
    Task ConfirmUnchangedAsync(
        string connector, Guid buildsOn, IReadOnlyDictionary<string, DateTimeOffset> exportStartedAt, CancellationToken cancellationToken);

    /// <summary>Takes back a delivery that was not closed.</summary>
    Task AbandonDeliveryAsync(Guid delivery, string connector, CancellationToken cancellationToken);

    /// <summary>
    /// Orders of the given resource types that wait for fulfilment, in the order in which they must be executed. Orders handed out before
    /// and never answered are handed out again with the same id. They come in pages, so that no side has all of them in memory.
    /// </summary>
    /// <param name="after">The last order of the page before, answered or not; null for the first page.</param>
    /// <param name="limit">The most orders to hand out; a page may have fewer, and only an empty one means that there are no more.</param>
    Task<IReadOnlyList<ProvisioningOrder>> TakeOrdersAsync(
        IReadOnlyCollection<string> resourceTypes, Guid? after, int limit, CancellationToken cancellationToken);

    /// <summary>Reports results, one by one or in batches; a result that is already known changes nothing.</summary>
    Task ReportResultsAsync(IReadOnlyList<OrderResult> results, CancellationToken cancellationToken);
}
