using System.Text;
using System.Text.Json;
using Muster.Configuration.Exchange;
using Muster.Configuration.Work;

namespace Muster.Connectors.Fulfilment;

/// <summary>
/// What a connection has executed lately, by order id (<c>Work/Fulfill/&lt;connection&gt;.journal.json</c>), so that an order repeated after a
/// crash is answered as the first time. A batch is written down before the system is changed, with a mark by which it can be told
/// afterwards whether the change happened. Not thread-safe.
/// </summary>
internal sealed class FulfillJournal
{
    private const int KeptResults = 10_000;
    private readonly IWorkFolder _work;
    private readonly string _path;
    private Content _content;
    private Dictionary<Guid, OrderResult> _byOrder;
    private HashSet<Guid>? _given;

    private FulfillJournal(IWorkFolder work, string path, Content content)
    {
        _work = work;
        _path = path;
        _content = content;
        _byOrder = ByOrder(content.Results);
    }

    public static FulfillJournal Open(IWorkFolder work, string connection)
    {
        var path = $"Fulfill/{connection}.journal.json";
        if (!work.Exists(path))
        {
            return new FulfillJournal(work, path, new Content());
        }

        using var stream = work.OpenRead(path);
        try
        {
            return new FulfillJournal(work, path, JsonSerializer.Deserialize<Content>(stream, ExchangeJson.Options) ?? new Content());
        }
        catch (JsonException failure)
        {
            throw new TaskFailedException(
                $"The journal '{work.PathOf(path)}' cannot be read: {failure.Message} Move it away; orders that were executed and not reported are then executed again.",
                failure);
        }
    }

    /// <summary>Takes the batch of a run that ended without confirming it as executed, if the mark shows that its change happened.</summary>
    /// <param name="currentMark">Asked only if there is such a batch: it may take reading all of the system.</param>
    public void Recover(Func<string> currentMark)
    {
        if (_content.Pending is { } pending && pending.Mark == currentMark())
        {
            Confirm();
        }
    }

    public OrderResult? Find(Guid order) => _byOrder.GetValueOrDefault(order);

    /// <summary>The keys that an unconfirmed attempt gave to an order; null if there was none.</summary>
    public IReadOnlyDictionary<string, string>? AttemptedKeys(Guid order) =>
        _content.Pending?.Results.FirstOrDefault(r => r.OrderId == order)?.Keys;

    /// <summary>Whether one of the executed orders was answered with a UUID as a key. What is only announced does not count.</summary>
    public bool HasGiven(Guid uuid) =>
        (_given ??= [.. _content.Results.SelectMany(r => r.Keys.Values).Select(v => Guid.TryParse(v, out var key) ? key : Guid.Empty)]).Contains(uuid);

    /// <summary>Writes down what is about to be executed.</summary>
    /// <param name="mark">What the system will look like when it has happened.</param>
    public void Announce(IEnumerable<OrderResult> results, string mark)
    {
        _content = _content with { Pending = new Batch(mark, [.. results]) };
        Save();
    }

    /// <summary>What was announced has happened.</summary>
    public void Confirm()
    {
        if (_content.Pending is { } pending)
        {
            _content = new Content { Results = [.. _content.Results.Concat(pending.Results).TakeLast(KeptResults)] };
            _byOrder = ByOrder(_content.Results);
            _given = null;
            Save();
        }
    }

    private static Dictionary<Guid, OrderResult> ByOrder(IReadOnlyList<OrderResult> results)
    {
        var byOrder = new Dictionary<Guid, OrderResult>(results.Count);
        foreach (var result in results)
        {
            byOrder.TryAdd(result.OrderId, result);
        }

        return byOrder;
    }

    private void Save()
    {
        using var file = _work.Create(_path);
        file.Stream.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(_content, ExchangeJson.Options)));
        file.Commit();
    }

    private sealed record Batch(string Mark, IReadOnlyList<OrderResult> Results);

    private sealed record Content
    {
        public Batch? Pending { get; init; }

        public IReadOnlyList<OrderResult> Results { get; init; } = [];
    }
}
