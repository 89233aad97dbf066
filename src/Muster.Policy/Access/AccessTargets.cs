using System.Globalization;
using Muster.Configuration.Jobs;
using Muster.Configuration.Model;
using Muster.Policy.Compilation;
using Muster.Policy.Decisions;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.Jobs;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Policy.Access;

/// <summary>Finds what people name when they ask about a right. Throws <see cref="DecisionRefusedException"/> where there is nothing of that name.</summary>
public sealed class AccessTargets(RepositoryTransaction transaction, EntitySchema schema, CompiledPolicy policy)
{
    private readonly ConfigurationModel _model = policy.Model;

    /// <param name="type">An entity type of the configuration, or one of the built-in ones whose entities Muster shows.</param>
    /// <param name="key">Key of a resource, identifier of a job, task or connector, number of a job instance or an assignment.</param>
    public AccessedEntity Find(string type, string key)
    {
        if (_model.FindEntityType(type) is { } entityType)
        {
            return AccessedEntity.Of(entityType, Owners.Find(new ResourceReader(transaction, schema), entityType, key), key);
        }

        return (BuiltInEntityTypes.BaseOf(type) ?? type) switch
        {
            BuiltInEntityTypes.Connector => AccessedEntity.Of(_model.FindConnector(key) ?? throw None(type, key, _model.Connectors.Select(c => c.Identifier))),
            BuiltInEntityTypes.Job => AccessedEntity.Of(_model.FindJob(key) ?? throw None(type, key, _model.Jobs.Select(j => j.Identifier))),
            BuiltInEntityTypes.Task => Task(key),
            BuiltInEntityTypes.JobInstance => Instance(key),
            BuiltInEntityTypes.Risk => AccessedEntity.Of(_model.Risks.FirstOrDefault(r => r.Identifier == key) ?? throw None(type, key, _model.Risks.Select(r => r.Identifier))),
            "AssignedSingleRole" or "AssignedCompositeRole" or "AssignedResourceType" => Assignment(type, key),
            _ => throw DecisionRefusedException.Wrong(
                $"Entities of the type '{type}' cannot be named here. Leave KEY out to ask about the type, or name a resource, Connector, Job, JobInstance, Task, Risk, "
                + $"AssignedSingleRole, AssignedCompositeRole or AssignedResourceType.{AssignmentItem.Nearest(type, _model.EntityTypes.Select(t => t.Identifier).Concat(BuiltInEntityTypes.All))}"),
        };
    }

    private AccessedEntity Task(string key)
    {
        var step = _model.Jobs.SelectMany(j => j.Steps.Select(s => (Job: (Job?)j, s.Task))).FirstOrDefault(s => s.Task.Identifier == key);
        var task = step.Task ?? _model.Tasks.FirstOrDefault(t => t.Identifier == key) ?? throw None("Task", key, _model.Tasks.Select(t => t.Identifier));
        return AccessedEntity.Of(task, step.Job);
    }

    private AccessedEntity Instance(string key)
    {
        var instance = new JobStore(transaction).Find(Number(key)) ?? throw new DecisionRefusedException($"There is no job instance {key}. 'muster job history' shows all.");
        return AccessedEntity.OfInstance(
            _model.FindJob(instance.Job) ?? throw new DecisionRefusedException($"The job '{instance.Job}' of instance {key} is no longer in the configuration."), instance.Id);
    }

    private AccessedEntity Assignment(string type, string key)
    {
        var id = Number(key);
        var store = new AssignmentStore(transaction);
        var search = new AssignmentSearch(transaction);
        var entry = search.OwnerOf(id) is { } owner ? AssignmentEntry.Of(store.Load([owner])[owner]).FirstOrDefault(e => e.Id == id)
            : search.TypeOf(id) is { } row ? store.LoadTypes([row]).Select(AssignmentEntry.Of).FirstOrDefault(e => e.Id == id)
            : null;
        if (entry is null || AccessedEntity.EntityTypeOf(entry.Kind) != type || AssignmentItem.TryFind(_model, entry.Kind, entry.Item) is not { } item)
        {
            throw new DecisionRefusedException($"There is no {type} {key}. 'muster assignment list' shows what there is.");
        }

        var keys = entry.Owner == 0 ? [] : Owners.Keys(new ResourceReader(transaction, schema), item.OwnerType, [entry.Owner]);
        return AccessedEntity.Of(item, entry, keys.GetValueOrDefault(entry.Owner));
    }

    private static long Number(string key) => long.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        ? id
        : throw DecisionRefusedException.Wrong($"'{key}' is no number. Job instances and assignments are named by the number that lists print.");

    private static DecisionRefusedException None(string type, string key, IEnumerable<string> known) =>
        DecisionRefusedException.Wrong($"There is no {type} '{key}'.{AssignmentItem.Nearest(key, known)}");
}
