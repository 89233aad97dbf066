using Muster.Configuration.Model;
using Muster.Policy.Access;
using Muster.Policy.Compilation;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Policy.Decisions;

/// <summary>An assignment as people see it.</summary>
/// <param name="Id">Stable as long as the assignment lives in this repository.</param>
/// <param name="OwnerKey">Null for a target without owner.</param>
/// <param name="Parameters">By dimension: the key of the value.</param>
/// <param name="Target">Of a resource type: the key of the target, once it is known.</param>
/// <param name="IsRemovalRequested">What waits is the removal; until then the assignment holds.</param>
/// <param name="Since">When the state changed last.</param>
public sealed record AssignmentView(
    long Id,
    AssignmentKind Kind,
    string Item,
    string OwnerType,
    long? Owner,
    string? OwnerKey,
    WorkflowState WorkflowState,
    ProvisioningState? ProvisioningState,
    string? Target,
    DateTime Start,
    DateTime End,
    IReadOnlyDictionary<string, string> Parameters,
    bool IsContextBound,
    bool IsRemovalRequested,
    DateTime? Since,
    string? BlockReason);

/// <summary>Which assignments a list is of; what is null does not restrict.</summary>
public sealed record AssignmentListFilter
{
    public EntityType? OwnerType { get; init; }

    public string? OwnerKey { get; init; }

    public WorkflowState? State { get; init; }

    public AssignmentKind? Kind { get; init; }

    /// <summary>A role or resource type.</summary>
    public string? Item { get; init; }

    /// <summary>Only what this user may see; null: everything, for the operator.</summary>
    public string? ActingUser { get; init; }

    /// <summary>At most so many of each kind.</summary>
    public int Limit { get; init; } = 10_000;
}

/// <summary>Finds assignments for <c>assignment list</c>, with the keys that name their owners and targets.</summary>
public sealed class AssignmentList(RepositoryTransaction transaction, EntitySchema schema, CompiledPolicy policy)
{
    private readonly ResourceReader _reader = new(transaction, schema);

    /// <summary>Roles first, then resource types, each by owner.</summary>
    public IReadOnlyList<AssignmentView> Find(AssignmentListFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var guard = new AccessGuard(transaction, schema, policy.Model, filter.ActingUser);
        long[]? owners = filter is { OwnerType: { } type, OwnerKey: { } key } ? [Owners.Find(_reader, type, key)] : null;
        if (filter is { Kind: { } kind, Item: { } item })
        {
            AssignmentItem.Find(policy.Model, kind, item);
        }

        var search = new AssignmentSearch(transaction);
        var rows = new AssignmentFilter
        {
            Owners = owners,
            States = filter.State is { } state ? [state] : null,
            Items = filter.Item is { } wanted ? [wanted] : null,

            // What the user may not see does not use up the limit.
            Limit = filter.ActingUser is null ? filter.Limit : int.MaxValue,
        };
        bool Asks(AssignmentKind of) => filter.Kind is null || filter.Kind == of;
        return View(Visible(filter, guard,
        [
            .. Asks(AssignmentKind.CompositeRole) ? search.CompositeRoles(rows).Select(r => AssignmentEntry.Of(AssignmentKind.CompositeRole, r)) : [],
            .. Asks(AssignmentKind.SingleRole) ? search.SingleRoles(rows).Select(r => AssignmentEntry.Of(AssignmentKind.SingleRole, r)) : [],
            .. Asks(AssignmentKind.ResourceType) ? search.ResourceTypes(rows).Select(r => AssignmentEntry.Of(new AssignedType(r, [], []))) : [],
        ]), new ResourceRights(guard, policy.Model));
    }

    private IReadOnlyList<AssignmentEntry> Visible(AssignmentListFilter filter, AccessGuard guard, IReadOnlyList<AssignmentEntry> entries) =>
        guard.User is null
            ? entries
            : [.. new SeenAssignments(guard, new ResourceRights(guard, policy.Model), policy.Model).Seen(entries).GroupBy(e => e.Kind).SelectMany(g => g.Take(filter.Limit))];

    internal IReadOnlyList<AssignmentView> View(IReadOnlyList<AssignmentEntry> entries, ResourceRights rights)
    {
        // What a role or resource type that is gone from the configuration has left cannot be named any more.
        var known = entries.Select(e => (Entry: e, Item: AssignmentItem.TryFind(policy.Model, e.Kind, e.Item))).Where(e => e.Item is not null).ToList();
        var owners = Keys(known.Select(e => (e.Item!.OwnerType, (long?)e.Entry.Owner)), rights);
        var targets = Keys(known.Where(e => e.Item!.ResourceType is not null).Select(e => (e.Item!.ResourceType!.TargetEntityType, e.Entry.Type!.Row.Resource)), rights);
        return
        [
            .. known.Select(e => Of(e.Entry, e.Item!, owners, targets))
                .OrderBy(v => v.Kind == AssignmentKind.ResourceType ? 1 : 0)
                .ThenBy(v => v.OwnerType, StringComparer.Ordinal)
                .ThenBy(v => v.OwnerKey, StringComparer.Ordinal)
                .ThenBy(v => v.Item, StringComparer.Ordinal)
                .ThenBy(v => v.Start)
                .ThenBy(v => v.Id),
        ];
    }

    private static AssignmentView Of(
        AssignmentEntry entry, AssignmentItem item, Dictionary<(EntityType, long), string> owners, Dictionary<(EntityType, long), string> targets)
    {
        var row = entry.Type?.Row;
        var hasOwner = row is null || row.Owner is not null;
        return new AssignmentView(
            entry.Id,
            entry.Kind,
            entry.Item,
            item.OwnerType.Identifier,
            hasOwner ? entry.Owner : null,
            hasOwner ? owners.GetValueOrDefault((item.OwnerType, entry.Owner), $"#{entry.Owner}") : null,
            entry.WorkflowState,
            row?.ProvisioningState,
            row?.Resource is { } target ? targets.GetValueOrDefault((item.ResourceType!.TargetEntityType, target), $"#{target}") : null,
            entry.StartDate,
            entry.EndDate,
            AssignmentParameters.Parse(entry.ParametersValues),
            entry.IsContextBound,
            entry.AsksRemoval && entry.WorkflowState.IsPending(),
            entry.StateSince,
            row?.BlockReason);
    }

    private Dictionary<(EntityType, long), string> Keys(IEnumerable<(EntityType Type, long? Id)> resources, ResourceRights rights)
    {
        var keys = new Dictionary<(EntityType, long), string>();
        foreach (var byType in resources.Where(r => r.Id is not null).GroupBy(r => r.Type))
        {
            foreach (var (id, key) in Owners.Keys(_reader, byType.Key, [.. byType.Select(r => r.Id!.Value).Distinct()]))
            {
                keys[(byType.Key, id)] = rights.Name(byType.Key, id, key);
            }
        }

        return keys;
    }
}

/// <summary>Resources by the keys that people name them by.</summary>
internal static class Owners
{
    public static long Find(ResourceReader reader, EntityType type, string key) =>
        reader.FindByKey(type, key) ?? throw NotFound(type, key);

    public static DecisionRefusedException NotFound(EntityType type, string key) =>
        new($"There is no '{type.Identifier}' with the key '{key}'. 'muster resource list {type.Identifier}' shows all.");

    public static Dictionary<long, string> Keys(ResourceReader reader, EntityType type, IReadOnlyList<long> ids)
    {
        return reader.Load(type, ids, ResourceNames.PathsOf(type)).ToDictionary(r => r.Id, ResourceNames.Of);
    }
}
