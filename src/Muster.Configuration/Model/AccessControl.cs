using Muster.Configuration.Diagnostics;
using Muster.Configuration.Elements;

namespace Muster.Configuration.Model;

/// <summary>Who may do what with Muster itself (rolemodel.md 9); <c>Muster.Policy.Access</c> decides by it.</summary>
public sealed record AccessControl
{
    public static AccessControl Empty { get; } = new();

    public PermissionTree Permissions { get; init; } = new([]);

    /// <summary>By identifier.</summary>
    public IReadOnlyList<AccessControlRule> Rules { get; init; } = [];

    /// <summary>Contexts of profiles that are declared by hand.</summary>
    public IReadOnlyList<ProfileContext> Contexts { get; init; } = [];

    /// <summary>Profiles that are given, or taken away, by hand; those that rules give are in the store.</summary>
    public IReadOnlyList<DeclaredProfile> AssignedProfiles { get; init; } = [];

    public IReadOnlyList<OpenIdClient> Clients { get; init; } = [];

    /// <summary>Properties that not everybody sees, with their group.</summary>
    public IReadOnlyDictionary<EntityProperty, string> PropertyGroups { get; init; } = new Dictionary<EntityProperty, string>();

    /// <summary>Groups restrict nothing as long as no entry at all has full access (rolemodel.md 9.1).</summary>
    public bool ShowsAllProperties => PropertyGroups.Count == 0 || !Rules.SelectMany(r => r.Entries).Any(e => e.FullAccessProperties);

    /// <summary>
    /// Entity types whose resources are users: those of the profile rule contexts in order of declaration, else those who receive roles and
    /// accounts, else all. <c>AssignedProfile/@User</c> does not name one.
    /// </summary>
    public IReadOnlyList<EntityType> UserEntityTypes { get; init; } = [];

    public OpenIdClient? FindClient(string identifier) => Clients.FirstOrDefault(c => c.Identifier == identifier);
}

/// <summary>What the entities of one entity type are allowed to, for who has a profile (rolemodel.md 9.1).</summary>
public sealed class AccessControlRule
{
    public required string Identifier { get; init; }

    public SourceLocation Location { get; init; }

    public required Profile Profile { get; init; }

    /// <summary>Identifier of an entity type of the configuration, or a built-in one (<see cref="BuiltInEntityTypes"/>).</summary>
    public required string EntityType { get; init; }

    public IReadOnlyList<AccessControlEntry> Entries { get; init; } = [];

    /// <summary>Alternatives: of one group all filters must hold. Empty: the rule holds for all entities.</summary>
    public IReadOnlyList<IReadOnlyList<AccessControlFilter>> FilterGroups { get; init; } = [];

    public override string ToString() => Identifier;
}

/// <summary>One right of a rule.</summary>
public sealed record AccessControlEntry
{
    public required string Permission { get; init; }

    public SourceLocation Location { get; init; }

    /// <summary>False: it opens properties only.</summary>
    public bool CanExecute { get; init; }

    public bool FullAccessProperties { get; init; }

    /// <summary>The filters must hold for the entity as it was before a change.</summary>
    public bool IsPreCondition { get; init; } = true;

    /// <summary>The filters must hold for the entity as it is after a change.</summary>
    public bool IsPostCondition { get; init; } = true;

    public bool Notify { get; init; } = true;

    /// <summary>Of several that give a right the highest decides on the properties.</summary>
    public int Priority { get; init; }

    public string? PropertyGroup { get; init; }
}

/// <summary>What a filter compares with.</summary>
public enum FilterComparand
{
    Value,
    CurrentUser,
    Dimension,
    Category,
    SingleRole,
    CompositeRole,
    ResourceType,
}

/// <summary>One condition on the entities of a rule.</summary>
public sealed record AccessControlFilter
{
    /// <summary>The path as written.</summary>
    public required string Binding { get; init; }

    public SourceLocation Location { get; init; }

    public FilterOperator Operator { get; init; }

    public required FilterComparand Comparand { get; init; }

    /// <summary>Of <see cref="FilterComparand.Value"/>.</summary>
    public string? Value { get; init; }

    /// <summary>Of <see cref="FilterComparand.Dimension"/>.</summary>
    public Dimension? Dimension { get; init; }

    /// <summary>As a person reads it: <c>Owner.Organization Equals Dimension 'Organization'</c>.</summary>
    public override string ToString() => $"{Binding} {Operator} " + Comparand switch
    {
        FilterComparand.Value => $"'{Value}'",
        FilterComparand.CurrentUser => "the user",
        FilterComparand.Dimension => $"the profile's {Dimension}",
        _ => $"the profile's {Comparand}",
    };
}

/// <summary>What a profile is limited to, declared by hand.</summary>
public sealed record ProfileContext
{
    /// <summary>The number of the context without limits, which needs no declaration.</summary>
    public const long Unlimited = -1;

    /// <summary>-2 or smaller.</summary>
    public required long Id { get; init; }

    public SourceLocation Location { get; init; }

    public string? Category { get; init; }

    public string? CompositeRole { get; init; }

    public string? SingleRole { get; init; }

    public string? ResourceType { get; init; }

    /// <summary>Values by the key of a resource of the dimension's entity type.</summary>
    public IReadOnlyList<DimensionCriterion> Dimensions { get; init; } = [];
}

/// <summary>A profile given to a user by hand (<c>AssignedProfile</c>).</summary>
public sealed record DeclaredProfile
{
    /// <summary>Key of a resource of one of <see cref="AccessControl.UserEntityTypes"/>.</summary>
    public required string User { get; init; }

    public SourceLocation Location { get; init; }

    public required Profile Profile { get; init; }

    public required ProfileContext Context { get; init; }

    public AccessState AccessState { get; init; }

    /// <summary>First instant, UTC; null: since ever.</summary>
    public DateTime? Start { get; init; }

    /// <summary>The instant from which it gives nothing, UTC; null: never.</summary>
    public DateTime? End { get; init; }

    public bool IsDenied { get; init; }

    public string? Email { get; init; }
}

/// <summary>A program that signs in with a secret, and the profile that it has.</summary>
public sealed record OpenIdClient
{
    public required string Identifier { get; init; }

    public SourceLocation Location { get; init; }

    public DisplayNames DisplayNames { get; init; } = DisplayNames.Empty;

    public required Profile Profile { get; init; }

    public required ProfileContext Context { get; init; }

    /// <summary>Base64 of the SHA-256 of the secret's UTF-8 form; null: it cannot sign in.</summary>
    public string? HashedSecret { get; init; }

    /// <summary>The instant from which it can do nothing, UTC; null: never.</summary>
    public DateTime? Expires { get; init; }
}
