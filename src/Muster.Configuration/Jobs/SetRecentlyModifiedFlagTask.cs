namespace Muster.Configuration.Jobs;

/// <summary>Turns change lists into dirty resources (jobs.md 4.4).</summary>
public sealed record SetRecentlyModifiedFlagTask : JobTask
{
    public override string Kind => "SetRecentlyModifiedFlagTask";
}
