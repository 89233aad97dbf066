using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Muster.Configuration;
using Muster.Configuration.Diagnostics;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Configuration.Xml;
using Muster.Connectors.Settings;
using Muster.Jobs;
using Muster.Jobs.Running;
using Muster.Policy.Compilation;
using Muster.Repository;
using Muster.Repository.Schema;

namespace Muster.Cli.Hosting;

/// <summary>
/// The configuration, the repository and the folders that one invocation works on. Each is opened at its first use, so that a command
/// pays only for what it needs.
/// </summary>
internal sealed class Installation(CommonSettings settings, Terminal terminal, bool isRehearsal = false) : IDisposable
{
    private readonly Lazy<ILoggerFactory> _loggers = new(() => LoggerFactory.Create(builder =>
        builder.SetMinimumLevel(settings.LogLevel).AddProvider(new StandardErrorLogger(terminal.Error, settings.LogLevel))));

    private RepositoryDatabase? _database;
    private ConfigurationModel? _deployed;
    private AgentSettings? _agentSettings;
    private ServiceProvider? _services;

    public CommonSettings Settings => settings;

    public Terminal Terminal => terminal;

    public InvocationClock Clock { get; } = new(settings.At);

    public RepositoryDatabase Database
    {
        get
        {
            if (_database is null)
            {
                CreateFolder(settings.Work);
                _database = RepositoryDatabase.Open(settings.Database, Clock);
                Clock.Follow(_database);
            }

            return _database;
        }
    }

    /// <summary>The deployed configuration. Throws if there is none.</summary>
    public ConfigurationModel Deployed => FindDeployed()
        ?? throw CommandException.Wrong($"No configuration is deployed to '{RepositoryDatabase.Describe(settings.Database)}' yet. Run 'muster config deploy' first.");

    /// <summary>Whether the repository exists; it is made at the first use of <see cref="Database"/>.</summary>
    public bool HasStore => RepositoryDatabase.Exists(settings.Database);

    /// <summary>The deployed configuration; null if there is none.</summary>
    public ConfigurationModel? FindDeployed() => _deployed ??= ReadDeployed();

    /// <summary>The configuration as it stands in the files, without looking into its expressions.</summary>
    public LoadResult Load() => ConfigurationLoader.Load(settings.Config);

    /// <summary>
    /// What job commands that only read look at: the files if there are some, else the deployed configuration. Errors are printed and end
    /// the command.
    /// </summary>
    public ConfigurationModel Current() => HasFiles ? RequireQuietly(Load()) : Deployed;

    /// <summary>True if the configuration's folder exists, or was named so that it must.</summary>
    public bool HasFiles => settings.IsConfigNamed || Directory.Exists(settings.Config);

    /// <summary>The model of a configuration without errors, for who deploys it: warnings are printed too.</summary>
    public ConfigurationModel Require(LoadResult loaded)
    {
        Print(loaded.Diagnostics);
        return loaded.Model ?? throw Refuse(loaded.Diagnostics);
    }

    /// <summary>As <see cref="Require"/>, for who deploys nothing and has been told the warnings when it was deployed: only errors are printed.</summary>
    public ConfigurationModel RequireQuietly(LoadResult loaded) => loaded.Model ?? Require(loaded);

    /// <summary>Prepares every expression; prints what is wrong and ends the command if there is an error.</summary>
    public CompiledPolicy Compile(ConfigurationModel model)
    {
        var bag = new DiagnosticBag();
        var policy = PolicyCompiler.Compile(model, bag);
        Print(bag.Items);
        return bag.HasErrors ? throw Refuse(bag.Items) : policy;
    }

    /// <summary>Deploys a configuration that has no errors, if it differs from what is deployed. Returns what changed; null for nothing.</summary>
    public ConfigurationDifference? Deploy(ConfigurationModel model, bool allowDataLoss)
    {
        using (var read = Database.BeginRead())
        {
            if (IsDeployed(new ConfigurationStore(read), model))
            {
                return null;
            }
        }

        var before = ReadDeployed();
        using var transaction = Database.BeginWrite();
        var store = new ConfigurationStore(transaction);
        if (IsDeployed(store, model))
        {
            // Another process that was started at the same time was faster.
            return null;
        }

        store.Deploy(new EntitySchema(model), ConfigurationWriter.ToText(model.Elements), allowDataLoss);
        transaction.Commit();
        _deployed = model;
        return ConfigurationDifference.Between(before?.Elements, model.Elements);
    }

