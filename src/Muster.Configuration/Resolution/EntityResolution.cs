using Muster.Configuration.Diagnostics;
using Muster.Configuration.Elements;
using Muster.Configuration.Model;

namespace Muster.Configuration.Resolution;

/// <summary>Entity types, properties, associations and computed properties (synchronization.md 2; rolemodel.md 3.16).</summary>
internal sealed class EntityResolution(ResolutionScope scope)
{
    private const string DisplayName = "InternalDisplayName";
    private const int GreatestScalarColumn = 127;
    private const int GreatestColumn = 152;

    private readonly DiagnosticBag _bag = scope.Bag;

    public void Resolve()
    {
        foreach (var element in scope.Of<EntityTypeElement>())
        {
            ResolutionScope.Add(scope.EntityTypes, element.Identifier, EntityTypeOf(element));
        }

        foreach (var element in scope.Of<EntityAssociationElement>())
        {
            ResolveAssociation(element);
        }

        foreach (var element in scope.Of<EntityTypeElement>())
        {
            if (ResolutionScope.Find(scope.EntityTypes, element.Identifier) is { } type && type.Location == element.Location)
            {
                CheckProperties(element, type);
            }
        }
    }

    /// <summary>The computed properties; after the associations are known.</summary>
    public IReadOnlyList<EntityPropertyExpression> ResolveExpressions()
    {
        var expressions = new List<EntityPropertyExpression>();
        var computed = new Dictionary<EntityProperty, EntityPropertyExpressionElement>();
        foreach (var element in scope.Of<EntityPropertyExpressionElement>())
        {
            if (ResolveExpression(element) is not { } expression)
            {
                continue;
            }

            if (computed.TryGetValue(expression.Property, out var first))
            {
                _bag.Error(
                    DiagnosticCodes.ComputedTwice,
                    element.Location,
                    $"The property '{expression.Property}' is computed by '{first.Identifier}' and by '{element.Identifier}'. Remove one of them.");
                continue;
            }

            computed.Add(expression.Property, element);
            expression.Property.IsComputed = true;
            expressions.Add(expression);
        }

        return expressions;
    }

    private static EntityType EntityTypeOf(EntityTypeElement element)
    {
        var type = new EntityType { Identifier = element.Identifier, DisplayNames = element.DisplayName, Location = element.Location };
        type.Properties = [.. element.Properties.Where(p => p.Identifier.Length > 0).DistinctBy(p => p.Identifier).Select(p => new EntityProperty
        {
            EntityType = type,
            Identifier = p.Identifier,
            DisplayNames = p.DisplayName,
            Location = p.Location,
            Type = p.Type,
            Kind = p.Type == PropertyType.Binary ? PropertyKind.Binary : PropertyKind.Scalar,
            IsKey = p.IsKey,
            HistoryPrecision = p.HistoryPrecision,
        })];
        return type;
    }

    private void ResolveAssociation(EntityAssociationElement element)
    {
        var first = scope.QualifiedProperty(element.Property1, element.At("Property1"));
        var second = scope.QualifiedProperty(element.Property2, element.At("Property2"));
        if (first is null || second is null || !Claim(element, first, "Property1") || !Claim(element, second, "Property2"))
        {
            return;
        }

        if (first == second)
        {
            _bag.Error(
                DiagnosticCodes.PropertyInTwoAssociations,
                element.At("Property2"),
                $"The association '{element.Identifier}' has '{first}' on both sides. Give each side a property of its own.");
            return;
        }

        var association = new EntityAssociation { Identifier = element.Identifier, Location = element.Location };
        association.End1 = Bind(association, first, element.IsProperty1Collection, 1);
        association.End2 = Bind(association, second, element.IsProperty2Collection, 2);
        ResolutionScope.Add(scope.Associations, element.Identifier, association);
    }

    private bool Claim(EntityAssociationElement element, EntityProperty property, string attribute)
    {
        if (property.Navigation is null)
        {
            return true;
        }

        _bag.Error(
            DiagnosticCodes.PropertyInTwoAssociations,
            element.At(attribute),
            $"The property '{property}' is already a side of association '{property.Navigation.Association.Identifier}', so that it cannot be one of "
            + $"'{element.Identifier}'. Declare a property of its own for each association.");
        return false;
    }

    private static AssociationEnd Bind(EntityAssociation association, EntityProperty property, bool isCollection, int side)
    {
        var end = new AssociationEnd { Association = association, Property = property, IsCollection = isCollection, Side = side };
        property.Navigation = end;
        property.Kind = isCollection ? PropertyKind.MultiNavigation : PropertyKind.MonoNavigation;
        return end;
    }

    private void CheckProperties(EntityTypeElement element, EntityType type)
    {
        if (type.Properties.Count > 0 && !type.KeyProperties.Any())
        {
            _bag.Warning(
                DiagnosticCodes.NoKeyProperty,
                element.Location,
                $"The entity type '{type}' has no key property, so that the configuration cannot name its resources. Set IsKey=\"true\" on one.");
        }

        var columns = new Dictionary<int, EntityPropertyElement>();
        foreach (var written in element.Properties)
        {
            if (type.FindProperty(written.Identifier) is { } property && property.Location == written.Location)
            {
                CheckType(written, property);
                ResolveGroup(written, property);
                CheckColumn(written, property, columns);
            }
        }
    }

