using Muster.Configuration.Diagnostics;
using Muster.Configuration.Elements;
using Muster.Configuration.Model;

namespace Muster.Configuration.Resolution;

/// <summary>
/// What the steps of the resolution share: the records by kind, what has been resolved so far by identifier, and the findings. References
/// that name nothing are reported once, by <see cref="ReferenceCheck"/>; a step that meets one leaves its item out quietly.
/// </summary>
internal sealed class ResolutionScope(IReadOnlyList<ElementRecord> records, DiagnosticBag bag)
{
    private readonly ILookup<Type, ElementRecord> _byKind = records.ToLookup(r => r.GetType());

    public DiagnosticBag Bag { get; } = bag;

    public IReadOnlyList<ElementRecord> Records { get; } = records;

    public Dictionary<string, EntityType> EntityTypes { get; } = [];

    public Dictionary<string, EntityAssociation> Associations { get; } = [];

    public Dictionary<string, Agent> Agents { get; } = [];

    public Dictionary<string, Connector> Connectors { get; } = [];

    public Dictionary<string, Connection> Connections { get; } = [];

    public Dictionary<string, Policy> Policies { get; } = [];

    public Dictionary<string, Category> Categories { get; } = [];

    public Dictionary<string, Dimension> Dimensions { get; } = [];

    public Dictionary<string, SingleRole> SingleRoles { get; } = [];

    public Dictionary<string, CompositeRole> CompositeRoles { get; } = [];

    public Dictionary<string, ResourceType> ResourceTypes { get; } = [];

    public Dictionary<string, Profile> Profiles { get; } = [];

    /// <summary>The records of one kind, in order of declaration.</summary>
    public IEnumerable<T> Of<T>()
        where T : ElementRecord => _byKind[typeof(T)].Cast<T>();

    /// <summary>Adds under an identifier unless it is empty or taken, both of which are reported elsewhere.</summary>
    public static void Add<T>(Dictionary<string, T> items, string identifier, T item)
    {
        if (identifier.Length > 0)
        {
            items.TryAdd(identifier, item);
        }
    }

    /// <summary>What an optional reference names; null if it is absent or names nothing.</summary>
    public static T? Find<T>(Dictionary<string, T> items, string? identifier)
        where T : class => string.IsNullOrEmpty(identifier) ? null : items.GetValueOrDefault(identifier);

    /// <summary>The property that <c>EntityType:Property</c> names; null, and reported, if there is none.</summary>
    public EntityProperty? QualifiedProperty(string text, SourceLocation location)
    {
        if (text.Length == 0)
        {
            return null;
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            Bag.Error(
                DiagnosticCodes.UnknownProperty,
                location,
                $"'{text}' names no property, because the entity type is missing. Write 'EntityType:Property'.",
                EntityTypes.Values.SelectMany(e => e.Properties).FirstOrDefault(p => p.Identifier == text)?.QualifiedName);
            return null;
        }

        var typeName = text[..colon].Trim();
        if (!EntityTypes.TryGetValue(typeName, out var entityType))
        {
            Bag.Error(
                DiagnosticCodes.UnknownReference,
                location,
                $"There is no entity type '{typeName}', which '{text}' names. Declare it or correct the name.",
                NearestName.Find(typeName, EntityTypes.Keys));
            return null;
        }

        return Property(entityType, text[(colon + 1)..].Trim(), location);
    }

    /// <summary>
    /// The property of an entity type, written with or without its name in front; null, and reported, if there is none. An empty text is
    /// null and was reported as missing.
    /// </summary>
    public EntityProperty? PropertyOf(EntityType entityType, string? text, SourceLocation location)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0 && text[..colon].Trim() != entityType.Identifier)
        {
            Bag.Error(
                DiagnosticCodes.WrongProperty,
                location,
                $"'{text}' is no property of entity type '{entityType.Identifier}', which is needed here. Name one of its properties.");
            return null;
        }

        return Property(entityType, text[(colon + 1)..].Trim(), location);
    }

    /// <summary>Walks a path of navigations; null, and reported, if a step does not exist.</summary>
    public EntityType? WalkTo(EntityType root, string path, SourceLocation location)
    {
        var current = root;
        foreach (var step in path.Split('.', StringSplitOptions.TrimEntries))
        {
            var colon = step.IndexOf(':', StringComparison.Ordinal);
            var property = colon >= 0 && step[..colon] != current.Identifier ? null : current.FindProperty(step[(colon + 1)..]);
            if (property?.TargetEntityType is not { } next)
            {
                Bag.Error(
                    DiagnosticCodes.Binding,
                    location,
                    $"The path '{path}' does not lead from '{root.Identifier}' to resources: '{step}' is no navigation of "
                    + $"'{current.Identifier}'. Correct the path.",
                    NearestName.Find(step[(colon + 1)..], current.Navigations.Select(p => p.Identifier)));
                return null;
            }

            current = next;
        }

        return current;
    }

    private EntityProperty? Property(EntityType entityType, string name, SourceLocation location)
    {
        var property = entityType.FindProperty(name);
        if (property is null)
        {
            Bag.Error(
                DiagnosticCodes.UnknownProperty,
                location,
                $"The entity type '{entityType.Identifier}' has no property '{name}'. Declare it or correct the name.",
                NearestName.Find(name, entityType.Properties.Select(p => p.Identifier)));
        }

        return property;
    }
}
