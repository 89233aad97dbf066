using System.Collections;
using System.Globalization;
using Muster.Configuration.Diagnostics;
using Muster.Configuration.Model;
using Muster.Configuration.Xml;

namespace Muster.Configuration.Elements;

/// <summary>
/// Turns elements into their records by the annotations of the record types, and reports everything that does not fit: unknown elements
/// and attributes with the nearest known name, missing attributes, values of another type.
/// </summary>
internal sealed class ElementReader(DiagnosticBag bag)
{
    private const int MaximumLanguage = 16;
    private const string Consolidation = "ConsolidationMode";
    private const string Override = "Override";

    private readonly SortedDictionary<string, (int Count, SourceLocation First)> _readOver = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, (int Count, SourceLocation First)> _notYet = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, (SourceLocation First, string Name)> _languages = [];

    /// <summary>The record of a top-level element; null if the element is unknown (reported) or one that Muster reads over (counted).</summary>
    public ElementRecord? Read(ConfigurationElement element)
    {
        if (ElementCatalogue.Find(element.Name) is { } schema)
        {
            return Read(element, schema, isPartial: element[Consolidation] is not null);
        }

        if (ReadOverElements.Names.Contains(element.Name))
        {
            Count(_readOver, element.Name, element.Location);
            return null;
        }

        var child = ElementCatalogue.All.Any(s => s.Name == element.Name) ? ", but it is a child of another element" : "";
        bag.Error(
            DiagnosticCodes.UnknownElement,
            element.Location,
            $"There is no element '{element.Name}' in this place{child}. Correct its name or remove it.",
            NearestName.Find(element.Name, ElementCatalogue.KnownNames.Concat(ReadOverElements.Names)));
        return null;
    }

    /// <summary>Reports what was counted over all elements: one notice per element name that was read over, languages without declaration.</summary>
    public void Finish(IReadOnlyCollection<int> languages)
    {
        foreach (var (name, (count, first)) in _readOver)
        {
            var times = count == 1 ? "once" : string.Create(CultureInfo.InvariantCulture, $"{count} times");
            bag.Notice(
                DiagnosticCodes.ReadOver,
                first,
                $"The element '{name}' (here first, {times} in all) is kept and has no effect: Muster does not act on it.");
        }

        FinishUnsupported();
        foreach (var (number, (first, name)) in _languages.Where(l => !languages.Contains(l.Key)))
        {
            bag.Warning(
                DiagnosticCodes.UnknownLanguage,
                first,
                $"The attribute '{name}' is in language {number}, which no 'Language' element declares. "
                + $"Add <Language Code=\"…\" IndicatorNumber=\"{number}\" />.");
        }
    }

    /// <summary>Reports what was counted of things that Muster does not evaluate yet: one warning each.</summary>
    public void FinishUnsupported()
    {
        foreach (var (what, (count, first)) in _notYet)
        {
            var times = count == 1 ? "once" : string.Create(CultureInfo.InvariantCulture, $"{count} times");
            bag.Warning(DiagnosticCodes.NotSupportedYet, first, $"not supported yet: {what} (here first, {times} in all). It is kept and has no effect.");
        }
    }

    private static void Count(SortedDictionary<string, (int Count, SourceLocation First)> counts, string key, SourceLocation location) =>
        counts[key] = counts.TryGetValue(key, out var seen) ? (seen.Count + 1, seen.First) : (1, location);

    private ElementRecord Read(ConfigurationElement element, ElementSchema schema, bool isPartial)
    {
        var record = (ElementRecord)Activator.CreateInstance(schema.Record)!;
        record.Source = element;
        if (schema.Meta.Support == ElementSupport.NotYet)
        {
            Count(_notYet, $"element '{element.Name}'", element.Location);
        }

        var seen = new Dictionary<FieldSchema, ConfigurationAttribute>();
        foreach (var attribute in element.Attributes)
        {
            ReadAttribute(element, schema, record, attribute, seen);
        }

        foreach (var field in schema.Fields.Where(f => f.Meta.Required && !isPartial))
        {
            CheckPresent(element, record, field);
        }

        ReadChildren(element, schema, record, isPartial);
        return record;
    }

    private void CheckPresent(ConfigurationElement element, ElementRecord record, FieldSchema field)
    {
        var names = field.Meta.Aliases.Prepend(field.Name);
        var missing = field.Type == FieldType.Localized
            ? ((DisplayNames)field.Property.GetValue(record)!).ByLanguage.Count == 0
            : !names.Any(n => !string.IsNullOrWhiteSpace(element[n]));
        if (missing)
        {
            var name = field.Type == FieldType.Localized ? $"{field.Name}_L1" : field.Name;
            var identifier = element["Identifier"] is { Length: > 0 } id ? $" '{id}'" : "";
            bag.Error(
                DiagnosticCodes.MissingAttribute,
                element.Location,
                $"The {element.Name}{identifier} lacks the attribute '{name}' ({Lower(field.Meta.Text)}). Add it.");
        }
    }

