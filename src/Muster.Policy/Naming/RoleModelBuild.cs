using Microsoft.Extensions.Logging;
using Muster.Configuration.Model;
using Muster.Configuration.Naming;
using Muster.Configuration.Work;
using Muster.Expressions;
using Muster.Expressions.Dependencies;
using Muster.Policy.Compilation;
using Muster.Policy.Queries;
using Muster.Repository;
using Muster.Repository.Dirty;
using Muster.Repository.Naming;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Policy.Naming;

/// <summary>What BuildRoleModel is asked for (jobs.md 5).</summary>
/// <param name="Connector">Whose resource types' naming rules are applied; null: all.</param>
/// <param name="IsComplete">Looks at every value, also where nothing was changed since it was looked at.</param>
public sealed record RoleModelBuildRequest(Connector? Connector, bool IsComplete = false);

/// <summary>
/// BuildRoleModel (rolemodel.md 3.15): names the roles of the values that have changed since the last time, all of them the first time and when
/// the naming rule has changed; gives assignments of a renamed role its new name; and flags whom it concerns: who has one of the roles, and whose
/// target has one of the values. One transaction.
/// </summary>
public sealed partial class RoleModelBuild(RepositoryDatabase database, EntitySchema schema, CompiledPolicy policy, ILogger<RoleModelBuild> logger)
{
    private const int BatchSize = 5_000;

    public TaskResult Run(RoleModelBuildRequest request, ITaskReporter reporter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(reporter);
        using var transaction = database.BeginWrite(cancellationToken);

        // What was changed and not flagged yet is looked at too, wherever in the job the task stands.
        new DirtyClosure(transaction, schema, policy.Graph).FlagBeforeCompleteRun();
        var dirty = new DirtyStore(transaction, schema, policy.Graph);
        var store = new NamedValueStore(transaction);
        var before = store.All();
        var work = new BuildWork(before, reporter);
        var mappings = Of(policy, request.Connector).ToList();
        var selections = mappings.ConvertAll(m => dirty.Select(m.Kind, m.Definition.ValueType, request.IsComplete));
        foreach (var (mapping, selection) in mappings.Zip(selections))
        {
            Name(transaction, dirty, mapping, selection, work, cancellationToken);
        }

        var known = policy.Model.RoleMappings.Select(m => m.Identifier).ToHashSet(StringComparer.Ordinal);
        work.Remove(before.Where(v => !known.Contains(v.Mapping)));
        var isChanged = work.Save(store);
        var isFlagged = isChanged && Flag(transaction, dirty, before, work, reporter);
        foreach (var selection in selections)
        {
            dirty.Finish(selection, isFlagged ? 1 : 0);
        }

        Built(mappings.Count, isChanged);
        cancellationToken.ThrowIfCancellationRequested();
        transaction.Commit();
        return new TaskResult { Processed = isChanged, PartlyFailed = work.Errors > 0 };
    }

