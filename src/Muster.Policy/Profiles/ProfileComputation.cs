using System.Globalization;
using Microsoft.Extensions.Logging;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Expressions;
using Muster.Expressions.Dependencies;
using Muster.Expressions.Resources;
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

    /// <summary>More profiles of one user are not given.</summary>
    private const int MaximumProfiles = 10;

    public TaskResult Run(ProfileRequest request, ITaskReporter reporter, CancellationToken cancellationToken)
    {
        using var transaction = database.BeginWrite(cancellationToken);
        var contexts = policy.ProfileContexts
            .Where(c => c.Definition.ResourceType is { } type ? request.ResourceTypes.Contains(type) : request.EntityTypes.Contains(c.Definition.EntityType))
            .ToList();
        var errors = 0;
        var wanted = new List<AssignedProfile>();
        var evaluation = new EvaluationContext
        {
            Now = transaction.Now,
            Logger = logger,
            Query = new StoredResourceQuery(transaction, schema, policy),
        };
        foreach (var context in contexts)
        {
            foreach (var batch in Users(transaction, context).Chunk(request.BatchSize > 0 ? request.BatchSize : DefaultBatchSize))
            {
                cancellationToken.ThrowIfCancellationRequested();
                wanted.AddRange(Wanted(transaction, context, batch, evaluation, reporter, ref errors));
            }
        }

        var changed = Save(transaction, contexts, wanted, reporter);
        transaction.Commit();
        return new TaskResult { Processed = changed, PartlyFailed = errors > 0 };
    }

    /// <summary>Users, with the target resource by which they log in where the context names a resource type.</summary>
    private IEnumerable<(long User, long? Target)> Users(RepositoryTransaction transaction, CompiledProfileContext context) =>
        context.Definition.ResourceType is { } type
            ? new AssignmentStore(transaction).OwnersAndTargets(type.Identifier)
            : new ResourceReader(transaction, schema).AllIds(context.Definition.EntityType, DefaultBatchSize)
                .SelectMany(b => b).Select(id => (id, (long?)null));

    private List<AssignedProfile> Wanted(
        RepositoryTransaction transaction,
        CompiledProfileContext context,
        (long User, long? Target)[] batch,
        EvaluationContext evaluation,
        ITaskReporter reporter,
        ref int errors)
    {
        var reader = new ResourceReader(transaction, schema);
        var paths = ProfilePaths.Of(context);
        var users = reader.Load(context.Definition.EntityType, [.. batch.Select(b => b.User).Distinct()], paths).ToDictionary(r => r.Id);
        var targets = context.Definition.ResourceType is { } type
            ? reader.Load(type.TargetEntityType, [.. batch.Select(b => b.Target).OfType<long>().Distinct()], paths).ToDictionary(r => r.Id)
            : [];
        var wanted = new List<AssignedProfile>();
        foreach (var (user, target) in batch)
        {
            if (users.TryGetValue(user, out var resource))
            {
                var account = target is { } id ? targets.GetValueOrDefault(id) : null;
                errors += new ProfileRules(context, evaluation, reporter).Apply(resource, account, wanted);
            }
        }

        return wanted;
    }

    private static bool Save(
        RepositoryTransaction transaction, List<CompiledProfileContext> contexts, List<AssignedProfile> wanted, ITaskReporter reporter)
    {
        var store = new ProfileStore(transaction);
        var existing = store.Automatic([.. contexts.Select(c => c.Definition.Identifier)]);
        var others = store.Of([.. wanted.Select(w => w.User).Distinct()]).Where(p => !existing.Contains(p)).ToLookup(p => p.User);
        var chosen = wanted.DistinctBy(Identity)
            .Where(w => !others[w.User].Any(o => o is { IsAutomatic: false, IsDenied: true } && o.Profile == w.Profile && o.Dimensions == w.Dimensions))
            .GroupBy(w => w.User)
            .SelectMany(g => Limit(g, others[g.Key].Count(), reporter))
            .ToList();
        var kept = existing.ToLookup(Identity);
        var identities = chosen.Select(Identity).ToHashSet();
        var inserted = chosen.Where(w => !kept.Contains(Identity(w))).ToList();
        var ended = existing.Where(e => !identities.Contains(Identity(e))).ToList();
        store.Insert(inserted);
        store.End(ended);
        reporter.Count("profilesInserted", inserted.Count);
        reporter.Count("profilesEnded", ended.Count);
        return inserted.Count + ended.Count > 0;
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

/// <summary>The rules of one context, on one user.</summary>
internal sealed class ProfileRules(CompiledProfileContext context, EvaluationContext evaluation, ITaskReporter reporter)
{
    private int _errors;

    public int Apply(IResource user, IResource? account, List<AssignedProfile> wanted)
    {
        var roots = Resources(context.Root, user) ?? [user];
        var subs = context.Sub is null
            ? [account ?? user]
            : Resources(context.Sub, user) ?? [];
        foreach (var rule in context.Rules)
        {
            foreach (var root in roots.Where(r => Holds(rule.RootExpression, r)))
            {
                foreach (var sub in subs.Where(s => Holds(rule.SubExpression, s)))
                {
                    wanted.Add(new AssignedProfile
                    {
                        User = user.Id,
                        Profile = rule.Definition.Profile.Identifier,
                        Dimensions = Dimensions(rule, context.Definition.IsAppliedToRoot ? root : sub),
                        IsDenied = rule.Definition.IsDenied,
                        IsAutomatic = true,
                        AccessState = AssignedProfile.PolicyApproved,
                        RuleContext = context.Definition.Identifier,
                    });
                }
            }
        }

        return _errors;
    }

    private IReadOnlyList<IResource>? Resources(CompiledValue? binding, IResource user)
    {
        if (binding is null)
        {
            return null;
        }

        var result = binding.Evaluate(user, evaluation);
        Report(result);
        return result.Resources;
    }

    private bool Holds(CompiledValue? expression, IResource resource)
    {
        if (expression is null)
        {
            return true;
        }

        var result = expression.Evaluate(resource, evaluation);
        Report(result);
        return !result.IsError && result.Flag;
    }

    private string Dimensions(CompiledProfileRule rule, IResource resource) =>
        string.Join(';', rule.Bindings
            .OrderBy(b => b.Dimension.Index)
            .Select(b => (b.Dimension.Index, Value: b.Value is null ? resource.Id : b.Value.Evaluate(resource, evaluation).Resources is [var first, ..] ? first.Id : (long?)null))
            .Where(b => b.Value is not null)
            .Select(b => string.Create(CultureInfo.InvariantCulture, $"{b.Index}={b.Value}")));

    private void Report(EvaluationResult result)
    {
        if (result.Error is { } error)
        {
            _errors++;
            reporter.Warning($"The profile rule context '{context.Definition.Identifier}' failed for one user: {error}");
        }
    }
}

/// <summary>What a profile context reads, from users and from login accounts.</summary>
internal static class ProfilePaths
{
    public static IEnumerable<ReadPath> Of(CompiledProfileContext context)
    {
        var definition = context.Definition;
        var own = context.Rules.SelectMany(r => r.Bindings.Select(b => b.Value?.Reads)
                .Append(r.RootExpression?.Reads)
                .Append(r.SubExpression?.Reads))
            .OfType<ReadSet>()
            .SelectMany(r => r.Paths)
            .ToList();
        foreach (var path in own)
        {
            yield return path;
        }

        foreach (var way in new[] { context.Root, context.Sub }.OfType<CompiledValue>().SelectMany(v => v.Reads.Paths))
        {
            yield return way;
            foreach (var path in own.Where(p => p.Root == way.Steps[^1].TargetEntityType && way.Root == definition.EntityType))
            {
                yield return new ReadPath(way.Root, [.. way.Steps, .. path.Steps]);
            }
        }
    }
}
