using Muster.Configuration.Model;
using Muster.Repository.Changes;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Repository.Synchronization;

/// <summary>
/// Keeps the links of mapped associations what the source's rows give (synchronization.md 9.6) when something else than a delivery writes
/// a property through which they find resources: a computed key, or a resource that Muster owns. The same mechanism as that of a
/// delivery without files, see <see cref="LinkStaging"/>. Used once, for writes that are announced together.
/// </summary>
internal sealed class KeyedLinks
{
    private readonly RepositoryTransaction _transaction;
    private readonly IReadOnlyCollection<PlannedWrite> _writes;
    private readonly LinkKeyStore _keys;
    private readonly List<LinkStaging> _links = [];

    /// <summary>Takes back the rows that are given through keys which the writes give, take or make ambiguous.</summary>
    public KeyedLinks(RepositoryTransaction transaction, EntitySchema schema, IReadOnlyCollection<PlannedWrite> writes)
    {
        _transaction = transaction;
        _writes = writes;
        _keys = new LinkKeyStore(transaction, schema);
        foreach (var (type, id, scalars) in writes)
        {
            foreach (var key in _keys.Of(type))
            {
                _keys.Affect(key, Stored(key, id));
                _keys.Affect(key, scalars?.GetValueOrDefault(key.Property));
            }
        }

        foreach (var association in schema.Model.Associations)
        {
            if (association.Mapping is { } mapping && (_keys.IsAffected(_keys[mapping.Key1]) || _keys.IsAffected(_keys[mapping.Key2])))
            {
                var staging = new LinkStaging(transaction, schema, association, _keys, LinkSource.None, _links.Count);
                _links.Add(staging);
                staging.Capture([], false);
            }
        }
    }

    /// <summary>The properties through which rows find resources.</summary>
    public static IReadOnlySet<EntityProperty> KeysOf(EntitySchema schema) =>
        schema.Model.Associations
            .Where(a => a.Mapping is not null)
            .SelectMany(a => new[] { a.Mapping!.Key1, a.Mapping.Key2 })
            .ToHashSet();

    /// <summary>Gives the rows again, now that the resources are written; the difference is written and logged.</summary>
    public void Follow(ChangeOrigin origin)
    {
        foreach (var (type, id) in _writes.Select(w => (w.Type, w.Id)).Distinct())
        {
            foreach (var key in _keys.Of(type))
            {
                _keys.StageName(key, id, Stored(key, id));
            }
        }

        _keys.ApplyNames();
        _links.ForEach(l => l.Resolve());
        _links.ForEach(l => l.Apply(origin, isInitial: false));
        _links.ForEach(l => l.Clear());
        _keys.Clear();
    }

    private string? Stored(LinkKey key, long id)
    {
        var column = _transaction.Quote(key.Table.FindScalar(key.Property)!.Name);
        return _transaction.Query(
            $"SELECT {column} FROM {key.QuotedTable} WHERE id = @id",
            row => ColumnCodec.FromColumn(key.Property.Type, row, 0),
            ("@id", id)).FirstOrDefault();
    }
}
