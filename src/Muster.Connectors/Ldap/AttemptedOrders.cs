using System.Text.Json;
using Muster.Configuration.Exchange;
using Muster.Configuration.Work;

namespace Muster.Connectors.Ldap;

/// <summary>
/// Orders that were begun and whose results may not have been recorded (<c>Work/Fulfill/&lt;connection&gt;.attempts.json</c>): an entry that exists
/// already may be one of them's own, from before a crash. Written before the first of them is sent. Not thread-safe.
/// </summary>
internal sealed class AttemptedOrders
{
    private const int Kept = 20_000;
    private readonly IWorkFolder _work;
    private readonly string _path;
    private List<Guid> _orders;
    private HashSet<Guid> _before;

    private AttemptedOrders(IWorkFolder work, string path, List<Guid> orders)
    {
        _work = work;
        _path = path;
        _orders = orders;
        _before = [.. orders];
    }

    public static AttemptedOrders Open(IWorkFolder work, string connection)
    {
        var path = $"Fulfill/{connection}.attempts.json";
        if (!work.Exists(path))
        {
            return new AttemptedOrders(work, path, []);
        }

        try
        {
            using var stream = work.OpenRead(path);
            return new AttemptedOrders(work, path, JsonSerializer.Deserialize<List<Guid>>(stream, ExchangeJson.Options) ?? []);
        }
        catch (JsonException failure)
        {
            throw new TaskFailedException(
                $"The list of begun orders '{work.PathOf(path)}' cannot be read: {failure.Message} Move it away; entries that were made and not reported are then reported as existing already.",
                failure);
        }
    }

    /// <summary>True if an earlier run began the order.</summary>
    public bool WasBegun(Guid order) => _before.Contains(order);

    public void Begin(IEnumerable<Guid> orders)
    {
        _orders = [.. _orders.Union(orders).TakeLast(Kept)];
        Save();
    }

    /// <summary>The orders were answered; should they come again, they are known as begun.</summary>
    public void Keep() => _before = [.. _orders];

    private void Save()
    {
        using var file = _work.Create(_path);
        JsonSerializer.Serialize(file.Stream, _orders, ExchangeJson.Options);
        file.Commit();
    }
}
