using System.Globalization;
using System.Text.Json.Nodes;
using Muster.Configuration.Exchange;
using Muster.Configuration.Model;
using Muster.Expressions;
using Muster.Expressions.Dependencies;
using Muster.Policy.Compilation;
using Muster.Policy.RoleModel;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Policy.Orders;

/// <summary>Makes orders of drafts, stores them, and sets what they carry to Transmitted: all in the caller's transaction.</summary>
internal sealed class OrderWriter(
    RepositoryTransaction transaction, EntitySchema schema, EvaluationContext evaluation, int ordersPerFile)
{
    private readonly AssignmentProgress _progress = new(transaction);
    private readonly OrderStore _orders = new(transaction);
    private readonly ResourceReader _reader = new(transaction, schema);

    private readonly string _stamp = transaction.Now.ToString("yyyyMMddHHmmssfff", CultureInfo.InvariantCulture);

    public List<string> Errors { get; } = [];

    /// <summary>Writes some of the orders of a resource type; returns how many could be made.</summary>
    /// <param name="first">How many drafts of the resource type came before: it decides the files.</param>
    public int Write(CompiledResourceType type, IReadOnlyList<DraftOrder> drafts, long first)
    {
        var arguments = type.Arguments?.Reads.Paths ?? (IEnumerable<ReadPath>)[];
        var owners = Load(type.Definition.SourceEntityType, drafts.Select(d => d.Assignment.Row.Owner), arguments);
        var targets = Load(type.Definition.TargetEntityType, drafts.Select(d => d.Assignment.Row.Resource), arguments);
        var pointed = Pointed(type, drafts);
        var files = new OrderedFiles(transaction, type.Definition, drafts.SelectMany(d => d.Scalars));
        var orders = new List<StoredOrder>(drafts.Count);
        var sent = new List<(AssignedType, AssignedType)>(drafts.Count);
        foreach (var draft in drafts)
        {
            var number = (first++ / ordersPerFile) + 1;
            if (Arguments(type, Order(draft, owners, targets, pointed, files), owners, targets, draft) is not { } order)
            {
                continue;
            }

            orders.Add(new StoredOrder
            {
                Id = order.Id,
                AssignedResourceType = order.AssignedResourceTypeId,
                ResourceType = order.ResourceType,
                Connector = order.Connector,
                ChangeType = (int)order.ChangeType,
                Rank = Rank(type.Definition, order.ChangeType),
                Document = OrderDocuments.ToText(order, type.Definition),
                Files = OrderedFiles.Of(order.Changes),
                File = string.Create(CultureInfo.InvariantCulture, $"{_stamp}_{type.Identifier}_{number}.json"),
                CreatedAt = transaction.Now,
            });
            sent.Add((draft.Assignment, Transmit(draft, order.Id)));
        }

        _orders.Insert(orders);
        _progress.Save(sent);
        return orders.Count;
    }

    /// <summary>What is executed first has the smallest rank: resource types that others depend on, then creations, changes, deletions.</summary>
    internal static int Rank(ResourceType type, OrderChangeType change)
    {
        var depth = 0;
        for (var other = type.DependsOn; other is not null && other != type && depth < 100; other = other.DependsOn)
        {
            depth++;
        }

        // What depends on another goes before it is deleted.
        return change == OrderChangeType.Deleted ? 1_000 + (100 - depth) : (depth * 2) + (change == OrderChangeType.Added ? 0 : 1);
    }

    private ProvisioningOrder Order(
        DraftOrder draft,
        Dictionary<long, StoredResource> owners,
        Dictionary<long, StoredResource> targets,
        Dictionary<(string Property, long Resource), StoredResource> pointed,
        OrderedFiles files)
    {
        var row = draft.Assignment.Row;
        return new ProvisioningOrder
        {
            // Ids in the order of their making: the index of orders grows at its end.
            Id = Guid.CreateVersion7(),
            AssignedResourceTypeId = row.Id,
            ChangeType = draft.Change,
            ResourceType = draft.Type.Identifier,
            Connector = draft.Type.Definition.Connector?.Identifier ?? "",
            Owner = row.Owner is { } owner && owners.TryGetValue(owner, out var resource) ? OrderDocuments.Describe(resource) : [],
            Resource = row.Resource is { } target && targets.TryGetValue(target, out var current) ? OrderDocuments.Describe(current) : null,
            Changes = Changes(draft, pointed, files, row.Owner is { } of ? owners.GetValueOrDefault(of) : null),
            Timestamp = transaction.Now,
            StartDate = row.StartDate > SentinelDates.Minimum ? row.StartDate : null,
            EndDate = row.EndDate < SentinelDates.Maximum ? row.EndDate : null,
        };
    }

    private static JsonObject Changes(
        DraftOrder draft, Dictionary<(string Property, long Resource), StoredResource> pointed, OrderedFiles files, StoredResource? owner)
    {
        var changes = new JsonObject();
        foreach (var scalar in draft.Scalars.Where(s => draft.Change != OrderChangeType.Added || s.PolicyValue is not null))
        {
            changes[scalar.Property] = files.Find(scalar.Property) is { } file ? files.Describe(file, scalar.PolicyValue, owner) : scalar.PolicyValue;
        }

        foreach (var navigation in draft.Navigations)
        {
            var property = draft.Type.Definition.TargetEntityType.FindProperty(navigation.Property);
            var reference = navigation.Resource is { } id && pointed.TryGetValue((navigation.Property, id), out var resource)
                ? OrderDocuments.Reference(resource)
                : null;
            if (property?.Kind != PropertyKind.MultiNavigation)
            {
                changes[navigation.Property] = reference;
            }
            else if (reference is not null)
            {
                var name = $"{navigation.Property}_{(navigation.WorkflowState == WorkflowState.Cancellation ? "remove" : "add")}";
                if (changes[name] is not JsonArray list)
                {
                    changes[name] = list = [];
                }

                list.Add((JsonNode)reference);
            }
        }

        return changes;
    }

    /// <summary>The order with its arguments; null, and an error, if they cannot be computed: the assignment stays Pending.</summary>
    private ProvisioningOrder? Arguments(
        CompiledResourceType type,
        ProvisioningOrder order,
        Dictionary<long, StoredResource> owners,
        Dictionary<long, StoredResource> targets,
        DraftOrder draft)
    {
        if (type.Arguments is not { } expression)
        {
            return order;
        }

        var row = draft.Assignment.Row;
        var isOfTarget = expression.Source.Root == type.Definition.TargetEntityType && type.Definition.TargetEntityType != type.Definition.SourceEntityType;
        var input = isOfTarget
            ? row.Resource is { } target ? targets.GetValueOrDefault(target) : null
            : row.Owner is { } owner ? owners.GetValueOrDefault(owner) : null;
        var result = expression.Evaluate(input, evaluation with { ProvisioningOrder = order });
        if (result.Error is { } error)
        {
            Errors.Add($"The arguments of the order for '{order.Owner["InternalDisplayName"]}' of resource type '{type.Identifier}' cannot be computed: {error} The order is not sent.");
            return null;
        }

        return order with { Arguments = result.Dictionary ?? new Dictionary<string, string>() };
    }

    private AssignedType Transmit(DraftOrder draft, Guid order)
    {
        var scalars = draft.Scalars.Select(s => s.Id).ToHashSet();
        var navigations = draft.Navigations.Select(n => n.Id).ToHashSet();
        var sent = new AssignedType(
            draft.Assignment.Row,
            [
                .. draft.Assignment.Scalars.Select(s => scalars.Contains(s.Id)
                    ? s with { ProvisioningState = ProvisioningState.Transmitted, Order = order, OrderAt = transaction.Now, Message = null }
                    : s),
            ],
            [
                .. draft.Assignment.Navigations.Select(n => navigations.Contains(n.Id)
                    ? n with { ProvisioningState = ProvisioningState.Transmitted, Order = order, OrderAt = transaction.Now, Message = null }
                    : n),
            ]);
        var row = draft.Change == OrderChangeType.Modified
            ? sent.Row with { ProvisioningState = Consolidation.OfValues(draft.Type, sent.Scalars, sent.Navigations) }
            : sent.Row with { ProvisioningState = ProvisioningState.Transmitted, Order = order, OrderAt = transaction.Now, Message = null };
        return sent with { Row = Consolidation.Of(draft.Type, row, sent.Scalars, sent.Navigations) };
    }

    private Dictionary<(string, long), StoredResource> Pointed(CompiledResourceType type, IReadOnlyList<DraftOrder> drafts)
    {
        var found = new Dictionary<(string, long), StoredResource>();
        foreach (var byProperty in drafts.SelectMany(d => d.Navigations).GroupBy(n => n.Property))
        {
            if (type.Definition.TargetEntityType.FindProperty(byProperty.Key)?.TargetEntityType is { } pointed)
            {
                var ids = byProperty.Select(n => n.Resource).OfType<long>().Distinct().ToList();
                foreach (var resource in _reader.Load(pointed, ids, Scalars(pointed)))
                {
                    found[(byProperty.Key, resource.Id)] = resource;
                }
            }
        }

        return found;
    }

    private Dictionary<long, StoredResource> Load(EntityType type, IEnumerable<long?> ids, IEnumerable<ReadPath> more)
    {
        var paths = Scalars(type)
            .Concat(type.Navigations.Where(n => n.Kind == PropertyKind.MonoNavigation)
                .SelectMany(n => n.TargetEntityType!.Scalars.Select(s => new ReadPath(type, [n, s])).Prepend(new ReadPath(type, [n]))))
            .Concat(more.Where(p => p.Root == type));
        return _reader.Load(type, [.. ids.OfType<long>().Distinct()], paths).ToDictionary(r => r.Id);
    }

    private static IEnumerable<ReadPath> Scalars(EntityType type) => type.Scalars.Select(s => new ReadPath(type, [s]));
}
