namespace Muster.Configuration.Jobs;

/// <summary>Takes what the initial load found in managed systems as existing rights (rolemodel.md 5.13, jobs.md 5).</summary>
public sealed record SavePreExistingAccessRightsTask : JobTask
{
    public override string Kind => "SavePreExistingAccessRightsTask";

    /// <summary>The attribute that selects rows by SQL; null if none is written.</summary>
    public string? SqlAttribute { get; init; }
}
