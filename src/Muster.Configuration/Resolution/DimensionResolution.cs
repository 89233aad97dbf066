using Muster.Configuration.Diagnostics;
using Muster.Configuration.Elements;
using Muster.Configuration.Model;

namespace Muster.Configuration.Resolution;

/// <summary>Dimensions, and the numbered attributes that refer to them (rolemodel.md 3.1, 3.4).</summary>
internal sealed class DimensionResolution(ResolutionScope scope)
{
    private readonly DiagnosticBag _bag = scope.Bag;
    private readonly Dictionary<int, Dimension> _byNumber = [];

    public void Resolve()
    {
        var columns = new Dictionary<int, DimensionElement>();
        foreach (var element in scope.Of<DimensionElement>())
        {
            if (!CheckColumn(element, columns) || ResolutionScope.Find(scope.EntityTypes, element.EntityType) is not { } type)
            {
                continue;
            }

            var dimension = new Dimension
            {
                Identifier = element.Identifier,
                Location = element.Location,
                EntityType = type,
                Index = element.ColumnMapping,
                IsHierarchical = element.IsHierarchical,
                ParentProperty = ParentOf(element, type),
            };
            ResolutionScope.Add(scope.Dimensions, element.Identifier, dimension);
            _byNumber.TryAdd(dimension.Index, dimension);
        }
    }

    /// <summary>The criteria that <c>D…</c> and <c>L…</c> of a rule make.</summary>
    public IReadOnlyList<DimensionCriterion> Criteria(
        ElementRecord record, IReadOnlyList<NumberedValue<string>> values, IReadOnlyList<NumberedValue<bool>> inheritance)
    {
        var written = values.Where(v => !string.IsNullOrWhiteSpace(v.Value)).ToList();
        foreach (var inherited in inheritance.Where(i => i.Value))
        {
            CheckInheritance(record, inherited, written);
        }

        var criteria = new List<DimensionCriterion>();
        foreach (var value in written)
        {
            if (Find(record, "D", value.Number, value.Location) is { } dimension)
            {
                var isInherited = inheritance.Any(i => i.Number == value.Number && i.Value);
                criteria.Add(new DimensionCriterion(dimension, value.Value, isInherited, value.Location));
            }
        }

        return criteria;
    }

    /// <summary>The dimensions that <c>R…</c> names with true.</summary>
    public IReadOnlyList<Dimension> Named(ElementRecord record, string prefix, IReadOnlyList<NumberedValue<bool>> flags) =>
        [.. flags.Where(f => f.Value).Select(f => Find(record, prefix, f.Number, f.Location)).OfType<Dimension>()];

    /// <summary>The paths of <c>B…</c>.</summary>
    public IReadOnlyList<DimensionBinding> Bindings(ElementRecord record, EntityType root, IReadOnlyList<NumberedValue<string>> paths) =>
        [.. paths.Where(p => !string.IsNullOrWhiteSpace(p.Value))
            .Select(p => (Dimension: Find(record, "B", p.Number, p.Location), Path: p))
            .Where(p => p.Dimension is not null)
            .Select(p => new DimensionBinding(p.Dimension!, ValueSources.OfPath(root, p.Path)))];

    private bool CheckColumn(DimensionElement element, Dictionary<int, DimensionElement> columns)
    {
        if (element.ColumnMapping is < 0 or > Base32Hex.Maximum)
        {
            _bag.Error(
                DiagnosticCodes.DimensionColumn,
                element.At("ColumnMapping"),
                $"The column {element.ColumnMapping} of dimension '{element.Identifier}' does not exist. Write a number from 0 to {Base32Hex.Maximum}.");
            return false;
        }

        if (element.Source["ColumnMapping"] is null || columns.TryAdd(element.ColumnMapping, element))
        {
            return true;
        }

        _bag.Error(
            DiagnosticCodes.DimensionColumn,
            element.At("ColumnMapping"),
            $"The dimensions '{columns[element.ColumnMapping].Identifier}' and '{element.Identifier}' have the same column {element.ColumnMapping}. "
            + "Give each a column of its own.");
        return false;
    }

    private EntityProperty? ParentOf(DimensionElement element, EntityType type)
    {
        if (string.IsNullOrEmpty(element.ParentProperty))
        {
            if (element.IsHierarchical)
            {
                _bag.Error(
                    DiagnosticCodes.DimensionParent,
                    element.Location,
                    $"The dimension '{element.Identifier}' is hierarchical but has no ParentProperty. Name the navigation from a value to its parent.");
            }

            return null;
        }

        var place = element.At("ParentProperty");
        var parent = scope.PropertyOf(type, element.ParentProperty, place);
        if (parent is not null && (parent.Kind != PropertyKind.MonoNavigation || parent.TargetEntityType != type))
        {
            _bag.Error(
                DiagnosticCodes.DimensionParent,
                place,
                $"'{parent}' of dimension '{element.Identifier}' does not lead from a '{type}' to one parent '{type}'. Name such a navigation.");
            return null;
        }

        return element.IsHierarchical ? parent : null;
    }

    private void CheckInheritance(ElementRecord record, NumberedValue<bool> inherited, List<NumberedValue<string>> written)
    {
        var number = Base32Hex.Format(inherited.Number);
        if (!written.Exists(v => v.Number == inherited.Number))
        {
            _bag.Warning(
                DiagnosticCodes.InheritanceWithoutEffect,
                inherited.Location,
                $"'L{number}' of {record.Source.Name} has no effect without 'D{number}'. Remove it or add the value.");
        }
        else if (_byNumber.TryGetValue(inherited.Number, out var dimension) && !dimension.IsHierarchical)
        {
            _bag.Warning(
                DiagnosticCodes.InheritanceWithoutEffect,
                inherited.Location,
                $"'L{number}' has no effect, because dimension '{dimension}' is not hierarchical. Remove it or make the dimension hierarchical.");
        }
    }

    private Dimension? Find(ElementRecord record, string prefix, int number, SourceLocation location)
    {
        if (_byNumber.TryGetValue(number, out var dimension))
        {
            return dimension;
        }

        _bag.Error(
            DiagnosticCodes.UnknownDimension,
            location,
            $"'{prefix}{Base32Hex.Format(number)}' of {record.Source.Name} is dimension {number}, and no Dimension has ColumnMapping=\"{number}\". "
            + "The number in the attribute is base32hex: DA is 10, D10 is 32.");
        return null;
    }
}
