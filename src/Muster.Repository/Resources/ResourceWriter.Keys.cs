using Muster.Configuration.Model;
using Muster.Repository.Synchronization;

namespace Muster.Repository.Resources;

/// <summary>A write of a resource that is announced before it happens; see <see cref="ResourceWriter.Together"/>.</summary>
/// <param name="Scalars">The values that it may get; null if it may be deleted.</param>
public sealed record PlannedWrite(EntityType Type, long Id, IReadOnlyDictionary<EntityProperty, string?>? Scalars);

public sealed partial class ResourceWriter
{
    private IReadOnlySet<EntityProperty>? _linkKeys;
    private HashSet<(EntityType, long)>? _announced;

    /// <summary>
    /// Runs writes of resources whose keys associations are resolved through, and lets the links follow the keys once, at the end
    /// (synchronization.md 9.6): rows that waited for a key are connected, and links whose key is gone wait again. A single write does
    /// the same by itself; many are cheaper together.
    /// </summary>
    /// <param name="writes">What <paramref name="write"/> may insert, update or delete through this writer; more is allowed, less is not.</param>
    public void Together(IReadOnlyCollection<PlannedWrite> writes, Action write)
    {
        var touching = writes.Where(Touches).ToList();
        if (touching.Count == 0)
        {
            write();
            return;
        }

        if (_announced is { } announced)
        {
            if (touching.Find(w => !announced.Contains((w.Type, w.Id))) is { } unexpected)
            {
                throw new InvalidOperationException($"The write of resource {unexpected.Id} of '{unexpected.Type}' was not announced.");
            }

            write();
            return;
        }

        var links = new KeyedLinks(transaction, schema, touching);
        _announced = [.. touching.Select(w => (w.Type, w.Id))];
        try
        {
            write();
        }
        finally
        {
            _announced = null;
        }

        links.Follow(origin);
    }

    private bool Touches(PlannedWrite write)
    {
        _linkKeys ??= KeyedLinks.KeysOf(schema);
        return write.Scalars is null ? _linkKeys.Any(k => k.EntityType == write.Type) : write.Scalars.Keys.Any(_linkKeys.Contains);
    }
}
