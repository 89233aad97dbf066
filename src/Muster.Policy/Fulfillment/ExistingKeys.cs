using Muster.Configuration.Model;
using Muster.Configuration.Values;
using Muster.Repository.Resources;

namespace Muster.Policy.Fulfillment;

/// <summary>
/// Which keys exist already, for the creations of one batch: asked once for all of them, and kept while the batch is applied. It answers as
/// <see cref="ResourceReader.FindByKey"/> would at that moment.
/// </summary>
internal sealed class ExistingKeys(ResourceReader reader)
{
    private readonly Dictionary<EntityProperty, HashSet<string>> _values = [];
    private readonly HashSet<EntityType> _changed = [];

    /// <summary>Asks for the keys that resources shall be created with.</summary>
    public void Load(EntityType type, IReadOnlyCollection<string> keys)
    {
        foreach (var property in KeysOf(type))
        {
            var wanted = keys.Select(k => Normalize(property, k)).OfType<string>();
            _values[property] = reader.FindIds(property, wanted).Select(g => g.Key).ToHashSet(StringComparer.Ordinal);
        }
    }

    public bool Contains(EntityType type, string key) =>
        _changed.Contains(type)
            ? reader.FindByKey(type, key) is not null
            : KeysOf(type).Any(p => Normalize(p, key) is { } value && _values.TryGetValue(p, out var known) && known.Contains(value));

    /// <summary>A resource has been created.</summary>
    public void Created(EntityType type, IReadOnlyDictionary<EntityProperty, string?> scalars)
    {
        foreach (var property in KeysOf(type))
        {
            if (scalars.GetValueOrDefault(property) is { } value && _values.TryGetValue(property, out var known))
            {
                known.Add(value);
            }
        }
    }

    /// <summary>A resource has been changed or deleted: from now on the store itself is asked.</summary>
    public void Changed(EntityType type) => _changed.Add(type);

    private static IEnumerable<EntityProperty> KeysOf(EntityType type) =>
        type.KeyProperties.Append(type.IdentityProperty).OfType<EntityProperty>().Distinct();

    private static string? Normalize(EntityProperty property, string value) =>
        CanonicalText.TryNormalize(property.Type, value, out var canonical) ? canonical : null;
}
