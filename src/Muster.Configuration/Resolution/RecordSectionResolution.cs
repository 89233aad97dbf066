using Muster.Configuration.Diagnostics;
using Muster.Configuration.Elements;
using Muster.Configuration.Model;

namespace Muster.Configuration.Resolution;

/// <summary>Record sections, which belong to the context rule of their source entity type (rolemodel.md 3.6).</summary>
internal sealed class RecordSectionResolution(ResolutionScope scope)
{
    private readonly DiagnosticBag _bag = scope.Bag;

    /// <summary>Gives each context rule its sections, in order of declaration.</summary>
    public void Resolve(IReadOnlyList<ContextRule> contextRules)
    {
        foreach (var elements in scope.Of<RecordSectionElement>().GroupBy(e => e.SourceEntityType))
        {
            if (ResolutionScope.Find(scope.EntityTypes, elements.Key) is not { } source)
            {
                continue;
            }

            if (contextRules.FirstOrDefault(r => r.SourceEntityType == source) is { } rule)
            {
                rule.Sections = Sections(rule, [.. elements]);
            }
            else if (!scope.Of<ContextRuleElement>().Any(e => e.SourceEntityType == source.Identifier))
            {
                _bag.Error(
                    DiagnosticCodes.RecordSection,
                    elements.First().Location,
                    $"The record section '{elements.First().Identifier}' is for '{source}', which has no context rule. Add a ContextRule that leads to the records.");
            }
        }
    }

    private List<RecordSection> Sections(ContextRule rule, List<RecordSectionElement> elements)
    {
        var owners = new Dictionary<EntityProperty, RecordSectionElement>();
        var sections = new List<RecordSection>();
        foreach (var element in elements)
        {
            if (IsOfTheRecords(element, rule))
            {
                sections.Add(Section(element, rule, owners));
            }
        }

        OnlyOne(elements, e => !e.Properties.Any(p => !p.IsExcluded), "no property of its own, so that both are the default section", "Name the properties of one of them.");
        OnlyOne(elements, e => e.IsDefaultBoundariesSection, "IsDefaultBoundariesSection", "Leave it at one.");
        if (sections.Count > 0 && !sections.Exists(s => s.IsDefault))
        {
            _bag.Warning(
                DiagnosticCodes.RecordSectionEffect,
                elements[0].Location,
                $"No record section of '{rule.SourceEntityType}' is the default section: what no section names has no dates"
                + (sections.Exists(s => s.IsDefaultBoundaries) ? "" : $", and nobody of '{rule.SourceEntityType}' arrives or departs")
                + ". Add a RecordSection without Property.");
            sections.Add(new RecordSection
            {
                Identifier = "",
                SourceEntityType = rule.SourceEntityType,
                ResourceEntityType = rule.ContextEntityType,
                IsDefault = true,
                IsExtendable = true,
            });
        }

        if (sections.Count > 0)
        {
            NoteWhatIsIgnored(rule);
        }

        return sections;
    }

    private bool IsOfTheRecords(RecordSectionElement element, ContextRule rule)
    {
        if (ResolutionScope.Find(scope.EntityTypes, element.ResourceEntityType) is not { } records)
        {
            return false;
        }

        if (records == rule.ContextEntityType)
        {
            return true;
        }

        _bag.Error(
            DiagnosticCodes.RecordSection,
            element.At("ResourceEntityType"),
            $"The record section '{element.Identifier}' is for records of '{records}', but the context rule '{rule.Identifier}' leads to '{rule.ContextEntityType}'. "
            + "Name the entity type to which its ResourcesBinding leads.");
        return false;
    }

    private RecordSection Section(RecordSectionElement element, ContextRule rule, Dictionary<EntityProperty, RecordSectionElement> owners)
    {
        var records = rule.ContextEntityType;
        var isDefault = !element.Properties.Any(p => !p.IsExcluded);
        var properties = new Dictionary<EntityProperty, bool>();
        var excluded = new HashSet<EntityProperty>();
        foreach (var child in element.Properties)
        {
            if (scope.PropertyOf(records, child.Property, child.At("Property")) is not { } property)
            {
                continue;
            }

            if (child.IsExcluded)
            {
                Exclude(element, child, isDefault, property, excluded);
            }
            else if (owners.TryAdd(property, element))
            {
                properties.Add(property, child.ExtensionKind != RecordExtensionKind.None);
            }
            else
            {
                _bag.Error(
                    DiagnosticCodes.RecordSection,
                    child.At("Property"),
                    $"'{property}' is in two record sections, '{owners[property].Identifier}' and '{element.Identifier}'. Leave it in one.");
            }
        }

        NoteWithoutEffect(element, isDefault);
        return new RecordSection
        {
            Identifier = element.Identifier,
            Location = element.Location,
            SourceEntityType = rule.SourceEntityType,
            ResourceEntityType = records,
            StartProperty = Date(element, records, element.StartProperty, "StartProperty"),
            EndProperty = Date(element, records, element.EndProperty, "EndProperty"),
            KeepsMissingDates = isDefault || element.BoundaryKind == RecordBoundaryKind.Kept,
            IsExtendable = element.ExtensionKind != RecordExtensionKind.None,
            InstanceKey = ValueSources.Of(element, records, null, "InstanceKeyExpression"),
            SortKey = ValueSources.Of(element, records, null, "SortKeyExpression"),
            ExtendedSortKey = string.IsNullOrEmpty(element.ExtendedSortKey) ? null : element.ExtendedSortKey,
            IsDefaultBoundaries = element.IsDefaultBoundariesSection,
            IsDefault = isDefault,
            Properties = properties,
            Excluded = excluded,
        };
    }

