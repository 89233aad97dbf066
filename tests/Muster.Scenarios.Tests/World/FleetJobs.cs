namespace Muster.Scenarios.Tests.World;

/// <summary>How a job of the fleet reads its sources.</summary>
internal enum Reading
{
    Initial,
    Complete,

    /// <summary>Full extracts, compared with the previous ones.</summary>
    Compared,

    /// <summary>Lists of changes of the crewing office; the port is compared.</summary>
    Listed,
}

/// <summary>Writes the fleet's jobs: the same tasks for every way of reading.</summary>
internal static class FleetJobs
{
    private static readonly string[] CrewTables = ["vessels", "sailors", "licences", "holdings"];

    /// <summary>A configuration file with the jobs <c>Initial</c>, <c>Complete</c>, <c>Compared</c> and <c>Listed</c>.</summary>
    public static string File(bool isProvisioning, bool continueOnError)
    {
        var lines = new List<string> { """<?xml version="1.0" encoding="utf-8"?>""", """<ConfigurationFile xmlns="urn:schemas-usercube-com:configuration">""" };
        foreach (var reading in Enum.GetValues<Reading>())
        {
            Job(lines, reading, isProvisioning, continueOnError);
        }

        lines.Add("</ConfigurationFile>");
        return string.Join('\n', lines);
    }

    private static void Job(List<string> lines, Reading reading, bool isProvisioning, bool continueOnError)
    {
        var isIncremental = reading is Reading.Compared or Reading.Listed;
        var kind = reading == Reading.Initial ? " IsInitializationJob=\"true\"" : isIncremental ? " IsIncremental=\"true\"" : "";
        lines.Add($"<Job Identifier=\"{reading}\" DisplayName_L1=\"{reading}\" Agent=\"Bridge\"{kind}>");
        var dirty = isIncremental ? " Dirty=\"true\"" : "";
        Chain(lines, reading, "Crew", CrewTables, continueOnError);
        Chain(lines, reading, "Port", ["berths"], continueOnError);
        if (isProvisioning)
        {
            Chain(lines, reading, "Yard", ["yard"], continueOnError);
        }

        var flag = isIncremental ? [$"{reading}_Flag"] : Array.Empty<string>();
        if (isIncremental)
        {
            string[] connectors = isProvisioning ? ["Crew", "Port", "Yard"] : ["Crew", "Port"];
            Task(lines, reading, "SetRecentlyModifiedFlag", "Flag", 3, "", [.. connectors.Select(c => $"{reading}_Synchronize_{c}")], []);
        }

        Task(lines, reading, "UpdateEntityPropertyExpressions", "Expressions_Crew", 4, dirty, flag, [("EntityType", "Fleet_Sailor")]);
        if (isProvisioning)
        {
            Provisioning(lines, reading, isIncremental, dirty, flag);
        }

        lines.Add("</Job>");
    }

    private static void Chain(List<string> lines, Reading reading, string connector, string[] tables, bool continueOnError)
    {
        var isIncremental = reading is Reading.Compared or Reading.Listed;
        var tolerant = continueOnError ? " ContinueOnError=\"true\"" : "";
        foreach (var table in tables)
        {
            var cookie = isIncremental ? "" : " IgnoreCookieFile=\"true\"";
            Task(lines, reading, "Export", $"Export_{table}", 0, $" Agent=\"Bridge\" OpenIdClient=\"Job\" Connector=\"{connector}\" Connection=\"{table}\"{cookie}{tolerant}", [], []);
        }

        var type = reading == Reading.Listed && connector == "Crew" ? " Type=\"Changes\"" : "";
        var mode = isIncremental ? "Incremental" : reading.ToString();
        Task(lines, reading, "PrepareSynchronization", $"Prepare_{connector}", 1,
            $" Agent=\"Bridge\" OpenIdClient=\"Job\" Connector=\"{connector}\" SynchronizationMode=\"{mode}\"{type}", [.. tables.Select(t => $"{reading}_Export_{t}")], []);
        var keep = isIncremental ? " DoNotDeleteChanges=\"true\"" : "";
        Task(lines, reading, "Synchronize", $"Synchronize_{connector}", 2, $" Connector=\"{connector}\"{keep}{type}", [$"{reading}_Prepare_{connector}"], []);
    }

    private static void Provisioning(List<string> lines, Reading reading, bool isIncremental, string dirty, string[] flag)
    {
        string[] after = isIncremental ? [.. flag, $"{reading}_Fulfill_Roster"] : [];
        var force = isIncremental ? "" : " ForceProvisioning=\"true\"";
        Task(lines, reading, "ComputeCorrelationKeys", "Keys_Crew", 5, dirty, flag, [("EntityType", "Fleet_Sailor"), ("EntityType", "Fleet_Vessel")]);
        Task(lines, reading, "ComputeRoleModel", "Roles_Crew", 6, dirty, flag, [("EntityType", "Fleet_Sailor")]);
        Task(lines, reading, "GenerateProvisioningOrders", "Orders_Roster", 7, force, [], [("ResourceType", "Member_of_Crew")]);
        Task(lines, reading, "Fulfill", "Fulfill_Roster", 8, dirty, [$"{reading}_Orders_Roster"], [("ResourceType", "Member_of_Crew")]);
        Task(lines, reading, "UpdateEntityPropertyExpressions", "Expressions_Roster", 9, dirty, after, [("EntityType", "Roster_Member")]);
        Task(lines, reading, "ComputeCorrelationKeys", "Keys_Yard", 10, dirty, after, [("EntityType", "Roster_Member"), ("EntityType", "Yard_Entry")]);
        Task(lines, reading, "BuildRoleModel", "Named_Yard", 10, " Connector=\"Yard\"", after, []);
        Task(lines, reading, "ComputeRoleModel", "Roles_Yard", 11, dirty, after, [("EntityType", "Roster_Member")]);
        Task(lines, reading, "GenerateProvisioningOrders", "Orders_Yard", 12, force, [], [("ResourceType", "Yard_Account")]);
        Task(lines, reading, "Fulfill", "Fulfill_Yard", 13, $" Agent=\"Bridge\" OpenIdClient=\"Job\" ContinueOnError=\"true\"{dirty}", [$"{reading}_Orders_Yard"], [("ResourceType", "Yard_Account")]);
        Task(lines, reading, "UpdateClassification", "Classify", 14, dirty, flag, [("EntityType", "Yard_Entry")]);
        Task(lines, reading, "SetInternalUserProfiles", "Profiles", 15, "", [$"{reading}_Fulfill_Yard"], [("EntityType", "Roster_Member"), ("ResourceType", "Yard_Account")]);
        Task(lines, reading, "ComputeRiskScores", "Risks", 16, dirty, [$"{reading}_Roles_Yard"], [("EntityType", "Roster_Member")]);
    }

    private static void Task(
        List<string> lines, Reading reading, string kind, string name, int level, string attributes, string[] parents, (string Element, string Name)[] children)
    {
        lines.Add($"  <{kind}Task Identifier=\"{reading}_{name}\" DisplayName_L1=\"{name}\" Level=\"{level}\"{attributes}>");
        foreach (var parent in parents)
        {
            lines.Add($"    <TaskDependsOnTask ParentTask=\"{parent}\" />");
        }

        foreach (var (element, child) in children)
        {
            lines.Add($"    <Task{element} {element}=\"{child}\" />");
        }

        lines.Add($"  </{kind}Task>");
    }
}
