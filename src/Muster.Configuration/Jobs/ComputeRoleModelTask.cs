namespace Muster.Configuration.Jobs;

/// <summary>Evaluates the policy for owners (jobs.md 4.7).</summary>
public sealed record ComputeRoleModelTask : JobTask
{
    public override string Kind => "ComputeRoleModelTask";

    public bool Dirty { get; init; }

    public bool BlockProvisioning { get; init; }

    public bool BlockAllResourceTypeProvisioning { get; init; }

    public bool IgnoreHistorization { get; init; }

    public int BatchSelectSize { get; init; }

    public int BatchInsertSize { get; init; }

    public bool UseLdif { get; init; }

    public string? LdifFilePath { get; init; }
}
