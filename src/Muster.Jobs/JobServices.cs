using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Muster.Configuration.Diagnostics;
using Muster.Configuration.Exchange;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Connectors;
using Muster.Connectors.Export;
using Muster.Connectors.Fulfilment;
using Muster.Connectors.Settings;
using Muster.Jobs.Gateway;
using Muster.Jobs.Leases;
using Muster.Jobs.Logs;
using Muster.Jobs.Planning;
using Muster.Jobs.Running;
using Muster.Jobs.Tasks;
using Muster.Jobs.Verification;
using Muster.Policy.Classification;
using Muster.Policy.Compilation;
using Muster.Policy.CorrelationKeys;
using Muster.Policy.Decisions;
using Muster.Policy.Fulfillment;
using Muster.Policy.Naming;
using Muster.Policy.Orders;
using Muster.Policy.Profiles;
using Muster.Policy.Properties;
using Muster.Policy.Risks;
using Muster.Policy.RoleModel;
using Muster.Preparation;
using Muster.Repository;
using Muster.Repository.Schema;
using Muster.Synchronization;
using Muster.Synchronization.Flags;
using Muster.Synchronization.Inbox;

namespace Muster.Jobs;

/// <summary>What a process brings along to run jobs.</summary>
/// <param name="Model">The deployed configuration.</param>
/// <param name="Clock">What start and end dates are held against.</param>
/// <param name="Policy">The prepared expressions, if they are at hand already; null prepares them at first use.</param>
/// <param name="IsRehearsal">True: no managed system is written, orders count as executed (<c>job plan</c>).</param>
public sealed record JobHost(
    RepositoryDatabase Database,
    ConfigurationModel Model,
    AgentFolders Folders,
    AgentSettings Settings,
    TimeProvider Clock,
    ILoggerFactory Loggers,
    JobRunnerOptions Options,
    CompiledPolicy? Policy = null,
    bool IsRehearsal = false);

/// <summary>Registers what runs jobs in one process: server and agent together.</summary>
public static class JobServices
{
    /// <summary>Everything behind <see cref="JobRunner"/>. Expressions are prepared at first use: a run that skips all needs none.</summary>
    public static ServiceProvider Build(JobHost host)
    {
        var services = new ServiceCollection();
        services.AddSingleton(host);
        services.AddSingleton(host.Database);
        services.AddSingleton(host.Model);
        services.AddSingleton(host.Folders);
        services.AddSingleton(host.Settings);
        services.AddSingleton(host.Clock);
        services.AddSingleton(host.Options);
        services.AddSingleton(host.Loggers);
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddSingleton<EntitySchema>();
        services.AddSingleton(_ => new Lazy<CompiledPolicy>(() => host.Policy ?? Compile(host.Model)));
        AddPeers(services);
        AddHandlers(services);
        services.AddSingleton<IPendingWork, PendingWork>();
        services.AddSingleton<AppliedExports>();
        services.AddSingleton<RepositoryVerification>();
        services.AddSingleton<JobPlanning>();
        services.AddSingleton(_ => new JobLeases(host.Database, ProcessIdentity.Current(), TimeProvider.System));
        services.AddSingleton(_ => new JobLogs(host.Folders.Temp, TimeProvider.System, host.Settings.SecretValues));
        services.AddSingleton(provider => new JobRunner(
            host.Database,
            provider.GetRequiredService<TaskHandlers>(),
            provider.GetRequiredService<IPendingWork>(),
            provider.GetRequiredService<IBlockedConnectors>(),
            provider.GetRequiredService<JobLeases>(),
            provider.GetRequiredService<JobLogs>(),
            host.Options,
            TimeProvider.System,
            provider.GetRequiredService<ILogger<JobRunner>>()));
        return services.BuildServiceProvider();
    }

