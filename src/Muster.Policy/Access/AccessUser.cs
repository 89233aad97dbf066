using Muster.Configuration.Model;

namespace Muster.Policy.Access;

/// <summary>Who asks: a person of the repository, or a program that signs in as a client; with what they may act as now.</summary>
public sealed record AccessUser
{
    /// <summary>As they were named, or their key: what decisions are recorded under.</summary>
    public required string Name { get; init; }

    /// <summary>Null for a program.</summary>
    public ResourceValue? Resource { get; init; }

    /// <summary>Those that count, by profile and context.</summary>
    public required IReadOnlyList<UserProfile> Profiles { get; init; }

    /// <summary>Those that do not count, each with the reason.</summary>
    public IReadOnlyList<(UserProfile Profile, string Because)> Others { get; init; } = [];
}

/// <summary>A profile of a user in one context.</summary>
/// <param name="Origin">Where it comes from, for people: a profile rule context, or that it was given by hand.</param>
public sealed record UserProfile(string Profile, AccessContext Context, bool IsDenied, string Origin)
{
    public override string ToString() => Context.Text.Length == 0 ? $"'{Profile}'" : $"'{Profile}' ({Context.Text})";
}

/// <summary>What a profile is limited to: the values that filters compare with.</summary>
public sealed record AccessContext
{
    public static AccessContext Unlimited { get; } = new();

    public string? Category { get; init; }

    public string? CompositeRole { get; init; }

    public string? SingleRole { get; init; }

    public string? ResourceType { get; init; }

    /// <summary>By dimension: the value's resource; null for a value that is no resource (any more).</summary>
    public IReadOnlyDictionary<Dimension, long?> Dimensions { get; init; } = new Dictionary<Dimension, long?>();

    /// <summary>As a person reads it: <c>Department 'Sales'</c>; empty for no limits.</summary>
    public string Text { get; init; } = "";

    /// <summary>Two contexts with the same are the same.</summary>
    internal string Identity => string.Join(
        '\n',
        Dimensions.OrderBy(d => d.Key.Index).Select(d => $"{d.Key.Index}={d.Value}")
            .Prepend($"{Category}\t{CompositeRole}\t{SingleRole}\t{ResourceType}"));
}
