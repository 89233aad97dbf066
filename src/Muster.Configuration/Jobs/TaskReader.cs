using System.Globalization;
using Muster.Configuration.Diagnostics;
using Muster.Configuration.Model;
using Muster.Configuration.Xml;

namespace Muster.Configuration.Jobs;

/// <summary>Makes the record of a task element: references become objects, and what contradicts itself is reported (jobs.md 3 to 5).</summary>
internal sealed class TaskReader(JobResolutionScope scope, DiagnosticBag bag)
{
    public JobTask Read(DeclaredTask declared)
    {
        var element = declared.Element;
        var task = Create(declared);
        CheckNumbers(element);
        return CheckAgent(element, task with
        {
            DisplayNames = DisplayNamesOf(element),
            Location = element.Location,
            Agent = Resolve(element, "Agent", scope.Agents),
            OpenIdClient = element["OpenIdClient"],
            ContinueOnError = Flag(element, "ContinueOnError"),
            DependsOn = [.. declared.Dependencies.Select(d => d.Parent)],
            Connector = task.Connector ?? Resolve(element, "Connector", scope.Connectors),
            EntityTypes = List(element, "TaskEntityType", "EntityType", scope.EntityTypes),
            ResourceTypes = task.ResourceTypes.Count > 0 ? task.ResourceTypes : List(element, "TaskResourceType", "ResourceType", scope.ResourceTypes),
        });
    }

    public static DisplayNames DisplayNamesOf(ConfigurationElement element)
    {
        var names = new Dictionary<int, string>();
        for (var language = 1; language <= 16; language++)
        {
            if (element[$"DisplayName_L{language.ToString(CultureInfo.InvariantCulture)}"] is { } name)
            {
                names.Add(language, name);
            }
        }

        return names.Count == 0 ? DisplayNames.Empty : new DisplayNames(names);
    }

    /// <summary>The item that an attribute names; null if it is absent, or unknown, which is reported.</summary>
    public T? Resolve<T>(ConfigurationElement element, string attribute, IReadOnlyDictionary<string, T> known, string? kind = null)
        where T : class
    {
        if (element.Find(attribute) is not { Value.Length: > 0 } written)
        {
            return null;
        }

        if (known.TryGetValue(written.Value, out var item))
        {
            return item;
        }

        bag.Error(
            JobDiagnostics.UnknownReference, written.Location,
            $"{AttributeText.Describe(element)} names the {kind ?? Words(attribute)} '{written.Value}', which does not exist. Declare it, or correct the name.",
            NearestName.Find(written.Value, known.Keys));
        return null;
    }

    private JobTask Create(DeclaredTask declared)
    {
        var element = declared.Element;
        var identifier = declared.Identifier;
        return declared.Kind.Name switch
        {
            "ExportTask" => Export(element, identifier),
            "PrepareSynchronizationTask" => Prepare(element, identifier),
            "SynchronizeTask" => new SynchronizeTask
            {
                Identifier = identifier,
                Type = TypeOf(element),
                DoNotDeleteChanges = Flag(element, "DoNotDeleteChanges"),
                ForceSynchronization = Flag(element, "ForceSynchronization"),
                Orphans = Flag(element, "Orphans"),
            },
            "SetRecentlyModifiedFlagTask" => new SetRecentlyModifiedFlagTask { Identifier = identifier },
            "CloseInterruptedInstancesTask" => new CloseInterruptedInstancesTask { Identifier = identifier },
            "BuildRoleModelTask" => new BuildRoleModelTask { Identifier = identifier },
            "RefreshSchemaTask" => RefreshSchema(element, identifier),
            "ResetValidFromTask" => new ResetValidFromTask { Identifier = identifier },
            "SavePreExistingAccessRightsTask" => PreExistingRights(element, identifier),
            "GenerateProvisioningOrdersTask" => GenerateOrders(element, identifier),
            "FulfillTask" => Fulfill(element, identifier),
            "SetInternalUserProfilesTask" => CheckListed(element, new SetInternalUserProfilesTask
            {
                Identifier = identifier,
                BatchSelectSize = Size(element, "BatchSelectSize"),
                BatchInsertSize = Size(element, "BatchInsertSize"),
            }),
            _ => Computation(declared.Kind, element, identifier),
        };
    }

