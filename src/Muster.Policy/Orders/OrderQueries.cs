using Muster.Configuration.Exchange;
using Muster.Repository;
using Muster.Repository.Assignments;

namespace Muster.Policy.Orders;

/// <summary>An order as the command line shows it.</summary>
public sealed record OrderView(
    Guid Id,
    long AssignedResourceType,
    string ResourceType,
    string Connector,
    OrderChangeType ChangeType,
    string State,
    string? Message,
    DateTime CreatedAt,
    DateTime? TakenAt,
    DateTime? EndedAt,
    string Document,
    string? Keys);

/// <summary>What <c>order list</c> and <c>order show</c> ask.</summary>
public sealed class OrderQueries(RepositoryTransaction transaction)
{
    private readonly OrderStore _store = new(transaction);

    /// <summary>The newest first.</summary>
    public IReadOnlyList<OrderView> List(string? resourceType = null, IReadOnlyCollection<OrderState>? states = null, int limit = 1_000) =>
        [.. _store.List(resourceType, states, limit).Select(View)];

    /// <summary>See <see cref="OrderStore.LastNumber"/>.</summary>
    public long LastNumber() => _store.LastNumber();

    /// <summary>Orders that were made after another one, in the order of execution.</summary>
    public IReadOnlyList<OrderView> After(long number) => [.. _store.After(number).Select(View)];

    public OrderView? Find(Guid id) => _store.Find(id) is { } order ? View(order) : null;

    private static OrderView View(StoredOrder order) => new(
        order.Id,
        order.AssignedResourceType,
        order.ResourceType,
        order.Connector,
        (OrderChangeType)order.ChangeType,
        order.State.ToString(),
        order.Message,
        order.CreatedAt,
        order.TakenAt,
        order.EndedAt,
        order.Document,
        order.Keys);
}
