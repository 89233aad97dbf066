using Muster.Configuration.Model;

namespace Muster.Configuration.Jobs;

/// <summary>
/// What the resolution of jobs and tasks needs of the rest of the configuration: everything by identifier, compared ordinally. The job
/// resolution checks attribute names, required attributes, the form of values and the references of <c>Job</c>, <c>Step</c>, task and
/// override elements itself, from <see cref="TaskElements"/>; the general element reader leaves those elements alone.
/// </summary>
internal sealed class JobResolutionScope
{
    public required IReadOnlyDictionary<string, Agent> Agents { get; init; }

    public required IReadOnlyDictionary<string, Connector> Connectors { get; init; }

    public required IReadOnlyDictionary<string, Connection> Connections { get; init; }

    public required IReadOnlyDictionary<string, EntityType> EntityTypes { get; init; }

    public required IReadOnlyDictionary<string, ResourceType> ResourceTypes { get; init; }
}
