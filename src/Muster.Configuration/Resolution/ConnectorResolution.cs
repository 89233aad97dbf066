using Muster.Configuration.Diagnostics;
using Muster.Configuration.Elements;
using Muster.Configuration.Model;
using Muster.Configuration.Packages;

namespace Muster.Configuration.Resolution;

/// <summary>Agents, connectors and connections (synchronization.md 3.1 to 3.4).</summary>
internal sealed class ConnectorResolution(ResolutionScope scope)
{
    private readonly DiagnosticBag _bag = scope.Bag;

    public void Resolve()
    {
        foreach (var element in scope.Of<AgentElement>())
        {
            ResolutionScope.Add(
                scope.Agents,
                element.Identifier,
                new Agent { Identifier = element.Identifier, DisplayNames = element.DisplayName, Location = element.Location });
        }

        foreach (var element in scope.Of<ConnectorElement>())
        {
            ResolutionScope.Add(scope.Connectors, element.Identifier, ConnectorOf(element));
        }

        foreach (var element in scope.Of<ConnectionElement>())
        {
            ResolveConnection(element);
        }

        foreach (var connector in scope.Connectors.Values)
        {
            connector.Connections = [.. scope.Connections.Values.Where(c => c.Connector == connector)];
        }
    }

    private Connector ConnectorOf(ConnectorElement element) => new()
    {
        Identifier = element.Identifier,
        DisplayNames = element.DisplayName,
        Location = element.Location,
        Agent = ResolutionScope.Find(scope.Agents, element.Agent),
        IsDeactivated = element.IsDeactivated,
        IsWorkflowProvisioning = element.IsWorkflowProvisioning,
        OnWatermarkLost = element.OnWatermarkLost,
        CompleteJob = element.CompleteJob,
        IncrementalJob = element.IncrementalJob,
        Thresholds = new Thresholds
        {
            MaximumInserted = element.MaximumInsertedLines,
            MaximumUpdated = element.MaximumUpdatedLines,
            MaximumDeleted = element.MaximumDeletedLines,
            MaximumInsertedPercent = element.MaxPercentageInsertedLines,
            MaximumUpdatedPercent = element.MaxPercentageUpdatedLines,
            MaximumDeletedPercent = element.MaxPercentageDeletedLines,
            MaximumLinkInserted = element.MaximumLinkInsertedLines,
            MaximumLinkDeleted = element.MaximumLinkDeletedLines,
            MaximumLinkInsertedPercent = element.MaxLinkPercentageInsertedLines,
            MaximumLinkDeletedPercent = element.MaxLinkPercentageDeletedLines,
        },
    };

    private void ResolveConnection(ConnectionElement element)
    {
        CheckPackage(element);
        if (ResolutionScope.Find(scope.Connectors, element.Connector) is not { } connector)
        {
            return;
        }

        var connection = new Connection
        {
            Identifier = element.Identifier,
            DisplayNames = element.DisplayName,
            Location = element.Location,
            Connector = connector,
            Package = element.Package,
            ExportDeactivated = element.DeactivationExportFulfill == DeactivationExportFulfill.Export,
            FulfillDeactivated = element.DeactivationExportFulfill == DeactivationExportFulfill.Fulfill,
            Transformations = [.. element.Transformations.Select(TransformationOf)],
        };
        ResolutionScope.Add(scope.Connections, element.Identifier, connection);
    }

    private void CheckPackage(ConnectionElement element)
    {
        if (element.Package.Length == 0)
        {
            return;
        }

        var place = element.At("Package");
        var package = PackageCatalogue.Find(element.Package);
        if (package is null)
        {
            var name = element.Package.Split('@')[0];
            _bag.Warning(
                DiagnosticCodes.UnknownPackage,
                place,
                $"The package '{element.Package}' of connection '{element.Identifier}' is not known; its export and fulfilment will fail. Correct its name.",
                NearestName.Find(name, PackageCatalogue.KnownNames));
        }
        else if (!package.IsImplemented)
        {
            _bag.Warning(
                DiagnosticCodes.PackageNotYet,
                place,
                $"not supported yet: package '{element.Package}' ({package.Name}). Export and fulfilment of connection '{element.Identifier}' will fail.");
        }
    }

    /// <summary>synchronization.md 3.4, with its tolerance: a date transformation that concatenates is a concatenation.</summary>
    private Transformation TransformationOf(TransformationElement element)
    {
        var type = element.Type;
        if (type == TransformationType.TransformDate && (element.ConcatSeparator is not null || element.InputColumn2 is not null))
        {
            type = TransformationType.ConcatColumns;
            _bag.Warning(
                DiagnosticCodes.Transformation,
                element.At("Type"),
                "A transformation of dates has no ConcatSeparator and no InputColumn2; it is read as ConcatColumns. Write Type=\"ConcatColumns\".");
        }

        var missing = type switch
        {
            TransformationType.ConcatColumns when element.InputColumn is null => "InputColumn",
            TransformationType.ConcatColumns when element.Column is null => "Column",
            TransformationType.TransformDate when (element.Column ?? element.InputColumn) is null => "Column",
            TransformationType.WhereValue when element.Column is null => "Column",
            TransformationType.WhereValue when element.WhereValue is null => "WhereValue",
            _ => null,
        };
        if (missing is not null)
        {
            _bag.Error(DiagnosticCodes.Transformation, element.Location, $"A transformation of type {type} needs the attribute '{missing}'. Add it.");
        }

        var attributes = element.Source.Attributes.Where(a => a.Name is not ("Type" or "ConsolidationMode")).ToDictionary(a => a.Name, a => a.Value);
        if (attributes.ContainsKey("WhereOperator"))
        {
            attributes["WhereOperator"] = element.WhereOperator.ToString();
        }

        return new Transformation(type.ToString(), attributes, element.Location);
    }
}
