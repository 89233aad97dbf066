using Muster.Configuration.Model;
using Muster.Repository;
using Muster.Repository.Schema;

namespace Muster.Policy.Access;

/// <summary>
/// Decides who may do what (rolemodel.md 9.2), the same for whoever asks: the command line, and a server. Reads the user's profiles and
/// what filters need in one transaction; without a rule that gives a right, the answer is no.
/// </summary>
public sealed class AccessDecisions(RepositoryTransaction transaction, EntitySchema schema, ConfigurationModel model)
{
    private readonly AccessUsers _users = new(transaction, schema, model);
    private readonly AccessFilters _filters = new(transaction, schema);
    private readonly AccessControl _access = model.AccessControl;
    private readonly bool _showsAllProperties = model.AccessControl.ShowsAllProperties;
    private readonly Dictionary<(string Permission, string EntityType), IReadOnlyList<string>> _givenBy = [];

    private readonly ILookup<string, AccessControlRule> _rules =
        model.AccessControl.Rules.ToLookup(r => r.Profile.Identifier, StringComparer.Ordinal);

    /// <summary>
    /// A user by key, as <c>TYPE:KEY</c>, or a program as <c>OpenIdClient:ID</c>, with the profiles of this instant. Throws
    /// <see cref="Decisions.DecisionRefusedException"/> where there is none.
    /// </summary>
    public AccessUser FindUser(string name) => _users.Find(name);

    public AccessUser UserOf(EntityType type, long id, string name) => _users.Of(type, id, name);

    public AccessUser UserOf(OpenIdClient client) => _users.Of(client);

    public AccessDecision Decide(AccessUser user, AccessQuestion question) => Decide(user, [question])[0];

    /// <summary>Answers questions together, in their order.</summary>
    public IReadOnlyList<AccessDecision> Decide(AccessUser user, IReadOnlyList<AccessQuestion> questions)
    {
        var asked = questions.Select(q => (Question: q, Rules: RulesOf(user, q).ToList())).ToList();
        var readings = _filters.Read(
            from one in asked
            from rule in one.Rules
            from entity in new[] { one.Question.Before, one.Question.After }.OfType<AccessedEntity>().Distinct()
            from filter in rule.Rule.FilterGroups.SelectMany(g => g)
            select (entity, filter));
        return [.. asked.Select(a => Decide(user, a.Question, a.Rules, readings))];
    }

    /// <summary>The rules of the user's profiles on the entity's type or one that it also is.</summary>
    private IEnumerable<(UserProfile Profile, AccessControlRule Rule)> RulesOf(AccessUser user, AccessQuestion question)
    {
        var types = TypesOf(question);
        return user.Profiles.SelectMany(p => _rules[p.Profile].Where(r => types.Contains(r.EntityType)).Select(r => (p, r)));
    }

    private IReadOnlyList<string> TypesOf(AccessQuestion question) =>
        AccessedEntity.TypesOf(question.EntityType, model.FindEntityType(question.EntityType) is not null);

    private AccessDecision Decide(
        AccessUser user, AccessQuestion question, List<(UserProfile Profile, AccessControlRule Rule)> rules, FilterReadings readings)
    {
        var grants = new List<AccessGrant>();
        var misses = new List<AccessMiss>();
        var opening = new List<AccessControlEntry>();
        foreach (var (profile, rule) in rules)
        {
            foreach (var entry in rule.Entries)
            {
                if (WhyNot(question, rule, entry, profile, user, readings) is { } miss)
                {
                    misses.Add(miss);
                }
                else if (!_access.Permissions.Covers(entry.Permission, question.Permission))
                {
                    continue;
                }
                else if (entry.CanExecute)
                {
                    grants.Add(new AccessGrant(rule, entry, profile));
                }
                else
                {
                    opening.Add(entry);
                    misses.Add(new AccessMiss(rule, entry, profile, "opens properties only (CanExecute is false)"));
                }
            }
        }

        grants = [.. grants.OrderByDescending(g => g.Entry.Priority).ThenBy(g => g.Rule.Identifier, StringComparer.Ordinal)];
        return new AccessDecision
        {
            User = user,
            Question = question,
            Grants = grants,
            Misses = grants.Count == 0 ? misses : [],
            Properties = PropertiesOf(grants, opening),
            GivenBy = GivenBy(question),
        };
    }

