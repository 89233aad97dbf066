using Muster.Configuration.Model;
using Muster.Configuration.Naming;
using Muster.Repository.Dump;
using Muster.Repository.Naming;
using Muster.Repository.Schema;

namespace Muster.Repository.Assignments;

/// <summary>
/// Assignments in the dump: by the keys of owner and target, with their states. No ids, no times of orders. The lines of a resource type
/// belong to its source entity type.
/// </summary>
public sealed class AssignmentDump : IDumpSection
{
    private AssignmentDump()
    {
    }

    public static IDumpSection Section { get; } = new AssignmentDump();

    /// <summary>What <c>repository dump</c> tells: resources, links, then assignments.</summary>
    public static RepositoryDump Whole(EntitySchema schema) => new(schema, [.. RepositoryDump.OwnSections, Section]);

    public IEnumerable<DumpLine> Lines(RepositoryTransaction transaction, EntitySchema schema)
    {
        IReadOnlyList<NamedValue> values = schema.Model.RoleMappings.Count == 0 ? [] : new NamedValueStore(transaction).All();
        var named = NamedRoles.Of(schema.Model, values);
        var lines = Named(transaction, schema, named).Concat(Roles(transaction, schema, named)).Concat(Types(transaction, schema)).Concat(Profiles(transaction, schema)).Concat(Risks(transaction, schema));
        return lines.OrderBy(l => l.EntityType, StringComparer.Ordinal).ThenBy(l => l.Json, StringComparer.Ordinal);
    }

    /// <summary>What naming rules have made: each rule with its role.</summary>
    private static IEnumerable<DumpLine> Named(RepositoryTransaction transaction, EntitySchema schema, NamedRoles named)
    {
        var made = named.Roles.ToHashSet();
        foreach (var byType in named.Rules.GroupBy(r => r.Mapping!.ValueType))
        {
            var names = DumpText.Names(transaction, schema, byType.Key, byType.Select(r => r.ResourceId!.Value));
            foreach (var rule in byType)
            {
                var role = rule.SingleRole!;
                yield return new DumpLine(byType.Key.Identifier, DumpText.Object(
                    ("namedRole", role.Identifier),
                    ("mapping", rule.Mapping!.Identifier),
                    ("value", names.GetValueOrDefault(rule.ResourceId!.Value)),
                    ("displayName", made.Contains(role) ? role.DisplayNames.Default : null),
                    ("category", made.Contains(role) ? PathOf(role.Category) : null)));
            }
        }
    }

    private static string? PathOf(Category? category) =>
        category is null ? null : category.Parent is { } parent ? $"{PathOf(parent)}/{category.Identifier}" : category.Identifier;

    private static IEnumerable<DumpLine> Roles(RepositoryTransaction transaction, EntitySchema schema, NamedRoles named)
    {
        foreach (var line in Roles(transaction, schema, "assignedSingleRole", AssignmentColumns.SingleRole, schema.Model.SingleRoles.Concat(named.Roles)))
        {
            yield return line;
        }

        foreach (var line in Roles(transaction, schema, "assignedCompositeRole", AssignmentColumns.CompositeRole, schema.Model.CompositeRoles))
        {
            yield return line;
        }
    }

    private static IEnumerable<DumpLine> Roles<T>(
        RepositoryTransaction transaction, EntitySchema schema, string kind, RowTable<T> table, IEnumerable<Role> definitions)
        where T : AssignedRole
    {
        foreach (var byType in definitions.GroupBy(r => r.EntityType))
        {
            var roles = byType.Select(r => r.Identifier).ToList();
            var rows = table.Select(transaction, transaction.Dialect.IsInTexts("t.role", "@roles"), ("@roles", transaction.Dialect.TextList(roles)));
            var names = DumpText.Names(transaction, schema, byType.Key, rows.Select(r => r.Owner));
            foreach (var row in rows)
            {
                yield return new DumpLine(byType.Key.Identifier, DumpText.Object(
                    (kind, row.Role),
                    ("owner", names.GetValueOrDefault(row.Owner)),
                    ("parameters", row.ParametersValues),
                    ("workflowState", row.WorkflowState.ToString()),
                    ("start", Date(row.StartDate)),
                    ("end", Date(row.EndDate)),
                    ("isIndirect", row.IsIndirect ? true : null)));
            }
        }
    }

    private static IEnumerable<DumpLine> Types(RepositoryTransaction transaction, EntitySchema schema)
    {
        foreach (var type in schema.Model.ResourceTypes)
        {
            var ids = transaction.Query(
                "SELECT id FROM assigned_resource_type WHERE resource_type = @type", row => row.GetInt64(0), ("@type", type.Identifier));
            foreach (var chunk in ids.Chunk(1_000))
            {
                var rows = new AssignmentStore(transaction).LoadTypes(chunk);
                var owners = DumpText.Names(transaction, schema, type.SourceEntityType, rows.Select(r => r.Row.Owner).OfType<long>());
                var targets = DumpText.Names(transaction, schema, type.TargetEntityType, rows.Select(r => r.Row.Resource).OfType<long>());
                var links = Links(transaction, schema, type, rows);
                foreach (var row in rows)
                {
                    yield return new DumpLine(type.SourceEntityType.Identifier, Line(row, type, owners, targets, links));
                }
            }
        }
    }

