using Muster.Configuration.Model;
using Muster.Configuration.Values;
using Muster.Expressions;
using Muster.Expressions.Resources;
using Muster.Policy.Compilation;

namespace Muster.Policy.RoleModel;

/// <summary>
/// Reads the records of an owner as the <see cref="PeriodAlgebra"/> wants them, and gives back the dimension values of the contexts that it
/// found. One per owner.
/// </summary>
internal sealed class RecordReader(CompiledContextRule rule, EvaluationContext evaluation)
{
    private readonly Dictionary<(Dimension, string), IReadOnlyList<IResource>> _resources = [];

    /// <summary>The contexts that the records make; an error text where something could not be computed.</summary>
    public OwnerContexts Read(IReadOnlyList<IResource> records)
    {
        var read = new List<DatedRecord>(records.Count);
        foreach (var record in records)
        {
            var parts = new List<RecordPart>(rule.Sections.Count);
            foreach (var section in rule.Sections)
            {
                if (Part(section, record, out var part) is { } fault)
                {
                    return new OwnerContexts([], true, $"record section '{section.Definition}': {fault}");
                }

                parts.Add(part!);
            }

            read.Add(new DatedRecord(ResourceNames.ForOrder(record), parts));
        }

        var composed = PeriodAlgebra.Compose(rule.SectionRules, read, evaluation.Now);
        return composed.IsTooMuch
            ? new OwnerContexts([], true, $"its {records.Count} records overlap in more than {PeriodAlgebra.MaximumCombinations} ways, so that no contexts are made of them.")
            : new OwnerContexts([.. composed.Contexts.Select(c => Context(c, records))], false, null) { Bounds = composed.Bounds };
    }

    private string? Part(CompiledRecordSection section, IResource record, out RecordPart? part)
    {
        part = null;
        if (Text(section.InstanceKey, record, out var instance) is { } keyFault)
        {
            return $"InstanceKeyExpression: {keyFault}";
        }

        if (Text(section.SortKey, record, out var sortKey) is { } sortFault)
        {
            return $"SortKeyExpression: {sortFault}";
        }

        var values = new List<string?>(section.Bindings.Count);
        foreach (var (binding, _) in section.Bindings)
        {
            if (ContextBuilder.ValuesOf(binding, record, evaluation, out var resources) is { } fault)
            {
                return fault;
            }

            var text = resources.Count == 0 ? null : string.Join(',', resources.Select(r => r.Id));
            values.Add(text);
            if (text is not null)
            {
                _resources[(binding.Dimension, text)] = resources;
            }
        }

        part = new RecordPart(Date(section.Definition.StartProperty, record), Date(section.Definition.EndProperty, record), instance, sortKey ?? "", values);
        return null;
    }

    private string? Text(CompiledValue? value, IResource record, out string? text)
    {
        text = null;
        if (value is null)
        {
            return null;
        }

        var result = value.Evaluate(record, evaluation);
        text = string.IsNullOrEmpty(result.Value) ? null : result.Value;
        return result.Error;
    }

    private static DateTime? Date(EntityProperty? property, IResource record) =>
        property is not null && record.GetScalar(property) is { } text && CanonicalText.ToClr(PropertyType.DateTime, text) is DateTime date ? date : null;

    private OwnerContext Context(ComposedContext composed, IReadOnlyList<IResource> records)
    {
        var names = composed.Ranks.SelectMany(r => r.Rank.Records).ToHashSet(StringComparer.Ordinal);
        var values = new Dictionary<Dimension, IReadOnlyList<IResource>>();
        var dimensions = rule.Sections.SelectMany(s => s.Bindings).Select(b => b.Binding.Dimension);
        foreach (var (dimension, text) in dimensions.Zip(composed.Values))
        {
            if (text is not null)
            {
                values[dimension] = _resources[(dimension, text)];
            }
        }

        return new OwnerContext(composed.Period, values) { Ranks = composed.Ranks, From = [.. records.Where(r => names.Contains(ResourceNames.ForOrder(r)))] };
    }
}
