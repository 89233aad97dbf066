using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Configuration;
using Muster.Configuration.Exchange;
using Muster.Configuration.Jobs;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Repository;
using Muster.Repository.Changes;
using Muster.Repository.Dump;
using Muster.Repository.Resources;
using Muster.Repository.Schema;
using Muster.Repository.Synchronization;
using Muster.Servers;
using Muster.Synchronization.Inbox;

namespace Muster.Synchronization.Tests;

/// <summary>A repository of its own with a deployed configuration, an inbox and a synchronizer; removed with the test.</summary>
internal sealed class SyncWorld : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("muster-sync-").FullName;
    private readonly StepTime _time = new();
    private readonly Dictionary<string, Guid> _last = [];

    private readonly TestStore _store;

    public SyncWorld(string? xml = null)
    {
        _store = TestStore.Create(_root);
        Model = Load(xml ?? SyncModel.Xml());
        Schema = new EntitySchema(Model);
        Database = RepositoryDatabase.Open(_store.Url, _time);
        using (var transaction = Database.BeginWrite())
        {
            new ConfigurationStore(transaction).Deploy(Schema, "", false);
            transaction.Commit();
        }

        Work = new WorkFolder(Path.Combine(_root, "Work"));
        (Inbox, Synchronizer) = Begin();
    }

    /// <summary>Opens the store again, as a new process does.</summary>
    public void Reopen()
    {
        Database.Dispose();
        Database = RepositoryDatabase.Open(_store.Url, _time);
        (Inbox, Synchronizer) = Begin();
    }

    public ConfigurationModel Model { get; }

    public EntitySchema Schema { get; }

    public RepositoryDatabase Database { get; private set; }

    public WorkFolder Work { get; }

    public DeliveryInbox Inbox { get; private set; }

    public Synchronizer Synchronizer { get; private set; }

    public Reporter Reporter { get; } = new();

    public static ConfigurationModel Load(string xml)
    {
        var loaded = ConfigurationLoader.LoadText(
            ("Conf.xml", $"<ConfigurationFile xmlns=\"urn:schemas-usercube-com:configuration\">{xml}</ConfigurationFile>"));
        return loaded.Model ?? throw new InvalidOperationException(string.Join('\n', loaded.Diagnostics));
    }

    public EntityType Type(string identifier) => Model.FindEntityType(identifier)!;

    public IReadOnlyDictionary<EntityProperty, string?> Values(string type, params (string Property, string? Value)[] values) =>
        values.ToDictionary(v => Type(type).FindProperty(v.Property)!, v => v.Value);

    /// <summary>Writes as computed properties and internal fulfilment do, in a transaction of its own.</summary>
    public T Write<T>(Func<ResourceWriter, T> write)
    {
        using var transaction = Database.BeginWrite();
        var result = write(new ResourceWriter(transaction, Schema, new ChangeOrigin(1, null, null, false)));
        transaction.Commit();
        return result;
    }

    public Connector Connector(string identifier) => Model.FindConnector(identifier)!;

    /// <summary>Lets some time pass.</summary>
    public void Pass(TimeSpan time) => _time.Now += time;

    /// <summary>A delivered file from a header and rows; <c>null</c> fields are empty.</summary>
    public static TestFile Entities(string type, string[] columns, params string?[][] rows) =>
        new(DeliveryFileKind.Entities, type, columns, rows);

    public static TestFile EntityChanges(string type, string[] columns, params string?[][] rows) =>
        new(DeliveryFileKind.EntityChanges, type, columns, rows);

    public static TestFile Links(string association, params (string?, string?)[] rows) =>
        new(DeliveryFileKind.Links, association, ["key1", "key2"], [.. rows.Select(r => new[] { r.Item1, r.Item2 })]);

    public static TestFile LinkChanges(string association, params (string, string?, string?)[] rows) =>
        new(DeliveryFileKind.LinkChanges, association, ["key1", "key2"], [.. rows.Select(r => new[] { r.Item1, r.Item2, r.Item3 })]);

    /// <summary>Hands a delivery over, on top of the last accepted one.</summary>
    public DeliveryAnswer Offer(string connector, SynchronizationMode mode, params TestFile[] files) =>
        Offer(Manifest(connector, mode, files), files);

    public DeliveryManifest Manifest(string connector, SynchronizationMode mode, params TestFile[] files) => new()
    {
        Id = Guid.NewGuid(),
        Connector = connector,
        Mode = mode,
        Type = PreparationType.None,
        BuildsOn = mode == SynchronizationMode.Incremental && _last.TryGetValue(connector, out var last) ? last : null,
        Files = [.. files.Select(f => f.Describe())],
    };

    public DeliveryAnswer Offer(DeliveryManifest manifest, params TestFile[] files)
    {
        foreach (var file in files)
        {
            using var stream = new MemoryStream(file.Content);
            Inbox.ReceiveFileAsync(manifest.Id, manifest.Connector, file.Describe(), stream, default).GetAwaiter().GetResult();
        }

        var answer = Inbox.Close(manifest, default);
        if (answer.Accepted)
        {
            _last[manifest.Connector] = manifest.Id;
        }

        return answer;
    }

    public TaskResult Synchronize(string connector, bool force = true, bool orphans = false, bool listed = false)
    {
        _time.Now += TimeSpan.FromSeconds(1);
        return Synchronizer.SynchronizeAsync(
            new SynchronizeRequest
            {
                Connector = Connector(connector),
                Force = force,
                Orphans = orphans,
                DoNotDeleteChanges = listed,
                JobInstance = 7,
            },
            Reporter,
            default).GetAwaiter().GetResult();
    }

    /// <summary>Hands over and applies; the reporter starts anew.</summary>
    public TaskResult Apply(string connector, SynchronizationMode mode, params TestFile[] files)
    {
        Reporter.Clear();
        var answer = Offer(connector, mode, files);
        Assert.True(answer.Accepted, answer.RefusedBecause);
        return Synchronize(connector);
    }

    /// <summary>Everything that must not depend on the way: the dump, and the rows that wait.</summary>
    public string State()
    {
        using var transaction = Database.BeginRead();
        var writer = new StringWriter();
        new RepositoryDump(Schema, RepositoryDump.OwnSections).Write(transaction, writer);
        foreach (var pending in new PendingLinkStore(transaction).All())
        {
            writer.Write($"pending {pending.Association} {pending.Key1} {pending.Key2}\n");
        }

        return writer.ToString();
    }

    public List<T> Query<T>(string sql, Func<System.Data.Common.DbDataReader, T> read)
    {
        using var transaction = Database.BeginRead();
        return transaction.Query(sql, read);
    }

    public long Count(string sql) => Query(sql, r => r.GetInt64(0))[0];

    private (DeliveryInbox Inbox, Synchronizer Synchronizer) Begin() =>
        (new DeliveryInbox(Database, Work, NullLogger<DeliveryInbox>.Instance), new Synchronizer(Database, Schema, Work, NullLogger<Synchronizer>.Instance));

    public void Dispose()
    {
        Database.Dispose();
        _store.Dispose();
        Directory.Delete(_root, true);
    }

    private sealed class StepTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}

