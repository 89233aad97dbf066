using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Configuration.Work;
using Muster.Configuration.Xml;
using Muster.Connectors.Settings;
using Muster.Equivalence.Tests.Model;
using Muster.Jobs;
using Muster.Jobs.Running;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.Dump;
using Muster.Repository.Jobs;
using Muster.Repository.Schema;
using Muster.Servers;

namespace Muster.Equivalence.Tests.Worlds;

/// <summary>One repository with its agent, in a folder of its own; jobs run in this process.</summary>
internal sealed class World : IDisposable
{
    private static readonly Dictionary<string, string> NoEnvironment = [];
    private readonly TimeProvider _clock;
    private readonly TestStore _store;
    private readonly RepositoryDatabase _database;
    private ServiceProvider? _services;
    private Loaded? _loaded;

    public World(string folder, TimeProvider clock)
    {
        Folder = folder;
        _clock = clock;
        Directory.CreateDirectory(PathOf("Work"));
        _store = TestStore.Create(PathOf("Work"));
        _database = RepositoryDatabase.Open(_store.Url, clock);
    }

    public string Folder { get; }

    private string DirectoryPath => PathOf("dir.ldif");

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>The directory file; null if it is not there.</summary>
    public string? DirectoryFile
    {
        get => File.Exists(DirectoryPath) ? File.ReadAllText(DirectoryPath) : null;
        set
        {
            if (value is null)
            {
                File.Delete(DirectoryPath);
            }
            else
            {
                File.WriteAllText(DirectoryPath, value);
            }
        }
    }

    /// <summary>Deploys a configuration, with the agent's settings as they stand in the folder.</summary>
    public void Deploy(Loaded loaded)
    {
        if (_loaded == loaded)
        {
            return;
        }

        _loaded = loaded;
        using (var transaction = _database.BeginWrite())
        {
            new ConfigurationStore(transaction).Deploy(new EntitySchema(loaded.Model), ConfigurationWriter.ToText(loaded.Model.Elements), allowDataLoss: true);
            transaction.Commit();
        }

        _services?.Dispose();
        _services = JobServices.Build(new JobHost(
            _database,
            loaded.Model,
            new AgentFolders(new WorkFolder(PathOf("Work")), new WorkFolder(PathOf("Temp"))),
            AgentSettings.Load(PathOf("appsettings.agent.json"), NoEnvironment),
            _clock,
            NullLoggerFactory.Instance,
            new JobRunnerOptions(),
            loaded.Policy));
    }

    public JobInstance Run(string job)
    {
        var found = _loaded!.Model.FindJob(job) ?? throw new InvalidOperationException($"There is no job '{job}'.");
        return _services!.GetRequiredService<JobRunner>().RunAsync(found, "test", new NoObserver(), CancellationToken.None).GetAwaiter().GetResult();
    }

    /// <summary>Decides as a person does; gives what came of it, in words that both repositories would use.</summary>
    public string Decide(Decision decision) => new People(_database, _loaded!).Decide(decision);

    /// <summary>The lines of the dump.</summary>
    public IReadOnlyList<DumpLine> Dump(bool withAssignments = true)
    {
        var dump = new RepositoryDump(
            new EntitySchema(_loaded!.Model), withAssignments ? [.. RepositoryDump.OwnSections, AssignmentDump.Section] : RepositoryDump.OwnSections);
        using var transaction = _database.BeginRead();
        return [.. dump.Lines(transaction)];
    }

    public void Dispose()
    {
        _services?.Dispose();
        _database.Dispose();
        _store.Dispose();
    }
}
