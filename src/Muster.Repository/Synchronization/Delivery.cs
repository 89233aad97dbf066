using Muster.Configuration.Exchange;
using Muster.Configuration.Jobs;
using Muster.Configuration.Work;

namespace Muster.Repository.Synchronization;

/// <summary>
/// Where a delivery stands (synchronization.md 8.9). The state <c>Applying</c> of the specification is never seen from outside: it lasts
/// from the begin to the commit of one transaction.
/// </summary>
public enum DeliveryState
{
    /// <summary>Its files are being received.</summary>
    Open,

    /// <summary>Accepted; waits for a synchronization.</summary>
    Ready,
    Applied,

    /// <summary>A threshold is exceeded; waits for a person, or for a complete delivery.</summary>
    Blocked,

    /// <summary>Could not be applied; the next synchronization tries again.</summary>
    Failed,
    Cancelled,
}

/// <summary>A delivery as the store knows it.</summary>
/// <param name="Sequence">Its place among the deliveries of its connector.</param>
/// <param name="Mode">Null while it is open.</param>
/// <param name="Manifest">Null while it is open.</param>
/// <param name="AcceptedAt">ISO 8601 in UTC.</param>
/// <param name="Failure">Why it failed or was cancelled, for a person.</param>
public sealed record StoredDelivery(
    Guid Id,
    string Connector,
    long Sequence,
    DeliveryState State,
    SynchronizationMode? Mode,
    DeliveryManifest? Manifest,
    string? AcceptedAt,
    string? AppliedAt,
    BlockRecord? Block,
    string? Failure);

/// <summary>Why a delivery is blocked, and what it would change (synchronization.md 10.3).</summary>
/// <param name="JobInstance">The run that was blocked.</param>
/// <param name="Counts">By counter name, as the task reports them.</param>
public sealed record BlockRecord(long? JobInstance, ThresholdBlock Threshold, IReadOnlyDictionary<string, long> Counts);

/// <summary>The chain of a connector's deliveries.</summary>
/// <param name="CompleteRequired">A sentence; null if an incremental delivery may follow.</param>
/// <param name="Exports">By connection: when the export of an accepted delivery started.</param>
public sealed record ConnectorState(
    string Connector, Guid? LastAccepted, Guid? LastApplied, string? CompleteRequired, IReadOnlyDictionary<string, DateTimeOffset> Exports);
