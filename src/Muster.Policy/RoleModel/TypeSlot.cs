using Muster.Repository.Assignments;

namespace Muster.Policy.RoleModel;

/// <summary>One row to be: an expected period or none, a stored row or none, and the target it will have.</summary>
internal sealed class TypeSlot(ExpectedPeriod? expected, AssignedType? stored)
{
    public ExpectedPeriod? Expected { get; set; } = expected;

    public AssignedType? Stored { get; } = stored;

    public long? Target { get; set; } = stored?.Row.Resource;

    public int? Confidence { get; set; } = stored?.Row.Confidence;

    /// <summary>The stored target was an unreviewed proposal or finding that matches no more.</summary>
    public bool LostTarget { get; set; }

    /// <summary>What rules only suggest or ask for.</summary>
    public ExpectedPeriod? Suggestion { get; set; }
}
