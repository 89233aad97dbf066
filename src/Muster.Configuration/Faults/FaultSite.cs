namespace Muster.Configuration.Faults;

/// <summary>What a process does to something durable, or asks of another process.</summary>
public enum FaultOperation
{
    Create,
    Write,
    Flush,
    Rename,
    Move,
    Delete,
    Commit,
    Call,
}

/// <summary>Something durable, or a call, and the operations on it. Each operation is two points: before it and after it.</summary>
/// <param name="Name">In the names of points: <c>snapshot</c>, <c>Synchronizer.Apply</c>.</param>
public sealed record FaultSite(string Name, params IReadOnlyList<FaultOperation> Operations)
{
    public IEnumerable<string> Points =>
        Operations.SelectMany(operation => new[] { PointOf(Name, operation, isAfter: false), PointOf(Name, operation, isAfter: true) });

    /// <summary>A point's name: <c>snapshot.rename.before</c>.</summary>
    public static string PointOf(string site, FaultOperation operation, bool isAfter) =>
        $"{site}.{operation.ToString().ToLowerInvariant()}.{(isAfter ? "after" : "before")}";
}
