using Microsoft.Extensions.Logging;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Expressions;
using Muster.Policy.Compilation;
using Muster.Policy.Queries;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.Dirty;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Policy.Profiles;

/// <summary>What SetInternalUserProfiles is asked for (jobs.md 4.10).</summary>
/// <param name="EntityTypes">Of users.</param>
/// <param name="ResourceTypes">Of logins.</param>
/// <param name="BatchSize">Users looked at together; 0 is 1000.</param>
/// <param name="IsDirty">The task has no complete mode, since it gives what a complete evaluation would; false is for verifying just that.</param>
public sealed record ProfileRequest(
    IReadOnlyList<EntityType> EntityTypes, IReadOnlyList<ResourceType> ResourceTypes, int BatchSize, bool IsDirty = true)
{
    /// <summary>The contexts whose profiles are asked for.</summary>
    internal IEnumerable<CompiledProfileContext> Contexts(CompiledPolicy policy) => policy.ProfileContexts
        .Where(c => c.Definition.ResourceType is { } type ? ResourceTypes.Contains(type) : EntityTypes.Contains(c.Definition.EntityType));
}

/// <summary>
/// SetInternalUserProfiles (rolemodel.md 5.12): gives and takes the profiles that profile rules say, and touches no other. It looks at those
/// users whom a change since the last run concerns, and leaves what looking at all would. One transaction.
/// </summary>
public sealed class ProfileComputation(
    RepositoryDatabase database, EntitySchema schema, CompiledPolicy policy, ILogger<ProfileComputation> logger)
{
    private const int DefaultBatchSize = 1_000;

    public TaskResult Run(ProfileRequest request, ITaskReporter reporter, CancellationToken cancellationToken)
    {
        using var transaction = database.BeginWrite(cancellationToken);

        // Whether or not a flagging task stands before it: what is in the log has happened.
        new DirtyClosure(transaction, schema, policy.Graph).FlagBeforeCompleteRun();
        var contexts = request.Contexts(policy).ToList();
        var run = new ProfileRun(
            transaction,
            contexts,
            new ProfileUsers(transaction, schema, policy, contexts, request),
            new ResourceReader(transaction, schema),
            new EvaluationContext
            {
                Now = transaction.Now,
                Logger = logger,
                Query = new StoredResourceQuery(transaction, schema, policy),
            },
            policy.Model.AccessControl,
            reporter);
        run.Run(request.BatchSize > 0 ? request.BatchSize : DefaultBatchSize, cancellationToken);
        transaction.Commit();
        return new TaskResult { Processed = run.HasChanged, PartlyFailed = run.Errors > 0 };
    }
}

/// <summary>One run of the profile rules inside a transaction, page by page of users: no more than a page is in memory.</summary>
internal sealed class ProfileRun(
    RepositoryTransaction transaction,
    List<CompiledProfileContext> contexts,
    ProfileUsers users,
    ResourceReader reader,
    EvaluationContext evaluation,
    AccessControl access,
    ITaskReporter reporter)
{
    /// <summary>More profiles of one user are not given.</summary>
    private const int MaximumProfiles = 10;

    private readonly ProfileStore _store = new(transaction, users.Consumers);
    private readonly AssignmentStore _assignments = new(transaction);

    private readonly Dictionary<long, int> _givenByHand = GivenByHand(contexts, reader, access);

    public bool HasChanged { get; private set; }

    public int Errors { get; private set; }

    public void Run(int batchSize, CancellationToken cancellationToken)
    {
        if (users.FullBecause is { } because)
        {
            reporter.Message($"The profiles of all users are computed: {because}.");
        }

        foreach (var batch in users.Batches(batchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Compute(batch);
        }

        users.Finish();
    }

    private void Compute(IReadOnlyList<long> ids)
    {
        var wanted = contexts.SelectMany(c => Wanted(c, ids)).ToList();
        var (existing, others) = Split(_store.Of(ids));
        var denied = others.SelectMany(g => g).Where(o => o is { IsAutomatic: false, IsDenied: true }).Select(o => (o.User, o.Profile, o.Dimensions)).ToHashSet();
        var chosen = wanted.DistinctBy(Identity)
            .Where(w => !denied.Contains((w.User, w.Profile, w.Dimensions)))
            .GroupBy(w => w.User)
            .SelectMany(g => Limit(g, others[g.Key].Count() + _givenByHand.GetValueOrDefault(g.Key), reporter))
            .ToList();
        var kept = existing.Select(Identity).ToHashSet();
        var identities = chosen.Select(Identity).ToHashSet();
        var inserted = chosen.Where(w => !kept.Contains(Identity(w))).ToList();
        var ended = existing.Where(e => !identities.Contains(Identity(e))).ToList();
        _store.Insert(inserted);
        _store.End(ended);
        reporter.Count("usersEvaluated", ids.Count);
        reporter.Count("profilesInserted", inserted.Count);
        reporter.Count("profilesEnded", ended.Count);
        HasChanged |= inserted.Count + ended.Count > 0;
    }

    /// <summary>How many profiles the configuration gives users (<c>AssignedProfile</c>), whether or not their time is now: they count too (rolemodel.md 9.1).</summary>
    private static Dictionary<long, int> GivenByHand(List<CompiledProfileContext> contexts, ResourceReader reader, AccessControl access)
    {
        var given = new Dictionary<long, int>();
        foreach (var byUser in access.AssignedProfiles.Where(p => !p.IsDenied).GroupBy(p => p.User, StringComparer.Ordinal))
        {
            foreach (var id in contexts.Select(c => c.Definition.EntityType).Distinct().Select(t => reader.FindByKey(t, byUser.Key)).OfType<long>())
            {
                given[id] = given.GetValueOrDefault(id) + byUser.Count();
            }
        }

        return given;
    }

    /// <summary>Those that the contexts of this run gave, and all others of the users.</summary>
    private (List<AssignedProfile> Existing, ILookup<long, AssignedProfile> Others) Split(IReadOnlyList<AssignedProfile> profiles)
    {
        var isOwn = profiles.ToLookup(p => p is { IsAutomatic: true, RuleContext: { } context } && users.Names.Contains(context));
        return ([.. isOwn[true]], isOwn[false].ToLookup(p => p.User));
    }

    private List<AssignedProfile> Wanted(CompiledProfileContext context, IReadOnlyList<long> page)
    {
        var pairs = context.Definition.ResourceType is { } login
            ? _assignments.OwnersAndTargets(login.Identifier, page)
            : [.. page.Select(id => (Owner: id, Target: (long?)null))];
        var paths = ReadPaths.OfProfiles(context).Paths;
        var owners = reader.Load(context.Definition.EntityType, [.. pairs.Select(p => p.Owner).Distinct()], paths).ToDictionary(r => r.Id);
        var targets = context.Definition.ResourceType is { } type
            ? reader.Load(type.TargetEntityType, [.. pairs.Select(p => p.Target).OfType<long>().Distinct()], paths).ToDictionary(r => r.Id)
            : [];
        var wanted = new List<AssignedProfile>();
        foreach (var (user, target) in pairs)
        {
            if (owners.TryGetValue(user, out var resource))
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
