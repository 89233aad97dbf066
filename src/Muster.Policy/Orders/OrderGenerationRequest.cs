using Muster.Configuration.Model;

namespace Muster.Policy.Orders;

/// <summary>What GenerateProvisioningOrders is asked for (jobs.md 4.8).</summary>
public sealed record OrderGenerationRequest
{
    /// <summary>The resource types listed, or all of the task's connector.</summary>
    public required IReadOnlyList<ResourceType> ResourceTypes { get; init; }

    /// <summary>Ignores thresholds (ForceProvisioning, or a resumed task).</summary>
    public bool IgnoresThresholds { get; init; }

    /// <summary>Orders per file; 0 is 1000.</summary>
    public int OrdersPerFile { get; init; }

    /// <summary>Assignments read at once; 0 is 1000.</summary>
    public int BatchSize { get; init; }

    /// <summary>The resource types of a connector, as a task with <c>Connector</c> means them.</summary>
    public static IReadOnlyList<ResourceType> OfConnector(ConfigurationModel model, Connector connector) =>
        [.. model.ResourceTypes.Where(t => t.Connector == connector)];
}
