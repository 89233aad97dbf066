using Muster.Policy.Orders;
using Muster.Repository.Dump;
using Muster.Repository.Jobs;

namespace Muster.Jobs.Planning;

/// <summary>What a run of a job would do on what is there now.</summary>
public sealed record JobPlan
{
    /// <summary>The run as it would be recorded: states, counters, warnings, blocks.</summary>
    public required JobInstance Instance { get; init; }

    /// <summary>Resources, links and assignments that would be other ones, as <c>repository dump</c> tells them.</summary>
    public required IReadOnlyList<DumpChange> Changes { get; init; }

    /// <summary>The resources that would be looked at again, and why.</summary>
    public required IReadOnlyList<PlannedDirty> Dirty { get; init; }

    /// <summary>The orders that would be generated, in the order of execution. Their ids are those of the plan only.</summary>
    public required IReadOnlyList<OrderView> Orders { get; init; }
}

/// <summary>A resource that a task would flag as recently modified.</summary>
/// <param name="Key">Its key; the internal id where it has none any more.</param>
/// <param name="Reason"><c>changed</c>, or what its computations read that changed.</param>
/// <param name="Task">The task that would flag it.</param>
public sealed record PlannedDirty(string EntityType, string Key, string Reason, string Task);