    /// <summary>SQL of the format is about the tables of another store: what it would select is not known here.</summary>
    private SavePreExistingAccessRightsTask PreExistingRights(ConfigurationElement element, string identifier)
    {
        var written = element.Attributes.Where(a => a.Name.EndsWith("SQL", StringComparison.Ordinal) && !string.IsNullOrWhiteSpace(a.Value)).ToList();
        foreach (var attribute in written)
        {
            bag.Warning(
                JobDiagnostics.SqlSelection, attribute.Location,
                $"'{attribute.Name}' of the task '{identifier}' selects rows by SQL of tables that Muster's store does not have, so that the task will end in error. "
                + "Remove the attribute: all that was found is then taken; or run the task without it and take back what was not meant with 'assignment confirm --remove'.");
        }

        return new SavePreExistingAccessRightsTask { Identifier = identifier, SqlAttribute = written.FirstOrDefault()?.Name };
    }

    private JobTask Computation(TaskElement kind, ConfigurationElement element, string identifier) => kind.Name switch
    {
        "UpdateEntityPropertyExpressionsTask" => CheckListed(element, new UpdateEntityPropertyExpressionsTask
        {
            Identifier = identifier,
            AllEntityType = Flag(element, "AllEntityType"),
            Dirty = Flag(element, "Dirty"),
            BatchSelectSize = Size(element, "BatchSelectSize"),
            BatchUpdateSize = Size(element, "BatchUpdateSize"),
        }),
        "ComputeCorrelationKeysTask" => CheckListed(element, new ComputeCorrelationKeysTask
        {
            Identifier = identifier,
            AllEntityType = Flag(element, "AllEntityType"),
            Dirty = Flag(element, "Dirty"),
            BatchSize = Size(element, "BatchSize"),
        }),
        "ComputeRoleModelTask" => RoleModel(element, identifier),
        "ComputeRiskScoresTask" => CheckListed(element, new ComputeRiskScoresTask
        {
            Identifier = identifier,
            Dirty = Flag(element, "Dirty"),
            BatchSize = Size(element, "BatchSize"),
        }),
        "UpdateClassificationTask" => CheckListed(element, new UpdateClassificationTask
        {
            Identifier = identifier,
            Dirty = Flag(element, "Dirty"),
            BatchSize = Size(element, "BatchSize"),
        }),
        _ => new OtherTask
        {
            Identifier = identifier,
            ElementName = kind.Name,
            Attributes = element.Attributes.GroupBy(a => a.Name).ToDictionary(g => g.Key, g => g.Last().Value, StringComparer.Ordinal),
        },
    };

    private ExportTask Export(ConfigurationElement element, string identifier)
    {
        var connection = Resolve(element, "Connection", scope.Connections);
        if (element.Find("InitMode") is { } mode && element.MadeBy is null)
        {
            bag.Warning(
                JobDiagnostics.IgnoredAttribute, mode.Location,
                $"The attribute 'InitMode' has no effect on the export '{identifier}'. It can be removed.");
        }

        return new ExportTask
        {
            Identifier = identifier,
            Connection = connection,
            Connector = ConnectorOf(element, connection),
            IgnoreCookieFile = Flag(element, "IgnoreCookieFile"),
            InitMode = Flag(element, "InitMode"),
        };
    }

    private RefreshSchemaTask RefreshSchema(ConfigurationElement element, string identifier)
    {
        var connection = Resolve(element, "Connection", scope.Connections);
        var connector = ConnectorOf(element, connection);
        if (connector is null && element["Connector"] is null && element["Connection"] is null)
        {
            ReportNothing(element, "a 'Connector' or a 'Connection'");
        }

        return new RefreshSchemaTask { Identifier = identifier, Connection = connection, Connector = connector };
    }

