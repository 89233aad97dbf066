namespace Muster.Equivalence.Tests.Model;

/// <summary>A configuration and what happens to its sources.</summary>
internal sealed record Case(Setup Setup, IReadOnlyList<Step> Steps);

/// <summary>What one step of a history does after its changes.</summary>
internal enum StepKind
{
    /// <summary>An incremental job in one repository, a complete one in the other.</summary>
    Job,

    /// <summary>A complete job in both.</summary>
    Complete,

    /// <summary>As <see cref="Job"/>, without fulfilment: orders stay open.</summary>
    Collect,

    /// <summary>Fulfilment only.</summary>
    Fulfil,

    /// <summary>Fulfilment while the directory file is not there.</summary>
    FulfilInVain,
}

/// <summary>Changes of sources and configuration, then a job.</summary>
internal sealed record Step(StepKind Kind)
{
    public IReadOnlyList<SourceChange> Changes { get; init; } = [];

    /// <summary>Time that passes before.</summary>
    public int Minutes { get; init; } = 1;

    /// <summary>The only connector that is read; null for all.</summary>
    public string? Connector { get; init; }

    /// <summary>Parts of the configuration that are switched and deployed before; see <see cref="Setup.With"/>.</summary>
    public IReadOnlyList<string> Switches { get; init; } = [];

    /// <summary>What people decide before, in the order given.</summary>
    public IReadOnlyList<Decision> Decisions { get; init; } = [];

    /// <summary>Connectors, and single tables, whose changes are given as lists; the others give full extracts.</summary>
    public IReadOnlyList<string> Listed { get; init; } = [];
}

/// <summary>
/// A request for a role, an answer to one, or a review of what waits of a resource type; refused where it does not fit the state of things, in
/// both repositories.
/// </summary>
/// <param name="Item">Role or resource type.</param>
internal sealed record Decision(DecisionVerb Verb, string Entity, string Key, string Item)
{
    public override string ToString() => $"{Verb} {Item} of {Entity} {Key}";
}

internal enum DecisionVerb
{
    Request,
    RequestRemoval,
    Approve,
    Decline,
    ApproveOrders,
    DeclineOrders,
    KeepFound,
    RemoveFound,
}

internal enum ChangeKind
{
    Put,
    Set,
    Remove,
    Clear,
    Restore,
}

/// <summary>A change of a source table, or of the directory (table <c>Dir</c>, key the dn, values as <c>attribute=value</c>).</summary>
internal sealed record SourceChange(ChangeKind Kind, string Table, string Key = "", string Column = "", string Value = "")
{
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>A change list says <c>merge</c> for it.</summary>
    public bool IsMerge { get; init; }

    public override string ToString() => Kind switch
    {
        ChangeKind.Put => $"put {Table} {string.Join(" | ", Values)}",
        ChangeKind.Set => $"set {Table} {Key} {Column} = '{Value}'",
        ChangeKind.Remove => $"remove {Table} {Key}",
        ChangeKind.Clear => $"empty {Table}",
        _ => $"restore {Table}",
    };
}