    /// <summary>
    /// Why an entry whose path is the question's, or above it, does not apply to its entity; null where it does, and for other paths.
    /// </summary>
    private AccessMiss? WhyNot(
        AccessQuestion question, AccessControlRule rule, AccessControlEntry entry, UserProfile profile, AccessUser user, FilterReadings readings)
    {
        AccessMiss Miss(string because) => new(rule, entry, profile, because);
        if (_access.Permissions.BlockedAt(entry.Permission, question.Permission) is { } at)
        {
            return entry.CanExecute ? Miss($"does not reach it: '{at}' blocks inheritance (BlockInheritance)") : null;
        }

        if (rule.FilterGroups.Count == 0 || !_access.Permissions.Covers(entry.Permission, question.Permission))
        {
            return null;
        }

        if (question.Permission.EndsWith("/ViewHistory", StringComparison.Ordinal))
        {
            return Miss("has filters, with which ViewHistory does not go together");
        }

        if (question.IsOfType)
        {
            return Miss($"gives it where {Text(rule)}") with { IsConditional = entry.CanExecute };
        }

        if (entry is { IsPreCondition: false, IsPostCondition: false })
        {
            return Miss("is checked neither before nor after the change");
        }

        foreach (var (entity, when) in States(question, entry))
        {
            if (_filters.Failing(rule, entity, profile, user, readings) is { } filter)
            {
                return Miss($"has a filter that does not hold{when}: {filter}");
            }
        }

        return null;
    }

    /// <summary>The states of the entity that an entry is checked on; where it names only one that there is not, the other.</summary>
    private static List<(AccessedEntity Entity, string When)> States(AccessQuestion question, AccessControlEntry entry)
    {
        var isChange = question.Before is { } was && question.After is { } will && !ReferenceEquals(was, will);
        if (!isChange)
        {
            return [((question.Before ?? question.After)!, "")];
        }

        return
        [
            .. entry.IsPreCondition ? [(question.Before!, " before the change")] : Array.Empty<(AccessedEntity, string)>(),
            .. entry.IsPostCondition ? [(question.After!, " after the change")] : Array.Empty<(AccessedEntity, string)>(),
        ];
    }

    private static string Text(AccessControlRule rule) => string.Join(" or ", rule.FilterGroups.Select(g => string.Join(" and ", g)));

    /// <summary>
    /// The elected entry and those that only open properties decide; where no profile at all has full access, nothing is restricted.
    /// </summary>
    private PropertyAccess PropertiesOf(List<AccessGrant> grants, List<AccessControlEntry> opening)
    {
        var elected = grants.Where(g => g.Entry.Priority == grants[0].Entry.Priority).Select(g => g.Entry);
        List<AccessControlEntry> deciding = [.. elected, .. opening];
        return new PropertyAccess(
            _showsAllProperties || deciding.Exists(e => e.FullAccessProperties),
            deciding.Select(e => e.PropertyGroup).OfType<string>().ToHashSet(StringComparer.Ordinal),
            _access.PropertyGroups);
    }

    private IReadOnlyList<string> GivenBy(AccessQuestion question)
    {
        if (!_givenBy.TryGetValue((question.Permission, question.EntityType), out var profiles))
        {
            var types = TypesOf(question);
            profiles =
            [
                .. _access.Rules.Where(r => types.Contains(r.EntityType) && r.Entries.Any(e => e.CanExecute && _access.Permissions.Covers(e.Permission, question.Permission)))
                    .Select(r => r.Profile.Identifier).Distinct().Order(StringComparer.Ordinal),
            ];
            _givenBy.Add((question.Permission, question.EntityType), profiles);
        }

        return profiles;
    }
}