internal sealed record TestFile(DeliveryFileKind Kind, string Mapping, string[] Columns, string?[][] Rows)
{
    public IReadOnlyList<string> Parked { get; init; } = [];

    public bool Hold { get; init; }

    public byte[] Content { get; } = Encoding.UTF8.GetBytes(
        string.Concat(new[] { (Kind is DeliveryFileKind.EntityChanges or DeliveryFileKind.LinkChanges ? ["command", .. Columns] : Columns) }
            .Concat(Rows)
            .Select(r => string.Join(',', r.Select(Quote)) + "\n")));

    public DeliveryFile Describe() => new(
        $"{Mapping}.{Kind}.csv", Kind, Mapping, Columns, Rows.Length, Convert.ToHexStringLower(SHA256.HashData(Content)), Parked, Hold);

    private static string Quote(string? value) =>
        value is null ? "" : value.AsSpan().IndexOfAny(",\"\n") < 0 ? value : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

internal sealed class Reporter : ITaskReporter
{
    public Dictionary<string, long> Counters { get; } = [];

    public List<string> Messages { get; } = [];

    public List<string> Warnings { get; } = [];

    public long this[string counter] => Counters.GetValueOrDefault(counter);

    public void Clear()
    {
        Counters.Clear();
        Messages.Clear();
        Warnings.Clear();
    }

    public void Count(string name, long amount) => Counters[name] = Counters.GetValueOrDefault(name) + amount;

    public void Message(string text) => Messages.Add(text);

    public void Warning(string text) => Warnings.Add(text);
}
