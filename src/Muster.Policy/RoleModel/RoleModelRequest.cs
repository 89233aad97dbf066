using Muster.Configuration.Model;

namespace Muster.Policy.RoleModel;

/// <summary>Which reviews a run asks for before anything is written (jobs.md 4.7, rolemodel.md 5.7).</summary>
public sealed record BlockOptions(bool BlockProvisioning, bool BlockAllResourceTypes, bool NoProvisioningReview = false);

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

    /// <summary>
    /// With which reviews the owners of other source entity types are evaluated, who lose or may have a target by what happens here; absent:
    /// with those of this request.
    /// </summary>
    public IReadOnlyDictionary<EntityType, BlockOptions> OtherBlocks { get; init; } = new Dictionary<EntityType, BlockOptions>();

    /// <summary>Owners evaluated at once; 0 is 128.</summary>
    public int BatchSize { get; init; }

    /// <summary>Owners evaluated at a time; 0 is as many as there are processors. The results are the same.</summary>
    public int Workers { get; init; }

    /// <summary>
    /// By connector: when the export of the delivery that was applied last had started. What was executed before then and still differs
    /// was changed in the managed system (rolemodel.md 6.3, row 6).
    /// </summary>
    public IReadOnlyDictionary<string, DateTime> LastAppliedExport { get; init; } = new Dictionary<string, DateTime>();

    internal BlockOptions BlocksOf(EntityType source) =>
        !EntityTypes.Contains(source) && OtherBlocks.TryGetValue(source, out var blocks)
            ? blocks
            : new BlockOptions(BlockProvisioning, BlockAllResourceTypeProvisioning, NoProvisioningReview);
}