    private static string Line(
        AssignedType type, ResourceType definition, Dictionary<long, string> owners, Dictionary<long, string> targets, Dictionary<(string, long), string> links)
    {
        var row = type.Row;
        bool IsFile(AssignedResourceScalar value) => definition.TargetEntityType.FindProperty(value.Property)?.Kind == PropertyKind.Binary;
        string? Link(string property, long? id) => id is { } known ? links.GetValueOrDefault((property, known), "?") : null;
        return DumpText.Object(
            ("assignedResourceType", row.ResourceType),
            ("owner", row.Owner is { } owner ? owners.GetValueOrDefault(owner) : null),
            ("target", row.Resource is { } target ? targets.GetValueOrDefault(target) : null),
            ("workflowState", row.WorkflowState.ToString()),
            ("provisioningState", row.ProvisioningState.ToString()),
            ("confidence", row.Confidence),
            ("start", Date(row.StartDate)),
            ("end", Date(row.EndDate)),
            ("blockReason", row.BlockReason),
            ("scalars", Values(type.Scalars.Where(s => !IsFile(s)))),
            ("binaries", type.Scalars.Any(IsFile) ? Values(type.Scalars.Where(IsFile)) : null),
            ("navigations", type.Navigations.Select(n => new
            {
                n.Property,
                Resource = Link(n.Property, n.Resource),
                Current = Link(n.Property, n.CurrentResource),
                WorkflowState = n.WorkflowState.ToString(),
                ProvisioningState = n.ProvisioningState.ToString(),
                Start = Date(n.StartDate),
                End = Date(n.EndDate),
            }).OrderBy(n => n.Property, StringComparer.Ordinal).ThenBy(n => n.Resource, StringComparer.Ordinal).ToArray()));
    }

    /// <summary>Values of scalars, or of files by their references.</summary>
    private static object[] Values(IEnumerable<AssignedResourceScalar> values) =>
    [
        .. values.OrderBy(s => s.Property, StringComparer.Ordinal).Select(s => new
        {
            s.Property,
            s.PolicyValue,
            s.CurrentValue,
            WorkflowState = s.WorkflowState.ToString(),
            ProvisioningState = s.ProvisioningState.ToString(),
        }),
    ];

    private static Dictionary<(string, long), string> Links(
        RepositoryTransaction transaction, EntitySchema schema, ResourceType type, IReadOnlyList<AssignedType> rows)
    {
        var names = new Dictionary<(string, long), string>();
        foreach (var byProperty in rows.SelectMany(r => r.Navigations).GroupBy(n => n.Property))
        {
            if (type.TargetEntityType.FindProperty(byProperty.Key)?.TargetEntityType is { } pointed)
            {
                var ids = byProperty.SelectMany(n => new[] { n.Resource, n.CurrentResource }).OfType<long>();
                foreach (var (id, name) in DumpText.Names(transaction, schema, pointed, ids))
                {
                    names[(byProperty.Key, id)] = name;
                }
            }
        }

        return names;
    }

    private static IEnumerable<DumpLine> Risks(RepositoryTransaction transaction, EntitySchema schema)
    {
        var store = new RiskStore(transaction);
        foreach (var type in schema.Model.Risks.Select(r => r.EntityType).Distinct())
        {
            var (risks, scores) = (store.All(type), store.Scores(type));
            var names = DumpText.Names(transaction, schema, type, risks.Select(r => r.Owner).Concat(scores.Select(s => s.Owner)));
            foreach (var (owner, risk) in risks)
            {
                yield return new DumpLine(type.Identifier, DumpText.Object(("identifiedRisk", risk), ("owner", names.GetValueOrDefault(owner))));
            }

            foreach (var (owner, score) in scores)
            {
                yield return new DumpLine(type.Identifier, DumpText.Object(("riskScore", score), ("owner", names.GetValueOrDefault(owner))));
            }
        }
    }

    private static IEnumerable<DumpLine> Profiles(RepositoryTransaction transaction, EntitySchema schema)
    {
        foreach (var byType in schema.Model.ProfileRuleContexts.GroupBy(c => c.EntityType))
        {
            var contexts = byType.Select(c => c.Identifier).ToList();
            var rows = AssignmentColumns.Profile.Select(
                transaction, transaction.Dialect.IsInTexts("t.rule_context", "@contexts"), ("@contexts", transaction.Dialect.TextList(contexts)));
            var names = DumpText.Names(transaction, schema, byType.Key, rows.Select(r => r.User));
            foreach (var row in rows)
            {
                yield return new DumpLine(byType.Key.Identifier, DumpText.Object(
                    ("assignedProfile", row.Profile),
                    ("user", names.GetValueOrDefault(row.User)),
                    ("dimensions", Dimensions(transaction, schema, row.Dimensions)),
                    ("isDenied", row.IsDenied),
                    ("accessState", row.AccessState)));
            }
        }
    }

    /// <summary><c>0=123;1=456</c> with the keys of the resources instead of their ids.</summary>
    private static string Dimensions(RepositoryTransaction transaction, EntitySchema schema, string text) =>
        string.Join(';', text.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(part =>
        {
            var pieces = part.Split('=');
            var index = int.Parse(pieces[0], System.Globalization.CultureInfo.InvariantCulture);
            var id = long.Parse(pieces[1], System.Globalization.CultureInfo.InvariantCulture);
            var type = schema.Model.Dimensions.FirstOrDefault(d => d.Index == index)?.EntityType;
            return $"{index}={(type is null ? "?" : DumpText.Names(transaction, schema, type, [id]).GetValueOrDefault(id, "?"))}";
        }));

    /// <summary>Dates of assignments are content; the sentinels are left out.</summary>
    private static string? Date(DateTime date) =>
        date == SentinelDates.Minimum || date == SentinelDates.Maximum ? null : Configuration.Values.CanonicalText.Format(date);
}
