namespace Muster.Configuration.Jobs;

/// <summary>Applies naming rules: those whose resource type's targets the connector holds, or all without a connector (jobs.md 5, rolemodel.md 3.15).</summary>
public sealed record BuildRoleModelTask : JobTask
{
    public override string Kind => "BuildRoleModelTask";
}
