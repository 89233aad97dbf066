using Muster.Synchronization;

namespace Muster.Jobs.Tasks;

/// <summary>Asks the synchronization; see <see cref="IBlockedDeliveries"/>.</summary>
public sealed class BlockedDeliveries(Synchronizer synchronizer) : IBlockedDeliveries
{
    public bool IsBlocked(string connector) => synchronizer.FindBlocked(connector) is not null;

    public string? Discard(string connector) => IsBlocked(connector) ? synchronizer.Discard(connector, CancellationToken.None) : null;
}
