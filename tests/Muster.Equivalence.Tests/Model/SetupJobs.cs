namespace Muster.Equivalence.Tests.Model;

/// <summary>
/// The jobs of every configuration: <c>Initial</c>, <c>Complete</c> and <c>Incremental</c>, each for all connectors and for one
/// (<c>_Hr</c>), without fulfilment (<c>_Collect</c>), or fulfilment alone (<c>_Fulfill</c>).
/// </summary>
internal static class SetupJobs
{
    private static readonly string[] Readings = ["Initial", "Complete", "Incremental"];

    public static string NameOf(bool isIncremental, Step step)
    {
        var reading = isIncremental && step.Kind != StepKind.Complete ? "Incremental" : "Complete";
        return step.Kind switch
        {
            StepKind.Fulfil or StepKind.FulfilInVain => $"{reading}_Fulfill",
            StepKind.Collect => $"{reading}_Collect",
            _ when step.Connector is { } connector => $"{reading}_{connector}",
            _ => $"{reading}_All",
        };
    }

    public static void Print(Setup setup, TextWriter text)
    {
        foreach (var reading in Readings)
        {
            Job(setup, text, reading, "Collect", setup.Connectors, isCollecting: true, isFulfilling: false);
            if (reading == "Initial")
            {
                continue;
            }

            Job(setup, text, reading, "All", setup.Connectors, isCollecting: true, isFulfilling: true);
            Job(setup, text, reading, "Fulfill", [], isCollecting: false, isFulfilling: true);
            foreach (var connector in setup.Connectors.Count > 1 ? setup.Connectors : [])
            {
                Job(setup, text, reading, connector, [connector], isCollecting: true, isFulfilling: true);
            }
        }
    }

    private static void Job(Setup setup, TextWriter text, string reading, string name, IReadOnlyList<string> connectors, bool isCollecting, bool isFulfilling)
    {
        var isIncremental = reading == "Incremental";
        var id = $"{reading}_{name}";
        var kind = reading == "Initial" ? " IsInitializationJob=\"true\"" : isIncremental ? " IsIncremental=\"true\"" : "";
        text.WriteLine($"  <Job Identifier=\"{id}\" DisplayName_L1=\"{id}\" Agent=\"Local\"{kind}>");
        var dirty = isIncremental ? " Dirty=\"true\"" : "";
        string[] flag = isIncremental && isCollecting ? [$"{id}_Flag"] : [];
        if (isCollecting)
        {
            foreach (var connector in connectors)
            {
                Chain(setup, text, reading, id, connector);
            }

            if (isIncremental)
            {
                Task(text, id, "SetRecentlyModifiedFlag", "Flag", 3, "", [.. connectors.Select(c => $"{id}_Synchronize_{c}")], []);
            }

            Task(text, id, "UpdateEntityPropertyExpressions", "Expressions", 4, dirty, flag, [.. setup.Entities.Select(e => ("EntityType", e.Name))]);
            Task(text, id, "ComputeCorrelationKeys", "Keys", 5, dirty, flag, [.. setup.Entities.Select(e => ("EntityType", e.Name))]);
        }

        var types = TypesOf(setup);
        if (types.Count > 0)
        {
            Policy(setup, text, id, types, isCollecting, isFulfilling, isIncremental, flag);
        }
        else if (!isCollecting)
        {
            Task(text, id, "UpdateEntityPropertyExpressions", "Expressions", 4, dirty, flag, [.. setup.Entities.Select(e => ("EntityType", e.Name))]);
        }

        text.WriteLine("  </Job>");
    }

