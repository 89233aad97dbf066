using System.Globalization;
using Muster.Configuration.Model;
using Muster.Configuration.Values;
using Muster.Repository.Dialects;
using Muster.Repository.Schema;

namespace Muster.Repository.Synchronization;

/// <summary>
/// A property through which rows of association mappings find resources (synchronization.md 3.7, 9.6). Keys are compared in
/// <em>matching form</em>: the column's text, or for distinguished names their normal form, which is kept in <c>link_key</c>.
/// </summary>
public sealed class LinkKey
{
    private static readonly string[] NameColumns = ["dn", "distinguishedName", "entryDN"];

    private readonly ISqlDialect _dialect;
    private readonly string _column;
    private readonly bool _isText;

    internal LinkKey(RepositoryTransaction transaction, EntitySchema schema, EntityProperty property, int ordinal)
    {
        _dialect = transaction.Dialect;
        Property = property;
        Table = schema.TableOf(property.EntityType);
        _column = transaction.Quote(Table.FindScalar(property)!.Name);
        _isText = ColumnCodec.TypeOf(property.Type) == ColumnCodec.TypeOf(PropertyType.String);
        QuotedTable = transaction.Quote(Table.Name);
        IsName = IsDistinguishedName(property);
        AffectedTable = $"sync_affected_{ordinal}";
    }

    public EntityProperty Property { get; }

    public ResourceTable Table { get; }

    /// <summary>True if the values are distinguished names.</summary>
    public bool IsName { get; }

    /// <summary>True if canonical values are in matching form as they are.</summary>
    public bool IsPlain => _isText && !IsName;

    internal string QuotedTable { get; }

    /// <summary>Temporary table of the key values that this delivery gives, takes or makes ambiguous.</summary>
    internal string AffectedTable { get; }

    internal string Literal => $"'{Property.QualifiedName.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>Whether a property holds distinguished names: its connection column says so (synchronization.md 9.6).</summary>
    public static bool IsDistinguishedName(EntityProperty property) =>
        property.Type == PropertyType.String
        && property.EntityType.Mapping?.Properties.FirstOrDefault(p => p.Property == property) is { } mapped
        && NameColumns.Contains(mapped.ConnectionColumn, StringComparer.OrdinalIgnoreCase);

    /// <summary>The matching form of a canonical value; null for null.</summary>
    public string? Match(string? canonical)
    {
        if (string.IsNullOrEmpty(canonical))
        {
            return null;
        }

        if (IsName)
        {
            return DistinguishedName.NormalizeOrKeep(canonical);
        }

        if (_isText)
        {
            return canonical;
        }

        // A text that is no value of the key's type matches nothing, and waits like any other unknown key.
        return CanonicalText.TryNormalize(Property.Type, canonical, out var normal)
            ? Convert.ToString(ColumnCodec.ToColumn(Property.Type, normal), CultureInfo.InvariantCulture)
            : canonical;
    }

    internal string From(string alias) => IsName ? $"link_key {alias}" : $"{QuotedTable} {alias}";

    internal string Id(string alias) => IsName ? $"{alias}.resource" : $"{alias}.id";

    internal string Value(string alias) =>
        IsName ? $"{alias}.value" : _isText ? $"{alias}.{_column}" : _dialect.AsText(Property.Type, $"{alias}.{_column}");

    /// <summary>The condition that the resource of <paramref name="alias"/> has the key.</summary>
    internal string Has(string alias, string key) =>
        IsName ? $"{alias}.property = {Literal} AND {alias}.value = {key}" : $"{alias}.{_column} = {_dialect.FromText(Property.Type, key)}";

    /// <summary>The condition that <paramref name="alias"/> is the row of a resource, and that it has a key at all.</summary>
    internal string Is(string alias, string id) =>
        IsName ? $"{alias}.property = {Literal} AND {alias}.resource = {id}" : $"{alias}.id = {id} AND {alias}.{_column} IS NOT NULL";

    /// <summary>The condition that no other resource has the key.</summary>
    internal string IsOnly(string alias, string key) =>
        $"NOT EXISTS (SELECT 1 FROM {From("other")} WHERE {Has("other", key)} AND {Id("other")} <> {Id(alias)})";
}