    private void ResolveGroup(EntityPropertyElement written, EntityProperty property)
    {
        if (string.IsNullOrEmpty(written.GroupByProperty))
        {
            return;
        }

        var place = written.At("GroupByProperty");
        if (property is not { Kind: PropertyKind.MultiNavigation, TargetEntityType: { } pointed })
        {
            _bag.Warning(DiagnosticCodes.NothingToGroup, place, $"'{property}' is no navigation to many, so that there is nothing to group. Remove GroupByProperty.");
            return;
        }

        if (scope.PropertyOf(pointed, written.GroupByProperty, place) is not { } group)
        {
            return;
        }

        if (group.Kind != PropertyKind.Scalar)
        {
            _bag.Error(DiagnosticCodes.WrongProperty, place, $"'{group}' has no value to group by. Name a property with a value, not a link or a file.");
            return;
        }

        property.GroupBy = group;
    }

    private void CheckType(EntityPropertyElement written, EntityProperty property)
    {
        if (property.Type == PropertyType.ForeignKey && property.Navigation is null)
        {
            _bag.Warning(
                DiagnosticCodes.ForeignKeyWithoutAssociation,
                written.Location,
                $"The property '{property}' is a foreign key, but no association names it; it is a plain number. Declare its EntityAssociation.");
        }

        if (property.HistoryPrecision < 0)
        {
            _bag.Error(
                DiagnosticCodes.BadValue,
                written.At("HistoryPrecision"),
                $"The history precision of '{property}' is negative. Write a number of minutes, 0 for every change.");
        }
    }

    /// <summary>Storage columns have no effect here; what they say must still fit (synchronization.md 2.3).</summary>
    private void CheckColumn(EntityPropertyElement written, EntityProperty property, Dictionary<int, EntityPropertyElement> columns)
    {
        var column = written.TargetColumnIndex;
        var place = written.At("TargetColumnIndex");
        if (column < -1 || column > GreatestColumn || (column > GreatestScalarColumn && property.Navigation is null))
        {
            _bag.Error(
                DiagnosticCodes.ColumnRange,
                place,
                $"The storage column {column} of '{property}' does not exist: scalars have 0 to {GreatestScalarColumn}, navigations up to "
                + $"{GreatestColumn}, -1 is none. Correct TargetColumnIndex.");
        }
        else if (column >= 0 && property.Kind is PropertyKind.MultiNavigation or PropertyKind.Binary)
        {
            _bag.Warning(
                DiagnosticCodes.ColumnRange,
                place,
                $"'{property}' holds {(property.Kind == PropertyKind.Binary ? "a file" : "many resources")} and cannot have a storage column. "
                + "Remove TargetColumnIndex.");
        }
        else if (column >= 0 && !columns.TryAdd(column, written))
        {
            _bag.Error(
                DiagnosticCodes.ColumnConflict,
                place,
                $"'{property}' and '{columns[column].Identifier}' have the same storage column {column}. Give each a column of its own.");
        }
    }

    private EntityPropertyExpression? ResolveExpression(EntityPropertyExpressionElement element)
    {
        if (ResolutionScope.Find(scope.EntityTypes, element.EntityType) is not { } type)
        {
            return null;
        }

        AddDisplayName(type, element.Property);
        var property = scope.PropertyOf(type, element.Property, element.At("Property"));
        if (property is null)
        {
            return null;
        }

        if (property.Kind is PropertyKind.MultiNavigation or PropertyKind.Binary)
        {
            _bag.Error(
                DiagnosticCodes.NotComputable,
                element.At("Property"),
                $"'{property}' holds {(property.Kind == PropertyKind.Binary ? "a file" : "many resources")} and cannot be computed by '{element.Identifier}'. "
                + "Compute a scalar or a navigation to at most one resource.");
            return null;
        }

        var source = ValueSources.Of(element, type, "Binding", "Expression");
        if (source is null)
        {
            _bag.Error(
                DiagnosticCodes.NotComputable,
                element.Location,
                $"The property expression '{element.Identifier}' has neither Binding nor Expression. Add one.");
            return null;
        }

        return new EntityPropertyExpression
        {
            Identifier = element.Identifier,
            Location = element.Location,
            Property = property,
            Source = source,
            PropertyCriteria = Criteria(element, property),
            Priority = element.Priority,
        };
    }

    /// <summary>Every entity type has a display name of its own accord (synchronization.md 2.7); it is a property once it is computed.</summary>
    private static void AddDisplayName(EntityType type, string property)
    {
        var name = property[(property.IndexOf(':', StringComparison.Ordinal) + 1)..];
        if ((name == DisplayName || name.StartsWith(DisplayName + "_L", StringComparison.Ordinal)) && type.FindProperty(name) is null)
        {
            type.Properties = [.. type.Properties, new EntityProperty { EntityType = type, Identifier = name, Location = type.Location }];
        }
    }

    private EntityProperty? Criteria(EntityPropertyExpressionElement element, EntityProperty property)
    {
        if (string.IsNullOrEmpty(element.PropertyCriteria))
        {
            return null;
        }

        var place = element.At("PropertyCriteria");
        if (property.TargetEntityType is not { } target)
        {
            _bag.Error(
                DiagnosticCodes.WrongProperty,
                place,
                $"'{property}' is no navigation, so that PropertyCriteria of '{element.Identifier}' has nothing to compare with. Remove it.");
            return null;
        }

        var criteria = scope.PropertyOf(target, element.PropertyCriteria, place);
        if (criteria is not null && criteria.Kind != PropertyKind.Scalar)
        {
            _bag.Error(DiagnosticCodes.WrongProperty, place, $"'{criteria}' is no scalar and cannot be compared with a value. Name a scalar of '{target}'.");
            return null;
        }

        return criteria;
    }
}
