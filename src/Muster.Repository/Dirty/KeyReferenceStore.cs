using Muster.Configuration.Model;
using Muster.Expressions.Dependencies;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Repository.Dirty;

/// <summary>Which resource each reference of a rule named when its computation last ran in full; see <see cref="KeyReference"/>.</summary>
internal sealed class KeyReferenceStore(RepositoryTransaction transaction, EntitySchema schema)
{
    private readonly ResourceReader _reader = new(transaction, schema);

    /// <summary>True if the reference names another resource than the computation knew, or is not known.</summary>
    public bool HasMoved(Computation computation, KeyReference reference)
    {
        var known = transaction.Query(
            "SELECT resource FROM key_reference WHERE kind = @kind AND consumer_type = @consumer AND entity_type = @type AND value = @value",
            row => row.IsDBNull(0) ? (long?)null : row.GetInt64(0),
            ("@kind", computation.Kind),
            ("@consumer", computation.EntityType.Identifier),
            ("@type", reference.EntityType.Identifier),
            ("@value", reference.Value));
        return known.Count == 0 || known[0] != _reader.FindByKey(reference.EntityType, reference.Value);
    }

    /// <summary>True if the computation's references name one of the resources, or if it has none to their entity type.</summary>
    public bool Concerns(Computation computation, EntityType type, IReadOnlyCollection<long> resources)
    {
        var references = computation.References.Where(r => r.EntityType == type).ToList();
        return references.Count == 0 || references.Exists(r => _reader.FindByKey(type, r.Value) is { } named && resources.Contains(named));
    }

    /// <summary>Remembers what the references name now; to be called when the computation has run in full.</summary>
    public void Remember(IEnumerable<Computation> computations)
    {
        foreach (var computation in computations)
        {
            foreach (var reference in computation.References.Where(r => HasMoved(computation, r)))
            {
                transaction.Execute(
                    "INSERT INTO key_reference (kind, consumer_type, entity_type, value, resource) VALUES (@kind, @consumer, @type, @value, @resource)"
                    + " ON CONFLICT (kind, consumer_type, entity_type, value) DO UPDATE SET resource = excluded.resource",
                    ("@kind", computation.Kind),
                    ("@consumer", computation.EntityType.Identifier),
                    ("@type", reference.EntityType.Identifier),
                    ("@value", reference.Value),
                    ("@resource", _reader.FindByKey(reference.EntityType, reference.Value)));
            }
        }
    }
}
