using Muster.Configuration.Jobs;
using Muster.Configuration.Model;

namespace Muster.Jobs.Tests;

/// <summary>Jobs, tasks and connectors in a few words.</summary>
internal static class Given
{
    public static Connector Connector(string identifier, bool isDeactivated = false) => new() { Identifier = identifier, IsDeactivated = isDeactivated };

    public static Job Job(string identifier, params JobTask[] tasks) => new()
    {
        Identifier = identifier,
        Steps = [.. tasks.Select((t, level) => new JobStep(t, level))],
    };

    public static Job IncrementalJob(string identifier, params JobTask[] tasks) => new()
    {
        Identifier = identifier,
        IsIncremental = true,
        Steps = [.. tasks.Select((t, level) => new JobStep(t, level))],
    };

    public static ExportTask Export(string identifier = "Export", Connector? of = null, bool continueOnError = false) =>
        new() { Identifier = identifier, Connector = of, ContinueOnError = continueOnError };

    public static PrepareSynchronizationTask Prepare(
        string identifier = "Prepare", Connector? of = null, SynchronizationMode mode = SynchronizationMode.Incremental, params string[] after) =>
        new() { Identifier = identifier, Connector = of, SynchronizationMode = mode, DependsOn = after };

    public static SynchronizeTask Synchronize(string identifier = "Synchronize", Connector? of = null, params string[] after) =>
        new() { Identifier = identifier, Connector = of, DependsOn = after };

    public static SetRecentlyModifiedFlagTask Flag(params string[] after) => new() { Identifier = "Flag", DependsOn = after };

    public static UpdateEntityPropertyExpressionsTask Expressions(params string[] after) =>
        new() { Identifier = "Expressions", Dirty = true, DependsOn = after };

    public static ComputeCorrelationKeysTask Keys(params string[] after) => new() { Identifier = "Keys", Dirty = true, DependsOn = after };

    public static ComputeRoleModelTask RoleModel(params string[] after) => new() { Identifier = "RoleModel", Dirty = true, DependsOn = after };

    public static GenerateProvisioningOrdersTask Generate(Connector? of = null, params string[] after) =>
        new() { Identifier = "Generate", Connector = of, DependsOn = after };

    public static FulfillTask Fulfill(bool continueOnError = false, params string[] after) =>
        new() { Identifier = "Fulfill", ContinueOnError = continueOnError, DependsOn = after };

    public static SetInternalUserProfilesTask Profiles(params string[] after) => new() { Identifier = "Profiles", DependsOn = after };

    /// <summary>The incremental job of one connector with the dependencies that the scaffolding gives (jobs.md 6.3).</summary>
    public static JobTask[] ScaffoldedTasks(Connector connector, bool exportContinuesOnError = false) =>
    [
        Export(of: connector, continueOnError: exportContinuesOnError),
        Prepare(of: connector, after: "Export"),
        Synchronize(of: connector, after: "Prepare"),
        Flag("Synchronize"),
        Expressions(),
        Keys("Flag"),
        RoleModel("Flag"),
        Generate(connector),
        Fulfill(after: "Generate"),
        Profiles("Fulfill"),
    ];
}
