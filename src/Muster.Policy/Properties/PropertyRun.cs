using System.Globalization;
using Microsoft.Extensions.Logging;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Expressions;
using Muster.Expressions.Dependencies;
using Muster.Policy.Compilation;
using Muster.Policy.Queries;
using Muster.Repository;
using Muster.Repository.Changes;
using Muster.Repository.CorrelationKeys;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Policy.Properties;

/// <summary>One run of computed properties: evaluates groups over batches and writes what differs.</summary>
internal sealed class PropertyRun(
    RepositoryTransaction transaction,
    EntitySchema schema,
    CompiledPolicy policy,
    ChangeOrigin origin,
    ITaskReporter reporter,
    ILogger logger)
{
    // Many computed values are those of another property.
    private readonly ResourceReader _reader = new(transaction, schema) { SharesTexts = true };
    private readonly ResourceWriter _writer = new(transaction, schema, origin);
    private readonly EvaluationContext _context = new()
    {
        Now = transaction.Now,
        Logger = logger,
        Query = new StoredResourceQuery(transaction, schema, policy),
    };

    public long ValuesChanged { get; private set; }

    public long Errors { get; private set; }

    /// <summary>Computes a group on resources, batch by batch.</summary>
    /// <param name="followsLoad">See <see cref="ScalarUpdateWriter"/>.</param>
    public void Compute(PropertyGroup group, IEnumerable<IReadOnlyList<long>> batches, bool followsLoad, CancellationToken cancellationToken)
    {
        List<ReadPath> paths =
        [
            .. group.Expressions.SelectMany(e => e.Value.Reads.Paths),
            .. group.Expressions.Select(e => new ReadPath(group.EntityType, [e.Property])),
            .. IdentityPath(group.EntityType),
        ];
        var scalars = new ScalarEvaluation(group.Scalars, _context, group.IsIndependent ? Environment.ProcessorCount : 1);
        var updates = ScalarUpdateWriter.CanWrite(schema, group.Scalars)
            ? new ScalarUpdateWriter(transaction, schema, group.EntityType, group.Scalars, origin, followsLoad)
            : null;
        if (group.IsIndependent)
        {
            ComputeAhead(group, batches.Select(ids => Load(group, ids, paths)), scalars, updates, cancellationToken);
        }
        else
        {
            foreach (var ids in batches)
            {
                cancellationToken.ThrowIfCancellationRequested();
                ComputeInOrder(group, Load(group, ids, paths), ids, scalars, updates);
            }
        }

        updates?.Complete();
    }

    private IReadOnlyList<StoredResource> Load(PropertyGroup group, IReadOnlyList<long> ids, List<ReadPath> paths)
    {
        var resources = _reader.Load(group.EntityType, ids, paths);
        reporter.Count("resourcesEvaluated", resources.Count);
        return resources;
    }

    /// <summary>While one batch is evaluated, the next one is read.</summary>
    private void ComputeAhead(
        PropertyGroup group,
        IEnumerable<IReadOnlyList<StoredResource>> batches,
        ScalarEvaluation scalars,
        ScalarUpdateWriter? writes,
        CancellationToken cancellationToken)
    {
        using var read = batches.GetEnumerator();
        for (var isThere = read.MoveNext(); isThere;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var resources = read.Current;
            var updates = new ScalarUpdate?[resources.Count];
            var evaluation = Task.Run(() => scalars.Evaluate(resources, group.Expressions, updates), CancellationToken.None);
            try
            {
                isThere = read.MoveNext();
            }
            finally
            {
                Task.WaitAny([evaluation], CancellationToken.None);
            }

            Report(group.Expressions, evaluation.GetAwaiter().GetResult());
            Write(group, updates, writes);
        }
    }

    /// <summary>Links are written one after the other, in the order of the expressions; what they give may depend on what is written.</summary>
    private void ComputeInOrder(
        PropertyGroup group, IReadOnlyList<StoredResource> resources, IReadOnlyList<long> ids, ScalarEvaluation scalars, ScalarUpdateWriter? writes)
    {
        var updates = new ScalarUpdate?[resources.Count];
        foreach (var expression in group.Expressions)
        {
            if (PropertyGroup.IsScalar(expression))
            {
                Report([expression], scalars.Evaluate(resources, [expression], updates));
            }
            else
            {
                ComputeLinks(expression, resources, ids);
            }
        }

        Write(group, updates, writes);
    }

    private void Write(PropertyGroup group, ScalarUpdate?[] updates, ScalarUpdateWriter? writes)
    {
        var changed = updates.OfType<ScalarUpdate>().Where(u => u.Settle(group.Scalars) > 0).ToList();
        if (writes is not null)
        {
            writes.Write(changed);
            changed.ForEach(u => Changed(u.Count));
            return;
        }

        var planned = changed.ConvertAll(u => new PlannedWrite(
            group.EntityType, u.Resource.Id, group.Scalars.Where((_, index) => u.Changed[index]).ToDictionary(p => p, u.Resource.GetScalar)));
        _writer.Together(planned, () => planned.ForEach(w => Changed(_writer.Update(w.Type, w.Id, w.Scalars!).Count)));
    }

    private void Report(IReadOnlyList<CompiledPropertyExpression> expressions, IReadOnlyList<ScalarFinding> findings)
    {
        foreach (var (expression, resource, result) in findings)
        {
            Report(expressions[expression], resource, result);
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

        Changed(_writer.SetTarget(expression.Property, resource.Id, targets.Count > 0 ? targets[0] : null) ? 1 : 0);
    }

    private void SetTargets(CompiledPropertyExpression expression, StoredResource resource, List<long> targets)
    {
        var current = resource.Targets(expression.Property).Select(t => t.Id).ToHashSet();
        foreach (var target in current.Except(targets).ToList())
        {
            Changed(_writer.Unlink(expression.Property, resource.Id, target) ? 1 : 0);
        }

        foreach (var target in targets.Where(t => !current.Contains(t)))
        {
            Changed(_writer.Link(expression.Property, resource.Id, target) ? 1 : 0);
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
        Report(expression, resource, result);
        return result.IsError ? null : result;
    }

    private void Report(CompiledPropertyExpression expression, StoredResource resource, EvaluationResult result)
    {
        if (result.IsAmbiguous)
        {
            reporter.Warning(
                $"The binding of '{expression.Definition.Identifier}' leads from {Name(resource)} to several values; the one with the lowest id is taken.");
        }

        if (result.IsError)
        {
            Errors++;
            reporter.Count("errors", 1);
            reporter.Warning(
                $"'{expression.Definition.Identifier}' failed for {Name(resource)}: {result.Error} The property '{expression.Property}' keeps its value.");
        }
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
