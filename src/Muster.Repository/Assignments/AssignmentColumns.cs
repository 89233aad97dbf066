using Muster.Repository.Changes;
using Muster.Repository.Rows;

namespace Muster.Repository.Assignments;

/// <summary>The columns of each kind of row, in the order in which they are read.</summary>
internal static class AssignmentColumns
{
    private const string Number = "INTEGER NOT NULL";
    private const string NumberOrNull = "INTEGER";
    private const string Text = "TEXT NOT NULL";
    private const string TextOrNull = "TEXT";
    private const string Flag = "INTEGER NOT NULL DEFAULT 0";

    public static RowTable<AssignedSingleRole> SingleRole { get; } = Roles(
        "assigned_single_role",
        row => new AssignedSingleRole
        {
            Id = row.Long(),
            Owner = row.Long(),
            Role = row.Shared(),
            WorkflowState = (WorkflowState)row.Int(),
            StartDate = row.Instant(),
            EndDate = row.Instant(),
            IsIndirect = row.Flag(),
            Rules = row.SharedOrNull(),
            ParametersValues = row.SharedOrNull(),
            StateSince = row.InstantOrNull(),
            IsContextBound = row.Flag(),
            AsksRemoval = row.Flag(),
        });

    public static RowTable<AssignedCompositeRole> CompositeRole { get; } = Roles(
        "assigned_composite_role",
        row => new AssignedCompositeRole
        {
            Id = row.Long(),
            Owner = row.Long(),
            Role = row.Shared(),
            WorkflowState = (WorkflowState)row.Int(),
            StartDate = row.Instant(),
            EndDate = row.Instant(),
            IsIndirect = row.Flag(),
            Rules = row.SharedOrNull(),
            ParametersValues = row.SharedOrNull(),
            StateSince = row.InstantOrNull(),
            IsContextBound = row.Flag(),
            AsksRemoval = row.Flag(),
        });

    public static RowTable<AssignedResourceType> ResourceType { get; } = new(
        "assigned_resource_type",
        r => r.Id,
        [
            new("owner", NumberOrNull, r => r.Owner),
            new("resource_type", Text, r => r.ResourceType),
            new("resource", NumberOrNull, r => r.Resource),
            new("workflow_state", Number, r => (int)r.WorkflowState),
            new("provisioning_state", Number, r => (int)r.ProvisioningState),
            new("consolidated_provisioning_state", Number, r => (int)r.ConsolidatedProvisioningState),
            new("consolidated_workflow_review_state", Number, r => (int)r.ConsolidatedWorkflowReviewState),
            new("blocked_count", Number, r => r.BlockedCount),
            new("consolidated_workflow_found_state", Number, r => (int)r.ConsolidatedWorkflowFoundState),
            new("found_count", Number, r => r.FoundCount),
            new("confidence", NumberOrNull, r => r.Confidence),
            new("start_date", Text, r => Instant(r.StartDate)),
            new("end_date", Text, r => Instant(r.EndDate)),
            new("parameters_values", TextOrNull, r => r.ParametersValues),
            new("block_reason", TextOrNull, r => r.BlockReason),
            new("message", TextOrNull, r => r.Message),
            new("is_owned", Number, r => r.IsOwned ? 1 : 0),
            new("order_id", TextOrNull, r => r.Order?.ToString("N")),
            new("order_at", TextOrNull, r => Instant(r.OrderAt)),
            new("attempts", Number, r => r.Attempts),
            new("awaits_since", TextOrNull, r => Instant(r.AwaitsSince)),
            new("state_since", TextOrNull, r => Instant(r.StateSince)),
            new("is_context_bound", Flag, r => r.IsContextBound ? 1 : 0),
            new("asks_removal", Flag, r => r.AsksRemoval ? 1 : 0),
        ],
        row => new AssignedResourceType
        {
            Id = row.Long(),
            Owner = row.LongOrNull(),
            ResourceType = row.Shared(),
            Resource = row.LongOrNull(),
            WorkflowState = (WorkflowState)row.Int(),
            ProvisioningState = (ProvisioningState)row.Int(),
            ConsolidatedProvisioningState = (ProvisioningState)row.Int(),
            ConsolidatedWorkflowReviewState = (WorkflowState)row.Int(),
            BlockedCount = row.Int(),
            ConsolidatedWorkflowFoundState = (WorkflowState)row.Int(),
            FoundCount = row.Int(),
            Confidence = row.IntOrNull(),
            StartDate = row.Instant(),
            EndDate = row.Instant(),
            ParametersValues = row.SharedOrNull(),
            BlockReason = row.SharedOrNull(),
            Message = row.SharedOrNull(),
            IsOwned = row.Flag(),
            Order = row.GuidOrNull(),
            OrderAt = row.InstantOrNull(),
            Attempts = row.Int(),
            AwaitsSince = row.InstantOrNull(),
            StateSince = row.InstantOrNull(),
            IsContextBound = row.Flag(),
            AsksRemoval = row.Flag(),
        });

