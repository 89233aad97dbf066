using System.Security.Cryptography;
using System.Text;
using Muster.Configuration.Model;

namespace Muster.Policy.Compilation;

/// <summary>All computed rules of one role.</summary>
/// <param name="Fingerprint">Another one whenever any of the rules changes, comes or goes (rolemodel.md 7.5).</param>
public sealed record RoleRuleSet(IReadOnlyList<RoleRule> Rules, string Fingerprint)
{
    public static RoleRuleSet Empty { get; } = Of([]);

    public static RoleRuleSet Of(IReadOnlyList<RoleRule> rules)
    {
        var text = string.Join('\u001d', rules.Select(Signatures.Of).Order(StringComparer.Ordinal));
        return new RoleRuleSet(rules, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16]);
    }
}

/// <summary>
/// Composite roles that need one another by <c>ParentRole</c>: usually one. Several, or one that needs itself, are a cycle: they are held only
/// where a rule from outside the cycle gives one of them (rolemodel.md 5.4, phase 3, "detect cycles").
/// </summary>
public sealed record CompositeRoleGroup(IReadOnlyList<CompositeRole> Roles, bool IsCycle);

/// <summary>Puts composite roles in an order in which each comes after those that its rules need.</summary>
internal static class CompositeRoleOrder
{
    /// <summary>Tarjan's strongly connected components, without recursion over the depth of the configuration.</summary>
    public static IReadOnlyList<CompositeRoleGroup> Sort(IReadOnlyList<CompositeRole> roles, IEnumerable<CompositeRoleRule> rules)
    {
        var needed = rules.Where(r => r.CompositeRole is not null).ToLookup(r => r.Role, r => r.CompositeRole!);
        var search = new Search(needed);
        foreach (var role in roles)
        {
            search.Visit(role);
        }

        return search.Groups;
    }

    private sealed class Search(ILookup<CompositeRole, CompositeRole> needed)
    {
        private readonly Dictionary<CompositeRole, int> _index = [];
        private readonly Dictionary<CompositeRole, int> _low = [];
        private readonly HashSet<CompositeRole> _open = [];
        private readonly Stack<CompositeRole> _path = [];

        public List<CompositeRoleGroup> Groups { get; } = [];

        public void Visit(CompositeRole start)
        {
            if (_index.ContainsKey(start))
            {
                return;
            }

            var work = new Stack<(CompositeRole Role, IEnumerator<CompositeRole> Next)>();
            Enter(start, work);
            while (work.TryPeek(out var top))
            {
                if (!top.Next.MoveNext())
                {
                    work.Pop();
                    Leave(top.Role, work.TryPeek(out var above) ? above.Role : null);
                }
                else if (!_index.TryGetValue(top.Next.Current, out var index))
                {
                    Enter(top.Next.Current, work);
                }
                else if (_open.Contains(top.Next.Current))
                {
                    _low[top.Role] = Math.Min(_low[top.Role], index);
                }
            }
        }

        private void Enter(CompositeRole role, Stack<(CompositeRole Role, IEnumerator<CompositeRole> Next)> work)
        {
            _index[role] = _low[role] = _index.Count;
            _open.Add(role);
            _path.Push(role);
            work.Push((role, needed[role].GetEnumerator()));
        }

        private void Leave(CompositeRole role, CompositeRole? above)
        {
            if (above is not null)
            {
                _low[above] = Math.Min(_low[above], _low[role]);
            }

            if (_low[role] != _index[role])
            {
                return;
            }

            var members = new List<CompositeRole>();
            CompositeRole member;
            do
            {
                member = _path.Pop();
                _open.Remove(member);
                members.Add(member);
            }
            while (member != role);

            Groups.Add(new CompositeRoleGroup(
                [.. members.OrderBy(m => m.Identifier, StringComparer.Ordinal)], members.Count > 1 || needed[role].Contains(role)));
        }
    }
}