    private bool IsDeployed(ConfigurationStore store, ConfigurationModel model)
    {
        if (store.Read()?.Fingerprint != model.Fingerprint)
        {
            return false;
        }

        _deployed = model;
        return true;
    }

    public AgentSettings AgentSettings => _agentSettings ??= AgentSettings.Load(
        settings.FindSettingsFile(),
        KeepsPreparedFiles ? new Dictionary<string, string>(terminal.Environment) { ["Synchronization__KeepFiles"] = "1" } : terminal.Environment);

    /// <summary>Preparations leave the whole cleansed extracts; to be set before the settings are read.</summary>
    public bool KeepsPreparedFiles { get; set; }

    /// <summary>How jobs are run here: from the settings.</summary>
    public JobRunnerOptions RunnerOptions => JobRunnerOptions.Of(AgentSettings);

    /// <summary>What runs jobs with the deployed configuration.</summary>
    public JobRunner Runner(CompiledPolicy? policy = null) => Services(policy).GetRequiredService<JobRunner>();

    public ServiceProvider Services(CompiledPolicy? policy = null)
    {
        if (_services is null)
        {
            CreateFolder(settings.Work);
            CreateFolder(settings.Temp);
            foreach (var warning in AgentSettings.Warnings)
            {
                CommandMessages.SettingsWarning(_loggers.Value.CreateLogger("settings"), warning);
            }

            WorkFolder work = new(settings.Work), temp = new(settings.Temp);
            work.RemoveLeftovers();
            temp.RemoveLeftovers();
            _services = JobServices.Build(new JobHost(
                Database,
                Deployed,
                new AgentFolders(work, temp),
                AgentSettings,
                Clock,
                _loggers.Value,
                RunnerOptions,
                policy,
                isRehearsal));
        }

        return _services;
    }

    public void Dispose()
    {
        _services?.Dispose();
        _database?.Dispose();
        if (_loggers.IsValueCreated)
        {
            _loggers.Value.Dispose();
        }
    }

    private ConfigurationModel? ReadDeployed()
    {
        using var transaction = Database.BeginRead();
        if (new ConfigurationStore(transaction).Read() is not { } deployed)
        {
            return null;
        }

        var loaded = ConfigurationLoader.LoadText(("(deployed)", deployed.Xml));
        return loaded.Model
            ?? throw new CommandException(
                $"The deployed configuration cannot be read by this version of Muster: {loaded.Diagnostics.First(d => d.Severity == DiagnosticSeverity.Error)} Deploy it again from its files.");
    }

    private void Print(IReadOnlyList<Diagnostic> diagnostics)
    {
        foreach (var diagnostic in diagnostics.Where(d => d.Severity switch
        {
            DiagnosticSeverity.Error => true,
            DiagnosticSeverity.Warning => settings.LogLevel <= LogLevel.Warning,
            _ => settings.LogLevel <= LogLevel.Debug,
        }))
        {
            terminal.Error.WriteLine(diagnostic);
        }
    }

    private CommandException Refuse(IReadOnlyList<Diagnostic> diagnostics)
    {
        var errors = diagnostics.Count(d => d.Severity == DiagnosticSeverity.Error);
        return CommandException.Wrong(
            $"The configuration in '{settings.Config}' has {(errors == 1 ? "an error" : $"{errors} errors")}; nothing was started.");
    }

    private static void CreateFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                ExitCode.Failed, $"The folder '{folder}' cannot be made: {exception.Message} Name another one with --work or --temp, or give the right to write there.");
        }
    }
}

internal static partial class CommandMessages
{
    [LoggerMessage(6001, LogLevel.Warning, "{Text}")]
    public static partial void SettingsWarning(ILogger logger, string text);
}
