using Muster.Configuration.Model;

namespace Muster.Expressions.Resources;

/// <summary>
/// One resource of a graph that is wholly in memory: expressions are evaluated on batches that were loaded along the paths they read
/// (<see cref="Dependencies.ReadPath"/>), and never reach for the store themselves.
/// </summary>
public interface IResource
{
    long Id { get; }

    EntityType EntityType { get; }

    /// <summary>The scalar's value in canonical internal form; null for null. Throws if the property was not loaded.</summary>
    string? GetScalar(EntityProperty property);

    /// <summary>The target of a mono-valued navigation, or null.</summary>
    IResource? GetOne(EntityProperty navigation);

    /// <summary>The targets of a navigation, by ascending id.</summary>
    IReadOnlyList<IResource> GetMany(EntityProperty navigation);
}
