using Muster.Configuration.Model;
using Muster.Repository.Changes;
using Muster.Repository.Schema;

namespace Muster.Repository.Assignments;

/// <summary>What a save wrote.</summary>
public sealed record AssignmentChanges(int Inserted, int Updated, int Ended)
{
    public static AssignmentChanges None { get; } = new(0, 0, 0);

    public bool Any => Inserted + Updated + Ended > 0;

    public static AssignmentChanges operator +(AssignmentChanges left, AssignmentChanges right) =>
        new(left.Inserted + right.Inserted, left.Updated + right.Updated, left.Ended + right.Ended);

    public static AssignmentChanges Add(AssignmentChanges left, AssignmentChanges right) => left + right;
}

/// <summary>Assignments of owners: read and written by batches, and only differences are written (rolemodel.md 5.4, phase 11).</summary>
public sealed class AssignmentStore(RepositoryTransaction transaction)
{
    private readonly ProfileDueStore _profiles = new(transaction);
    private readonly ClassificationDueStore _classification = new(transaction);

    /// <summary>All assignments of the given owners; owners without any are there with empty lists.</summary>
    public IReadOnlyDictionary<long, OwnerAssignments> Load(IReadOnlyCollection<long> owners)
    {
        var ids = ("@ids", (object?)transaction.Dialect.IdList(owners));
        var condition = transaction.Dialect.IsIn("t.owner", "@ids");
        var roles = AssignmentColumns.SingleRole.Groups(transaction, r => r.Owner, condition, ids);
        var composites = AssignmentColumns.CompositeRole.Groups(transaction, r => r.Owner, condition, ids);
        var types = AssignmentColumns.ResourceType.Groups(transaction, r => r.Owner!.Value, condition, ids);
        var values = Values(types.Values.SelectMany(t => t).Select(r => r.Id));
        var assignments = new Dictionary<long, OwnerAssignments>(owners.Count);
        foreach (var owner in owners)
        {
            assignments.TryAdd(owner, new OwnerAssignments(owner, roles.GetValueOrDefault(owner) ?? [], types.TryGetValue(owner, out var rows) ? rows.ConvertAll(values) : [])
            {
                CompositeRoles = composites.GetValueOrDefault(owner) ?? [],
            });
        }

        return assignments;
    }

    /// <summary>Assigned resource types by id, with their values.</summary>
    public IReadOnlyList<AssignedType> LoadTypes(IReadOnlyCollection<long> ids) =>
        WithValues(AssignmentColumns.ResourceType.Select(
            transaction, transaction.Dialect.IsIn("t.id", "@ids"), ("@ids", transaction.Dialect.IdList(ids))));

    /// <summary>The rows, without values, whose target is among the given resources.</summary>
    public IReadOnlyList<AssignedResourceType> OfTargets(IReadOnlyCollection<long> resources) =>
        AssignmentColumns.ResourceType.Select(
            transaction, transaction.Dialect.IsIn("t.resource", "@ids"), ("@ids", transaction.Dialect.IdList(resources)));

    /// <summary>As <see cref="OfTargets(IReadOnlyCollection{long})"/>, by id; rows that were read before are not read again.</summary>
    /// <param name="known">By id, as they are stored.</param>
    public IReadOnlyList<AssignedResourceType> OfTargets(IReadOnlyCollection<long> resources, IReadOnlyDictionary<long, AssignedResourceType> known)
    {
        ArgumentNullException.ThrowIfNull(known);
        var ids = transaction.Rows(
            $"SELECT id FROM assigned_resource_type WHERE {transaction.Dialect.IsIn("resource", "@ids")}", row => row.Long(), ("@ids", transaction.Dialect.IdList(resources)));
        var missing = ids.FindAll(id => !known.ContainsKey(id));
        var others = missing.Count == 0
            ? []
            : AssignmentColumns.ResourceType.Select(transaction, transaction.Dialect.IsIn("t.id", "@ids"), ("@ids", transaction.Dialect.IdList(missing)));
        others.AddRange(ids.Where(known.ContainsKey).Select(id => known[id]));
        others.Sort((left, right) => left.Id.CompareTo(right.Id));
        return others;
    }

