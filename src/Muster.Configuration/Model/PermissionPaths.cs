namespace Muster.Configuration.Model;

/// <summary>The permissions that Muster asks for and that scaffoldings give (rolemodel.md 9.3).</summary>
public static class PermissionPaths
{
    public const string LaunchJob = "/Jobs/RunJob/Launch";
    public const string RepairJob = "/Jobs/RunJob/Repair";
    public const string JobLog = "/Jobs/RunJob/GetLog";
    public const string SynchronizeSession = "/Connectors/SynchronizeSession";
    public const string ProvisioningSession = "/Connectors/ProvisioningSession";
    public const string ConnectorQuery = "/Connectors/Connector/Query";
    public const string OverrideBlockingRisk = "/ProvisioningPolicy/Risk/OverrideBlocking";
    public const string OverrideRiskApproval = "/ProvisioningPolicy/Risk/OverrideApproval";

    /// <summary>To see which risks somebody has; the specification names none for that.</summary>
    public const string RiskQuery = "/ProvisioningPolicy/Risk/Query";
    public const string ProvisionerMappingQuery = "/Connectors/ProvisionerResourceTypeMapping/Query";

    /// <summary>What may be said of every item of a kind.</summary>
    public static IReadOnlyList<string> Operations { get; } = ["Create", "Delete", "Query", "Update"];

    /// <summary>How a job may end.</summary>
    public static IReadOnlyList<string> JobEnds { get; } = ["Aborted", "Blocked", "Completed", "Errored", "Warning"];

    /// <summary>The kinds of items that jobs are made of.</summary>
    public static IReadOnlyList<string> JobItems { get; } =
        ["Job", "Task", "TaskEntityType", "TaskResourceType", "JobInstance", "TaskInstance", "JobStep", "TaskDependOnTask", "TaskDimension"];

    /// <summary>The kinds of assignments.</summary>
    public static IReadOnlyList<string> Assignments { get; } =
    [
        "AssignedSingleRole", "AssignedCompositeRole", "AssignedResourceType", "AssignedResourceScalar", "AssignedResourceNavigation", "AssignedResourceBinary",
    ];

    /// <summary>What people decide on, each for the owners of one entity type.</summary>
    public static IReadOnlyList<string> Reviews { get; } =
    [
        "ReviewRoles", "ReviewProvisioning", "ReconciliateRoles", "ReconciliateResources", "PerformManualProvisioning",
        "BulkReviewProvisioning", "BulkReconciliateResources", "BulkRoleReconciliation", "BulkPerformManualProvisioning",
    ];

    /// <summary>What may be done with the resources of an entity type.</summary>
    public static IReadOnlyList<string> ResourceOperations { get; } = ["Create", "Delete", "Query", "Update", "View", "ViewHistory", "Self"];

    /// <summary>The change lists of a connector.</summary>
    public static IReadOnlyList<string> ChangeLists { get; } = ["ResourceChanges", "ResourceFileChanges", "ResourceLinkChanges"];

    public static string Job(string item, string operation) => $"/Jobs/{item}/{operation}";

    public static string Assignment(string kind, string operation) => $"/ProvisioningPolicy/{kind}/{operation}";

    /// <param name="review">One of <see cref="Reviews"/>.</param>
    /// <param name="entityType">Of the owners.</param>
    public static string Review(string review, string entityType) => $"/Custom/ProvisioningPolicy/{review}/{entityType}";

    public static string PendingAssignments(string resourceType) => $"/Custom/ProvisioningPolicy/PendingAssignedResourceTypes/{resourceType}";

    public static string Resources(string entityType, string operation) => $"/Custom/Resources/{entityType}/{operation}";

    public static string ChangeList(string list, string connector) => $"/Custom/{list}/{connector}";

    /// <summary>Those that every configuration has.</summary>
    public static IEnumerable<string> Predefined =>
    [
        .. from item in JobItems from operation in Operations select Job(item, operation),
        "/Jobs/TaskIdByIdentifiersQuery/Query",
        LaunchJob,
        RepairJob,
        JobLog,
        .. from end in JobEnds from path in new[] { LaunchJob, RepairJob } select $"{path}/{end}",
        ConnectorQuery,
        SynchronizeSession,
        ProvisioningSession,
        ProvisionerMappingQuery,
        "/Connectors/ResourceTypeMapping/Query",
        "/Workflows/ActivityTemplateTransition/Query",
        "/Workflows/Workflow/Query",
        .. from kind in Assignments from operation in Operations select Assignment(kind, operation),
        .. from kind in Assignments.Take(3) select Assignment(kind, "Comment"),
        Assignment("AssignedResourceType", "ManualProvisioningReview"),
        OverrideBlockingRisk,
        OverrideRiskApproval,
        RiskQuery,
    ];

    /// <summary>Those that entity types, connectors and resource types bring.</summary>
    public static IEnumerable<string> Generated(
        IReadOnlyCollection<string> entityTypes, IReadOnlyCollection<string> connectors, IReadOnlyCollection<string> resourceTypes) =>
    [
        .. from type in entityTypes from operation in ResourceOperations select Resources(type, operation),
        .. from type in entityTypes from review in Reviews select Review(review, type),
        .. from connector in connectors from list in ChangeLists select ChangeList(list, connector),
        .. resourceTypes.Select(PendingAssignments),
    ];
}
