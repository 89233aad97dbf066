using Muster.Configuration.Model;
using Muster.Configuration.Naming;
using Muster.Configuration.Work;
using Muster.Policy.Compilation;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.Dirty;
using Muster.Repository.Naming;
using Muster.Repository.Schema;

namespace Muster.Policy.Naming;

/// <summary>What follows from roles that naming rules have made, renamed and removed: assignments take the new names, and whom it concerns is flagged.</summary>
internal sealed class BuildConsequences(
    RepositoryTransaction transaction, EntitySchema schema, CompiledPolicy policy, DirtyStore dirty, ITaskReporter reporter)
{
    private readonly NamedValueStore _store = new(transaction);
    private readonly HashSet<string> _declared = [.. policy.Model.SingleRoles.Select(r => r.Identifier)];
    private long _epoch;

    /// <summary>Whether an epoch was raised for the flags.</summary>
    public bool Apply(NamedRoles before, NamedRoles after)
    {
        var renamed = Renamed(before, after);
        if (renamed.Count > 0)
        {
            reporter.Count("rolesRenamed", renamed.Count);
            reporter.Count("assignmentsRenamed", _store.Rename(renamed));
        }

        Count(before, after, renamed);
        Warn(before, after);
        var changed = Changed(before, after);
        FlagTargets(changed);
        FlagHolders(changed, before, after);
        return _epoch > 0;
    }

    /// <summary>
    /// Roles whose values are the same under another name: who has one goes on having it. A role of which something came or went, or whose new
    /// name was another's that stays, is not renamed: the old one ends, and the new one is another.
    /// </summary>
    private Dictionary<string, string> Renamed(NamedRoles before, NamedRoles after)
    {
        var were = ValuesOf(before);
        var are = ValuesOf(after);
        var roleNow = after.Rules.ToDictionary(r => (r.Mapping!.Identifier, r.ResourceId!.Value), r => r.SingleRole!.Identifier);
        var renamed = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (role, values) in were.Where(r => !_declared.Contains(r.Key)))
        {
            if (roleNow.TryGetValue(values.First(), out var now) && now != role && !_declared.Contains(now) && are[now].SetEquals(values))
            {
                renamed.Add(role, now);
            }
        }

        while (renamed.Where(r => were.ContainsKey(r.Value) && !renamed.ContainsKey(r.Value)).Select(r => r.Key).ToList() is { Count: > 0 } taken)
        {
            taken.ForEach(r => renamed.Remove(r));
        }

        return renamed;
    }

    private static Dictionary<string, HashSet<(string Mapping, long Value)>> ValuesOf(NamedRoles named) =>
        named.Rules.GroupBy(r => r.SingleRole!.Identifier, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Select(r => (r.Mapping!.Identifier, r.ResourceId!.Value)).ToHashSet(), StringComparer.Ordinal);

    private void Count(NamedRoles before, NamedRoles after, Dictionary<string, string> renamed)
    {
        var were = before.Roles.Select(r => r.Identifier).ToHashSet(StringComparer.Ordinal);
        var are = after.Roles.Select(r => r.Identifier).ToHashSet(StringComparer.Ordinal);
        reporter.Count("rolesAdded", are.Except(were).Except(renamed.Values).Count());
        reporter.Count("rolesRemoved", were.Except(are).Except(renamed.Keys).Count());
    }

    /// <summary>Names that several have, which may be meant or not; told when they come about.</summary>
    private void Warn(NamedRoles before, NamedRoles after)
    {
        var known = Names(before).ToHashSet();
        foreach (var group in after.Rules.GroupBy(r => (r.Mapping, r.SingleRole)).Where(g => g.Count() > 1 && g.Any(r => !known.Contains(NameOf(r)))))
        {
            var values = string.Join(", ", group.Take(3).Select(r => $"'{r.Resource}'"));
            reporter.Warning(
                $"{group.Count()} values of the role mapping '{group.Key.Mapping}' ({values}{(group.Count() > 3 ? ", …" : "")}) have one role, '{group.Key.SingleRole}': "
                + "who has the role gets all of them. Make their identifiers different if that is not meant.");
        }

        var were = before.Roles.Select(r => r.Identifier).ToHashSet(StringComparer.Ordinal);
        foreach (var group in policy.Model.SingleRoles.Concat(after.Roles).Select(r => r.Identifier).GroupBy(r => r, StringComparer.OrdinalIgnoreCase)
            .Where(g => g.Count() > 1 && g.Any(r => !_declared.Contains(r) && !were.Contains(r))))
        {
            reporter.Warning($"The roles {string.Join(" and ", group.Order(StringComparer.Ordinal).Select(r => $"'{r}'"))} differ in letter case only. Make their identifiers different.");
        }

        foreach (var conflict in after.Conflicts.Except(before.Conflicts))
        {
            reporter.Warning(conflict);
        }
    }

    private static IEnumerable<(string, long, string)> Names(NamedRoles named) => named.Rules.Select(NameOf);

    private static (string Mapping, long Value, string Role) NameOf(NavigationRule rule) => (rule.Mapping!.Identifier, rule.ResourceId!.Value, rule.SingleRole!.Identifier);

    private static List<NavigationRule> Changed(NamedRoles before, NamedRoles after)
    {
        var (were, are) = (Names(before).ToHashSet(), Names(after).ToHashSet());
        return [.. before.Rules.Where(r => !are.Contains(NameOf(r))), .. after.Rules.Where(r => !were.Contains(NameOf(r)))];
    }

    /// <summary>Targets that have one of the values, and the owners that have a row for a link to it.</summary>
    private void FlagTargets(List<NavigationRule> changed)
    {
        var assignments = new AssignmentStore(transaction);
        foreach (var group in changed.GroupBy(r => (r.ResourceType, r.Property)))
        {
            var (type, property) = group.Key;
            List<long> values = [.. group.Select(r => r.ResourceId!.Value).Distinct()];
            Flag(type.TargetEntityType, _store.Referring(schema, property, values), $"a naming rule concerns a value of {property}");
            Flag(type.SourceEntityType, [.. assignments.OwnersLinkedTo(values, [type.Identifier])], $"a naming rule concerns a link of '{type}'");
        }
    }

    /// <summary>Who has a role that came, went, gives other values than before, or belongs to another category or policy.</summary>
    private void FlagHolders(List<NavigationRule> changed, NamedRoles before, NamedRoles after)
    {
        var were = before.Roles.ToDictionary(r => r.Identifier, StringComparer.Ordinal);
        var moved = after.Roles.Where(r => were.TryGetValue(r.Identifier, out var former) && (PathOf(former.Category) != PathOf(r.Category) || former.Policy != r.Policy));
        foreach (var byType in changed.Select(r => (r.ResourceType.SourceEntityType, r.SingleRole!.Identifier))
            .Concat(moved.Select(r => (r.EntityType, r.Identifier)))
            .GroupBy(r => r.Item1, r => r.Identifier))
        {
            Flag(byType.Key, _store.OwnersOf(byType.Distinct(StringComparer.Ordinal)), "a naming rule concerns a role");
        }
    }

    private static string PathOf(Category? category) => category is null ? "" : $"{PathOf(category.Parent)}\n{category.Identifier}";

    private void Flag(EntityType type, IReadOnlyList<long> ids, string reason)
    {
        if (ids.Count > 0)
        {
            _epoch = _epoch == 0 ? dirty.NextEpoch() : _epoch;
            reporter.Count("resourcesFlagged", dirty.FlagForMatching(type, ids, _epoch, reason));
        }
    }
}
