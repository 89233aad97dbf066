namespace Muster.Configuration.Jobs;

/// <summary>Writes the orders of pending assignments (jobs.md 4.8).</summary>
public sealed record GenerateProvisioningOrdersTask : JobTask
{
    public override string Kind => "GenerateProvisioningOrdersTask";

    public bool ForceProvisioning { get; init; }

    /// <summary>Values of resources are written in the format of their mapping.</summary>
    public bool FormatPropertiesInResource { get; init; }

    public int BatchInsertSize { get; init; }

    public int BatchSelectSize { get; init; }
}