    /// <summary>Owners that have one of the given resources as target, within some resource types.</summary>
    public IReadOnlySet<long> OwnersOf(IReadOnlyCollection<long> resources, IReadOnlyCollection<string> resourceTypes) =>
        Owners(
            $"SELECT t.owner FROM assigned_resource_type t WHERE {transaction.Dialect.IsIn("t.resource", "@ids")} AND t.owner IS NOT NULL"
            + $" AND {transaction.Dialect.IsInTexts("t.resource_type", "@types")}",
            resources,
            resourceTypes);

    /// <summary>Owners that have a row for a link to one of the given resources, within some resource types.</summary>
    public IReadOnlySet<long> OwnersLinkedTo(IReadOnlyCollection<long> resources, IReadOnlyCollection<string> resourceTypes) =>
        resources.Count == 0
            ? new HashSet<long>()
            : Owners(
                "SELECT t.owner FROM assigned_resource_navigation n JOIN assigned_resource_type t ON t.id = n.assigned_resource_type"
                + $" WHERE {transaction.Dialect.IsIn("n.resource", "@ids")} AND t.owner IS NOT NULL AND {transaction.Dialect.IsInTexts("t.resource_type", "@types")}",
                resources,
                resourceTypes);

    /// <summary>Owners that wait for a synchronisation to confirm what was executed, where one that started later has been applied.</summary>
    public IReadOnlyList<long> OwnersToConfirm(string resourceType, DateTime exportStartedAt) =>
        transaction.Query(
            "SELECT DISTINCT owner FROM assigned_resource_type WHERE resource_type = @type AND awaits_since IS NOT NULL AND awaits_since < @at"
            + " AND owner IS NOT NULL",
            row => row.GetInt64(0),
            ("@type", resourceType),
            ("@at", ChangeLog.FormatInstant(exportStartedAt)));

    /// <summary>Owners with something transmitted or executed up to an instant (TransmittedStateValidityPeriod).</summary>
    public IReadOnlyList<long> OwnersWithOrdersBefore(string resourceType, DateTime instant) =>
        transaction.Query(
            "SELECT DISTINCT owner FROM assigned_resource_type t WHERE resource_type = @type AND owner IS NOT NULL AND ("
            + " (provisioning_state IN (2, 8) AND order_at <= @at)"
            + " OR EXISTS (SELECT 1 FROM assigned_resource_scalar s WHERE s.assigned_resource_type = t.id AND s.provisioning_state IN (2, 8) AND s.order_at <= @at)"
            + " OR EXISTS (SELECT 1 FROM assigned_resource_navigation n WHERE n.assigned_resource_type = t.id AND n.provisioning_state IN (2, 8) AND n.order_at <= @at))",
            row => row.GetInt64(0),
            ("@type", resourceType),
            ("@at", ChangeLog.FormatInstant(instant)));

    /// <summary>Owners of assignments that do not exist any more.</summary>
    public IReadOnlyList<long> DeletedOwners(
        EntitySchema schema,
        EntityType source,
        IReadOnlyCollection<string> resourceTypes,
        IReadOnlyCollection<string> roles,
        IReadOnlyCollection<string> compositeRoles)
    {
        var table = transaction.Quote(schema.TableOf(source).Name);
        var dialect = transaction.Dialect;
        return transaction.Query(
            $"SELECT owner FROM assigned_resource_type t WHERE owner IS NOT NULL AND {dialect.IsInTexts("resource_type", "@types")}"
            + $" AND NOT EXISTS (SELECT 1 FROM {table} r WHERE r.id = t.owner)"
            + $" UNION SELECT owner FROM assigned_single_role t WHERE {dialect.IsInTexts("role", "@roles")}"
            + $" AND NOT EXISTS (SELECT 1 FROM {table} r WHERE r.id = t.owner)"
            + $" UNION SELECT owner FROM assigned_composite_role t WHERE {dialect.IsInTexts("role", "@composites")}"
            + $" AND NOT EXISTS (SELECT 1 FROM {table} r WHERE r.id = t.owner)",
            row => row.GetInt64(0),
            ("@types", dialect.TextList(resourceTypes)),
            ("@roles", dialect.TextList(roles)),
            ("@composites", dialect.TextList(compositeRoles)));
    }