    private static string Lower(string text) =>
        text.Length > 1 && char.IsLower(text[1]) ? char.ToLowerInvariant(text[0]) + text[1..].TrimEnd('.') : text.TrimEnd('.');

    private void ReadAttribute(
        ConfigurationElement element,
        ElementSchema schema,
        ElementRecord record,
        ConfigurationAttribute attribute,
        Dictionary<FieldSchema, ConfigurationAttribute> seen)
    {
        if (attribute.Name == Consolidation)
        {
            Value(FieldType.Enumeration, typeof(ConsolidationMode), attribute);
        }
        else if (schema.FindField(attribute.Name) is { } field)
        {
            if (seen.TryGetValue(field, out var other))
            {
                bag.Error(
                    DiagnosticCodes.AttributeTwice,
                    attribute.Location,
                    $"'{other.Name}' and '{attribute.Name}' of {element.Name} are one attribute in two spellings. Remove one of them.");
            }

            seen[field] = attribute;
            ReadPlain(element, record, field, attribute);
        }
        else if (!ReadLocalized(schema, record, attribute) && !ReadNumbered(schema, record, attribute))
        {
            bag.Error(
                DiagnosticCodes.UnknownAttribute,
                attribute.Location,
                $"The element '{element.Name}' has no attribute '{attribute.Name}'. Correct its name or remove it.",
                NearestName.Find(attribute.Name, schema.KnownAttributes));
        }
    }

    private void ReadPlain(ConfigurationElement element, ElementRecord record, FieldSchema field, ConfigurationAttribute attribute)
    {
        if (field.Meta.IsObsolete)
        {
            bag.Warning(
                DiagnosticCodes.ObsoleteAttribute,
                attribute.Location,
                $"The attribute '{attribute.Name}' of '{element.Name}' has no effect ({Lower(field.Meta.Text)}). Remove it.");
        }

        if (Value(field.Type, field.Enumeration, attribute) is not { } value)
        {
            return;
        }

        field.Property.SetValue(record, value);
    }

    private object? Value(FieldType type, Type? enumeration, ConfigurationAttribute attribute)
    {
        var value = FieldText.Read(type, enumeration, attribute.Value);
        if (value is null)
        {
            bag.Error(
                DiagnosticCodes.BadValue,
                attribute.Location,
                $"'{Shorten(attribute.Value)}' is no value of '{attribute.Name}'. Write {FieldText.Expected(type, enumeration)}.",
                enumeration is null ? null : NearestName.Find(attribute.Value, Enum.GetNames(enumeration)));
        }

        return value;
    }

    private static string Shorten(string text) => text.Length <= 80 ? text : text[..80] + "…";

