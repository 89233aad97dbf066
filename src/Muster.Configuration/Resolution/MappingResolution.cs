using Muster.Configuration.Diagnostics;
using Muster.Configuration.Elements;
using Muster.Configuration.Model;
using Muster.Configuration.Packages;

namespace Muster.Configuration.Resolution;

/// <summary>Mappings of entity types and associations, and the rules on their keys (synchronization.md 2.6, 3.6, 3.7).</summary>
internal sealed class MappingResolution(ResolutionScope scope)
{
    private const int MaximumUniqueKeys = 3;

    private readonly DiagnosticBag _bag = scope.Bag;

    public void Resolve()
    {
        foreach (var element in scope.Of<EntityTypeMappingElement>())
        {
            ResolveEntityType(element);
        }

        foreach (var element in scope.Of<EntityAssociationMappingElement>())
        {
            ResolveAssociation(element);
        }

        foreach (var connector in scope.Connectors.Values)
        {
            connector.EntityTypeMappings = [.. scope.Of<EntityTypeMappingElement>()
                .Select(e => ResolutionScope.Find(scope.EntityTypes, e.Identifier)?.Mapping).OfType<EntityTypeMapping>()
                .Where(m => m.Connector == connector).Distinct()];
            connector.AssociationMappings = [.. scope.Of<EntityAssociationMappingElement>()
                .Select(e => ResolutionScope.Find(scope.Associations, e.Identifier)?.Mapping).OfType<EntityAssociationMapping>()
                .Where(m => m.Connector == connector).Distinct()];
        }
    }

    /// <summary>A connector whose connections all lead into the repository itself: its resources are Muster's own.</summary>
    private static bool IsInternal(Connector connector) =>
        connector.Connections.Count > 0 && connector.Connections.All(c => PackageCatalogue.Find(c.Package)?.IsInternal == true);

    private static string Table(string text)
    {
        var trimmed = text.Trim();
        return trimmed.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? trimmed[..^4] : trimmed;
    }

    private void ResolveEntityType(EntityTypeMappingElement element)
    {
        var type = ResolutionScope.Find(scope.EntityTypes, element.Identifier);
        var connector = ResolutionScope.Find(scope.Connectors, element.Connector);
        if (type is null || connector is null || type.Connector is not null)
        {
            return;
        }

        type.Connector = connector;
        var columns = element.Properties.Where(p => !string.IsNullOrEmpty(p.ConnectionColumn)).ToList();
        var hasTable = !string.IsNullOrWhiteSpace(element.ConnectionTable);
        foreach (var property in element.Properties)
        {
            scope.PropertyOf(type, property.Identifier, property.At("Identifier"));
        }

        if (IsInternal(connector) || (!hasTable && columns.Count == 0))
        {
            return;
        }

        if (!hasTable)
        {
            _bag.Error(
                DiagnosticCodes.IncompleteMapping,
                element.Location,
                $"The mapping of '{type}' has source columns but no ConnectionTable. Add the name of the source file.");
            return;
        }

        var mapping = new EntityTypeMapping
        {
            EntityType = type,
            Location = element.Location,
            Connector = connector,
            ConnectionTable = Table(element.ConnectionTable!),
            C0 = element.C0,
            Thresholds = ThresholdsOf(element),
        };
        mapping.Properties = PropertiesOf(element, type, columns);
        if (mapping.Properties.Any(p => p.IsPrimaryKey))
        {
            type.Mapping = mapping;
        }
        else if (element.Properties.FirstOrDefault(p => p.IsPrimaryKey && type.FindProperty(p.Identifier)?.Navigation is not null) is { } navigation)
        {
            _bag.Error(
                DiagnosticCodes.MappedNavigation,
                navigation.Location,
                $"The primary key '{navigation.Identifier}' of the mapping of '{type}' is a navigation. Make a scalar property the primary key.");
        }
    }

    private static Thresholds ThresholdsOf(EntityTypeMappingElement element) => new()
    {
        MaximumInserted = element.MaximumInsertedLines,
        MaximumUpdated = element.MaximumUpdatedLines,
        MaximumDeleted = element.MaximumDeletedLines,
        MaximumInsertedPercent = element.MaxPercentageInsertedLines,
        MaximumUpdatedPercent = element.MaxPercentageUpdatedLines,
        MaximumDeletedPercent = element.MaxPercentageDeletedLines,
    };

    private List<PropertyMapping> PropertiesOf(EntityTypeMappingElement element, EntityType type, List<PropertyMappingElement> columns)
    {
        var primary = PrimaryKey(element, type, columns);
        var mappings = new List<PropertyMapping>();
        foreach (var written in columns.DistinctBy(c => c.Identifier))
        {
            if (type.FindProperty(written.Identifier) is not { } property || !CanBeMapped(written, property))
            {
                continue;
            }

            if (property.IsComputed)
            {
                _bag.Warning(
                    DiagnosticCodes.MappedAndComputed,
                    written.Location,
                    $"The property '{property}' is read from column '{written.ConnectionColumn}' and also computed, so that each overwrites the other. "
                    + "Remove one of the two.");
            }

            mappings.Add(new PropertyMapping
            {
                Property = property,
                ConnectionColumn = written.ConnectionColumn!,
                Format = string.IsNullOrWhiteSpace(written.Format) ? null : written.Format,
                IsPrimaryKey = written == primary,
                IsUniqueKey = written.IsUniqueKey,
                Location = written.Location,
            });
        }

        return mappings;
    }

