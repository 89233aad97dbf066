namespace Muster.Configuration.Jobs;

/// <summary>
/// A task of the format that Muster reads, keeps and exports, and that ends at once as completed and not processed with a notice when it
/// is run (jobs.md 5, last decision).
/// </summary>
public sealed record OtherTask : JobTask
{
    public required string ElementName { get; init; }

    public override string Kind => ElementName;

    /// <summary>Its own attributes as written.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();
}
