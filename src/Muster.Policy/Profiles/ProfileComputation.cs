using Microsoft.Extensions.Logging;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Expressions;
using Muster.Policy.Compilation;
using Muster.Policy.Queries;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Policy.Profiles;

/// <summary>What SetInternalUserProfiles is asked for (jobs.md 4.10).</summary>
public sealed record ProfileRequest(
    IReadOnlyList<EntityType> EntityTypes, IReadOnlyList<ResourceType> ResourceTypes, int BatchSize);

/// <summary>
/// SetInternalUserProfiles (rolemodel.md 5.12): gives and takes the profiles that profile rules say, and touches no other. One transaction.
/// </summary>
public sealed class ProfileComputation(
    RepositoryDatabase database, EntitySchema schema, CompiledPolicy policy, ILogger<ProfileComputation> logger)
{
    private const int DefaultBatchSize = 1_000;

    public TaskResult Run(ProfileRequest request, ITaskReporter reporter, CancellationToken cancellationToken)
    {
        using var transaction = database.BeginWrite(cancellationToken);
        var contexts = policy.ProfileContexts
            .Where(c => c.Definition.ResourceType is { } type ? request.ResourceTypes.Contains(type) : request.EntityTypes.Contains(c.Definition.EntityType))
            .ToList();
        var run = new ProfileRun(
            transaction,
            contexts,
            new ResourceReader(transaction, schema),
            new EvaluationContext
            {
                Now = transaction.Now,
                Logger = logger,
                Query = new StoredResourceQuery(transaction, schema, policy),
            },
            reporter);
        foreach (var users in run.Users(request.BatchSize > 0 ? request.BatchSize : DefaultBatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            run.Compute(users);
        }

        transaction.Commit();
        return new TaskResult { Processed = run.HasChanged, PartlyFailed = run.Errors > 0 };
    }
}

/// <summary>One run of the profile rules inside a transaction, page by page of users: no more than a page is in memory.</summary>
internal sealed class ProfileRun(
    RepositoryTransaction transaction,
    List<CompiledProfileContext> contexts,
    ResourceReader reader,
    EvaluationContext evaluation,
    ITaskReporter reporter)
{
    /// <summary>More profiles of one user are not given.</summary>
    private const int MaximumProfiles = 10;

    private readonly ProfileStore _store = new(transaction);
    private readonly AssignmentStore _assignments = new(transaction);
    private readonly HashSet<string> _names = [.. contexts.Select(c => c.Definition.Identifier)];

    public bool HasChanged { get; private set; }

    public int Errors { get; private set; }

    /// <summary>Who may have a profile, or has one that may have to end, ascending.</summary>
    public IEnumerable<IReadOnlyList<long>> Users(int size)
    {
        var after = long.MinValue;
        while (true)
        {
            IReadOnlyList<long>[] pages =
            [
                .. contexts.Select(c => c.Definition.EntityType).Distinct().Select(t => reader.IdsAfter(t, after, size)),
                _store.UsersAfter(_names, after, size),
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

    public void Compute(IReadOnlyList<long> users)
    {
        var wanted = contexts.SelectMany(c => Wanted(c, users)).ToList();
        var (existing, others) = Split(_store.Of(users));
        var denied = others.SelectMany(g => g).Where(o => o is { IsAutomatic: false, IsDenied: true }).Select(o => (o.User, o.Profile, o.Dimensions)).ToHashSet();
        var chosen = wanted.DistinctBy(Identity)
            .Where(w => !denied.Contains((w.User, w.Profile, w.Dimensions)))
            .GroupBy(w => w.User)
            .SelectMany(g => Limit(g, others[g.Key].Count(), reporter))
            .ToList();
        var kept = existing.Select(Identity).ToHashSet();
        var identities = chosen.Select(Identity).ToHashSet();
        var inserted = chosen.Where(w => !kept.Contains(Identity(w))).ToList();
        var ended = existing.Where(e => !identities.Contains(Identity(e))).ToList();
        _store.Insert(inserted);
        _store.End(ended);
        reporter.Count("profilesInserted", inserted.Count);
        reporter.Count("profilesEnded", ended.Count);
        HasChanged |= inserted.Count + ended.Count > 0;
    }

    /// <summary>Those that the contexts of this run gave, and all others of the users.</summary>
    private (List<AssignedProfile> Existing, ILookup<long, AssignedProfile> Others) Split(IReadOnlyList<AssignedProfile> profiles)
    {
        var isOwn = profiles.ToLookup(p => p is { IsAutomatic: true, RuleContext: { } context } && _names.Contains(context));
        return ([.. isOwn[true]], isOwn[false].ToLookup(p => p.User));
    }

    private List<AssignedProfile> Wanted(CompiledProfileContext context, IReadOnlyList<long> page)
    {
        var pairs = context.Definition.ResourceType is { } login
            ? _assignments.OwnersAndTargets(login.Identifier, page)
            : [.. page.Select(id => (Owner: id, Target: (long?)null))];
        var paths = ProfilePaths.Of(context);
        var users = reader.Load(context.Definition.EntityType, [.. pairs.Select(p => p.Owner).Distinct()], paths).ToDictionary(r => r.Id);
        var targets = context.Definition.ResourceType is { } type
            ? reader.Load(type.TargetEntityType, [.. pairs.Select(p => p.Target).OfType<long>().Distinct()], paths).ToDictionary(r => r.Id)
            : [];
        var wanted = new List<AssignedProfile>();
        foreach (var (user, target) in pairs)
        {
            if (users.TryGetValue(user, out var resource))
            {
                var account = target is { } id ? targets.GetValueOrDefault(id) : null;
                Errors += new ProfileRules(context, evaluation, reporter).Apply(resource, account, wanted);
            }
        }

        return wanted;
    }

    private static IEnumerable<AssignedProfile> Limit(IGrouping<long, AssignedProfile> profiles, int others, ITaskReporter reporter)
    {
        var room = Math.Max(0, MaximumProfiles - others);
        if (profiles.Count() > room)
        {
            reporter.Warning($"The user {profiles.Key} would have more than {MaximumProfiles} profiles. The first ones by identifier are given.");
        }

        return profiles
            .OrderBy(p => p.Profile, StringComparer.Ordinal)
            .ThenBy(p => p.Dimensions, StringComparer.Ordinal)
            .Take(room);
    }

    private static (long, string, string, bool, string?) Identity(AssignedProfile profile) =>
        (profile.User, profile.Profile, profile.Dimensions, profile.IsDenied, profile.RuleContext);
}
