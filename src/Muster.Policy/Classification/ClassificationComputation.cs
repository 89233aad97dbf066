using Microsoft.Extensions.Logging;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Expressions;
using Muster.Expressions.Dependencies;
using Muster.Policy.Compilation;
using Muster.Policy.Correlation;
using Muster.Policy.Queries;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.Dirty;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Policy.Classification;

/// <summary>What UpdateClassification is asked for (jobs.md 4.10).</summary>
/// <param name="EntityTypes">Target entity types.</param>
/// <param name="BatchSize">Resources read at once; 0 is 5000.</param>
public sealed record ClassificationRequest(IReadOnlyList<EntityType> EntityTypes, bool IsDirty, int BatchSize);

/// <summary>
/// UpdateClassification (rolemodel.md 5.11): gives resources that nobody owns a resource type, by the rule with the highest confidence.
/// What is owned or reviewed stays as it is. One transaction.
/// </summary>
public sealed class ClassificationComputation(
    RepositoryDatabase database, EntitySchema schema, CompiledPolicy policy, ILogger<ClassificationComputation> logger)
{
    private const int DefaultBatchSize = 5_000;

    public TaskResult Run(ClassificationRequest request, ITaskReporter reporter, CancellationToken cancellationToken)
    {
        using var transaction = database.BeginWrite(cancellationToken);
        if (!request.IsDirty)
        {
            new DirtyClosure(transaction, schema, policy.Graph).FlagBeforeCompleteRun();
        }

        var dirty = new DirtyStore(transaction, schema, policy.Graph);
        var due = new ClassificationDueStore(transaction);
        var context = new EvaluationContext
        {
            Now = transaction.Now,
            Logger = logger,
            Query = new StoredResourceQuery(transaction, schema, policy),
        };
        var changes = AssignmentChanges.None;
        var errors = 0;
        foreach (var type in request.EntityTypes.Where(t => policy.ClassificationRulesByTarget.Contains(t)))
        {
            var selection = dirty.Select(ConsumerKinds.UpdateClassification, type, !request.IsDirty);
            var size = request.BatchSize > 0 ? request.BatchSize : DefaultBatchSize;
            foreach (var batch in selection.IsFull ? dirty.Batches(selection, size) : dirty.Batches(selection, size).Concat(due.Of(schema, type).Chunk(size)))
            {
                cancellationToken.ThrowIfCancellationRequested();
                changes += Classify(transaction, type, batch, context, reporter, ref errors);
            }

            dirty.Finish(selection);
            due.Forget(schema, type, policy.ClassificationRulesByTarget.Select(g => g.Key));
        }

        reporter.Count("classificationsInserted", changes.Inserted);
        reporter.Count("classificationsUpdated", changes.Updated);
        reporter.Count("classificationsEnded", changes.Ended);
        transaction.Commit();
        return new TaskResult { Processed = changes.Any, PartlyFailed = errors > 0 };
    }

    private AssignmentChanges Classify(
        RepositoryTransaction transaction,
        EntityType type,
        IReadOnlyList<long> ids,
        EvaluationContext context,
        ITaskReporter reporter,
        ref int errors)
    {
        var store = new AssignmentStore(transaction);
        var rows = store.OfTargets(ids).ToLookup(r => r.Resource!.Value);
        var free = ids.Where(id => rows[id].All(r => r.IsOpenToClassification())).ToList();
        var rules = policy.ClassificationRulesByTarget[type].ToList();
        var resources = new ResourceReader(transaction, schema)
            .Load(type, free, rules.SelectMany(r => r.Target?.Reads.Paths ?? (IEnumerable<ReadPath>)[]))
            .ToDictionary(r => r.Id);
        reporter.Count("resourcesEvaluated", resources.Count);
        var before = new List<AssignedType>();
        var after = new List<AssignedType>();
        foreach (var id in free)
        {
            var rule = resources.TryGetValue(id, out var resource) ? Choose(rules, resource, context, reporter, ref errors) : null;
            var existing = rows[id].ToList();
            before.AddRange(existing.Select(r => new AssignedType(r, [], [])));
            if (rule is not null)
            {
                after.Add(new AssignedType(RowOf(rule, id, existing.FirstOrDefault()), [], []));
            }
        }

        return store.SaveTypes(before, after, keepHistory: true);
    }

    private static CompiledClassificationRule? Choose(
        List<CompiledClassificationRule> rules, StoredResource resource, EvaluationContext context, ITaskReporter reporter, ref int errors)
    {
        foreach (var rule in rules)
        {
            if (rule.Target is not { } expression)
            {
                return rule;
            }

            var result = expression.Evaluate(resource, context);
            if (result.Error is { } error)
            {
                errors++;
                reporter.Warning($"The classification rule '{rule.Definition.Identifier}' failed for '{resource.DisplayName}': {error} It counts as false.");
            }
            else if (result.Flag)
            {
                return rule;
            }
        }

        return null;
    }

    private static AssignedResourceType RowOf(CompiledClassificationRule rule, long resource, AssignedResourceType? existing)
    {
        var isSure = rule.Definition.Confidence >= Candidate.Automatic;
        return new AssignedResourceType
        {
            Id = existing?.Id ?? 0,
            ResourceType = rule.Definition.ResourceType.Identifier,
            Resource = resource,
            WorkflowState = WorkflowState.Found,
            ProvisioningState = isSure ? ProvisioningState.None : ProvisioningState.Blocked,
            ConsolidatedProvisioningState = isSure ? ProvisioningState.None : ProvisioningState.Blocked,
            ConsolidatedWorkflowReviewState = WorkflowState.Found,
            ConsolidatedWorkflowFoundState = WorkflowState.Found,
            FoundCount = 1,
            BlockedCount = isSure ? 0 : 1,
            Confidence = rule.Definition.Confidence,
            BlockReason = isSure ? null : $"Classified with confidence {rule.Definition.Confidence}: a person confirms it.",
            StartDate = SentinelDates.Minimum,
            EndDate = SentinelDates.Maximum,
        };
    }
}
