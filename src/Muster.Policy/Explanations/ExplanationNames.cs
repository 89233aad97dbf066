using System.Globalization;
using Muster.Configuration.Model;
using Muster.Expressions;
using Muster.Expressions.Dependencies;
using Muster.Expressions.Resources;
using Muster.Policy.Compilation;
using Muster.Policy.Decisions;
using Muster.Policy.RoleModel;
using Muster.Repository.Assignments;
using Muster.Repository.Decisions;
using Muster.Repository.Resources;

namespace Muster.Policy.Explanations;

/// <summary>How an explanation names resources, dates, values and decisions.</summary>
internal sealed class ExplanationNames(ResourceReader reader, CompiledPolicy policy, ExplanationSight sight)
{
    /// <summary>More is counted, not listed.</summary>
    private const int MaximumValues = 20;

    private readonly Dictionary<(EntityType, long), string> _keys = [];
    private readonly Dictionary<(EntityType, long), string?> _names = [];

    public string KeyOf(EntityType type, long id)
    {
        if (!_keys.TryGetValue((type, id), out var key))
        {
            _keys.Add((type, id), key = sight.Resources.Name(type, id, Owners.Keys(reader, type, [id]).GetValueOrDefault(id, $"#{id}")));
        }

        return key;
    }

    /// <summary>What the configuration may name it by besides its key, or its display name; null where that says no more than the key.</summary>
    public string? NameOf(EntityType type, long id)
    {
        if (!_names.TryGetValue((type, id), out var name))
        {
            var keys = ReadPaths.KeysOf(type).Where(p => p.Kind == PropertyKind.Scalar && sight.Resources.IsVisible(type, id, p)).ToList();
            var resource = reader.Load(type, [id], keys.Select(k => new ReadPath(type, [k]))) is [var found] ? found : null;
            name = resource is null ? null : keys.Select(resource.GetScalar).Append(sight.Resources.ShowsDisplayName(type, id) ? resource.DisplayName : null).FirstOrDefault(n => n is not null && n != KeyOf(type, id));
            _names.Add((type, id), name);
        }

        return name;
    }

    public string KeyOf(IResource resource) => sight.Resources.Name(resource.EntityType, resource.Id, ResourceNames.Of(resource));

    /// <summary>Null for the bounds that stand for "no date".</summary>
    public static string? Date(DateTime date) =>
        date <= SentinelDates.Minimum || date >= SentinelDates.Maximum ? null : date.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>As a part of a sentence.</summary>
    public static string Text(Period period) => (Date(period.Start), Date(period.End)) switch
    {
        (null, null) => "always",
        ({ } start, null) => $"from {start}",
        (null, { } end) => $"until {end}",
        var (start, end) => $"from {start} until {end}",
    };

    public static string Text(ValueSource source) =>
        string.Join(' ', ((source.Binding, source.Expression) switch
        {
            ({ } binding, { } expression) => $"{binding} with {expression}",
            ({ } binding, null) => binding,
            (null, { } expression) => expression,
            _ => "",
        }).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>What an expression reads and the reader of the explanation may read, with the values that are there.</summary>
    public IReadOnlyList<InputExplanation> Inputs(CompiledValue? value, IResource? root) =>
        value is null || root is null ? [] : Inputs(value.Reads, root);

    public IReadOnlyList<InputExplanation> Inputs(ReadSet reads, IResource root) =>
    [
        .. reads.Paths.Where(p => p.Root == root.EntityType && sight.Resources.CanRead(p, root))
            .OrderBy(p => p.ToString(), StringComparer.Ordinal)
            .Where(p => !reads.Paths.Any(q => q.Root == p.Root && q.Steps.Count > p.Steps.Count && q.Steps.Take(p.Steps.Count).SequenceEqual(p.Steps)))
            .Select(p => new InputExplanation(p.ToString(), Values(p, root), ComputedBy(p.Steps[^1]))),
    ];

    public static IReadOnlyList<DecisionExplanation> Of(IEnumerable<Decision> decisions) =>
    [
        .. decisions.Select(d => new DecisionExplanation(
            Date(d.At)!, d.By, d.Kind.ToString(), d.Detail, d.From, d.To, d.Comment)),
    ];

    private string? ComputedBy(EntityProperty property) =>
        property.IsComputed && policy.PropertyExpressions.FirstOrDefault(e => e.Property == property) is { } expression
            ? $"{expression.Definition.Identifier}: {Text(expression.Definition.Source)}"
            : null;

    private List<string> Values(ReadPath path, IResource root)
    {
        IReadOnlyList<IResource> resources = [root];
        foreach (var step in path.Steps.SkipLast(1))
        {
            resources = [.. resources.SelectMany(r => Targets(r, step))];
        }

        var last = path.Steps[^1];
        List<string> values = last.Kind is PropertyKind.MonoNavigation or PropertyKind.MultiNavigation
            ? [.. resources.SelectMany(r => Targets(r, last)).Select(t => KeyOf(t.EntityType, t.Id))]
            : [.. resources.Select(r => last.Kind is PropertyKind.Scalar or PropertyKind.Binary ? r.GetScalar(last) : null).OfType<string>()];
        return values.Count <= MaximumValues ? values : [.. values.Take(MaximumValues), $"and {values.Count - MaximumValues} more"];
    }

    private static IReadOnlyList<IResource> Targets(IResource resource, EntityProperty navigation) =>
        navigation.Kind == PropertyKind.MultiNavigation ? resource.GetMany(navigation)
        : resource.GetOne(navigation) is { } one ? [one]
        : [];
}
