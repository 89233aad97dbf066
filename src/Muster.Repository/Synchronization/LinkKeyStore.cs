using Muster.Configuration.Model;
using Muster.Repository.Schema;

namespace Muster.Repository.Synchronization;

/// <summary>
/// The keys through which association rows find resources, for the length of one delivery: which of their values are affected by it, and
/// the normal forms of distinguished names.
/// </summary>
public sealed class LinkKeyStore
{
    private readonly RepositoryTransaction _transaction;
    private readonly EntitySchema _schema;
    private readonly Dictionary<EntityProperty, LinkKey> _keys = [];
    private readonly HashSet<LinkKey> _affected = [];
    private bool _hasNames;

    public LinkKeyStore(RepositoryTransaction transaction, EntitySchema schema)
    {
        _transaction = transaction;
        _schema = schema;
        var properties = schema.Model.Associations
            .Where(a => a.Mapping is not null)
            .SelectMany(a => new[] { a.Mapping!.Key1, a.Mapping.Key2 })
            .Distinct();
        foreach (var property in properties)
        {
            var key = new LinkKey(transaction, schema, property, _keys.Count);
            _keys.Add(property, key);
            transaction.MakeTemporaryTable(key.AffectedTable, "value TEXT NOT NULL PRIMARY KEY");
            if (key.IsName)
            {
                EnsureNames(key);
            }
        }

        transaction.MakeTemporaryTable("sync_names", "property TEXT NOT NULL, resource INTEGER NOT NULL, value TEXT");
    }

    public LinkKey this[EntityProperty property] => _keys[property];

    /// <summary>The keys that resources of an entity type have.</summary>
    public IReadOnlyList<LinkKey> Of(EntityType type) => [.. _keys.Values.Where(k => k.Property.EntityType == type)];

    /// <summary>Whether any value of the key is affected by the delivery.</summary>
    public bool IsAffected(LinkKey key) => _affected.Contains(key);

    /// <summary>Notes that a resource gets, loses or has a key value that the delivery touches.</summary>
    public void Affect(LinkKey key, string? canonical)
    {
        if (key.Match(canonical) is { } value)
        {
            _affected.Add(key);
            _transaction.Prepare($"INSERT INTO {key.AffectedTable} (value) VALUES (@value) ON CONFLICT DO NOTHING", "@value").Execute(value);
        }
    }

    /// <summary>
    /// Notes that the first resources of an entity type get their keys: no link has one of them as its end, so that only the keys for which rows wait
    /// can matter.
    /// </summary>
    internal void AffectWaiting(LinkKey key)
    {
        foreach (var association in _schema.Model.Associations.Where(a => a.Mapping is not null))
        {
            foreach (var side in new[] { 1, 2 })
            {
                if ((side == 1 ? association.Mapping!.Key1 : association.Mapping!.Key2) == key.Property
                    && _transaction.Execute(
                        $"INSERT INTO {key.AffectedTable} (value) SELECT DISTINCT key{side} FROM pending_link WHERE association = @association ON CONFLICT DO NOTHING",
                        ("@association", association.Identifier)) > 0)
                {
                    _affected.Add(key);
                }
            }
        }
    }

    /// <summary>Computes the normal forms of the first resources of an entity type.</summary>
    internal void NameAll(LinkKey key)
    {
        if (key.IsName)
        {
            InsertNames(key);
        }
    }

    /// <summary>Notes the value that a resource will have once <see cref="ApplyNames"/> is called; null for none.</summary>
    internal void StageName(LinkKey key, long resource, string? canonical)
    {
        if (key.IsName)
        {
            _hasNames = true;
            _transaction.Prepare(
                    "INSERT INTO sync_names (property, resource, value) VALUES (@property, @resource, @value)", "@property", "@resource", "@value")
                .Execute(key.Property.QualifiedName, resource, key.Match(canonical));
        }
    }

    /// <summary>Makes the normal forms follow the resources.</summary>
    public void ApplyNames()
    {
        if (!_hasNames)
        {
            return;
        }

        _transaction.Execute("DELETE FROM link_key WHERE (property, resource) IN (SELECT property, resource FROM sync_names)");
        _transaction.Execute(
            "INSERT INTO link_key (property, resource, value) SELECT property, resource, value FROM sync_names WHERE value IS NOT NULL");
    }

    /// <summary>Empties the temporary tables.</summary>
    public void Clear()
    {
        foreach (var key in _keys.Values)
        {
            _transaction.ClearTemporaryTable(key.AffectedTable);
        }

        _transaction.ClearTemporaryTable("sync_names");
    }

    /// <summary>Computes the normal forms of a property that has become a key since the last delivery.</summary>
    private void EnsureNames(LinkKey key)
    {
        var name = key.Property.QualifiedName;
        if (_transaction.Count("SELECT COUNT(*) FROM link_key_property WHERE property = @property", ("@property", name)) > 0)
        {
            return;
        }

        _transaction.Execute("DELETE FROM link_key WHERE property = @property", ("@property", name));
        InsertNames(key);
        _transaction.Execute("INSERT INTO link_key_property (property) VALUES (@property)", ("@property", name));
    }

    private void InsertNames(LinkKey key)
    {
        var column = _transaction.Quote(key.Table.FindScalar(key.Property)!.Name);
        var insert = _transaction.Prepare(
            "INSERT INTO link_key (property, resource, value) VALUES (@property, @resource, @value)", "@property", "@resource", "@value");
        foreach (var row in _transaction.Stream($"SELECT id, {column} FROM {key.QuotedTable} WHERE {column} IS NOT NULL", []))
        {
            insert.Execute(key.Property.QualifiedName, row.GetInt64(0), key.Match(row.GetString(1)));
        }
    }
}
