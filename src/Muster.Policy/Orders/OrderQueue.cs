using Muster.Configuration.Exchange;
using Muster.Configuration.Work;
using Muster.Policy.Compilation;
using Muster.Repository;
using Muster.Repository.Assignments;

namespace Muster.Policy.Orders;

/// <summary>
/// The server's side of fulfilment: hands out orders and takes their results (<see cref="IServerGateway"/>). Repeating a call has no second
/// effect: an order without an answer is handed out again under the same id, and an answer counts once.
/// </summary>
public sealed class OrderQueue(RepositoryDatabase database, CompiledPolicy policy, IWorkFolder work)
{
    private readonly OrderFiles _files = new(work);

    /// <summary>Orders that wait, in the order in which they must be executed.</summary>
    public IReadOnlyList<ProvisioningOrder> Take(IReadOnlyCollection<string> resourceTypes, CancellationToken cancellationToken)
    {
        IReadOnlyList<StoredOrder> orders;
        using (var transaction = database.BeginWrite(cancellationToken))
        {
            _files.Materialize(transaction);
            var store = new OrderStore(transaction);
            orders = store.Open(resourceTypes);
            store.MarkTaken(orders.Select(o => o.Id));
            transaction.Commit();
        }

        using var read = database.BeginRead();
        _files.MoveConsumed(orders.Select(o => o.File).OfType<string>(), read);
        return [.. orders.Select(o => OrderDocuments.FromText(o.Document))];
    }

    public void Report(IReadOnlyList<OrderResult> results, CancellationToken cancellationToken)
    {
        if (results.Count == 0)
        {
            return;
        }

        using var transaction = database.BeginWrite(cancellationToken);
        var recorder = new OrderResults(transaction, policy);
        foreach (var result in results)
        {
            recorder.Record(result);
        }

        transaction.Commit();
    }
}