    /// <summary>Valid assigned resource types of a type that have a target, counted up to a number: the base of relative thresholds (rolemodel.md 8).</summary>
    public long CountWithTarget(string resourceType, long limit = long.MaxValue) =>
        transaction.Count(
            "SELECT COUNT(*) FROM (SELECT 1 FROM assigned_resource_type WHERE resource_type = @type AND resource IS NOT NULL LIMIT @limit) t",
            ("@type", resourceType),
            ("@limit", limit));

    /// <summary>Owners, among the given ones, whose resource of another type has been provisioned (DependsOn).</summary>
    public IReadOnlySet<long> OwnersProvisioned(string resourceType, IReadOnlyCollection<long> owners) =>
        transaction.Query(
                $"SELECT DISTINCT owner FROM assigned_resource_type WHERE {transaction.Dialect.Unindexed("resource_type")} = @type AND workflow_state NOT IN (1, 3, 17, 20)"
                + $" AND (resource IS NOT NULL AND (confidence IS NULL OR confidence >= 100) OR provisioning_state = 8) AND {transaction.Dialect.IsIn("owner", "@ids")}",
                row => row.GetInt64(0),
                ("@type", resourceType),
                ("@ids", transaction.Dialect.IdList(owners)))
            .ToHashSet();

    /// <summary>
    /// Owners, among the given ones, and targets of the assignments of a type that are logins, see <see cref="AssignmentStates.IsLogin"/>.
    /// </summary>
    public IReadOnlyList<(long Owner, long? Target)> OwnersAndTargets(string resourceType, IReadOnlyCollection<long> owners) =>
        transaction.Query(
            $"SELECT owner, resource FROM assigned_resource_type WHERE {transaction.Dialect.IsIn("owner", "@ids")} AND {transaction.Dialect.Unindexed("resource_type")} = @type"
            + " AND (resource IS NOT NULL OR provisioning_state = 8)"
            + " AND workflow_state NOT IN (1, 3, 17, 20) AND (confidence IS NULL OR confidence >= 100) ORDER BY owner, resource NULLS FIRST",
            row => (row.GetInt64(0), row.IsDBNull(1) ? (long?)null : row.GetInt64(1)),
            ("@type", resourceType),
            ("@ids", transaction.Dialect.IdList(owners)));

    /// <summary>Rows without owner, whose target is among the given resources.</summary>
    public IReadOnlyList<AssignedResourceType> OrphansOf(IReadOnlyCollection<long> resources) =>
        AssignmentColumns.ResourceType.Select(
            transaction, $"{transaction.Dialect.Unindexed("t.owner")} IS NULL AND {transaction.Dialect.IsIn("t.resource", "@ids")}", ("@ids", transaction.Dialect.IdList(resources)));

    /// <summary>Rows without owner whose target does not exist any more.</summary>
    public IReadOnlyList<long> OrphansWithoutTarget(EntitySchema schema, EntityType target, IReadOnlyCollection<string> resourceTypes) =>
        transaction.Query(
            $"SELECT id FROM assigned_resource_type t WHERE owner IS NULL AND {transaction.Dialect.IsInTexts("resource_type", "@types")}"
            + $" AND NOT EXISTS (SELECT 1 FROM {transaction.Quote(schema.TableOf(target).Name)} r WHERE r.id = t.resource)",
            row => row.GetInt64(0),
            ("@types", transaction.Dialect.TextList(resourceTypes)));

    /// <summary>Ids of an entity type ordered by the key that names its resources, so that nothing depends on the order of ids.</summary>
    /// <param name="among">Only these; null for all.</param>
    public IReadOnlyList<long> InKeyOrder(EntitySchema schema, EntityType type, IReadOnlyCollection<long>? among)
    {
        var table = schema.TableOf(type);
        var key = type.IdentityProperty is { } identity && table.FindScalar(identity) is { } column ? $"{transaction.Quote(column.Name)} NULLS FIRST, " : "";
        var condition = among is null ? "" : $" WHERE {transaction.Dialect.IsIn("id", "@ids")}";
        return transaction.Query(
            $"SELECT id FROM {transaction.Quote(table.Name)}{condition} ORDER BY {key}id",
            row => row.GetInt64(0),
            among is null ? [] : [("@ids", transaction.Dialect.IdList(among))]);
    }

