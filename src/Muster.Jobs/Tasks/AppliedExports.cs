using Muster.Configuration.Model;
using Muster.Repository;
using Muster.Repository.Synchronization;

namespace Muster.Jobs.Tasks;

/// <summary>When what the repository knows of its connectors was read.</summary>
public sealed class AppliedExports(RepositoryDatabase database, ConfigurationModel model)
{
    /// <summary>By connector: the start of the oldest export in the delivery that was applied last.</summary>
    public IReadOnlyDictionary<string, DateTime> StartedAt()
    {
        using var transaction = database.BeginRead();
        var deliveries = new DeliveryStore(transaction);
        var exports = new Dictionary<string, DateTime>(StringComparer.Ordinal);
        foreach (var connector in model.Connectors)
        {
            if (deliveries.State(connector.Identifier).LastApplied is { } applied
                && deliveries.Find(applied)?.Manifest is { ExportStartedAt.Count: > 0 } manifest)
            {
                exports.Add(connector.Identifier, manifest.ExportStartedAt.Values.Min().UtcDateTime);
            }
        }

        return exports;
    }
}
