using Muster.Configuration.Model;

namespace Muster.Policy.Access;

/// <summary>A rule's entry by which somebody may do what was asked.</summary>
/// <param name="Profile">The user's profile, in its context, that has the rule.</param>
public sealed record AccessGrant(AccessControlRule Rule, AccessControlEntry Entry, UserProfile Profile);

/// <summary>A rule's entry that would have given the right, and why it does not.</summary>
/// <param name="Because">As the end of a sentence about the rule.</param>
public sealed record AccessMiss(AccessControlRule Rule, AccessControlEntry Entry, UserProfile Profile, string Because)
{
    /// <summary>The entry gives the right to some entities, and the question is about none in particular.</summary>
    public bool IsConditional { get; init; }
}

/// <summary>The answer to an <see cref="AccessQuestion"/>, with its reasons.</summary>
public sealed record AccessDecision
{
    public required AccessUser User { get; init; }

    public required AccessQuestion Question { get; init; }

    public bool IsAllowed => Grants.Count > 0;

    /// <summary>All that give the right: highest priority first, then by rule. The first is elected.</summary>
    public required IReadOnlyList<AccessGrant> Grants { get; init; }

    /// <summary>Where nothing gives the right: what comes near it.</summary>
    public required IReadOnlyList<AccessMiss> Misses { get; init; }

    /// <summary>Which properties of the entity may be seen.</summary>
    public required PropertyAccess Properties { get; init; }

    /// <summary>
    /// Mails about it are sent to the user: an entry gives this very path, and does not mute it; one on a path above gives the right only.
    /// </summary>
    public bool Notifies => Grants.Any(g => g.Entry.Notify && g.Entry.Permission == Question.Permission);

    /// <summary>Profiles, not only those of the user, that give the permission on entities of the type, by identifier.</summary>
    public required IReadOnlyList<string> GivenBy { get; init; }
}

/// <summary>Which properties a decision opens (rolemodel.md 9.1, <c>AccessControlPropertyGroup</c>).</summary>
/// <param name="IsFull">All, whatever their group.</param>
/// <param name="Groups">Properties of these groups, and those of none.</param>
public sealed record PropertyAccess(bool IsFull, IReadOnlySet<string> Groups, IReadOnlyDictionary<EntityProperty, string> GroupOf)
{
    public bool IsVisible(EntityProperty property) => IsFull || !GroupOf.TryGetValue(property, out var group) || Groups.Contains(group);
}