    /// <summary>Writes the differences between the stored rows and those that shall be.</summary>
    /// <param name="keepHistory">False overwrites in place (<c>IgnoreHistorization</c>).</param>
    public AssignmentChanges Save(IEnumerable<OwnerAssignments> stored, IReadOnlyCollection<OwnerAssignments> wanted, bool keepHistory)
    {
        var before = stored.ToList();
        var changes = Difference(
            AssignmentColumns.SingleRole,
            before.SelectMany(o => o.Roles),
            Stamped(before.SelectMany(o => o.Roles), wanted.SelectMany(o => o.Roles), r => r.Id, r => (r.WorkflowState, r.StateSince), (r, at) => r with { StateSince = at }),
            r => r.Id,
            (r, id) => r with { Id = id },
            keepHistory);
        changes += Difference(
            AssignmentColumns.CompositeRole,
            before.SelectMany(o => o.CompositeRoles),
            Stamped(before.SelectMany(o => o.CompositeRoles), wanted.SelectMany(o => o.CompositeRoles), r => r.Id, r => (r.WorkflowState, r.StateSince), (r, at) => r with { StateSince = at }),
            r => r.Id,
            (r, id) => r with { Id = id },
            keepHistory);
        return changes + SaveTypes(before.SelectMany(o => o.Types), wanted.SelectMany(o => o.Types), keepHistory);
    }

    /// <summary>As <see cref="Save"/>, for assigned resource types alone.</summary>
    public AssignmentChanges SaveTypes(IEnumerable<AssignedType> stored, IEnumerable<AssignedType> wanted, bool keepHistory)
    {
        var before = stored.ToList();
        var after = Numbered(StampedTypes(before, wanted));
        ForgetCreatedKeys(before, after.Select(t => t.Type.Row));
        _profiles.MarkLogins(before.Select(t => t.Row), after.Select(t => t.Type.Row));
        _classification.Mark(before.Select(t => t.Row), after.Select(t => t.Type.Row));
        var changes = Difference(
            AssignmentColumns.ResourceType, before.Select(t => t.Row), after.Select(t => t.Type.Row), r => r.Id, (r, _) => r, keepHistory,
            after.Where(t => t.IsNew).Select(t => t.Type.Row.Id).ToHashSet());
        changes += Difference(
            AssignmentColumns.Scalar, before.SelectMany(t => t.Scalars), after.SelectMany(t => t.Type.Scalars), r => r.Id, (r, id) => r with { Id = id }, keepHistory);
        return changes + Difference(
            AssignmentColumns.Navigation, before.SelectMany(t => t.Navigations), after.SelectMany(t => t.Type.Navigations), r => r.Id, (r, id) => r with { Id = id }, keepHistory);
    }

    private IEnumerable<AssignedType> StampedTypes(List<AssignedType> before, IEnumerable<AssignedType> wanted)
    {
        var types = wanted.ToList();
        return types.Zip(
            Stamped(before.Select(t => t.Row), types.Select(t => t.Row), r => r.Id, r => (r.WorkflowState, r.StateSince), (r, at) => r with { StateSince = at }),
            (t, row) => t with { Row = row });
    }

    /// <summary>Notes on rows whose workflow state changes, and on new ones, that it did now; the others keep what they have.</summary>
    private IEnumerable<T> Stamped<T>(
        IEnumerable<T> stored, IEnumerable<T> wanted, Func<T, long> id, Func<T, (WorkflowState State, DateTime? Since)> state, Func<T, DateTime?, T> with)
    {
        var before = stored.ToDictionary(id, state);
        foreach (var row in wanted)
        {
            yield return with(row, before.TryGetValue(id(row), out var old) && old.State == state(row).State ? old.Since : transaction.Now);
        }
    }

