using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Configuration.Exchange;
using Muster.Configuration.Jobs;
using Muster.Configuration.Model;
using Muster.Configuration.Work;

namespace Muster.Preparation.Tests;

/// <summary>An agent with folders of its own, a server that can refuse and die, and a connector.</summary>
internal sealed class World : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly string _root = Directory.CreateTempSubdirectory("muster-preparation-").FullName;

    public World(Connector connector)
    {
        Connector = connector;
        Folders = new AgentFolders(new WorkFolder(Path.Combine(_root, "Work")), new WorkFolder(Path.Combine(_root, "Temp")));
    }

    public Connector Connector { get; }

    public AgentFolders Folders { get; }

    public FakeGateway Gateway { get; } = new();

    public FakeReporter Reporter { get; private set; } = new();

    public PreparationLimits Limits { get; set; } = PreparationLimits.Default;

    public bool KeepFiles { get; set; }

    /// <summary>HR_Person fed by HRPeople.csv, as in the specification's example.</summary>
    public static World OfPeople(WatermarkLost onWatermarkLost = WatermarkLost.Heal) =>
        new(Models.Connector("HR", onWatermarkLost).WithEntity("HR_Person", "HRPeople", ("EmployeeId", "Employee Id", PropertyType.String), ("LastName", "Last name", PropertyType.String)));

    public World Extract(string table, string csv)
    {
        WriteTemp($"ExportOutput/{table}.csv", csv);
        return this;
    }

    public World Manifest(
        string connection,
        SynchronizationMode mode,
        ExtractContent content = ExtractContent.Full,
        string? healedBecause = null,
        IReadOnlyList<string>? watermarks = null,
        params string[] tables)
    {
        var manifest = new ExportManifest
        {
            Connection = connection,
            Mode = mode,
            Content = content,
            StartedAt = Start,
            FinishedAt = Start.AddMinutes(1),
            HealedBecause = healedBecause,
            PendingWatermarks = watermarks ?? [],
            Files = [.. tables.Select(t => new ExportedFile($"{t}.csv", 0, HashOf(Folders.Temp.PathOf($"ExportOutput/{t}.csv"))))],
        };
        WriteTemp($"ExportOutput/{ExportManifest.FileNameOf(connection)}", manifest.ToJson());
        return this;
    }

    public World NoManifest(string connection)
    {
        Folders.Temp.Delete($"ExportOutput/{ExportManifest.FileNameOf(connection)}");
        return this;
    }

    public Task<TaskResult> Complete(PreparationType type = PreparationType.None) => Prepare(SynchronizationMode.Complete, type);

    public Task<TaskResult> Incremental(PreparationType type = PreparationType.None) => Prepare(SynchronizationMode.Incremental, type);

    public Task<TaskResult> Prepare(SynchronizationMode mode, PreparationType type = PreparationType.None, string? columnName = null)
    {
        Reporter = new FakeReporter();
        var preparer = new SynchronizationPreparer(
            Folders, Gateway, new FixedTime(), NullLogger<SynchronizationPreparer>.Instance)
        { Limits = Limits };
        return preparer.PrepareAsync(
            new PreparationRequest { Connector = Connector, Mode = mode, Type = type, ColumnName = columnName, KeepFiles = KeepFiles }, Reporter, CancellationToken.None);
    }

    public static async Task<string> Fails(Task<TaskResult> task) => (await Assert.ThrowsAsync<TaskFailedException>(() => task)).Message;

    public string Collected(string name) => File.ReadAllText(Folders.Work.PathOf($"Collect/{name}"));

    public string WorkText(string path) => File.ReadAllText(Folders.Work.PathOf(path));

    /// <summary>Changes one byte in the middle of a file of the connector's snapshot.</summary>
    public void Damage(string pattern)
    {
        var path = Directory.GetFiles(Folders.Work.PathOf($"Collect/previous/{Connector.Identifier}"), pattern).Single();
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    /// <summary>The rows that the connector's snapshot holds of a mapping.</summary>
    public long SnapshotRows(string mapping) =>
        new Preparation.Snapshots.SnapshotStore(Folders.Work, Connector.Identifier).Load(out _)?.Find(mapping)?.Rows ?? -1;

    public void WriteTempBytes(string path, byte[] bytes)
    {
        using var file = Folders.Temp.Create(path);
        file.Stream.Write(bytes);
        file.Commit();
    }

    public void WriteWork(string path, string text) => Write(Folders.Work, path, text);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void WriteTemp(string path, string text) => Write(Folders.Temp, path, text);

    private static void Write(IWorkFolder folder, string path, string text)
    {
        using var file = folder.Create(path);
        file.Stream.Write(Encoding.UTF8.GetBytes(text));
        file.Commit();
    }

    private static string HashOf(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}

/// <summary>The server's side: keeps what it accepted.</summary>
internal sealed class FakeGateway : IServerGateway
{
    private readonly Dictionary<Guid, Dictionary<string, string>> _inbox = [];

    public List<DeliveryManifest> Accepted { get; } = [];

    public List<Guid> Abandoned { get; } = [];

    /// <summary>Readings that found nothing changed, with what they build on.</summary>
    public List<(string Connector, Guid BuildsOn)> Confirmed { get; } = [];

    public ConnectorChain Chain { get; set; } = new();

    public string? RefuseNextIncremental { get; set; }

    /// <summary>Called when a delivery is being closed: before it is accepted (true) and after (false).</summary>
    public Action<bool> AtClose { get; set; } = _ => { };

    public Action AtSend { get; set; } = () => { };

    public DeliveryManifest Last => Accepted[^1];

    public string LastFile(string name) => _inbox[Last.Id][name];

    public Task<ConnectorChain> GetChainAsync(string connector, CancellationToken cancellationToken) => Task.FromResult(Chain);

    public async Task SendFileAsync(Guid delivery, string connector, DeliveryFile file, Stream content, CancellationToken cancellationToken)
    {
        AtSend();
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, cancellationToken);
        Assert.Equal(file.Sha256, Convert.ToHexStringLower(SHA256.HashData(copy.ToArray())));
        var files = _inbox.TryGetValue(delivery, out var known) ? known : _inbox[delivery] = [];
        files[file.Name] = Encoding.UTF8.GetString(copy.ToArray());
    }

    public Task<DeliveryAnswer> CloseDeliveryAsync(DeliveryManifest manifest, CancellationToken cancellationToken)
    {
        AtClose(true);
        if (manifest.Mode == SynchronizationMode.Incremental && (RefuseNextIncremental is not null || manifest.BuildsOn != Chain.LastAccepted))
        {
            var because = RefuseNextIncremental ?? "it builds on another delivery";
            RefuseNextIncremental = null;
            return Task.FromResult(new DeliveryAnswer { RefusedBecause = because });
        }

        Assert.All(manifest.Files, f => Assert.Contains(f.Name, _inbox[manifest.Id].Keys));
        Accepted.Add(manifest);
        Chain = Chain with { LastAccepted = manifest.Id };
        AtClose(false);
        return Task.FromResult(new DeliveryAnswer { Accepted = true });
    }

    public Task ConfirmUnchangedAsync(
        string connector, Guid buildsOn, IReadOnlyDictionary<string, DateTimeOffset> exportStartedAt, CancellationToken cancellationToken)
    {
        Confirmed.Add((connector, buildsOn));
        return Task.CompletedTask;
    }

    public Task AbandonDeliveryAsync(Guid delivery, string connector, CancellationToken cancellationToken)
    {
        Abandoned.Add(delivery);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<ProvisioningOrder>> TakeOrdersAsync(
        IReadOnlyCollection<string> resourceTypes, Guid? after, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task ReportResultsAsync(IReadOnlyList<OrderResult> results, CancellationToken cancellationToken) => throw new NotSupportedException();
}

internal sealed class FakeReporter : ITaskReporter
{
    private readonly Dictionary<string, long> _counters = [];

    public List<string> Messages { get; } = [];

    public List<string> Warnings { get; } = [];

    public long this[string counter] => _counters.GetValueOrDefault(counter);

    public void Count(string name, long amount) => _counters[name] = this[name] + amount;

    public void Message(string text) => Messages.Add(text);

    public void Warning(string text) => Warnings.Add(text);
}

internal sealed class FixedTime : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => World.Start;
}