    public static RowTable<AssignedResourceScalar> Scalar { get; } = new(
        "assigned_resource_scalar",
        r => r.Id,
        [
            new("assigned_resource_type", Number, r => r.AssignedResourceType),
            new("property", Text, r => r.Property),
            new("policy_value", TextOrNull, r => r.PolicyValue),
            new("current_value", TextOrNull, r => r.CurrentValue),
            new("workflow_state", Number, r => (int)r.WorkflowState),
            new("provisioning_state", Number, r => (int)r.ProvisioningState),
            new("start_date", Text, r => Instant(r.StartDate)),
            new("end_date", Text, r => Instant(r.EndDate)),
            new("message", TextOrNull, r => r.Message),
            new("order_id", TextOrNull, r => r.Order?.ToString("N")),
            new("order_at", TextOrNull, r => Instant(r.OrderAt)),
        ],
        row =>
        {
            var (id, type, property, policy) = (row.Long(), row.Long(), row.Shared(), row.TextOrNull());
            return new AssignedResourceScalar
            {
                Id = id,
                AssignedResourceType = type,
                Property = property,
                PolicyValue = policy,
                CurrentValue = row.SameOrNull(policy),
                WorkflowState = (WorkflowState)row.Int(),
                ProvisioningState = (ProvisioningState)row.Int(),
                StartDate = row.Instant(),
                EndDate = row.Instant(),
                Message = row.SharedOrNull(),
                Order = row.GuidOrNull(),
                OrderAt = row.InstantOrNull(),
            };
        });

    public static RowTable<AssignedResourceNavigation> Navigation { get; } = new(
        "assigned_resource_navigation",
        r => r.Id,
        [
            new("assigned_resource_type", Number, r => r.AssignedResourceType),
            new("property", Text, r => r.Property),
            new("resource", NumberOrNull, r => r.Resource),
            new("current_resource", NumberOrNull, r => r.CurrentResource),
            new("workflow_state", Number, r => (int)r.WorkflowState),
            new("provisioning_state", Number, r => (int)r.ProvisioningState),
            new("start_date", Text, r => Instant(r.StartDate)),
            new("end_date", Text, r => Instant(r.EndDate)),
            new("confidence", NumberOrNull, r => r.Confidence),
            new("is_indirect", Number, r => r.IsIndirect ? 1 : 0),
            new("message", TextOrNull, r => r.Message),
            new("order_id", TextOrNull, r => r.Order?.ToString("N")),
            new("order_at", TextOrNull, r => Instant(r.OrderAt)),
        ],
        row => new AssignedResourceNavigation
        {
            Id = row.Long(),
            AssignedResourceType = row.Long(),
            Property = row.Shared(),
            Resource = row.LongOrNull(),
            CurrentResource = row.LongOrNull(),
            WorkflowState = (WorkflowState)row.Int(),
            ProvisioningState = (ProvisioningState)row.Int(),
            StartDate = row.Instant(),
            EndDate = row.Instant(),
            Confidence = row.IntOrNull(),
            IsIndirect = row.Flag(),
            Message = row.SharedOrNull(),
            Order = row.GuidOrNull(),
            OrderAt = row.InstantOrNull(),
        });

    public static RowTable<AssignedProfile> Profile { get; } = new(
        "assigned_profile",
        r => r.Id,
        [
            new("user", Number, r => r.User),
            new("profile", Text, r => r.Profile),
            new("dimensions", Text, r => r.Dimensions),
            new("is_denied", Number, r => r.IsDenied ? 1 : 0),
            new("is_automatic", Number, r => r.IsAutomatic ? 1 : 0),
            new("access_state", Number, r => r.AccessState),
            new("rule_context", TextOrNull, r => r.RuleContext),
            new("start_date", Text, r => Instant(r.StartDate)),
            new("end_date", Text, r => Instant(r.EndDate)),
        ],
        row => new AssignedProfile
        {
            Id = row.Long(),
            User = row.Long(),
            Profile = row.Shared(),
            Dimensions = row.Text(),
            IsDenied = row.Flag(),
            IsAutomatic = row.Flag(),
            AccessState = row.Int(),
            RuleContext = row.TextOrNull(),
            StartDate = row.Instant(),
            EndDate = row.Instant(),
        });

    /// <summary>Columns that are declared with a default came later: stores from before get them by themselves.</summary>
    /// <summary>Both kinds of roles are kept alike.</summary>
    private static RowTable<T> Roles<T>(string name, Func<RowReader, T> read)
        where T : AssignedRole => new(name, r => r.Id, RoleColumns<T>(), read);

    private static IReadOnlyList<RowColumn<T>> RoleColumns<T>()
        where T : AssignedRole =>
    [
        new("owner", Number, r => r.Owner),
        new("role", Text, r => r.Role),
        new("workflow_state", Number, r => (int)r.WorkflowState),
        new("start_date", Text, r => Instant(r.StartDate)),
        new("end_date", Text, r => Instant(r.EndDate)),
        new("is_indirect", Flag, r => r.IsIndirect ? 1 : 0),
        new("rules", TextOrNull, r => r.Rules),
        new("parameters_values", TextOrNull, r => r.ParametersValues),
        new("state_since", TextOrNull, r => Instant(r.StateSince)),
        new("is_context_bound", Flag, r => r.IsContextBound ? 1 : 0),
        new("asks_removal", Flag, r => r.AsksRemoval ? 1 : 0),
    ];

    private static string? Instant(DateTime? instant) => instant is { } value ? ChangeLog.FormatInstant(value) : null;
}
