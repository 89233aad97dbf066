using Muster.Scenarios.Tests.World;

namespace Muster.Scenarios.Tests.Killing;

/// <summary>One job of the history, with the world as it stands before it.</summary>
/// <param name="Number">Place in the history, from 0.</param>
/// <param name="Trace">The points that the unharmed job reaches, in order, as often as it reaches them.</param>
/// <param name="DirectoryBefore">The content of the directory file before the job.</param>
/// <param name="DirectoryAfter">The same after it.</param>
internal sealed record KillStep(
    int Number, string Job, FleetWorld Before, IReadOnlyList<string> Trace, string DirectoryBefore, string DirectoryAfter) : IDisposable
{
    public int TimesOf(string point) => Trace.Count(p => p == point);

    public void Dispose() => Before.Dispose();
}

/// <summary>What must be the same in the end, whatever was killed on the way.</summary>
/// <param name="Dump">The repository's.</param>
/// <param name="Directory">The content of the directory file.</param>
/// <param name="Orders">How many orders of each resource type and kind ended how.</param>
internal sealed record KillOutcome(string Dump, string Directory, string Orders);
