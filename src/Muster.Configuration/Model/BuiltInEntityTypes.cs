using System.Collections.Frozen;
using Muster.Configuration.Elements;
using Muster.Configuration.Jobs;

namespace Muster.Configuration.Model;

/// <summary>
/// The entity types that access control rules may name besides those of the configuration: what Muster itself is made of. All resources are
/// a <c>Resource</c>, all kinds of tasks a <c>Task</c>.
/// </summary>
public static class BuiltInEntityTypes
{
    public const string Resource = "Resource";
    public const string Task = "Task";
    public const string Job = "Job";
    public const string JobInstance = "JobInstance";
    public const string Connector = "Connector";
    public const string Risk = "Risk";

    private static readonly string[] OfRuns =
    [
        Resource, "Indicator", "IdentifiedRisk", "User", "WorkflowInstance", "ActivityInstance", "ActivityInstanceActor", "ResourceChange", "ResourceLinkChange",
        "ResourceFileChange", "ProvisioningOrder", "ResourceTypeMapping", "EntityTypeMapping", "EntityAssociationMapping", "ResourceCorrelationKey",
        "ResourceScalarRule", "ResourceNavigationRule", "ResourceQueryRule", "ResourceBinaryRule", "ResourceTypeRule", "AccessCertificationOwner",
        "ParametersContext", "Persona", "Homonym",
    ];

    /// <summary>
    /// What filters can read of the built-in types whose entities Muster shows to access control: the first step of a binding. <c>Id</c>
    /// means the entity itself.
    /// </summary>
    private static readonly FrozenDictionary<string, string[]> Read = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["AssignedSingleRole"] = ["Id", "Owner", "Role", "WorkflowState", "StartDate", "EndDate"],
        ["AssignedCompositeRole"] = ["Id", "Owner", "Role", "WorkflowState", "StartDate", "EndDate"],
        ["AssignedResourceType"] = ["Id", "Owner", "ResourceType", "Resource", "WorkflowState", "ProvisioningState", "StartDate", "EndDate"],
        [Job] = ["Id", "Identifier", "Agent"],
        [JobInstance] = ["Id", "Job"],
        [Task] = ["Id", "Identifier", "Job", "Agent", "Connector"],
        [Connector] = ["Id", "Identifier", "Agent"],
        [Risk] = ["Id", "Identifier", "Policy", "RiskType", "ExemptionPolicy", "Level"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Names =
        OfRuns.Concat(PermissionPaths.JobItems).Concat(PermissionPaths.Assignments).Concat(ElementCatalogue.TopLevel.Select(e => e.Name)).Concat(ReadOverElements.Names).ToFrozenSet(StringComparer.Ordinal);

    public static IEnumerable<string> All => Names;

    public static bool Contains(string identifier) => Names.Contains(identifier);

    /// <summary>The members that filters on a built-in type can begin with; null where Muster does not know them.</summary>
    public static IReadOnlyList<string>? MembersOf(string identifier) => Read.GetValueOrDefault(BaseOf(identifier) ?? identifier);

    /// <summary>The type that a built-in type also is; null for none.</summary>
    public static string? BaseOf(string identifier) => identifier != Task && TaskElements.Find(identifier) is not null ? Task : null;
}
