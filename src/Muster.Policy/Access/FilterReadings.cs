using Muster.Configuration.Model;
using Muster.Expressions.Dependencies;
using Muster.Policy.Compilation;
using Muster.Repository.Resources;

namespace Muster.Policy.Access;

/// <summary>
/// What the bindings of filters lead to, for the entities of some questions: read by entity type at once, walked in memory.
/// </summary>
internal sealed class FilterReadings
{
    private readonly Dictionary<(EntityType, long), StoredResource> _resources = [];

    public static FilterReadings Load(ResourceReader reader, IEnumerable<(AccessedEntity Entity, AccessControlFilter Filter)> wanted)
    {
        var readings = new FilterReadings();
        var reaches = wanted.Distinct()
            .SelectMany(w => Reach(w.Entity.Value, StepsOf(w.Filter)) ?? [])
            .Select(r => (r.Value as ResourceValue, r.Further))
            .Where(r => r.Item1 is not null)
            .ToLookup(r => r.Item1!.Type, r => (r.Item1!.Id, r.Further));
        foreach (var type in reaches)
        {
            var paths = type.SelectMany(r => PathsOf(type.Key, r.Further)).ToHashSet();
            foreach (var resource in reader.Load(type.Key, [.. type.Select(r => r.Id).Distinct()], paths))
            {
                readings._resources[(type.Key, resource.Id)] = resource;
            }
        }

        return readings;
    }

    /// <summary>The values at the end of a filter's binding; null where the entity has no such path.</summary>
    public IReadOnlyList<AccessValue>? Of(AccessedEntity entity, AccessControlFilter filter)
    {
        if (Reach(entity.Value, StepsOf(filter)) is not { } reached)
        {
            return null;
        }

        var values = new List<AccessValue>();
        foreach (var (value, rest) in reached)
        {
            if (value is not ResourceValue resource)
            {
                values.Add(value);
            }
            else if (_resources.TryGetValue((resource.Type, resource.Id), out var stored))
            {
                values.AddRange(Walk(stored, rest));
            }
            else
            {
                // A resource that is gone says nothing, not even that it differs.
                return null;
            }
        }

        return values;
    }

    private static IEnumerable<AccessValue> Walk(StoredResource start, IReadOnlyList<EntityProperty> properties)
    {
        IEnumerable<StoredResource> current = [start];
        foreach (var property in properties)
        {
            if (property.Kind == PropertyKind.Scalar)
            {
                return current.Select(r => new TextValue(r.GetScalar(property), property.Type));
            }

            current = current.SelectMany(r => r.Targets(property));
        }

        return current.Select(r => new ResourceValue(r.EntityType, r.Id) { Keys = [.. KeysOf(r.EntityType).Select(k => (k.Type, r.GetScalar(k)))] });
    }

    /// <summary>Follows a path as far as it needs no store: to plain values, and to resources with the properties that are left.</summary>
    private static List<(AccessValue Value, IReadOnlyList<EntityProperty> Further)>? Reach(AccessValue value, ReadOnlySpan<string> steps)
    {
        switch (value)
        {
            case ResourceValue resource:
                return Properties(resource.Type, steps) is { } rest ? [(resource, rest)] : null;
            case var _ when steps.IsEmpty:
                return [(value, [])];
            case ItemValue item:
                var name = NameOf(steps[0]);
                if (name == "Id" && steps.Length == 1 && !item.Members.ContainsKey(name))
                {
                    return [(item, [])];
                }

                if (item[name] is not { } members)
                {
                    return null;
                }

                var reached = new List<(AccessValue, IReadOnlyList<EntityProperty>)>();
                foreach (var member in members)
                {
                    if (Reach(member, steps[1..]) is not { } further)
                    {
                        return null;
                    }

                    reached.AddRange(further);
                }

                return reached;
            default:
                return null;
        }
    }

    /// <summary>The properties that steps name; the last step may be <c>Id</c>, which is the resource itself.</summary>
    private static List<EntityProperty>? Properties(EntityType type, ReadOnlySpan<string> steps)
    {
        var properties = new List<EntityProperty>();
        var current = type;
        for (var index = 0; index < steps.Length; index++)
        {
            var colon = steps[index].IndexOf(':', StringComparison.Ordinal);
            if (colon >= 0 && steps[index][..colon] != current.Identifier)
            {
                return null;
            }

            var property = current.FindProperty(NameOf(steps[index]));
            if (property is null && index == steps.Length - 1 && NameOf(steps[index]) == "Id")
            {
                return properties;
            }

            if (property is null or { Kind: PropertyKind.Binary } || (property.TargetEntityType is null && index < steps.Length - 1))
            {
                return null;
            }

            properties.Add(property);
            current = property.TargetEntityType ?? current;
        }

        return properties;
    }

    private static IEnumerable<ReadPath> PathsOf(EntityType root, IReadOnlyList<EntityProperty> properties)
    {
        if (properties is [.., { Kind: PropertyKind.Scalar }])
        {
            return [new ReadPath(root, properties)];
        }

        var end = properties.Count == 0 ? root : properties[^1].TargetEntityType!;
        var keys = KeysOf(end).Select(k => new ReadPath(root, [.. properties, k]));
        return properties.Count == 0 ? keys : keys.Append(new ReadPath(root, properties));
    }

    private static IEnumerable<EntityProperty> KeysOf(EntityType type) => ReadPaths.KeysOf(type).Where(k => k.Kind == PropertyKind.Scalar);

    private static string[] StepsOf(AccessControlFilter filter) => filter.Binding.Split('.', StringSplitOptions.TrimEntries);

    private static string NameOf(string step) => step[(step.IndexOf(':', StringComparison.Ordinal) + 1)..];
}
