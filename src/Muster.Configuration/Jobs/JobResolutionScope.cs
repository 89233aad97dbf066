using Muster.Configuration.Model;

namespace Muster.Configuration.Jobs;

/// <summary>
/// What the resolution of jobs and tasks needs of the rest of the configuration: everything by identifier, compared ordinally. Attribute
/// names, required attributes and the form of values are already checked when jobs are resolved (<c>Elements.ElementReader</c>); the
/// references of tasks, jobs and steps are not, so that an identifier that is missing here is for the job resolution to report.
/// </summary>
internal sealed class JobResolutionScope
{
    public required IReadOnlyDictionary<string, Agent> Agents { get; init; }

    public required IReadOnlyDictionary<string, Connector> Connectors { get; init; }

    public required IReadOnlyDictionary<string, Connection> Connections { get; init; }

    public required IReadOnlyDictionary<string, EntityType> EntityTypes { get; init; }

    public required IReadOnlyDictionary<string, ResourceType> ResourceTypes { get; init; }
}