    private bool ReadLocalized(ElementSchema schema, ElementRecord record, ConfigurationAttribute attribute)
    {
        var mark = attribute.Name.LastIndexOf("_L", StringComparison.Ordinal);
        if (mark < 0)
        {
            return false;
        }

        var stem = attribute.Name[..mark];
        var field = schema.Fields.FirstOrDefault(f => f.Type == FieldType.Localized && (f.Name == stem || f.Meta.Aliases.Contains(stem)));
        if (field is null
            || !int.TryParse(attribute.Name.AsSpan(mark + 2), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number is < 1 or > MaximumLanguage || attribute.Name[mark + 2] == '0')
        {
            return false;
        }

        // Scaffoldings name what they make in English and French, whatever languages the configuration has.
        if (record.Source.MadeBy is null)
        {
            _languages.TryAdd(number, (attribute.Location, attribute.Name));
        }

        var before = (DisplayNames)field.Property.GetValue(record)!;
        field.Property.SetValue(record, new DisplayNames(new Dictionary<int, string>(before.ByLanguage) { [number] = attribute.Value }));
        return true;
    }

    /// <summary>The numbered attribute that a name spells, with its number, and whether it does so in the old way.</summary>
    internal static (FieldSchema Field, int Number, bool IsOld)? FindNumbered(ElementSchema schema, string name)
    {
        foreach (var field in schema.Fields.Where(f => f.IsNumbered))
        {
            if (Numbered(field, name, out var number))
            {
                return (field, number, false);
            }

            if (OldNumbered(field, name, out number))
            {
                return (field, number, true);
            }
        }

        return null;
    }

    private bool ReadNumbered(ElementSchema schema, ElementRecord record, ConfigurationAttribute attribute)
    {
        if (FindNumbered(schema, attribute.Name) is not { } found)
        {
            return false;
        }

        if (found.IsOld)
        {
            bag.Warning(
                DiagnosticCodes.ObsoleteAttribute,
                attribute.Location,
                $"'{attribute.Name}' is an old spelling. Write '{found.Field.Prefix}{Base32Hex.Format(found.Number)}'.");
        }

        AddNumbered(record, found.Field, found.Number, attribute);
        return true;
    }

    private static bool Numbered(FieldSchema field, string name, out int number)
    {
        number = 0;
        return name.StartsWith(field.Prefix, StringComparison.Ordinal)
            && Base32Hex.TryParse(name.AsSpan(field.Prefix.Length), out number, field.Greatest)
            && number >= field.Smallest;
    }

    /// <summary><c>Dimension3</c> for <c>D3</c>, <c>Dimension3Binding</c> for <c>B3</c>: decimal (rolemodel.md 3.1).</summary>
    private static bool OldNumbered(FieldSchema field, string name, out int number)
    {
        number = 0;
        const string stem = "Dimension";
        var end = field.Prefix switch
        {
            "D" => "",
            "B" => "Binding",
            _ => null,
        };
        return end is not null && name.Length > stem.Length + end.Length
            && name.StartsWith(stem, StringComparison.Ordinal) && name.EndsWith(end, StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(stem.Length, name.Length - stem.Length - end.Length), NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && number <= Base32Hex.Maximum;
    }

    private void AddNumbered(ElementRecord record, FieldSchema field, int number, ConfigurationAttribute attribute)
    {
        if (field.Type == FieldType.NumberedText)
        {
            Add(record, field, new NumberedValue<string>(number, attribute.Value, attribute.ValueLocation), attribute);
        }
        else if (Value(field.Type, null, attribute) is bool flag)
        {
            Add(record, field, new NumberedValue<bool>(number, flag, attribute.ValueLocation), attribute);
        }
    }

    private void Add<T>(ElementRecord record, FieldSchema field, NumberedValue<T> value, ConfigurationAttribute attribute)
    {
        var before = (IReadOnlyList<NumberedValue<T>>)field.Property.GetValue(record)!;
        if (before.Any(v => v.Number == value.Number))
        {
            bag.Error(
                DiagnosticCodes.AttributeTwice,
                attribute.Location,
                $"The dimension of '{attribute.Name}' is given twice in different spellings. Remove one of them.");
            return;
        }

        field.Property.SetValue(record, (IReadOnlyList<NumberedValue<T>>)[.. before.Append(value).OrderBy(v => v.Number)]);
    }

    private void ReadChildren(ConfigurationElement element, ElementSchema schema, ElementRecord record, bool isPartial)
    {
        foreach (var child in element.Children)
        {
            var isOverride = schema.Record == typeof(JobElement) && child.Name.EndsWith(Override, StringComparison.Ordinal);
            var name = isOverride ? child.Name[..^Override.Length] : child.Name;
            if (schema.FindChild(name) is not { } kind)
            {
                var known = schema.Children.Select(c => c.Element.Name).ToList();
                var advice = known.Count == 0 ? "It has no children; remove this one." : "Correct its name or remove it.";
                bag.Error(
                    DiagnosticCodes.UnknownElement,
                    child.Location,
                    $"The element '{element.Name}' has no child '{child.Name}'. {advice}",
                    NearestName.Find(child.Name, known));
                continue;
            }

            var list = (IList?)kind.Property.GetValue(record);
            if (kind.Meta.AtMostOne && list is { Count: > 0 })
            {
                bag.Error(
                    DiagnosticCodes.ChildTwice,
                    child.Location,
                    $"The element '{element.Name}' may have one child '{child.Name}' only. Remove the others.");
            }

            Append(record, kind, Read(child, kind.Element, isPartial || isOverride || child[Consolidation] is not null));
        }
    }

    private static void Append(ElementRecord record, ChildSchema kind, ElementRecord child)
    {
        var type = kind.Property.PropertyType.GetGenericArguments()[0];
        var list = (IList)kind.Property.GetValue(record)!;
        if (list.IsFixedSize || list.IsReadOnly)
        {
            var copy = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(type))!;
            foreach (var item in list)
            {
                copy.Add(item);
            }

            kind.Property.SetValue(record, copy);
            list = copy;
        }

        list.Add(child);
    }
}
