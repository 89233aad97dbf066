namespace Muster.Policy.RoleModel;

/// <summary>What turns up while one owner is evaluated; see <see cref="OwnerResult"/>.</summary>
internal sealed class OwnerFindings
{
    public List<string> Errors { get; } = [];

    /// <summary>What is as the rules say, and perhaps not as their author meant it.</summary>
    public HashSet<string> Warnings { get; } = [];

    /// <summary>Targets that one of the owner's rows has taken in this evaluation.</summary>
    public HashSet<long> Taken { get; } = [];

    /// <summary>When values come to hold or cease to, though nothing changes (rolemodel.md 7.2).</summary>
    public HashSet<DateTime> Bounds { get; } = [];

    public HashSet<SourceOwner> Displaced { get; } = [];

    public HashSet<long> EndedOrphans { get; } = [];
}
