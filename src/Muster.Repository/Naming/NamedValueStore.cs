using Muster.Configuration.Model;
using Muster.Configuration.Naming;
using Muster.Repository.Assignments;
using Muster.Repository.Schema;

namespace Muster.Repository.Naming;

/// <summary>What naming rules have made of each value (rolemodel.md 3.15): kept beside the deployed configuration, and not touched by a deployment.</summary>
public sealed class NamedValueStore(RepositoryTransaction transaction)
{
    private const string Columns = "mapping, value, resource_key, role, display_name, category, category_name, parent_category";

    internal static IEnumerable<string> Statements() =>
    [
        "CREATE TABLE IF NOT EXISTS named_value (mapping TEXT NOT NULL, value INTEGER NOT NULL, resource_key TEXT NOT NULL, role TEXT NOT NULL,"
            + " display_name TEXT NOT NULL, category TEXT, category_name TEXT, parent_category TEXT, PRIMARY KEY (mapping, value))",
    ];

    public IReadOnlyList<NamedValue> All() => transaction.Query(
        $"SELECT {Columns} FROM named_value ORDER BY mapping, value",
        row => new NamedValue
        {
            Mapping = row.GetString(0),
            Value = row.GetInt64(1),
            Key = row.GetString(2),
            Role = row.GetString(3),
            DisplayName = row.GetString(4),
            Category = row.IsDBNull(5) ? null : row.GetString(5),
            CategoryName = row.IsDBNull(6) ? null : row.GetString(6),
            ParentCategory = row.IsDBNull(7) ? null : row.GetString(7),
        });

    /// <summary>Naming rules of which something is kept, also those that the configuration has no more.</summary>
    public IReadOnlyList<string> Mappings() => IndexedTexts.Of(transaction, "named_value", "mapping");

    public void Put(NamedValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        transaction.Prepare(
                $"INSERT INTO named_value ({Columns}) VALUES (@mapping, @value, @key, @role, @name, @category, @categoryName, @parent)"
                + " ON CONFLICT (mapping, value) DO UPDATE SET resource_key = excluded.resource_key, role = excluded.role, display_name = excluded.display_name,"
                + " category = excluded.category, category_name = excluded.category_name, parent_category = excluded.parent_category",
                "@mapping", "@value", "@key", "@role", "@name", "@category", "@categoryName", "@parent")
            .Execute(value.Mapping, value.Value, value.Key, value.Role, value.DisplayName, value.Category, value.CategoryName, value.ParentCategory);
    }

    public void Remove(NamedValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        transaction.Prepare("DELETE FROM named_value WHERE mapping = @mapping AND value = @value", "@mapping", "@value").Execute(value.Mapping, value.Value);
    }

    /// <summary>Gives assigned single roles other names, all at once, so that two may change theirs for one another's. Returns how many rows.</summary>
    public int Rename(IReadOnlyDictionary<string, string> roles)
    {
        ArgumentNullException.ThrowIfNull(roles);
        var rows = AssignmentColumns.SingleRole.Select(
            transaction, transaction.Dialect.IsInTexts("t.role", "@roles"), ("@roles", transaction.Dialect.TextList(roles.Keys)));
        foreach (var row in rows)
        {
            AssignmentColumns.SingleRole.Update(transaction, row with { Role = roles[row.Role] }, keepHistory: true);
        }

        return rows.Count;
    }

    /// <summary>Who has any of some single roles, in whatever state, ascending.</summary>
    public IReadOnlyList<long> OwnersOf(IEnumerable<string> roles) => transaction.Query(
        $"SELECT DISTINCT owner FROM assigned_single_role t WHERE {transaction.Dialect.IsInTexts("t.role", "@roles")} ORDER BY owner",
        row => row.GetInt64(0),
        ("@roles", transaction.Dialect.TextList(roles)));

    /// <summary>The resources whose navigation contains one of some resources, ascending.</summary>
    public IReadOnlyList<long> Referring(EntitySchema schema, EntityProperty navigation, IEnumerable<long> values) => transaction.Query(
        $"SELECT DISTINCT id FROM ({schema.Referrers(transaction, navigation, $"SELECT value FROM {transaction.Dialect.IdRows("@ids")}")}) r ORDER BY id",
        row => row.GetInt64(0),
        ("@ids", transaction.Dialect.IdList(values)));
}