    private void Exclude(
        RecordSectionElement element, RecordSectionPropertyElement child, bool isDefault, EntityProperty property, HashSet<EntityProperty> excluded)
    {
        if (isDefault)
        {
            excluded.Add(property);
            return;
        }

        _bag.Warning(
            DiagnosticCodes.RecordSectionEffect,
            child.Location,
            $"IsExcluded has no effect on '{property}' of the record section '{element.Identifier}', which is not the default section. Remove the Property, "
            + "or put it into the section without properties of its own.");
    }

    private EntityProperty? Date(RecordSectionElement element, EntityType records, string? name, string attribute)
    {
        if (scope.PropertyOf(records, name, element.At(attribute)) is not { } property)
        {
            return null;
        }

        if (property.Kind != PropertyKind.Scalar || property.Type != PropertyType.DateTime)
        {
            _bag.Error(
                DiagnosticCodes.WrongProperty,
                element.At(attribute),
                $"'{property}', the {attribute} of the record section '{element.Identifier}', is no date. Name a property of type DateTime.");
            return null;
        }

        if (property.IsComputed)
        {
            _bag.Error(
                DiagnosticCodes.RecordSection,
                element.At(attribute),
                $"'{property}', the {attribute} of the record section '{element.Identifier}', is computed by an EntityPropertyExpression, which record sections may not use. "
                + "Name a property that is synchronised.");
        }

        return property;
    }

    private void OnlyOne(List<RecordSectionElement> elements, Func<RecordSectionElement, bool> has, string what, string remedy)
    {
        if (elements.Where(has).Take(2).ToList() is [var first, var second])
        {
            _bag.Error(
                DiagnosticCodes.RecordSection,
                second.Location,
                $"The record sections '{first.Identifier}' and '{second.Identifier}' of '{second.SourceEntityType}' both have {what}. {remedy}");
        }
    }

    private void NoteWithoutEffect(RecordSectionElement element, bool isDefault)
    {
        if (isDefault && element.BoundaryKind != RecordBoundaryKind.None)
        {
            _bag.Warning(
                DiagnosticCodes.RecordSectionEffect,
                element.At("BoundaryKind"),
                $"BoundaryKind has no effect on the default section '{element.Identifier}', whose missing dates are always without bound. Remove it.");
        }

        if (!string.IsNullOrEmpty(element.ExtendedSortKey) && string.IsNullOrWhiteSpace(element.SortKeyExpression))
        {
            _bag.Warning(
                DiagnosticCodes.RecordSectionEffect,
                element.At("ExtendedSortKey"),
                $"The record section '{element.Identifier}' has ExtendedSortKey but no SortKeyExpression: all its sort keys are empty, so that nothing is ever copied. "
                + "Add a SortKeyExpression, or remove ExtendedSortKey.");
        }
    }

    private void NoteWhatIsIgnored(ContextRule rule)
    {
        if (rule.Start is not null || rule.End is not null)
        {
            _bag.Notice(
                DiagnosticCodes.RecordSectionEffect,
                rule.Location,
                $"The start and end of validity of the context rule '{rule.Identifier}' have no effect, because '{rule.SourceEntityType}' has record sections with dates of their own.");
        }

        foreach (var binding in rule.Bindings)
        {
            var first = binding.Source.Binding!.Split('.', 2)[0].Split(':', StringSplitOptions.TrimEntries)[^1];
            if (rule.ContextEntityType.FindProperty(first) is { } property && scope.Of<RecordSectionElement>().Any(e => IsExcluding(e, rule, property)))
            {
                _bag.Warning(
                    DiagnosticCodes.RecordSectionEffect,
                    binding.Source.BindingLocation,
                    $"Contexts have no value for dimension '{binding.Dimension}': the default section excludes '{property}', which its path reads. Remove one of the two.");
            }
        }
    }

    private static bool IsExcluding(RecordSectionElement element, ContextRule rule, EntityProperty property) =>
        element.SourceEntityType == rule.SourceEntityType.Identifier
        && element.Properties.All(p => p.IsExcluded)
        && element.Properties.Any(p => p.Property.Split(':')[^1].Trim() == property.Identifier);
}
