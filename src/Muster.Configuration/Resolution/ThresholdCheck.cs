using Muster.Configuration.Diagnostics;
using Muster.Configuration.Model;

namespace Muster.Configuration.Resolution;

/// <summary>Every kind of change should be guarded by at least one threshold (synchronization.md 10.1, rolemodel.md 8): a warning.</summary>
internal static class ThresholdCheck
{
    public static void Check(ResolutionScope scope)
    {
        foreach (var connector in scope.Connectors.Values)
        {
            var own = connector.Thresholds;
            var types = connector.EntityTypeMappings;
            var links = connector.AssociationMappings;
            Warn(scope, connector, "insertions of resources", own.MaximumInserted, own.MaximumInsertedPercent,
                types.Select(m => (m.Identifier, m.Thresholds.MaximumInserted, m.Thresholds.MaximumInsertedPercent)));
            Warn(scope, connector, "updates of resources", own.MaximumUpdated, own.MaximumUpdatedPercent,
                types.Select(m => (m.Identifier, m.Thresholds.MaximumUpdated, m.Thresholds.MaximumUpdatedPercent)));
            Warn(scope, connector, "deletions of resources", own.MaximumDeleted, own.MaximumDeletedPercent,
                types.Select(m => (m.Identifier, m.Thresholds.MaximumDeleted, m.Thresholds.MaximumDeletedPercent)));
            Warn(scope, connector, "insertions of links", own.MaximumLinkInserted, own.MaximumLinkInsertedPercent,
                links.Select(m => (m.Identifier, m.Thresholds.MaximumLinkInserted, m.Thresholds.MaximumLinkInsertedPercent)));
            Warn(scope, connector, "deletions of links", own.MaximumLinkDeleted, own.MaximumLinkDeletedPercent,
                links.Select(m => (m.Identifier, m.Thresholds.MaximumLinkDeleted, m.Thresholds.MaximumLinkDeletedPercent)));
        }

        foreach (var type in scope.ResourceTypes.Values)
        {
            var own = type.Thresholds;
            Warn(scope, type, "insertions", own.MaximumInsert, own.MaximumInsertPercent);
            Warn(scope, type, "updates", own.MaximumUpdate, own.MaximumUpdatePercent);
            Warn(scope, type, "deletions", own.MaximumDelete, own.MaximumDeletePercent);
        }
    }

    private static void Warn(
        ResolutionScope scope, Connector connector, string what, long count, double percent, IEnumerable<(string Name, long Count, double Percent)> mappings)
    {
        if (count > 0 || percent > 0)
        {
            return;
        }

        var open = mappings.Where(m => m.Count <= 0 && m.Percent <= 0).Select(m => $"'{m.Name}'").ToList();
        if (open.Count > 0)
        {
            scope.Bag.Warning(
                DiagnosticCodes.ThresholdsOff,
                connector.Location,
                $"Nothing limits {what} of connector '{connector}': all thresholds are 0 for {string.Join(", ", open)}. Set one at the connector or the mapping.");
        }
    }

    private static void Warn(ResolutionScope scope, ResourceType type, string what, long count, double percent)
    {
        if (count <= 0 && percent <= 0)
        {
            scope.Bag.Warning(
                DiagnosticCodes.ThresholdsOff,
                type.Location,
                $"Nothing limits {what} by resource type '{type}': both thresholds are 0. Set a number or a percentage.");
        }
    }
}