    /// <summary>Whether values that were changed before, a naming rule that was, or what is left of one that is gone, still wait.</summary>
    public static bool IsWaiting(RepositoryTransaction transaction, EntitySchema schema, CompiledPolicy policy, Connector? connector)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var mappings = Of(policy, connector).ToList();
        return (mappings.Count > 0 && new DirtyStore(transaction, schema, policy.Graph).HasWaiting(mappings.Select(m => (m.Kind, m.Definition.ValueType))))
            || new NamedValueStore(transaction).Mappings().Except(policy.Model.RoleMappings.Select(m => m.Identifier)).Any();
    }

    private static IEnumerable<CompiledRoleMapping> Of(CompiledPolicy policy, Connector? connector) =>
        policy.RoleMappings.Where(m => connector is null || m.Definition.ResourceType.Connector == connector);

    /// <summary>Flags whom the named roles concern. Computed properties and keys read no roles: those who had seen everything pass the flags.</summary>
    private bool Flag(RepositoryTransaction transaction, DirtyStore dirty, IReadOnlyList<NamedValue> before, BuildWork work, ITaskReporter reporter)
    {
        var earlier = policy.Graph.Computations
            .Where(c => c.Kind is ConsumerKinds.UpdateEntityPropertyExpressions or ConsumerKinds.ComputeCorrelationKeys)
            .Select(c => (c.Kind, c.EntityType)).Distinct().Where(c => dirty.HasPassed(c.Kind, c.EntityType)).ToList();
        var isFlagged = new BuildConsequences(transaction, schema, policy, dirty, reporter)
            .Apply(NamedRoles.Of(policy.Model, before), NamedRoles.Of(policy.Model, work.After));
        if (isFlagged)
        {
            dirty.Pass(earlier, dirty.CurrentEpoch());
        }

        return isFlagged;
    }

    private void Name(
        RepositoryTransaction transaction, DirtyStore dirty, CompiledRoleMapping mapping, DirtySelection selection, BuildWork work, CancellationToken cancellationToken)
    {
        var type = mapping.Definition.ValueType;
        var reader = new ResourceReader(transaction, schema);
        var declared = mapping.DeclaredRules.Select(r => reader.FindByKey(type, r.Resource)).OfType<long>().ToHashSet();
        var naming = new ValueNaming(mapping, new EvaluationContext
        {
            Now = transaction.Now,
            Logger = logger,
            Query = new StoredResourceQuery(transaction, schema, policy),
        });
        var paths = mapping.Reads.Paths;
        HashSet<long>? seen = selection.IsFull ? [] : null;
        foreach (var batch in dirty.Batches(selection, BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var values = reader.Load(type, batch, paths).ToDictionary(r => r.Id);
            foreach (var id in batch)
            {
                seen?.Add(id);
                var name = !values.TryGetValue(id, out var value) || declared.Contains(id) ? ValueName.None : naming.Of(value);
                work.Put(mapping.Definition, id, name);
            }
        }

        if (seen is not null)
        {
            work.Remove(work.After.Where(v => v.Mapping == mapping.Definition.Identifier && !seen.Contains(v.Value)));
        }
    }

    [LoggerMessage(4401, LogLevel.Debug, "Build role model: {Mappings} role mappings applied, changed: {Changed}.")]
    private partial void Built(int mappings, bool changed);
}

/// <summary>The named values as they were and as they shall be.</summary>
internal sealed class BuildWork(IReadOnlyList<NamedValue> before, ITaskReporter reporter)
{
    private readonly Dictionary<(string Mapping, long Value), NamedValue> _before = before.ToDictionary(v => (v.Mapping, v.Value));
    private readonly Dictionary<(string Mapping, long Value), NamedValue> _after = before.ToDictionary(v => (v.Mapping, v.Value));

    public IReadOnlyCollection<NamedValue> After => _after.Values;

    public int Errors { get; private set; }

    public void Put(RoleMapping mapping, long value, ValueName name)
    {
        reporter.Count("valuesEvaluated", 1);
        if (name.Error is { } error)
        {
            Errors++;
            reporter.Warning($"The role mapping '{mapping}' failed for the value {value}: {error} What was made of it before stays.");
            return;
        }

        if (name.Refusal is { } refusal)
        {
            reporter.Warning(refusal);
        }

        if (name.Named is { } named)
        {
            _after[(mapping.Identifier, value)] = named;
        }
        else
        {
            _after.Remove((mapping.Identifier, value));
        }
    }

    public void Remove(IEnumerable<NamedValue> values)
    {
        foreach (var value in values.ToList())
        {
            _after.Remove((value.Mapping, value.Value));
        }
    }

    /// <summary>Writes what differs; whether anything did.</summary>
    public bool Save(NamedValueStore store)
    {
        var gone = _before.Where(v => !_after.ContainsKey(v.Key)).Select(v => v.Value).ToList();
        var changed = _after.Where(v => _before.GetValueOrDefault(v.Key) != v.Value).Select(v => v.Value).ToList();
        gone.ForEach(store.Remove);
        changed.ForEach(store.Put);
        return gone.Count + changed.Count > 0;
    }
}
