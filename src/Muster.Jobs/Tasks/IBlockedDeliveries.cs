namespace Muster.Jobs.Tasks;

/// <summary>Deliveries that a threshold holds back, for the person who decides (jobs.md 8.3).</summary>
public interface IBlockedDeliveries : IBlockedConnectors
{
    /// <summary>Drops the blocked deliveries of a connector. Returns what follows from it, for a person; null if none was blocked.</summary>
    string? Discard(string connector);
}