    private static void AddPeers(ServiceCollection services)
    {
        services.AddSingleton(ConnectorRegistry.Default);
        services.AddSingleton<Exporter>();
        services.AddSingleton<ConnectionExaminer>();
        services.AddSingleton(provider => new DeliveryInbox(
            provider.GetRequiredService<RepositoryDatabase>(),
            provider.GetRequiredService<AgentFolders>().Work,
            provider.GetRequiredService<ILogger<DeliveryInbox>>()));
        services.AddSingleton(provider => new Synchronizer(
            provider.GetRequiredService<RepositoryDatabase>(),
            provider.GetRequiredService<EntitySchema>(),
            provider.GetRequiredService<AgentFolders>().Work,
            provider.GetRequiredService<ILogger<Synchronizer>>()));
        services.AddSingleton<IOrderExecutor>(provider => provider.GetRequiredService<JobHost>().IsRehearsal
            ? ActivatorUtilities.CreateInstance<RehearsedExecutor>(provider)
            : ActivatorUtilities.CreateInstance<Fulfiller>(provider));
        AddLazy<OrderQueue>(services, (provider, policy) => new OrderQueue(
            provider.GetRequiredService<RepositoryDatabase>(), policy, provider.GetRequiredService<AgentFolders>().Work));
        services.AddSingleton<IServerGateway, DirectServerGateway>();
        services.AddSingleton<SynchronizationPreparer>();
        services.AddSingleton<ChainExaminer>();
        services.AddSingleton<IChainExamination, ChainExamination>();
        services.AddSingleton<IBlockedDeliveries, BlockedDeliveries>();
        services.AddSingleton<IBlockedConnectors>(provider => provider.GetRequiredService<IBlockedDeliveries>());
        AddLazy<RecentlyModifiedFlag>(services, (provider, policy) => new RecentlyModifiedFlag(
            provider.GetRequiredService<RepositoryDatabase>(), provider.GetRequiredService<EntitySchema>(), policy.Graph));
        AddLazy<PropertyComputation>(services);
        AddLazy<CorrelationKeyComputation>(services);
        AddLazy<RoleModelBuild>(services);
        AddLazy<RoleModelComputation>(services);
        AddLazy<ClassificationComputation>(services);
        AddLazy<ProfileComputation>(services);
        AddLazy<RiskScoreComputation>(services);
        AddLazy<PreExistingRights>(services);
        AddLazy<OrderGeneration>(services, (provider, policy) => ActivatorUtilities.CreateInstance<OrderGeneration>(
            provider, policy, provider.GetRequiredService<AgentFolders>().Work));
        AddLazy<InternalFulfillment>(services, (provider, policy) => ActivatorUtilities.CreateInstance<InternalFulfillment>(
            provider, policy, provider.GetRequiredService<AgentFolders>().Work));
    }

    private static void AddHandlers(ServiceCollection services)
    {
        services.AddSingleton<ITaskHandler, ExportTaskHandler>();
        services.AddSingleton<ITaskHandler, PrepareSynchronizationTaskHandler>();
        services.AddSingleton<ITaskHandler, SynchronizeTaskHandler>();
        services.AddSingleton<ITaskHandler, SetRecentlyModifiedFlagTaskHandler>();
        services.AddSingleton<ITaskHandler, UpdateEntityPropertyExpressionsTaskHandler>();
        services.AddSingleton<ITaskHandler, ComputeCorrelationKeysTaskHandler>();
        services.AddSingleton<ITaskHandler, BuildRoleModelTaskHandler>();
        services.AddSingleton<ITaskHandler, ComputeRoleModelTaskHandler>();
        services.AddSingleton<ITaskHandler, GenerateProvisioningOrdersTaskHandler>();
        services.AddSingleton<ITaskHandler, FulfillTaskHandler>();
        services.AddSingleton<ITaskHandler, UpdateClassificationTaskHandler>();
        services.AddSingleton<ITaskHandler, ComputeRiskScoresTaskHandler>();
        services.AddSingleton<ITaskHandler, SetInternalUserProfilesTaskHandler>();
        services.AddSingleton<ITaskHandler, CloseInterruptedInstancesTaskHandler>();
        services.AddSingleton<ITaskHandler, ResetValidFromTaskHandler>();
        services.AddSingleton<ITaskHandler, SavePreExistingAccessRightsTaskHandler>();
        services.AddSingleton<ITaskHandler, RefreshSchemaTaskHandler>();
        services.AddSingleton<TaskHandlers>();
    }

    /// <summary>A computation that needs the prepared expressions, made at its first use.</summary>
    private static void AddLazy<T>(ServiceCollection services, Func<IServiceProvider, CompiledPolicy, T>? make = null)
        where T : class
    {
        services.AddSingleton(provider => new Lazy<T>(() =>
        {
            var policy = provider.GetRequiredService<Lazy<CompiledPolicy>>().Value;
            return make is null ? ActivatorUtilities.CreateInstance<T>(provider, policy) : make(provider, policy);
        }));
    }

    private static CompiledPolicy Compile(ConfigurationModel model)
    {
        var bag = new DiagnosticBag();
        var policy = PolicyCompiler.Compile(model, bag);
        if (bag.HasErrors)
        {
            var first = bag.Items.First(d => d.Severity == DiagnosticSeverity.Error);
            throw new TaskFailedException($"The deployed configuration has errors, the first is {first}. Correct it and deploy it again.");
        }

        return policy;
    }
}
