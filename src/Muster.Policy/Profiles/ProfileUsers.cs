using Muster.Configuration.Model;
using Muster.Expressions.Dependencies;
using Muster.Policy.Compilation;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.Dirty;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Policy.Profiles;

/// <summary>
/// Whom a run of SetInternalUserProfiles looks at: users that are flagged, users whose accounts are, those whose logins or other profiles have
/// changed, and those with profiles of contexts that the configuration has no more. All, where one of its consumers must compute in full.
/// </summary>
internal sealed class ProfileUsers
{
    private readonly List<CompiledProfileContext> _contexts;
    private readonly List<string> _forgotten;
    private readonly List<DirtySelection> _selections;
    private readonly ResourceReader _reader;
    private readonly ProfileStore _profiles;
    private readonly ProfileDueStore _due;
    private readonly AssignmentStore _assignments;
    private readonly DirtyStore _dirty;
    private readonly string? _fullBecause;

    public ProfileUsers(
        RepositoryTransaction transaction, EntitySchema schema, CompiledPolicy policy, List<CompiledProfileContext> contexts, ProfileRequest request)
    {
        _contexts = contexts;
        _reader = new ResourceReader(transaction, schema);
        _profiles = new ProfileStore(transaction);
        _due = new ProfileDueStore(transaction);
        _assignments = new AssignmentStore(transaction);
        _dirty = new DirtyStore(transaction, schema, policy.Graph);
        _forgotten = [.. Forgotten(transaction, policy)];
        _selections = [.. ConsumersOf(contexts).Select(c => _dirty.Select(c.Kind, c.Type, !request.IsDirty))];
        _fullBecause = _selections.FirstOrDefault(s => s.IsFull)?.FullBecause;
        FullBecause = request.IsDirty ? _fullBecause : null;
        Consumers = [.. _selections.Select(s => s.Kind).Where(ConsumerKinds.IsOfProfileUsers).Distinct()];
        Names = contexts.Select(c => c.Definition.Identifier).Concat(_forgotten).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Not null: all users are looked at although that was not asked for, and why.</summary>
    public string? FullBecause { get; }

    /// <summary>The consumers of users that the run stands for.</summary>
    public IReadOnlyList<string> Consumers { get; }

    /// <summary>The contexts whose profiles the run gives and takes, with those that the configuration has no more.</summary>
    public IReadOnlySet<string> Names { get; }

    /// <summary>The consumers of a context's users, and of their accounts.</summary>
    public static IEnumerable<(string Kind, EntityType Type)> ConsumersOf(IEnumerable<CompiledProfileContext> contexts) => contexts
        .Select(c => c.Definition)
        .SelectMany(c => c.ResourceType is { } login
            ? new[] { (ProfileComputations.KindOf(c), c.EntityType), (ConsumerKinds.AccountsOf(login), login.TargetEntityType) }
            : [(ProfileComputations.KindOf(c), c.EntityType)])
        .Distinct();

    /// <summary>Contexts that have given profiles and that the configuration has no more.</summary>
    public static IEnumerable<string> Forgotten(RepositoryTransaction transaction, CompiledPolicy policy) =>
        new ProfileStore(transaction).RuleContexts().Except(policy.ProfileContexts.Select(c => c.Definition.Identifier));

    public IEnumerable<IReadOnlyList<long>> Batches(int size) =>
        _fullBecause is not null ? Everybody(size) : Concerned(size).Order().Chunk(size);

    /// <summary>Remembers that the users have been looked at.</summary>
    public void Finish()
    {
        _due.Forget(Consumers);
        foreach (var selection in _selections)
        {
            _dirty.Finish(selection);
        }
    }

    /// <summary>Who may have a profile, or has one that may have to end, ascending; page by page, so that no more than a page is in memory.</summary>
    private IEnumerable<IReadOnlyList<long>> Everybody(int size)
    {
        var after = long.MinValue;
        while (true)
        {
            IReadOnlyList<long>[] pages =
            [
                .. _contexts.Select(c => c.Definition.EntityType).Distinct().Select(t => _reader.IdsAfter(t, after, size)),
                _profiles.UsersAfter([.. Names], after, size),
            ];

            // Behind the end of a full page there may be others.
            var upTo = pages.Where(p => p.Count == size).Select(p => p[^1]).DefaultIfEmpty(long.MaxValue).Min();
            var users = pages.SelectMany(p => p).Where(u => u <= upTo).Distinct().Order().ToList();
            if (users.Count == 0)
            {
                yield break;
            }

            yield return users;
            after = users[^1];
        }
    }

    private HashSet<long> Concerned(int size)
    {
        var users = new HashSet<long>(_due.Of(Consumers));
        users.UnionWith(_profiles.UsersAfter(_forgotten, long.MinValue, int.MaxValue));
        foreach (var selection in _selections)
        {
            foreach (var batch in _dirty.Batches(selection, size))
            {
                users.UnionWith(ConsumerKinds.IsOfProfileUsers(selection.Kind) ? batch : OwnersOf(selection.Kind, batch));
            }
        }

        return users;
    }

    private IReadOnlySet<long> OwnersOf(string kind, IReadOnlyList<long> accounts) =>
        _assignments.OwnersOf(
            accounts, [.. _contexts.Select(c => c.Definition.ResourceType).OfType<ResourceType>().Distinct().Where(t => ConsumerKinds.AccountsOf(t) == kind).Select(t => t.Identifier)]);
}
