using Muster.Configuration.Model;
using Muster.Expressions.Resources;

namespace Muster.Repository.Resources;

/// <summary>A resource in memory with what was asked for of it; see <see cref="ResourceReader.Load"/>.</summary>
public sealed class StoredResource : IResource
{
    /// <summary>Compared by reference: marks a scalar that was not loaded.</summary>
    private static readonly string NotLoaded = new("not loaded");

    private readonly IReadOnlyDictionary<EntityProperty, int> _ordinals;
    private readonly string?[] _scalars;
    private Dictionary<EntityProperty, IReadOnlyList<StoredResource>>? _navigations;

    internal StoredResource(long id, EntityType entityType, IReadOnlyDictionary<EntityProperty, int> ordinals)
    {
        Id = id;
        EntityType = entityType;
        _ordinals = ordinals;
        _scalars = new string?[ordinals.Count];
        Array.Fill(_scalars, NotLoaded);
    }

    public long Id { get; }

    public EntityType EntityType { get; }

    public string? DisplayName { get; internal set; }

    public string? GetScalar(EntityProperty property)
    {
        var value = _ordinals.TryGetValue(property, out var ordinal) ? _scalars[ordinal] : NotLoaded;
        return ReferenceEquals(value, NotLoaded) ? throw NotAsked(property) : value;
    }

    public IResource? GetOne(EntityProperty navigation) => Targets(navigation) is [var first, ..] ? first : null;

    public IReadOnlyList<IResource> GetMany(EntityProperty navigation) => Targets(navigation);

    /// <summary>As <see cref="GetMany"/>, typed.</summary>
    public IReadOnlyList<StoredResource> Targets(EntityProperty navigation) =>
        _navigations?.GetValueOrDefault(navigation) ?? throw NotAsked(navigation);

    internal bool HasScalar(EntityProperty property) => !ReferenceEquals(_scalars[_ordinals[property]], NotLoaded);

    internal bool HasNavigation(EntityProperty navigation) => _navigations?.ContainsKey(navigation) == true;

    internal void SetScalar(int ordinal, string? value) => _scalars[ordinal] = value;

    internal void SetNavigation(EntityProperty navigation, IReadOnlyList<StoredResource> targets) =>
        (_navigations ??= [])[navigation] = targets;

    /// <summary>
    /// Replaces a value in memory, so that a computation that follows in the same batch sees what was just computed.
    /// </summary>
    public void Override(EntityProperty property, string? value) => _scalars[_ordinals[property]] = value;

    private InvalidOperationException NotAsked(EntityProperty property) =>
        new($"'{property}' of resource {Id} of '{EntityType}' was not among the paths that were loaded.");
}
