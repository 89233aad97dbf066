using Muster.Configuration.Jobs;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Jobs.Tasks;
using Muster.Policy.Classification;
using Muster.Policy.Compilation;
using Muster.Policy.CorrelationKeys;
using Muster.Policy.Naming;
using Muster.Policy.Profiles;
using Muster.Policy.Properties;
using Muster.Policy.Risks;
using Muster.Policy.RoleModel;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.CorrelationKeys;
using Muster.Repository.Dump;
using Muster.Repository.Schema;
using Muster.Repository.Synchronization;
using Muster.Synchronization.Flags;

namespace Muster.Jobs.Verification;

/// <summary>
/// Holds a store against architecture.md's first promise, in a scratch copy: does what waits as incremental jobs would do it, then computes
/// everything in full, and compares. What the full computation changes, an incremental one has missed.
/// </summary>
/// <param name="scratch">A copy of the store that is verified; this changes it.</param>
public sealed class RepositoryVerification(
    RepositoryDatabase scratch,
    ConfigurationModel model,
    EntitySchema schema,
    Lazy<CompiledPolicy> policy,
    Lazy<RecentlyModifiedFlag> flag,
    Lazy<PropertyComputation> properties,
    Lazy<CorrelationKeyComputation> correlationKeys,
    Lazy<RoleModelBuild> build,
    Lazy<RoleModelComputation> roleModel,
    Lazy<ClassificationComputation> classification,
    Lazy<RiskScoreComputation> risks,
    Lazy<ProfileComputation> profiles,
    AppliedExports exports)
{
    /// <summary>Rounds in which waiting work is done; what still waits after so many is looked at as it is.</summary>
    private const int MaximumRounds = 5;

    /// <param name="stored">The store that is verified; only read.</param>
    /// <param name="progress">Gets a sentence at the start of each step.</param>
    public VerificationResult Run(RepositoryDatabase stored, Action<string> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stored);
        ArgumentNullException.ThrowIfNull(progress);
        var start = TimeProvider.System.GetTimestamp();
        var failures = new FailureReporter();
        using var asStored = stored.BeginRead();

        progress("Doing what waits, as the next incremental jobs would.");
        Settle(failures, cancellationToken);
        using var settled = scratch.BeginRead();
        var waiting = DumpDifference.Between(() => Lines(asStored, cancellationToken), () => Lines(settled, cancellationToken));

        progress("Computing everything in full.");
        RederiveLinks(cancellationToken);
        Compute(isDirty: false, failures, cancellationToken);
        using var computed = scratch.BeginRead();
        progress("Comparing the two.");
        var lines = 0L;
        var differences = DumpDifference.Between(() => Lines(settled, cancellationToken), () => Lines(computed, cancellationToken).Select(line =>
        {
            lines++;
            return line;
        }));
        return new VerificationResult(waiting, differences, lines, failures.Texts, TimeProvider.System.GetElapsedTime(start));
    }

    private void Settle(FailureReporter reporter, CancellationToken cancellationToken)
    {
        for (var round = 0; round < MaximumRounds; round++)
        {
            var before = scratch.RowsWritten;
            flag.Value.Set(reporter, cancellationToken);
            Compute(isDirty: true, reporter, cancellationToken);
            if (scratch.RowsWritten == before)
            {
                return;
            }
        }
    }

    private void RederiveLinks(CancellationToken cancellationToken)
    {
        using var transaction = scratch.BeginWrite(cancellationToken);
        new LinkRederivation(transaction, schema).Run(cancellationToken);
        transaction.Commit();
    }

    private void Compute(bool isDirty, FailureReporter reporter, CancellationToken cancellationToken)
    {
        var types = model.EntityTypes;
        properties.Value.Run(new PropertyComputationRequest(types, isDirty, 0, null), reporter, cancellationToken);
        correlationKeys.Value.Run(new CorrelationKeyRequest(types, isDirty, 0), reporter, cancellationToken);
        foreach (var connector in Built())
        {
            build.Value.Run(new RoleModelBuildRequest(connector, !isDirty), reporter, cancellationToken);
        }

        foreach (var request in RoleModelRequests(isDirty))
        {
            roleModel.Value.Run(request, reporter, cancellationToken);
        }

        risks.Value.Run(new RiskScoreRequest(Scored(), isDirty), reporter, cancellationToken);
        classification.Value.Run(new ClassificationRequest(types, isDirty, 0), reporter, cancellationToken);
        profiles.Value.Run(new ProfileRequest(types, model.ResourceTypes, 0, isDirty), reporter, cancellationToken);
    }

    /// <summary>Scores are there where a job makes them.</summary>
    private List<EntityType> Scored() =>
        [.. model.Jobs.SelectMany(j => j.Steps).Select(s => s.Task).OfType<ComputeRiskScoresTask>().SelectMany(t => t.EntityTypes).Distinct()];

    /// <summary>Naming rules are applied where a job does: for all connectors (null), or for some.</summary>
    private List<Connector?> Built()
    {
        var connectors = model.Jobs.SelectMany(j => j.Steps).Select(s => s.Task).OfType<BuildRoleModelTask>().Select(t => t.Connector).Distinct().ToList();
        return model.RoleMappings.Count == 0 ? [] : connectors.Contains(null) ? [null] : connectors;
    }

    /// <summary>The role model of each entity type, with the blocks of the tasks that compute it and the others in the configuration's jobs.</summary>
    private IEnumerable<RoleModelRequest> RoleModelRequests(bool isDirty)
    {
        var exported = exports.StartedAt();
        var blocks = RoleModelBlocks.Of(model.Jobs);
        foreach (var type in model.EntityTypes)
        {
            var own = blocks.GetValueOrDefault(type);
            yield return new RoleModelRequest
            {
                EntityTypes = [type],
                IsDirty = isDirty,
                BlockProvisioning = own?.BlockProvisioning ?? false,
                BlockAllResourceTypeProvisioning = own?.BlockAllResourceTypes ?? false,
                OtherBlocks = blocks,
                LastAppliedExport = exported,
            };
        }
    }

    private IEnumerable<DumpLine> Lines(RepositoryTransaction transaction, CancellationToken cancellationToken)
    {
        var keys = new CorrelationKeyDump(policy.Value.ExpressionKeys.ToDictionary(k => k.Key, k => k.Value.EntityType));
        var dump = new RepositoryDump(schema, [.. RepositoryDump.OwnSections, keys, AssignmentDump.Section]);
        foreach (var line in dump.Lines(transaction))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return line;
        }
    }

    /// <summary>Keeps what failed, once; a verification shows no counters.</summary>
    private sealed class FailureReporter : ITaskReporter
    {
        private const int Kept = 100;
        private readonly List<string> _texts = [];

        public IReadOnlyList<string> Texts => _texts;

        public void Count(string name, long amount)
        {
        }

        public void Message(string text)
        {
        }

        public void Warning(string text)
        {
            if (_texts.Count < Kept && !_texts.Contains(text))
            {
                _texts.Add(text);
            }
        }
    }
}