    private static void Policy(
        Setup setup, TextWriter text, string id, List<TypeNames> types, bool isCollecting, bool isFulfilling, bool isIncremental, string[] flag)
    {
        var dirty = isIncremental ? " Dirty=\"true\"" : "";
        var force = " ForceProvisioning=\"true\"";
        if (isCollecting)
        {
            if (setup.Rules.Any(r => r.Xml.StartsWith("<RoleMapping", StringComparison.Ordinal)))
            {
                Task(text, id, "BuildRoleModel", "Named", 5, "", flag, []);
            }

            Task(text, id, "ComputeRoleModel", "Roles", 6, dirty, flag, [.. types.Select(t => ("EntityType", t.Source)).Distinct()]);
            Task(text, id, "GenerateProvisioningOrders", "Orders", 7, force, [], [.. types.Select(t => ("ResourceType", t.Name))]);
        }

        if (isFulfilling)
        {
            var fulfilled = types.Where(t => !setup.Entity(t.Target).IsCsv).ToList();
            foreach (var (type, index) in fulfilled.GroupBy(t => setup.Entity(t.Target).Connector).Select((t, i) => (t, i)))
            {
                Task(text, id, "Fulfill", $"Fulfill_{type.Key}", 8 + index, $" Agent=\"Local\" OpenIdClient=\"Job\" ContinueOnError=\"true\"{dirty}", [],
                    [.. type.Select(t => ("ResourceType", t.Name))]);
            }
        }

        var classified = types.Where(t => setup.Rules.Any(r => r.Xml.StartsWith("<ResourceClassificationRule", StringComparison.Ordinal) && r.Uses.Contains("#" + t.Name)));
        var targets = classified.Select(t => ("EntityType", t.Target)).Distinct().ToList();
        if (targets.Count > 0 && isCollecting)
        {
            Task(text, id, "UpdateClassification", "Classify", 10, dirty, flag, targets);
        }

        if (setup.Rules.Any(r => r.Xml.StartsWith("<ProfileRuleContext", StringComparison.Ordinal)))
        {
            Task(text, id, "SetInternalUserProfiles", "Profiles", 11, "", [], [.. types.Select(t => ("EntityType", t.Source)).Distinct(), .. types.Select(t => ("ResourceType", t.Name))]);
        }

        // Scores outlive the last risk, so the task is there without any.
        if (isCollecting && setup.Rules.Any(r => r.Xml.Contains("RiskFactorType=", StringComparison.Ordinal)))
        {
            Task(text, id, "ComputeRiskScores", "Risks", 12, dirty, [], [.. types.Select(t => ("EntityType", t.Source)).Distinct()]);
        }
    }

    private static void Chain(Setup setup, TextWriter text, string reading, string id, string connector)
    {
        var isIncremental = reading == "Incremental";
        string[] connections = connector == EntityPart.Directory
            ? ["dir"]
            : [.. SourceTable.Of(setup).Where(t => t.Connector == connector).Select(t => SetupXml.ConnectionOf(t.Name))];
        foreach (var connection in connections)
        {
            var cookie = isIncremental ? "" : " IgnoreCookieFile=\"true\"";
            Task(text, id, "Export", $"Export_{connection}", 0, $" Agent=\"Local\" OpenIdClient=\"Job\" Connector=\"{connector}\" Connection=\"{connection}\"{cookie}", [], []);
        }

        var type = isIncremental && connector != EntityPart.Directory ? " Type=\"Changes\"" : "";
        Task(text, id, "PrepareSynchronization", $"Prepare_{connector}", 1,
            $" Agent=\"Local\" OpenIdClient=\"Job\" Connector=\"{connector}\" SynchronizationMode=\"{reading}\"{type}", [.. connections.Select(c => $"{id}_Export_{c}")], []);
        var keep = isIncremental ? " DoNotDeleteChanges=\"true\"" : "";
        Task(text, id, "Synchronize", $"Synchronize_{connector}", 2, $" Connector=\"{connector}\" ForceSynchronization=\"true\"{keep}{type}", [$"{id}_Prepare_{connector}"], []);
    }

    private static void Task(
        TextWriter text, string job, string kind, string name, int level, string attributes, string[] parents, List<(string Element, string Name)> children)
    {
        text.Write($"    <{kind}Task Identifier=\"{job}_{name}\" DisplayName_L1=\"{name}\" Level=\"{level}\"{attributes}");
        if (parents.Length + children.Count == 0)
        {
            text.WriteLine(" />");
            return;
        }

        text.Write('>');
        foreach (var parent in parents)
        {
            text.Write($"<TaskDependsOnTask ParentTask=\"{parent}\" />");
        }

        foreach (var (element, child) in children)
        {
            text.Write($"<Task{element} {element}=\"{child}\" />");
        }

        text.WriteLine($"</{kind}Task>");
    }

    private static List<TypeNames> TypesOf(Setup setup) =>
    [
        .. setup.Rules.Where(r => r.Xml.StartsWith("<ResourceType ", StringComparison.Ordinal))
            .Select(r => new TypeNames(r.Name, Attribute(r.Xml, "SourceEntityType"), Attribute(r.Xml, "TargetEntityType"))),
    ];

    private static string Attribute(string xml, string name)
    {
        var start = xml.IndexOf($" {name}=\"", StringComparison.Ordinal) + name.Length + 3;
        return xml[start..xml.IndexOf('"', start)];
    }

    private sealed record TypeNames(string Name, string Source, string Target);
}