    private PrepareSynchronizationTask Prepare(ConfigurationElement element, string identifier)
    {
        var type = TypeOf(element);
        var mode = AttributeText.Enumeration<SynchronizationMode>(element["SynchronizationMode"]);
        if (mode is null && element["SynchronizationMode"] is null && type != PreparationType.Changes)
        {
            bag.Error(
                JobDiagnostics.MissingMode, element.Location,
                $"The preparation '{identifier}' has no 'SynchronizationMode', which only Type=\"Changes\" may leave out. Write 'Initial', 'Complete' or 'Incremental'.");
        }

        return new PrepareSynchronizationTask
        {
            Identifier = identifier,
            SynchronizationMode = mode ?? SynchronizationMode.Incremental,
            Type = type,
            ColumnName = element["ColumnName"],
            WorkingDirectory = element["WorkingDirectory"],
        };
    }

    private ComputeRoleModelTask RoleModel(ConfigurationElement element, string identifier)
    {
        var task = new ComputeRoleModelTask
        {
            Identifier = identifier,
            Dirty = Flag(element, "Dirty"),
            BlockProvisioning = Flag(element, "BlockProvisioning"),
            BlockAllResourceTypeProvisioning = Flag(element, "BlockAllResourceTypeProvisioning"),
            IgnoreHistorization = Flag(element, "IgnoreHistorization") || Flag(element, "InitMode"),
            BatchSelectSize = Size(element, "BatchSelectSize"),
            BatchInsertSize = Size(element, "BatchInsertSize"),
            UseLdif = Flag(element, "UseLdif"),
            LdifFilePath = element["LdifFilePath"],
        };
        if (task.UseLdif && string.IsNullOrEmpty(task.LdifFilePath))
        {
            bag.Error(
                JobDiagnostics.MissingLdifPath, element.Location,
                $"The role model task '{identifier}' simulates into an LDIF file (UseLdif) and has no 'LdifFilePath'. Write where the file goes.");
        }

        return CheckListed(element, task);
    }

    private GenerateProvisioningOrdersTask GenerateOrders(ConfigurationElement element, string identifier)
    {
        var connector = Resolve(element, "Connector", scope.Connectors);
        var hasConnector = element["Connector"] is { Length: > 0 };
        if (hasConnector == HasChild(element, "TaskResourceType"))
        {
            bag.Error(
                JobDiagnostics.ScopeOfOrders, element.Location,
                $"The order generation '{identifier}' has {(hasConnector ? "both a 'Connector' and" : "neither a 'Connector' nor")} resource types. " +
                "Write exactly one of 'Connector' and 'TaskResourceType'.");
        }

        return new GenerateProvisioningOrdersTask
        {
            Identifier = identifier,
            Connector = connector,
            ResourceTypes = hasConnector ? ResourceTypesOf(connector) : [],
            ForceProvisioning = Flag(element, "ForceProvisioning"),
            FormatPropertiesInResource = Flag(element, "FormatPropertiesInResource"),
            BatchInsertSize = Size(element, "BatchInsertSize"),
            BatchSelectSize = Size(element, "BatchSelectSize"),
        };
    }

    private FulfillTask Fulfill(ConfigurationElement element, string identifier)
    {
        var connection = Resolve(element, "Connection", scope.Connections);
        var connector = ConnectorOf(element, connection);
        var isListed = HasChild(element, "TaskResourceType");
        if (!isListed && connector is null && element["Connector"] is null && element["Connection"] is null)
        {
            ReportNothing(element, "a 'Connector' or its 'TaskResourceType' children");
        }

        return new FulfillTask
        {
            Identifier = identifier,
            Connection = connection,
            Connector = connector,
            ResourceTypes = isListed ? [] : ResourceTypesOf(connector),
            Dirty = Flag(element, "Dirty"),
            IgnoreHistorization = Flag(element, "IgnoreHistorization") || Flag(element, "InitMode"),
            BatchSize = Size(element, "BatchSize"),
            FulfillInternalWorkflowsPath = element["FulfillInternalWorkflowsPath"],
        };
    }

    /// <summary>A task over a connector works on the resource types whose targets the connector holds.</summary>
    private List<ResourceType> ResourceTypesOf(Connector? connector) => connector is null
        ? []
        : [.. scope.ResourceTypes.Values.Where(r => r.TargetEntityType.Connector == connector).OrderBy(r => r.Identifier, StringComparer.Ordinal)];

