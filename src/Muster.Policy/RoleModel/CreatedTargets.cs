using Muster.Configuration.Model;
using Muster.Expressions.Dependencies;
using Muster.Policy.Compilation;
using Muster.Repository.Assignments;
using Muster.Repository.Resources;

namespace Muster.Policy.RoleModel;

/// <summary>
/// Finds the resources that executed creations made, by the identifiers that the managed system gave (synchronization.md 17, 4): a resource
/// counts when all identifiers that were given are its own.
/// </summary>
internal sealed class CreatedTargets(CreatedKeyStore keys, ResourceReader reader)
{
    /// <summary>By stored assigned resource type that waits for its resource: the resource, where it has been seen.</summary>
    public IReadOnlyDictionary<long, long> Find(IReadOnlyList<CompiledResourceType> types, IEnumerable<OwnerAssignments> stored)
    {
        var waiting = stored.SelectMany(o => o.Types).Select(t => t.Row)
            .Where(r => r.Resource is null && r.Order is not null && r.WorkflowState != WorkflowState.Declined)
            .ToLookup(r => r.ResourceType, r => r.Id);
        var found = new Dictionary<long, long>();
        foreach (var type in types.Where(t => waiting.Contains(t.Identifier)))
        {
            var given = keys.Of([.. waiting[type.Identifier]]);
            if (given.Count > 0)
            {
                Find(type.Definition.TargetEntityType, given, found);
            }
        }

        return found;
    }

    /// <summary>Owners for whom one of the resources may have been made.</summary>
    public IEnumerable<long> OwnersOf(IReadOnlyList<CompiledResourceType> types, EntityType target, IReadOnlyCollection<long> resources)
    {
        var names = types.Where(t => t.Definition.TargetEntityType == target).Select(t => t.Identifier).ToList();
        return names.Count == 0 || resources.Count == 0 ? [] : keys.OwnersOf(target, resources, names, ReadPaths.KeysOf(target));
    }

    private void Find(EntityType target, ILookup<long, (string Property, string Value)> given, Dictionary<long, long> found)
    {
        var ids = ReadPaths.KeysOf(target)
            .SelectMany(key => reader.FindIds(key, given.SelectMany(g => g).Where(k => k.Property == key.Identifier).Select(k => k.Value)).SelectMany(g => g))
            .Distinct()
            .ToList();
        var properties = given.SelectMany(g => g).Select(k => target.FindProperty(k.Property)).OfType<EntityProperty>().Distinct().ToList();
        var resources = reader.Load(target, ids, properties.Select(p => new ReadPath(target, [p])));
        var byKeys = resources.ToLookup(r => Text(properties.Select(p => (p.Identifier, r.GetScalar(p)))), r => r.Id);
        foreach (var row in given)
        {
            var known = row.ToDictionary(k => k.Property, k => k.Value);
            var matches = properties.TrueForAll(p => known.ContainsKey(p.Identifier))
                ? byKeys[Text(properties.Select(p => (p.Identifier, known.GetValueOrDefault(p.Identifier))))]
                : resources.Where(r => row.All(k => target.FindProperty(k.Property) is { } p && r.GetScalar(p) == k.Value)).Select(r => r.Id);
            if (matches.Order().Select(id => (long?)id).FirstOrDefault() is { } resource)
            {
                found[row.Key] = resource;
            }
        }
    }

    private static string Text(IEnumerable<(string Name, string? Value)> values) => string.Join('\u001f', values.Select(v => $"{v.Name}={v.Value}"));
}
