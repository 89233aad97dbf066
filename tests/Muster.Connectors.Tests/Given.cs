using Microsoft.Extensions.Logging.Abstractions;
using Muster.Configuration.Exchange;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Connectors.Export;
using Muster.Connectors.Settings;

namespace Muster.Connectors.Tests;

/// <summary>A world of one agent: its folders, its settings, one connector.</summary>
internal sealed class Given : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public Given(string package = "Muster.Csv")
    {
        Connector = new Connector { Identifier = "HR" };
        Connection = new Connection { Identifier = "HRPeople", Connector = Connector, Package = package };
        Connector.Connections = [Connection];
        Folders = new AgentFolders(new WorkFolder(_folder.PathOf("Work")), new WorkFolder(_folder.PathOf("Temp")));
    }

    public Connector Connector { get; }

    public Connection Connection { get; }

    public AgentFolders Folders { get; set; }

    public RecordingReporter Reporter { get; } = new();

    public AgentSettings Settings { get; private set; } = AgentSettings.Load(null, new Dictionary<string, string>());

    public string Root => _folder.Root;

    public string Write(string name, string content) => _folder.Write(name, content);

    public string Write(string name, byte[] content) => _folder.Write(name, content);

    public string Read(string name) => _folder.Read(name);

    public string PathOf(string name) => _folder.PathOf(name);

    /// <summary>Settings of the connection, as JSON members.</summary>
    public Given WithSettings(string json)
    {
        var file = _folder.Write("appsettings.agent.json", $$"""{ "SourcesRootPaths": ["."], "Connections": { "HRPeople": { {{json}} } } }""");
        Settings = AgentSettings.Load(file, new Dictionary<string, string>());
        return this;
    }

    /// <summary>The whole settings file.</summary>
    public void WithSettingsFile(string json) =>
        Settings = AgentSettings.Load(_folder.Write("appsettings.agent.json", json), new Dictionary<string, string>());

    public Given WithTransformation(string type, params (string Name, string Value)[] attributes)
    {
        Connection.Transformations =
        [
            .. Connection.Transformations,
            new Transformation(type, attributes.ToDictionary(a => a.Name, a => a.Value), new("Connector.xml", 7, 3)),
        ];
        return this;
    }

    public Task<TaskResult> ExportAsync(bool complete = true, bool initial = false, string? healedBecause = null, CancellationToken token = default) =>
        new Exporter(Settings, Folders, ConnectorRegistry.Default, TimeProvider.System, NullLogger<Exporter>.Instance).ExportAsync(
            new ExportTaskRequest { Connection = Connection, Complete = complete, Initial = initial, HealedBecause = healedBecause },
            Reporter,
            token);

    public async Task<TaskFailedException> ExportFailsAsync(bool complete = true) =>
        await Assert.ThrowsAsync<TaskFailedException>(() => ExportAsync(complete));

    public string Exported(string name = "HRPeople") => _folder.Read($"Temp/ExportOutput/{name}.csv");

    public IReadOnlyList<string> ExportedFiles => [.. Folders.Temp.Files(AgentFolders.ExportOutput).Select(f => Path.GetFileName(f)!)];

    public ExportManifest Manifest => ExportManifest.FromJson(_folder.Read("Temp/ExportOutput/HRPeople.export.json"));

    public void Dispose() => _folder.Dispose();
}
