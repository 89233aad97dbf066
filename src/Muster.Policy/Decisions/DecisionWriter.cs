using Muster.Configuration.Model;
using Muster.Policy.Compilation;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.Changes;
using Muster.Repository.Decisions;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Policy.Decisions;

/// <summary>
/// What every decision writes in its transaction: the rows, who decided what and why, and the change by which the next incremental job
/// evaluates exactly whom it concerns (architecture.md, "Deliveries, watermarks, and applying once").
/// </summary>
internal sealed class DecisionWriter(RepositoryTransaction transaction, EntitySchema schema, CompiledPolicy policy)
{
    private readonly AssignmentStore _store = new(transaction);
    private readonly ResourceReader _reader = new(transaction, schema);
    private readonly ChangeLog _log = new(transaction, new ChangeOrigin(null, null, null, false));
    private readonly DecisionStore _decisions = new(transaction);

    /// <summary>Saves an owner's assignments; returns one of them, which may be new, with its id.</summary>
    public AssignmentEntry Save(OwnerAssignments stored, OwnerAssignments wanted, AssignmentEntry entry)
    {
        var known = AssignmentEntry.Of(stored).Select(e => e.Id).ToHashSet();
        _store.Save([stored], [wanted], keepHistory: true);
        var after = AssignmentEntry.Of(_store.Load([entry.Owner])[entry.Owner]);
        return after.First(e => entry.Id == 0 ? !known.Contains(e.Id) : e.Id == entry.Id);
    }

    public void Record(Decision decision) => _decisions.Add(decision);

    /// <summary>The resource is evaluated again by the next job.</summary>
    public void Touch(EntityType type, long resource, string? key) => _log.Decision(type, resource, key, null);

    /// <summary>A target and everybody to whom it belongs, is proposed, or might belong.</summary>
    public void TouchTarget(ResourceType type, long target)
    {
        Touch(type.TargetEntityType, target, null);
        foreach (var row in _store.OfTargets([target]))
        {
            if (row.Owner is { } owner && policy.ResourceTypesByIdentifier.TryGetValue(row.ResourceType, out var compiled))
            {
                Touch(compiled.Definition.SourceEntityType, owner, null);
            }
        }
    }

    public string? KeyOf(EntityType type, long? resource) =>
        resource is { } id && Owners.Keys(_reader, type, [id]).TryGetValue(id, out var key) ? key : null;
}
