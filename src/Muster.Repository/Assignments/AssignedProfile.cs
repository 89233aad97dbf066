namespace Muster.Repository.Assignments;

/// <summary>A profile of access control that a user has (rolemodel.md 9.1). <c>Id</c> 0 is a row not yet stored.</summary>
public sealed record AssignedProfile
{
    /// <summary><c>AccessState</c> of a profile given by a rule (rolemodel.md 2.3).</summary>
    public const int PolicyApproved = 18;

    public long Id { get; init; }

    public required long User { get; init; }

    public required string Profile { get; init; }

    /// <summary>The context: <c>dimension=resource id</c>, sorted by dimension, separated by semicolons; empty for none.</summary>
    public string Dimensions { get; init; } = "";

    public bool IsDenied { get; init; }

    /// <summary>True if a rule gave it; only such rows are changed by SetInternalUserProfiles.</summary>
    public bool IsAutomatic { get; init; }

    public int AccessState { get; init; }

    /// <summary>The profile rule context that gave it; null for one given by hand.</summary>
    public string? RuleContext { get; init; }

    public DateTime StartDate { get; init; } = SentinelDates.Minimum;

    public DateTime EndDate { get; init; } = SentinelDates.Maximum;
}
