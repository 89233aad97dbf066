using Muster.Configuration.Jobs;
using Muster.Configuration.Model;
using Muster.Policy.Decisions;

namespace Muster.Policy.Access;

/// <summary>Something on which a right is asked for.</summary>
/// <param name="EntityType">Of the configuration, or built in.</param>
/// <param name="Name">For people: <c>single role 'Staff' of '007'</c>.</param>
/// <param name="Value">What filters begin with.</param>
public sealed record AccessedEntity(string EntityType, string Name, AccessValue Value)
{
    /// <summary>Its entity type and those that it also is: rules on each of them apply.</summary>
    public static IReadOnlyList<string> TypesOf(string entityType, bool isOfConfiguration) =>
        isOfConfiguration ? [entityType, BuiltInEntityTypes.Resource]
        : BuiltInEntityTypes.BaseOf(entityType) is { } above ? [entityType, above]
        : [entityType];

    public static AccessedEntity Of(EntityType type, long id, string key) => new(type.Identifier, $"{type.Identifier} '{key}'", new ResourceValue(type, id));

    public static AccessedEntity Of(Connector connector) => new(BuiltInEntityTypes.Connector, $"connector '{connector.Identifier}'", ItemOf(connector));

    public static AccessedEntity Of(Job job) => new(BuiltInEntityTypes.Job, $"job '{job.Identifier}'", ItemOf(job));

    /// <summary>A task, in a job where it runs in one.</summary>
    public static AccessedEntity Of(JobTask task, Job? job) => new(BuiltInEntityTypes.Task, $"task '{task.Identifier}'", new ItemValue("Task", task.Identifier)
    {
        Members = new Dictionary<string, Func<IReadOnlyList<AccessValue>>>
        {
            ["Job"] = () => job is null ? [] : [ItemOf(job)],
            ["Agent"] = () => Optional(task.Agent, ItemOf),
            ["Connector"] = () => Optional(task.Connector, ItemOf),
        },
    });

    /// <param name="id">0: one that is to be created.</param>
    public static AccessedEntity OfInstance(Job job, long id = 0) => new(
        BuiltInEntityTypes.JobInstance,
        id == 0 ? $"an instance of job '{job.Identifier}'" : $"instance {id} of job '{job.Identifier}'",
        new ItemValue(BuiltInEntityTypes.JobInstance, $"{id}") { Members = new Dictionary<string, Func<IReadOnlyList<AccessValue>>> { ["Job"] = () => [ItemOf(job)] } });

    public static AccessedEntity Of(Risk risk) => new(BuiltInEntityTypes.Risk, $"risk '{risk.Identifier}'", new ItemValue(BuiltInEntityTypes.Risk, risk.Identifier)
    {
        Members = new Dictionary<string, Func<IReadOnlyList<AccessValue>>>
        {
            ["Policy"] = () => [new ItemValue("Policy", risk.Policy.Identifier)],
            ["RiskType"] = () => [TextValue.Of(risk.RiskType)],
            ["ExemptionPolicy"] = () => [TextValue.Of(risk.ExemptionPolicy)],
            ["Level"] = () => [new TextValue(risk.Level.ToString(System.Globalization.CultureInfo.InvariantCulture), PropertyType.Int32)],
        },
    });

    /// <summary>An assigned role or resource type.</summary>
    internal static AccessedEntity Of(AssignmentItem item, AssignmentEntry entry, string? ownerKey)
    {
        var members = new Dictionary<string, Func<IReadOnlyList<AccessValue>>>
        {
            ["Owner"] = () => entry.Owner == 0 ? [] : [new ResourceValue(item.OwnerType, entry.Owner)],
            ["WorkflowState"] = () => [TextValue.Of(entry.WorkflowState)],
            ["StartDate"] = () => [Instant(entry.StartDate)],
            ["EndDate"] = () => [Instant(entry.EndDate)],
        };
        if (item.ResourceType is { } type)
        {
            members["ResourceType"] = () => [ItemOf(type)];
            members["Resource"] = () => entry.Type?.Row.Resource is { } target ? [new ResourceValue(type.TargetEntityType, target)] : [];
            members["ProvisioningState"] = () => entry.Type is { } row ? [TextValue.Of(row.Row.ProvisioningState)] : [];
        }
        else
        {
            members["Role"] = () => [ItemOf(item)];
        }

        return new AccessedEntity(
            EntityTypeOf(item.Kind), $"{item.Title}{(ownerKey is null ? "" : $" of '{ownerKey}'")}", new ItemValue(EntityTypeOf(item.Kind), $"{entry.Id}") { Members = members });
    }

    /// <summary>The built-in entity type of a kind of assignment.</summary>
    public static string EntityTypeOf(AssignmentKind kind) => kind switch
    {
        AssignmentKind.SingleRole => "AssignedSingleRole",
        AssignmentKind.CompositeRole => "AssignedCompositeRole",
        _ => "AssignedResourceType",
    };

    internal static ItemValue ItemOf(Category category) => new("Category", category.Identifier)
    {
        Members = new Dictionary<string, Func<IReadOnlyList<AccessValue>>>
        {
            ["Parent"] = () => Optional(category.Parent, ItemOf),
            ["Policy"] = () => [new ItemValue("Policy", category.Policy.Identifier)],
        },
    };

    private static ItemValue ItemOf(ResourceType type) => ItemOf("ResourceType", type.Identifier, type.Category, type.Policy);

    private static ItemValue ItemOf(AssignmentItem item) =>
        ItemOf(item.Kind == AssignmentKind.SingleRole ? "SingleRole" : "CompositeRole", item.Identifier, item.Category, item.Policy);

    private static ItemValue ItemOf(string kind, string identifier, Category? category, Configuration.Model.Policy policy) => new(kind, identifier)
    {
        Members = new Dictionary<string, Func<IReadOnlyList<AccessValue>>>
        {
            ["Category"] = () => Optional(category, ItemOf),
            ["Policy"] = () => [new ItemValue("Policy", policy.Identifier)],
        },
    };

    private static ItemValue ItemOf(Agent agent) => new("Agent", agent.Identifier);

    private static ItemValue ItemOf(Connector connector) => new(BuiltInEntityTypes.Connector, connector.Identifier)
    {
        Members = new Dictionary<string, Func<IReadOnlyList<AccessValue>>> { ["Agent"] = () => Optional(connector.Agent, ItemOf) },
    };

    private static ItemValue ItemOf(Job job) => new(BuiltInEntityTypes.Job, job.Identifier)
    {
        Members = new Dictionary<string, Func<IReadOnlyList<AccessValue>>> { ["Agent"] = () => Optional(job.Agent, ItemOf) },
    };

    private static TextValue Instant(DateTime instant) => new(Configuration.Values.CanonicalText.Format(instant), PropertyType.DateTime);

    private static IReadOnlyList<AccessValue> Optional<T>(T? item, Func<T, AccessValue> of)
        where T : class => item is null ? [] : [of(item)];
}
