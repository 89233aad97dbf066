using Muster.Configuration.Diagnostics;
using Muster.Configuration.Elements;

namespace Muster.Configuration.Resolution;

/// <summary>
/// Every attribute that names another element must name an existing one (<see cref="FieldAttribute.Refers"/>). References of jobs and tasks
/// are checked by the job resolution, properties where their entity type is known.
/// </summary>
internal sealed class ReferenceCheck
{
    private readonly DiagnosticBag _bag;
    private readonly Dictionary<Type, SortedSet<string>> _known = [];

    public ReferenceCheck(IReadOnlyList<ElementRecord> records, DiagnosticBag bag)
    {
        _bag = bag;
        foreach (var record in records)
        {
            if (record.Source["Identifier"] is { Length: > 0 } identifier)
            {
                if (!_known.TryGetValue(record.GetType(), out var names))
                {
                    _known[record.GetType()] = names = new SortedSet<string>(StringComparer.Ordinal);
                }

                names.Add(identifier);
            }
        }
    }

    public void Check(IEnumerable<ElementRecord> records)
    {
        foreach (var record in records.Where(r => r is not (TaskElement or JobElement)))
        {
            var schema = ElementCatalogue.Of(record.GetType());
            foreach (var field in schema.Fields.Where(f => f.Meta.Refers is not null))
            {
                if (field.Property.GetValue(record) is string { Length: > 0 } name)
                {
                    Check(record, field, name);
                }
            }

            foreach (var list in schema.Children.DistinctBy(c => c.Property.Name))
            {
                Check((IEnumerable<ElementRecord>)list.Property.GetValue(record)!);
            }
        }
    }

    private void Check(ElementRecord record, FieldSchema field, string name)
    {
        var names = _known.GetValueOrDefault(field.Meta.Refers!);
        if (names?.Contains(name) == true)
        {
            return;
        }

        var kind = ElementCatalogue.Of(field.Meta.Refers!).Name;
        var owner = record.Source["Identifier"] is { Length: > 0 } identifier ? $"{record.Source.Name} '{identifier}'" : record.Source.Name;
        var written = record.Source.Find(field.Name) ?? field.Meta.Aliases.Select(record.Source.Find).FirstOrDefault(a => a is not null);
        _bag.Error(
            DiagnosticCodes.UnknownReference,
            written?.Location ?? record.Location,
            $"There is no {kind} '{name}', which '{field.Name}' of {owner} names. Declare it or correct the name.",
            names is null ? null : NearestName.Find(name, names));
    }
}
