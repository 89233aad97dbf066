using Muster.Configuration.Model;

namespace Muster.Expressions.Dependencies;

/// <summary>
/// A rule's reference to one resource by the value of a key property (<c>NavigationRule/@Resource</c>, <c>D0</c>): when the resource that
/// the value names is another one than before, or appears, or goes, everything that refers to it is computed in full.
/// </summary>
public sealed record KeyReference(EntityType EntityType, string Value);

/// <summary>
/// A computation that reads a value and all its ancestors in a hierarchical dimension: a re-parented or renamed value concerns the
/// readers of all its descendants.
/// </summary>
/// <param name="Path">From the root to the value: its last step is the navigation to the dimension's entity type.</param>
/// <param name="Parent">The navigation from a value to its parent.</param>
public sealed record HierarchyRead(ReadPath Path, EntityProperty Parent);

/// <summary>
/// A computation that looks resources up by a value (<c>PropertyCriteria</c>): a resource that comes to have the value concerns those that
/// look for it, though no link leads to it yet.
/// </summary>
/// <param name="ExpressionKey">Under which the looked-for values are stored by resource, see <c>CorrelationKeyStore</c>.</param>
/// <param name="Criteria">The property that is compared.</param>
public sealed record KeyLookup(string ExpressionKey, EntityProperty Criteria);

/// <summary>
/// One thing that is computed for the resources of an entity type, with all that it reads: what the dependency graph is made of
/// (architecture.md, "Dependencies between computations").
/// </summary>
public sealed record Computation
{
    /// <summary>The consumer that does it: a constant of <see cref="ConsumerKinds"/>, or one of its own beginning with such a constant.</summary>
    public required string Kind { get; init; }

    /// <summary>The entity type of the resources for which it is done.</summary>
    public required EntityType EntityType { get; init; }

    /// <summary>Paths whose root is <see cref="EntityType"/>; others are ignored.</summary>
    public required ReadSet Reads { get; init; }

    public IReadOnlyList<HierarchyRead> Hierarchies { get; init; } = [];

    public IReadOnlyList<KeyReference> References { get; init; } = [];

    public IReadOnlyList<KeyLookup> Lookups { get; init; } = [];

    /// <summary>
    /// Properties whose values are compared among resources that no path leads to: a change of one on a resource that <see cref="References"/>
    /// name, or on any if they name none of the entity type, makes the consumer compute in full.
    /// </summary>
    public IReadOnlyList<EntityProperty> Compared { get; init; } = [];

    /// <summary>
    /// Text that changes whenever the computation does (expressions, rules): a consumer whose computations changed since it last finished
    /// computes in full (asks.md 25).
    /// </summary>
    public required string Signature { get; init; }
}

/// <summary>The names under which consumers of dirty resources keep what they have finished (rolemodel.md 5.0).</summary>
public static class ConsumerKinds
{
    public const string UpdateEntityPropertyExpressions = "UpdateEntityPropertyExpressions";
    public const string ComputeCorrelationKeys = "ComputeCorrelationKeys";
    public const string ComputeRoleModel = "ComputeRoleModel";
    public const string UpdateClassification = "UpdateClassification";
    public const string SetInternalUserProfiles = "SetInternalUserProfiles";

    public const string BuildRoleModel = "BuildRoleModel";

    private const string ProfilesOfUsers = $"{SetInternalUserProfiles}.Users:";
    private const string ProfilesOfLogins = $"{SetInternalUserProfiles}.Logins:";
    private const string ProfilesOfAccounts = $"{SetInternalUserProfiles}.Accounts:";

    /// <summary>The consumer for the profiles that contexts give to all resources of an entity type.</summary>
    public static string ProfilesOf(EntityType users) => ProfilesOfUsers + users.Identifier;

    /// <summary>The consumer for the profiles that contexts give to the owners of a resource type.</summary>
    public static string ProfilesOf(ResourceType login) => ProfilesOfLogins + login.Identifier;

    /// <summary>As <see cref="ProfilesOf(ResourceType)"/>, of the owners' accounts: what is flagged are their targets.</summary>
    public static string AccountsOf(ResourceType login) => ProfilesOfAccounts + login.Identifier;

    /// <summary>The consumer that applies a naming rule to values.</summary>
    public static string BuildRoleModelOf(RoleMapping mapping) => $"{BuildRoleModel}:{mapping.Identifier}";

    /// <summary>
    /// True for consumers that many configurations have no task for: before they have finished for the first time nothing is kept for them.
    /// </summary>
    public static bool MayNeverRun(string kind) => IsOfProfiles(kind) || kind.StartsWith(BuildRoleModel + ":", StringComparison.Ordinal);

    /// <summary>True for all consumers that give profiles.</summary>
    public static bool IsOfProfiles(string kind) => kind.StartsWith(SetInternalUserProfiles + ".", StringComparison.Ordinal);

    /// <summary>True for those of users, who are computed one by one.</summary>
    public static bool IsOfProfileUsers(string kind) =>
        kind.StartsWith(ProfilesOfUsers, StringComparison.Ordinal) || kind.StartsWith(ProfilesOfLogins, StringComparison.Ordinal);

    /// <summary>The identifier of the resource type whose owners get profiles from a consumer; null for the others.</summary>
    public static string? LoginOf(string kind) =>
        kind.StartsWith(ProfilesOfLogins, StringComparison.Ordinal) ? kind[ProfilesOfLogins.Length..] : null;
}
