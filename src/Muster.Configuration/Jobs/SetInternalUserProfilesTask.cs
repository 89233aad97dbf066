namespace Muster.Configuration.Jobs;

/// <summary>Assigns profiles by rule (jobs.md 4.10).</summary>
public sealed record SetInternalUserProfilesTask : JobTask
{
    public override string Kind => "SetInternalUserProfilesTask";

    public int BatchSelectSize { get; init; }

    public int BatchInsertSize { get; init; }
}
