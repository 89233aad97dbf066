using Muster.Configuration.Model;

namespace Muster.Expressions.CSharp;

/// <summary>Where resources of a value may come from: a path from the input, or anywhere in their entity type.</summary>
internal sealed class Origin : IEquatable<Origin>
{
    private readonly string _key;

    /// <param name="steps">Navigations from the input; null: it may be any resource of the type.</param>
    public Origin(EntityType entityType, IReadOnlyList<EntityProperty>? steps)
    {
        EntityType = entityType;
        Steps = steps;
        _key = entityType.Identifier + (steps is null ? "*" : ":" + string.Join('.', steps.Select(s => s.QualifiedName)));
    }

    public EntityType EntityType { get; }

    public IReadOnlyList<EntityProperty>? Steps { get; }

    public bool Equals(Origin? other) => other is not null && _key == other._key;

    public override bool Equals(object? obj) => Equals(obj as Origin);

    public override int GetHashCode() => _key.GetHashCode(StringComparison.Ordinal);
}