    private Connector? ConnectorOf(ConfigurationElement element, Connection? connection)
    {
        var connector = Resolve(element, "Connector", scope.Connectors);
        if (connector is not null && connection is not null && connection.Connector != connector)
        {
            bag.Error(
                JobDiagnostics.ConnectorOfConnection, element.Find("Connection")!.Location,
                $"{AttributeText.Describe(element)} names the connector '{connector}' and the connection '{connection}', which belongs to '{connection.Connector}'. " +
                "Name a connection of the connector.");
        }

        return connector ?? connection?.Connector;
    }

    /// <summary>Exactly one of all and a list (jobs.md 3).</summary>
    private T CheckListed<T>(ConfigurationElement element, T task)
        where T : JobTask
    {
        var isAll = Flag(element, "AllEntityType");
        var isListed = HasChild(element, "TaskEntityType") || HasChild(element, "TaskResourceType");
        if (isAll && isListed)
        {
            bag.Error(
                JobDiagnostics.AllAndListed, element.Find("AllEntityType")!.Location,
                $"The task '{task.Identifier}' works on all entity types and lists some. Remove 'AllEntityType' or the list.");
        }
        else if (!isAll && !isListed)
        {
            ReportNothing(element, "its 'TaskEntityType' children");
        }

        return task;
    }

    private void ReportNothing(ConfigurationElement element, string missing) => bag.Warning(
        JobDiagnostics.NothingListed, element.Location,
        $"{AttributeText.Describe(element)} does not say what it works on and will process nothing. Write {missing}.");

    private List<T> List<T>(ConfigurationElement element, string child, string attribute, IReadOnlyDictionary<string, T> known)
        where T : class
    {
        var items = new List<T>();
        foreach (var entry in element.Children.Where(c => c.Name == child))
        {
            // Both guides write Identifier for the documented attribute (jobs.md 2.8).
            var name = entry.Find(attribute) is null ? "Identifier" : attribute;
            if (Resolve(entry, name, known, Words(attribute)) is { } item && !items.Contains(item))
            {
                items.Add(item);
            }
        }

        return items;
    }

    private JobTask CheckAgent(ConfigurationElement element, JobTask task)
    {
        if (task is { Agent: { } agent, Connector.Agent: { } ofConnector } && agent != ofConnector)
        {
            bag.Error(
                JobDiagnostics.DifferentAgents, element.Find("Agent")!.Location,
                $"The task '{task.Identifier}' runs on the agent '{agent.Identifier}', but its connector '{task.Connector}' belongs to the agent " +
                $"'{ofConnector.Identifier}'. Write that agent.");
        }

        return task;
    }

    private void CheckNumbers(ConfigurationElement element)
    {
        foreach (var attribute in element.Attributes)
        {
            var lowest = attribute.Name == "Level" ? -1 : 0;
            if ((attribute.Name == "Level" || attribute.Name.StartsWith("Batch", StringComparison.Ordinal)) &&
                AttributeText.Number(attribute.Value) < lowest)
            {
                bag.Error(
                    JobDiagnostics.NegativeNumber, attribute.Location,
                    $"{AttributeText.Describe(element)} has '{attribute.Name}' with the value '{attribute.Value}'. Write {lowest} or more.");
            }
        }
    }

    private static PreparationType TypeOf(ConfigurationElement element) =>
        TaskElements.FindAlias(element.Name)?.Type ?? AttributeText.Enumeration<PreparationType>(element["Type"]) ?? PreparationType.None;

    private static bool Flag(ConfigurationElement element, string attribute) => AttributeText.IsTrue(element[attribute]);

    private static int Size(ConfigurationElement element, string attribute) => Math.Max(0, AttributeText.Number(element[attribute]) ?? 0);

    private static bool HasChild(ConfigurationElement element, string name) => element.Children.Any(c => c.Name == name);

    /// <summary>An attribute's name as words: <c>EntityType</c> is an entity type.</summary>
    private static string Words(string attribute) => attribute switch
    {
        "EntityType" => "entity type",
        "ResourceType" => "resource type",
        _ => attribute.ToLowerInvariant(),
    };
}
