using Muster.Configuration.Model;

namespace Muster.Policy.RoleModel;

/// <summary>What ComputeRoleModel is asked for (jobs.md 4.7).</summary>
public sealed record RoleModelRequest
{
    /// <summary>Source entity types.</summary>
    public required IReadOnlyList<EntityType> EntityTypes { get; init; }

    public bool IsDirty { get; init; }

    public bool BlockProvisioning { get; init; }

    public bool BlockAllResourceTypeProvisioning { get; init; }

    /// <summary>Suppresses the review that resource types ask for by BlockProvisioning (rolemodel.md 5.7).</summary>
    public bool NoProvisioningReview { get; init; }

    public bool IgnoreHistorization { get; init; }

    /// <summary>Owners evaluated at once; 0 is 1000.</summary>
    public int BatchSize { get; init; }

    /// <summary>
    /// By connector: when the export of the delivery that was applied last had started. What was executed before then and still differs
    /// was changed in the managed system (rolemodel.md 6.3, row 6).
    /// </summary>
    public IReadOnlyDictionary<string, DateTime> LastAppliedExport { get; init; } = new Dictionary<string, DateTime>();
}
