using Muster.Configuration.Exchange;
using Muster.Configuration.Work;
using Muster.Policy.Compilation;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.Files;

namespace Muster.Policy.Orders;

/// <summary>
/// The server's side of fulfilment: hands out orders and takes their results (<see cref="IServerGateway"/>). Repeating a call has no second
/// effect: an order without an answer is handed out again under the same id, and an answer counts once.
/// </summary>
public sealed class OrderQueue(RepositoryDatabase database, CompiledPolicy policy, IWorkFolder work)
{
    /// <summary>Results that are recorded together; their assignments are in memory meanwhile.</summary>
    private const int ReportPage = 1_000;

    /// <summary>Octets of the files of orders that are handed out together, unless one has more.</summary>
    private const long MaximumContent = 32 << 20;

    private readonly OrderFiles _files = new(work);

    /// <summary>Orders that wait, in the order in which they must be executed: the next ones, so that not all have to be in memory.</summary>
    /// <param name="after">The last order of the page before; null for the first page.</param>
    /// <param name="limit">The most orders to hand out.</param>
    public IReadOnlyList<ProvisioningOrder> Take(
        IReadOnlyCollection<string> resourceTypes, Guid? after, int limit, CancellationToken cancellationToken)
    {
        IReadOnlyList<StoredOrder> orders;
        IReadOnlyList<ProvisioningOrder> taken;
        using (var transaction = database.BeginWrite(cancellationToken))
        {
            var store = new OrderStore(transaction);
            if (after is null)
            {
                _files.Materialize(transaction);
            }

            var last = after is { } id ? store.Heads([id]).SingleOrDefault() : null;
            orders = store.Open(resourceTypes, last is null ? null : (last.Rank, last.Number), limit);
            taken = OrderedFiles.Fitting([.. orders.Select(o => OrderDocuments.FromText(o.Document))], new FileStore(transaction), MaximumContent);
            orders = [.. orders.Take(taken.Count)];
            store.MarkTaken(orders.Where(o => o.State == OrderState.Waiting).Select(o => o.Id));
            transaction.Commit();
        }

        using var read = database.BeginRead();
        _files.MoveConsumed(orders.Select(o => o.File).OfType<string>(), read);
        var files = new FileStore(read);
        foreach (var order in taken)
        {
            OrderedFiles.Fill(order.Changes, files);
        }

        return taken;
    }

    public void Report(IReadOnlyList<OrderResult> results, CancellationToken cancellationToken)
    {
        if (results.Count == 0)
        {
            return;
        }

        using var transaction = database.BeginWrite(cancellationToken);
        var recorder = new OrderResults(transaction, policy);
        foreach (var page in results.Chunk(ReportPage))
        {
            recorder.Record(page);
        }

        transaction.Commit();
    }
}
