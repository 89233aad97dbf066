using Muster.Repository.Assignments;

namespace Muster.Policy.RoleModel;

/// <summary>What turns up while one owner is evaluated; see <see cref="OwnerResult"/>.</summary>
internal sealed class OwnerFindings(DateTime now)
{
    private HashSet<string>? _warnings;
    private HashSet<long>? _taken;

    public List<string> Errors { get; } = [];

    /// <summary>What is as the rules say, and perhaps not as their author meant it.</summary>
    public HashSet<string> Warnings => _warnings ??= [];

    /// <summary>Targets that one of the owner's rows has taken in this evaluation.</summary>
    public HashSet<long> Taken => _taken ??= [];

    /// <summary>The next time that values come to hold or cease to, though nothing changes (rolemodel.md 7.2); null: never.</summary>
    public DateTime? Next { get; private set; }

    public HashSet<SourceOwner> Displaced { get; } = [];

    public HashSet<long> EndedOrphans { get; } = [];

    public bool HasWarnings => _warnings is not null;

    /// <summary>Values come to hold, or cease to, at an instant.</summary>
    public void Bound(DateTime at)
    {
        if (at > now && at < SentinelDates.Maximum && !(Next <= at))
        {
            Next = at;
        }
    }

    public void Bound(Period period)
    {
        Bound(period.Start);
        Bound(period.End);
    }
}