    /// <summary>Ends rows without owner whose target has found one.</summary>
    public int EndTypes(IEnumerable<long> ids, bool keepHistory)
    {
        var ended = LoadTypes([.. ids]);
        return SaveTypes(ended, [], keepHistory).Ended;
    }

    /// <summary>Of those whose creation was executed, and that have found its resource or end without it.</summary>
    private void ForgetCreatedKeys(List<AssignedType> before, IEnumerable<AssignedResourceType> after)
    {
        var waiting = before.Select(t => t.Row).Where(r => r.Resource is null && r.Order is not null).Select(r => r.Id).ToHashSet();
        if (waiting.Count > 0)
        {
            waiting.ExceptWith(after.Where(r => r.Resource is null).Select(r => r.Id));
            foreach (var id in waiting)
            {
                CreatedKeyStore.Forget(transaction, id);
            }
        }
    }

    private List<AssignedType> WithValues(List<AssignedResourceType> rows) => rows.ConvertAll(Values(rows.Select(r => r.Id)));

    /// <summary>Reads the values of rows.</summary>
    private Converter<AssignedResourceType, AssignedType> Values(IEnumerable<long> rows)
    {
        var ids = ("@ids", (object?)transaction.Dialect.IdList(rows));
        var condition = transaction.Dialect.IsIn("t.assigned_resource_type", "@ids");
        var scalars = AssignmentColumns.Scalar.Groups(transaction, s => s.AssignedResourceType, condition, ids);
        var navigations = AssignmentColumns.Navigation.Groups(transaction, n => n.AssignedResourceType, condition, ids);
        return row => new AssignedType(row, scalars.GetValueOrDefault(row.Id) ?? [], navigations.GetValueOrDefault(row.Id) ?? []);
    }

    /// <summary>Gives ids to new assigned resource types, and to their values the id that they belong to.</summary>
    private List<(AssignedType Type, bool IsNew)> Numbered(IEnumerable<AssignedType> wanted)
    {
        var list = wanted.ToList();
        var missing = list.Count(t => t.Row.Id == 0);
        var next = missing == 0 ? 0 : transaction.AllocateIds(missing);
        var numbered = new List<(AssignedType, bool)>(list.Count);
        foreach (var type in list)
        {
            if (type.Row.Id != 0)
            {
                numbered.Add((type, false));
                continue;
            }

            var id = next++;
            numbered.Add((
                new AssignedType(
                    type.Row with { Id = id },
                    [.. type.Scalars.Select(s => s with { AssignedResourceType = id })],
                    [.. type.Navigations.Select(n => n with { AssignedResourceType = id })]),
                true));
        }

        return numbered;
    }

    private AssignmentChanges Difference<T>(
        RowTable<T> table,
        IEnumerable<T> stored,
        IEnumerable<T> wanted,
        Func<T, long> id,
        Func<T, long, T> number,
        bool keepHistory,
        HashSet<long>? numbered = null)
        where T : class
    {
        var before = stored.ToDictionary(id);
        var inserts = new List<T>();
        var updates = new List<T>();
        foreach (var row in wanted)
        {
            if (id(row) == 0 || numbered?.Contains(id(row)) == true)
            {
                inserts.Add(row);
            }
            else if (before.Remove(id(row), out var old) && !old.Equals(row))
            {
                updates.Add(row);
            }
        }

        var unnumbered = inserts.Count(r => id(r) == 0);
        var next = unnumbered == 0 ? 0 : transaction.AllocateIds(unnumbered);
        table.Write(transaction, inserts.ConvertAll(r => id(r) == 0 ? number(r, next++) : r), updates, before.Keys, keepHistory);
        return new AssignmentChanges(inserts.Count, updates.Count, before.Count);
    }

    private HashSet<long> Owners(string sql, IReadOnlyCollection<long> resources, IReadOnlyCollection<string> resourceTypes) =>
        transaction.Query(
                sql,
                row => row.GetInt64(0),
                ("@ids", transaction.Dialect.IdList(resources)),
                ("@types", transaction.Dialect.TextList(resourceTypes)))
            .ToHashSet();
}
