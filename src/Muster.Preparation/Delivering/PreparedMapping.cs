using Muster.Configuration.Exchange;
using Muster.Preparation.Changes;
using Muster.Preparation.Snapshots;

namespace Muster.Preparation.Delivering;

/// <summary>What came of one mapping.</summary>
/// <param name="File">Null if the mapping has nothing to say in this delivery (no source, no change).</param>
/// <param name="Path">Of the file, in the work folder.</param>
/// <param name="Snapshot">The mapping's rows in the next snapshot; null if it has none (a change list).</param>
/// <param name="IsIncomplete">See <see cref="SnapshotChain.IsIncomplete"/>.</param>
internal sealed record PreparedMapping(DeliveryFile? File, string? Path, long Bytes, SnapshotFile? Snapshot, RowCounts Counts, bool IsIncomplete)
{
    public long NullKeys { get; init; }
}
