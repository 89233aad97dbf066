using Muster.Configuration.Exchange;
using Muster.Configuration.Faults;
using Muster.Repository;

namespace Muster.Scenarios.Tests.Killing;

/// <summary>
/// All points, from the code: the files of <see cref="FaultPoints"/>, every method that commits a transaction of the store, every method of
/// the gateway.
/// </summary>
internal static class KillPoints
{
    public static IReadOnlyList<FaultSite> Commits { get; } =
    [
        .. CompiledCode.Calls
            .Where(c => c.Type == typeof(RepositoryTransaction).FullName && c.Method == nameof(RepositoryTransaction.Commit))
            .Select(c => FaultPoints.SiteOf(file: c.Literals[1], member: c.Literals[0]))
            .Distinct()
            .Order(StringComparer.Ordinal)
            .Select(name => new FaultSite(name, FaultOperation.Commit)),
    ];

    public static IReadOnlyList<FaultSite> Calls { get; } =
    [
        .. typeof(IServerGateway).GetMethods()
            .Select(m => new FaultSite(m.Name.Replace("Async", "", StringComparison.Ordinal), FaultOperation.Call)),
    ];

    public static IReadOnlyList<string> All { get; } = [.. FaultPoints.Files.Concat(Commits).Concat(Calls).SelectMany(site => site.Points)];
}
