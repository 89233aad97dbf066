using Muster.Repository.Assignments;

namespace Muster.Policy.Transitions;

/// <summary>Where a transition leads; what depends on the block decision (rolemodel.md 5.7) is left open.</summary>
internal enum Next
{
    /// <summary>The provisioning state stays.</summary>
    Keep,

    /// <summary>Something must be written: Pending, or Blocked where a review comes first.</summary>
    Due,

    /// <summary>The synchronised data shows it.</summary>
    Verified,

    /// <summary>Blocked until a person decides, whatever the resource type allows.</summary>
    Review,

    /// <summary>Nothing is to be written.</summary>
    None,

    /// <summary>It was executed and is not seen: due again, and after the third time an error.</summary>
    Retry,

    /// <summary>Of a resource type: follows from its values.</summary>
    Consolidate,

    /// <summary>The row ends (is historised).</summary>
    Drop,

    /// <summary>Of a resource type: the row loses its owner and is shown in reconciliation.</summary>
    Orphan,

    /// <summary>The row ends and a new one takes its place.</summary>
    Replace,
}

/// <summary>How a <see cref="Next"/> becomes a state.</summary>
internal static class Nexts
{
    /// <summary>An executed order that is not seen is repeated this often in all (synchronization.md 17).</summary>
    public const int MaximumAttempts = 3;

    public static ProvisioningState Resolve(this Next next, ProvisioningState current, bool isBlocked) => next switch
    {
        Next.Due => isBlocked ? ProvisioningState.Blocked : ProvisioningState.Pending,
        Next.Verified => ProvisioningState.Verified,
        Next.Review => ProvisioningState.Blocked,
        Next.None => ProvisioningState.None,
        _ => current,
    };
}
