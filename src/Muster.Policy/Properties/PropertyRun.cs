using System.Globalization;
using Microsoft.Extensions.Logging;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Expressions;
using Muster.Expressions.Dependencies;
using Muster.Policy.Compilation;
using Muster.Policy.Queries;
using Muster.Repository;
using Muster.Repository.CorrelationKeys;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Policy.Properties;

/// <summary>One run of computed properties: evaluates groups over batches and writes what differs.</summary>
internal sealed class PropertyRun(
    RepositoryTransaction transaction,
    EntitySchema schema,
    CompiledPolicy policy,
    ResourceWriter writer,
    ITaskReporter reporter,
    ILogger logger)
{
    private readonly ResourceReader _reader = new(transaction, schema);
    private readonly EvaluationContext _context = new()
    {
        Now = transaction.Now,
        Logger = logger,
        Query = new StoredResourceQuery(transaction, schema, policy),
    };

    public long ValuesChanged { get; private set; }

    public long Errors { get; private set; }

    public void Compute(PropertyGroup group, IReadOnlyList<long> ids)
    {
        var paths = group.Expressions.SelectMany(e => e.Value.Reads.Paths)
            .Concat(group.Expressions.Select(e => new ReadPath(group.EntityType, [e.Property])))
            .Concat(IdentityPath(group.EntityType));
        var resources = _reader.Load(group.EntityType, ids, paths);
        reporter.Count("resourcesEvaluated", resources.Count);
        var scalars = resources.ToDictionary(r => r.Id, _ => new Dictionary<EntityProperty, string?>());
        foreach (var expression in group.Expressions)
        {
            if (expression.Property.Kind is PropertyKind.MonoNavigation or PropertyKind.MultiNavigation)
            {
                ComputeLinks(expression, resources, ids);
            }
            else
            {
                ComputeScalars(expression, resources, scalars);
            }
        }

        var writes = scalars.Where(s => s.Value.Count > 0).Select(s => new PlannedWrite(group.EntityType, s.Key, s.Value)).ToList();
        writer.Together(writes, () => writes.ForEach(w => Changed(writer.Update(w.Type, w.Id, w.Scalars!).Count)));
    }

    private void ComputeScalars(
        CompiledPropertyExpression expression,
        IReadOnlyList<StoredResource> resources,
        Dictionary<long, Dictionary<EntityProperty, string?>> scalars)
    {
        foreach (var resource in resources)
        {
            if (Evaluate(expression, resource) is { } result && result.Value != resource.GetScalar(expression.Property))
            {
                resource.Override(expression.Property, result.Value);
                scalars[resource.Id][expression.Property] = result.Value;
            }
        }
    }

    private void ComputeLinks(CompiledPropertyExpression expression, IReadOnlyList<StoredResource> resources, IReadOnlyList<long> ids)
    {
        var results = resources
            .Select(r => (Resource: r, Result: Evaluate(expression, r)))
            .Where(r => r.Result is not null)
            .ToList();
        if (expression.Lookup is not { } lookup)
        {
            results.ForEach(r => Set(expression, r.Resource, Targets(r.Result!.Value)));
            return;
        }

        var wanted = results.ConvertAll(r => (r.Resource, Key: r.Result!.Value.Value));

        // What is looked for is kept, so that a target that comes later is noticed; resources that are gone look for nothing.
        var keys = wanted.ToDictionary(w => w.Resource.Id, w => w.Key);
        var changes = new CorrelationKeyStore(transaction).Store(lookup.ExpressionKey, [.. ids.Select(id => (id, keys.GetValueOrDefault(id)))]);
        if (!expression.Property.Navigation!.Opposite.IsCollection)
        {
            wanted = Exclusive(expression, lookup, wanted, changes);
        }

        var found = _reader.FindIds(lookup.Criteria, wanted.Select(w => w.Key).OfType<string>());
        foreach (var (resource, key) in wanted)
        {
            Set(expression, resource, key is null ? [] : [.. found[key].Order()]);
        }
    }

    /// <summary>
    /// Where a target can be linked to one resource only, the one with the lowest id gets it of those that look for it: whoever has no right
    /// to it looks for nothing, and who is given back one comes along, though nothing changed there.
    /// </summary>
    private List<(StoredResource Resource, string? Key)> Exclusive(
        CompiledPropertyExpression expression, KeyLookup lookup, List<(StoredResource Resource, string? Key)> wanted, IReadOnlyList<KeyChange> changes)
    {
        var type = expression.EntityType;
        var affected = wanted.Select(w => w.Key).Concat(changes.Select(c => c.Before)).OfType<string>();
        var first = new CorrelationKeyStore(transaction).FirstOf(lookup.ExpressionKey, affected, type, schema);
        var keyOf = first.ToDictionary(f => f.Value, f => f.Key);
        var others = _reader.Load(
            type, [.. keyOf.Keys.Except(wanted.Select(w => w.Resource.Id))], [new ReadPath(type, [expression.Property]), .. IdentityPath(type)]);
        return
        [
            .. wanted.Select(w => (w.Resource, w.Key is not null && first.GetValueOrDefault(w.Key) == w.Resource.Id ? w.Key : null)),
            .. others.Select(o => (o, (string?)keyOf[o.Id])),
        ];
    }

    private void Set(CompiledPropertyExpression expression, StoredResource resource, List<long> targets)
    {
        if (expression.Property.Kind == PropertyKind.MonoNavigation)
        {
            SetTarget(expression, resource, targets);
        }
        else
        {
            SetTargets(expression, resource, targets);
        }
    }

    private void SetTarget(CompiledPropertyExpression expression, StoredResource resource, List<long> targets)
    {
        if (targets.Count > 1)
        {
            reporter.Warning(
                $"'{expression.Definition.Identifier}' finds {targets.Count} resources for {Name(resource)}; the one with the lowest id is taken.");
        }

        Changed(writer.SetTarget(expression.Property, resource.Id, targets.Count > 0 ? targets[0] : null) ? 1 : 0);
    }

    private void SetTargets(CompiledPropertyExpression expression, StoredResource resource, List<long> targets)
    {
        var current = resource.Targets(expression.Property).Select(t => t.Id).ToHashSet();
        foreach (var target in current.Except(targets).ToList())
        {
            Changed(writer.Unlink(expression.Property, resource.Id, target) ? 1 : 0);
        }

        foreach (var target in targets.Where(t => !current.Contains(t)))
        {
            Changed(writer.Link(expression.Property, resource.Id, target) ? 1 : 0);
        }
    }

    private static List<long> Targets(EvaluationResult result) =>
        result.Resources.Count > 0
            ? [.. result.Resources.Select(r => r.Id).Order()]
            : long.TryParse(result.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? [id] : [];

    /// <summary>The result, or null if it failed: the property then keeps its value, and the task goes on.</summary>
    private EvaluationResult? Evaluate(CompiledPropertyExpression expression, StoredResource resource)
    {
        var result = expression.Value.Evaluate(resource, _context);
        if (result.IsAmbiguous)
        {
            reporter.Warning(
                $"The binding of '{expression.Definition.Identifier}' leads from {Name(resource)} to several values; the one with the lowest id is taken.");
        }

        if (!result.IsError)
        {
            return result;
        }

        Errors++;
        reporter.Count("errors", 1);
        reporter.Warning(
            $"'{expression.Definition.Identifier}' failed for {Name(resource)}: {result.Error} The property '{expression.Property}' keeps its value.");
        return null;
    }

    private void Changed(int count)
    {
        if (count > 0)
        {
            ValuesChanged += count;
            reporter.Count("valuesChanged", count);
        }
    }

    private static IEnumerable<ReadPath> IdentityPath(EntityType type) =>
        type.IdentityProperty is { } identity ? [new ReadPath(type, [identity])] : [];

    private static string Name(StoredResource resource)
    {
        var key = resource.EntityType.IdentityProperty is { } identity ? resource.GetScalar(identity) : null;
        return $"'{resource.EntityType}' '{key ?? resource.Id.ToString(CultureInfo.InvariantCulture)}'";
    }
}