    private bool CanBeMapped(PropertyMappingElement written, EntityProperty property)
    {
        if (property.Navigation is null)
        {
            return true;
        }

        _bag.Warning(
            DiagnosticCodes.MappedNavigation,
            written.Location,
            $"'{property}' is a navigation; its column '{written.ConnectionColumn}' is not read here. Declare an EntityAssociationMapping for "
            + $"'{property.Navigation.Association.Identifier}'.");
        return false;
    }

    /// <summary>Exactly one; without any, the first unique key is taken (synchronization.md 2.6).</summary>
    private PropertyMappingElement? PrimaryKey(EntityTypeMappingElement element, EntityType type, List<PropertyMappingElement> columns)
    {
        var primary = element.Properties.Where(p => p.IsPrimaryKey).ToList();
        var unique = columns.Where(p => p.IsUniqueKey && !p.IsPrimaryKey).ToList();
        if (unique.Count > MaximumUniqueKeys)
        {
            _bag.Error(
                DiagnosticCodes.TooManyUniqueKeys,
                unique[MaximumUniqueKeys].Location,
                $"The mapping of '{type}' has {unique.Count} unique keys besides the primary key; {MaximumUniqueKeys} are possible. Remove IsUniqueKey from some.");
        }

        if (primary.Count > 1)
        {
            _bag.Error(
                DiagnosticCodes.PrimaryKey,
                primary[1].Location,
                $"The mapping of '{type}' has several primary keys: {string.Join(", ", primary.Select(p => $"'{p.Identifier}'"))}. Leave one.");
        }
        else if (primary.Count == 1 && string.IsNullOrEmpty(primary[0].ConnectionColumn))
        {
            _bag.Error(
                DiagnosticCodes.PrimaryKey,
                primary[0].Location,
                $"The primary key '{primary[0].Identifier}' of the mapping of '{type}' has no ConnectionColumn. Add the source column.");
        }
        else if (primary.Count == 0 && unique.Count > 0)
        {
            _bag.Warning(
                DiagnosticCodes.PrimaryKeyAssumed,
                element.Location,
                $"The mapping of '{type}' has no primary key; its first unique key '{unique[0].Identifier}' is taken. Write IsPrimaryKey=\"true\" on it.");
            return unique[0];
        }
        else if (primary.Count == 0)
        {
            _bag.Error(
                DiagnosticCodes.PrimaryKey,
                element.Location,
                $"The mapping of '{type}' has no primary key. Write IsPrimaryKey=\"true\" on the property that identifies a resource in the source.");
        }

        return primary.Count == 1 && !string.IsNullOrEmpty(primary[0].ConnectionColumn) ? primary[0] : null;
    }

    private void ResolveAssociation(EntityAssociationMappingElement element)
    {
        var association = ResolutionScope.Find(scope.Associations, element.Identifier);
        var connector = ResolutionScope.Find(scope.Connectors, element.Connector);
        var key1 = scope.QualifiedProperty(element.EntityPropertyMapping1, element.At("EntityPropertyMapping1"));
        var key2 = scope.QualifiedProperty(element.EntityPropertyMapping2, element.At("EntityPropertyMapping2"));
        if (association is null || connector is null || key1 is null || key2 is null || association.Mapping is not null)
        {
            return;
        }

        var fits = CheckKey(element, association.End1, key1, "EntityPropertyMapping1");
        fits &= CheckKey(element, association.End2, key2, "EntityPropertyMapping2");
        if (IsInternal(connector))
        {
            return;
        }

        if (string.IsNullOrWhiteSpace(element.ConnectionTable))
        {
            _bag.Error(
                DiagnosticCodes.IncompleteMapping,
                element.Location,
                $"The mapping of association '{association}' has no ConnectionTable. Add the name of the source file.");
            return;
        }

        if (fits)
        {
            association.Mapping = new EntityAssociationMapping
            {
                Association = association,
                Location = element.Location,
                Connector = connector,
                ConnectionTable = Table(element.ConnectionTable),
                Column1 = element.Column1,
                Key1 = key1,
                Column2 = element.Column2,
                Key2 = key2,
                C0 = element.C0,
                Thresholds = ThresholdsOf(element),
            };
        }
    }

    private static Thresholds ThresholdsOf(EntityAssociationMappingElement element) => new()
    {
        MaximumLinkInserted = element.MaximumInsertedLines ?? element.MaximumLinkInsertedLines ?? 0,
        MaximumLinkDeleted = element.MaximumDeletedLines ?? element.MaximumLinkDeletedLines ?? 0,
        MaximumLinkInsertedPercent = element.MaxPercentageInsertedLines ?? element.MaxLinkPercentageInsertedLines ?? 0,
        MaximumLinkDeletedPercent = element.MaxPercentageDeletedLines ?? element.MaxLinkPercentageDeletedLines ?? 0,
    };

    private bool CheckKey(EntityAssociationMappingElement element, AssociationEnd end, EntityProperty key, string attribute)
    {
        var type = end.Property.EntityType;
        if (key.EntityType != type)
        {
            _bag.Error(
                DiagnosticCodes.WrongProperty,
                element.At(attribute),
                $"'{key}' does not identify the resources of '{end.Property}', side {end.Side} of association '{element.Identifier}'. "
                + $"Name a key of '{type}'.",
                type.KeyProperties.FirstOrDefault()?.QualifiedName);
            return false;
        }

        var isKey = key.IsKey || type.Mapping?.UniqueKeys.Any(m => m.Property == key) == true;
        if (!isKey)
        {
            _bag.Error(
                DiagnosticCodes.NotAKey,
                element.At(attribute),
                $"'{key}' is neither primary nor unique key of the mapping of '{type}', so that no resource can be found by it. "
                + "Set IsUniqueKey=\"true\" in the mapping, or name a key.");
        }

        return isKey;
    }
}
