using Muster.Configuration.Model;

namespace Muster.Repository.Resources;

/// <summary>The implicit display name of an entity type (synchronization.md 2.7).</summary>
public static class DisplayNameRule
{
    /// <summary>
    /// The property that gives the display name: the first declared scalar whose identifier contains "name" in any case, else the first
    /// declared scalar; null if there is none.
    /// </summary>
    public static EntityProperty? PropertyOf(EntityType type) =>
        type.Scalars.FirstOrDefault(p => p.Identifier.Contains("name", StringComparison.OrdinalIgnoreCase)) ?? type.Scalars.FirstOrDefault();
}
