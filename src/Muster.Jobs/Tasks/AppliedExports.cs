using Muster.Configuration.Model;
using Muster.Repository;
using Muster.Repository.Synchronization;

namespace Muster.Jobs.Tasks;

/// <summary>When what the repository knows of its connectors was read.</summary>
public sealed class AppliedExports(RepositoryDatabase database, ConfigurationModel model)
{
    /// <summary>By connector: the start of the oldest export whose result is applied.</summary>
    public IReadOnlyDictionary<string, DateTime> StartedAt()
    {
        using var transaction = database.BeginRead();
        var deliveries = new DeliveryStore(transaction);
        var exports = new Dictionary<string, DateTime>(StringComparer.Ordinal);
        foreach (var connector in model.Connectors)
        {
            if (Of(deliveries, connector.Identifier) is { } startedAt)
            {
                exports.Add(connector.Identifier, startedAt);
            }
        }

        return exports;
    }

    /// <summary>A later reading that found nothing changed counts as well, if all that was delivered before it is applied.</summary>
    private static DateTime? Of(DeliveryStore deliveries, string connector)
    {
        var state = deliveries.State(connector);
        if (state.LastApplied is not { } applied || deliveries.Find(applied)?.Manifest is not { ExportStartedAt.Count: > 0 } manifest)
        {
            return null;
        }

        return state.LastAccepted == applied
            ? manifest.ExportStartedAt.Min(e => state.Exports.TryGetValue(e.Key, out var later) && later > e.Value ? later : e.Value).UtcDateTime
            : manifest.ExportStartedAt.Values.Min().UtcDateTime;
    }
}
