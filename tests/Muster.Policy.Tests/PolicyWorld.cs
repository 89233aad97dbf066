using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Configuration;
using Muster.Configuration.Diagnostics;
using Muster.Configuration.Exchange;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Policy.Classification;
using Muster.Policy.Compilation;
using Muster.Policy.CorrelationKeys;
using Muster.Policy.Decisions;
using Muster.Policy.Explanations;
using Muster.Policy.Fulfillment;
using Muster.Policy.Naming;
using Muster.Policy.Orders;
using Muster.Policy.Profiles;
using Muster.Policy.Properties;
using Muster.Policy.RoleModel;
using Muster.Policy.Transitions;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.Changes;
using Muster.Repository.Dirty;
using Muster.Repository.Dump;
using Muster.Repository.Files;
using Muster.Repository.Resources;
using Muster.Repository.Schema;
using Muster.Servers;

namespace Muster.Policy.Tests;

/// <summary>A configuration on an embedded store of its own, with a clock that tests set.</summary>
internal sealed class PolicyWorld : IDisposable, ITaskReporter
{
    /// <summary>Configurations are immutable and shared: worlds of the same configuration compile it once.</summary>
    private static readonly ConcurrentDictionary<string, (ConfigurationModel Model, EntitySchema Schema, CompiledPolicy Policy, DiagnosticBag Diagnostics)> Compiled = [];

    private readonly string _folder = Directory.CreateTempSubdirectory("muster-policy-").FullName;
    private readonly TestClock _clock = new();
    private readonly Dictionary<string, long> _ids = [];

    private readonly TestStore _store;

    public PolicyWorld(string policyXml, string? modelXml = null)
    {
        _store = TestStore.Create(_folder);
        Database = RepositoryDatabase.Open(_store.Url, _clock);
        Deploy(policyXml, modelXml);
    }

    /// <summary>Policies that <see cref="DeployVariant"/> changes between.</summary>
    public IReadOnlyList<string> Variants { get; set; } = [];

    public void DeployVariant(int index, string modelXml) => Deploy(Variants[index], modelXml);

    /// <summary>Another configuration takes the place of the present one.</summary>
    [System.Diagnostics.CodeAnalysis.MemberNotNull(nameof(Model), nameof(Schema), nameof(Policy), nameof(Diagnostics))]
    public void Deploy(string policyXml, string? modelXml = null)
    {
        var xml = $"<ConfigurationFile xmlns=\"urn:schemas-usercube-com:configuration\">{modelXml ?? Given.Model}{policyXml}</ConfigurationFile>";
        (Model, Schema, Policy, Diagnostics) = Compiled.GetOrAdd(xml, Compile);
        Assert.False(Diagnostics.HasErrors, string.Join('\n', Diagnostics.Items));
        Write(t => new ConfigurationStore(t).Deploy(Schema, xml, false));
    }

    private static (ConfigurationModel Model, EntitySchema Schema, CompiledPolicy Policy, DiagnosticBag Diagnostics) Compile(string xml)
    {
        var loaded = ConfigurationLoader.LoadText([("Conf.xml", xml)]);
        var model = loaded.Model ?? throw new InvalidOperationException(string.Join('\n', loaded.Diagnostics));
        var diagnostics = new DiagnosticBag();
        return (model, new EntitySchema(model), PolicyCompiler.Compile(model, diagnostics), diagnostics);
    }

    public ConfigurationModel Model { get; private set; }

    public EntitySchema Schema { get; private set; }

    public DiagnosticBag Diagnostics { get; private set; }

    public CompiledPolicy Policy { get; private set; }

    public RepositoryDatabase Database { get; }

    public string Folder => _folder;

    /// <summary>Of the role model; 0 is its own choice.</summary>
    public int Workers { get; init; }

    /// <summary>Of the role model; 0 is its own choice.</summary>
    public int BatchSize { get; init; }

    public List<string> Warnings { get; } = [];

    public Dictionary<string, long> Counts { get; } = [];

    /// <summary>By connector: when the export applied last started.</summary>
    public Dictionary<string, DateTime> LastAppliedExport { get; } = [];

    public DateTime Now => _clock.Now.UtcDateTime;

    public void At(string instant) =>
        _clock.Now = DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    public void Later(int minutes) => _clock.Now = _clock.Now.AddMinutes(minutes);

    /// <summary>The applied export of a connector started now.</summary>
    public void Synchronized(string connector)
    {
        Later(1);
        LastAppliedExport[connector] = Now;
        Later(1);
    }

    public long Id(string key) => _ids[key];

    /// <summary>
    /// Inserts a resource, or changes it; the first property is its key. Navigations are given by the key of their target, files by the base64
    /// of their contents.
    /// </summary>
    public void Put(string type, string key, params (string Property, string? Value)[] values)
    {
        var entity = Model.FindEntityType(type)!;
        Write(t =>
        {
            var writer = Writer(t);
            var scalars = values.Where(v => entity.FindProperty(v.Property)!.Kind == PropertyKind.Scalar)
                .ToDictionary(v => entity.FindProperty(v.Property)!, v => v.Value);
            foreach (var (property, value) in values.Where(v => entity.FindProperty(v.Property)!.Kind == PropertyKind.Binary))
            {
                scalars[entity.FindProperty(property)!] = value is null ? null : new FileStore(t).Add(Convert.FromBase64String(value));
            }

            scalars[entity.IdentityProperty!] = key;
            if (_ids.TryGetValue(key, out var id))
            {
                writer.Update(entity, id, scalars);
            }
            else
            {
                _ids[key] = id = writer.Insert(entity, scalars);
            }

            foreach (var (property, value) in values.Where(v => entity.FindProperty(v.Property)!.Kind == PropertyKind.MonoNavigation))
            {
                writer.SetTarget(entity.FindProperty(property)!, id, value is null ? null : _ids[value]);
            }
        });
    }

    /// <summary>As <see cref="Put"/>; links to what does not exist are left out.</summary>
    public void PutKnown(string type, string key, params (string Property, string? Value)[] values) =>
        Put(type, key, [.. values.Where(v => v.Value is null || Has(v.Value) || Model.FindEntityType(type)!.FindProperty(v.Property)!.Kind is PropertyKind.Scalar or PropertyKind.Binary)]);

    /// <summary>Gives a resource another key, unless it does not exist or the key is taken.</summary>
    public void Rename(string type, string key, string to)
    {
        if (Has(to) || !_ids.Remove(key, out var id))
        {
            return;
        }

        _ids[to] = id;
        Put(type, to);
    }

    public void Link(string type, string property, string key, string target) =>
        Write(t => Writer(t).Link(Model.FindEntityType(type)!.FindProperty(property)!, _ids[key], _ids[target]));

    public void Unlink(string type, string property, string key, string target) =>
        Write(t => Writer(t).Unlink(Model.FindEntityType(type)!.FindProperty(property)!, _ids[key], _ids[target]));

    public void Delete(string type, string key)
    {
        Write(t => Writer(t).Delete(Model.FindEntityType(type)!, _ids[key]));
        _ids.Remove(key);
    }

    public bool Has(string key) => _ids.ContainsKey(key);

    /// <summary>Deletes a resource if it exists.</summary>
    public void Remove(string type, string key)
    {
        if (Has(key))
        {
            Delete(type, key);
        }
    }

    /// <summary>Flags changes, computes keys and the role model; the result of the role model.</summary>
    public TaskResult Compute(bool dirty = true, Func<RoleModelRequest, RoleModelRequest>? with = null)
    {
        Later(1);
        Write(t => new DirtyClosure(t, Schema, Policy.Graph).FlagChanges());
        new CorrelationKeyComputation(Database, Schema, Policy, NullLogger<CorrelationKeyComputation>.Instance)
            .Run(new CorrelationKeyRequest(Model.EntityTypes, dirty, 0), this, CancellationToken.None);
        var request = new RoleModelRequest { EntityTypes = Model.EntityTypes, IsDirty = dirty, LastAppliedExport = LastAppliedExport };
        return new RoleModelComputation(Database, Schema, Policy, NullLogger<RoleModelComputation>.Instance)
            .Run(with?.Invoke(request) ?? request, this, CancellationToken.None);
    }

    public WorkFolder Work => field ??= new WorkFolder(Path.Combine(_folder, "Work"));

    public OrderQueue Queue => new(Database, Policy, Work);

    public TaskResult Generate(bool force = false, params string[] types)
    {
        Later(1);
        return new OrderGeneration(Database, Schema, Policy, Work, NullLogger<OrderGeneration>.Instance).Run(
            new OrderGenerationRequest
            {
                ResourceTypes = [.. Model.ResourceTypes.Where(t => types.Length == 0 || types.Contains(t.Identifier))],
                IgnoresThresholds = force,
            },
            this,
            CancellationToken.None);
    }

    public IReadOnlyList<ProvisioningOrder> Take() => Queue.Take([.. Model.ResourceTypes.Select(t => t.Identifier)], null, int.MaxValue, CancellationToken.None);

    /// <param name="dn">The name that the directory gave to a new account.</param>
    public void Answer(ProvisioningOrder order, bool executed = true, string? message = null, string? dn = null)
    {
        Later(1);
        Dictionary<string, string> keys = dn is null ? [] : new() { ["Dn"] = dn };
        Queue.Report([new OrderResult(order.Id, executed, message, keys, Now)], CancellationToken.None);
    }

    /// <summary>All orders leave and are executed; the managed system is not touched.</summary>
    public void Provision()
    {
        Generate(force: true);
        foreach (var order in Take())
        {
            Answer(order);
        }
    }

    /// <summary>All orders leave, and every second one fails.</summary>
    public void Fail()
    {
        Generate(force: true);
        foreach (var (index, order) in Take().Index())
        {
            Answer(order, executed: index % 2 == 1, index % 2 == 1 ? null : "The server does not want it.");
        }
    }

    /// <summary>All orders leave and are applied to the accounts, as the managed system would and a synchronisation would tell.</summary>
    public void Fulfill()
    {
        Generate(force: true);
        foreach (var order in Take())
        {
            var key = (string?)order.Resource?["Dn"] ?? Enumerable.Range(10, 90).Select(n => $"cn={n}").First(dn => !Has(dn));
            Answer(order, dn: key);
            Apply(order, key);
        }

        Synchronized("LDAP");
    }

    /// <summary>All orders leave and are executed; new accounts get names, and are not seen yet.</summary>
    public void Promise()
    {
        Generate(force: true);
        foreach (var (index, order) in Take().Index())
        {
            Answer(order, dn: order.Resource is null ? $"cn={10 + index}" : null);
        }
    }

    private void Apply(ProvisioningOrder order, string key)
    {
        if (order.ChangeType == OrderChangeType.Deleted)
        {
            Remove("Account", key);
            return;
        }

        var type = Model.FindEntityType("Account")!;
        Put("Account", key, [.. order.Changes.Where(c => type.FindProperty(c.Key)?.Kind == PropertyKind.Scalar).Select(c => (c.Key, (string?)c.Value))]);
        Put("Account", key, [.. order.Changes.Where(c => type.FindProperty(c.Key)?.Kind == PropertyKind.Binary).Select(c => (c.Key, (string?)c.Value?["Data"]))]);
        foreach (var (name, value) in order.Changes)
        {
            if (type.FindProperty(name)?.Kind == PropertyKind.MonoNavigation)
            {
                PutKnown("Account", key, (name, KeyIn(value)));
            }

            foreach (var reference in value as JsonArray ?? [])
            {
                if (KeyIn(reference) is { } group && Has(group) && name == "Groups_add")
                {
                    Link("Account", "Groups", key, group);
                }
                else if (KeyIn(reference) is { } former && Has(former))
                {
                    Unlink("Account", "Groups", key, former);
                }
            }
        }
    }

    private static string? KeyIn(JsonNode? reference) => reference is null ? null : (string?)(reference["Dn"] ?? reference["Name"]);

    /// <summary>The source entity types of each ComputeRoleModel task of a job; empty: one task computes all.</summary>
    public IReadOnlyList<IReadOnlyList<string>> RoleModelTasks { get; set; } = [];

    /// <summary>Whether <see cref="Job"/> applies naming rules.</summary>
    public bool BuildsRoleModel { get; set; }

    public TaskResult BuildRoleModel(bool complete = false) =>
        new RoleModelBuild(Database, Schema, Policy, NullLogger<RoleModelBuild>.Instance).Run(new RoleModelBuildRequest(null, complete), this, CancellationToken.None);

    private bool ComputeRoleModels(bool dirty)
    {
        IReadOnlyList<IReadOnlyList<string>> tasks = RoleModelTasks.Count == 0 ? [[.. Model.EntityTypes.Select(t => t.Identifier)]] : RoleModelTasks;
        var changed = false;
        foreach (var task in tasks)
        {
            changed |= new RoleModelComputation(Database, Schema, Policy, NullLogger<RoleModelComputation>.Instance)
                .Run(
                    new RoleModelRequest
                    {
                        EntityTypes = [.. task.Select(n => Model.FindEntityType(n)!)],
                        IsDirty = dirty,
                        LastAppliedExport = LastAppliedExport,
                        Workers = Workers,
                        BatchSize = BatchSize,
                    },
                    this,
                    CancellationToken.None)
                .Processed;
        }

        return changed;
    }

    /// <summary>
    /// A whole job: flags (a dirty one), properties, keys, role model, classification, profiles; true if anything of it changed anything.
    /// </summary>
    public bool Job(bool dirty)
    {
        if (dirty)
        {
            Write(t => new DirtyClosure(t, Schema, Policy.Graph).FlagChanges());
        }

        var properties = new PropertyComputation(Database, Schema, Policy, NullLogger<PropertyComputation>.Instance)
            .Run(new PropertyComputationRequest(Model.EntityTypes, dirty, 0, null), this, CancellationToken.None);
        var keys = new CorrelationKeyComputation(Database, Schema, Policy, NullLogger<CorrelationKeyComputation>.Instance)
            .Run(new CorrelationKeyRequest(Model.EntityTypes, dirty, 0), this, CancellationToken.None);
        var built = BuildsRoleModel && BuildRoleModel(!dirty).Processed;
        var roles = ComputeRoleModels(dirty);
        var classes = new ClassificationComputation(Database, Schema, Policy, NullLogger<ClassificationComputation>.Instance)
            .Run(new ClassificationRequest(Model.EntityTypes, dirty, 0), this, CancellationToken.None);
        var profiles = SetProfiles(dirty);
        return properties.Processed || keys.Processed || built || roles || classes.Processed || profiles.Processed;
    }

    public TaskResult SetProfiles(bool dirty = true, IReadOnlyList<EntityType>? users = null, IReadOnlyList<ResourceType>? logins = null) =>
        new ProfileComputation(Database, Schema, Policy, NullLogger<ProfileComputation>.Instance)
            .Run(new ProfileRequest(users ?? Model.EntityTypes, logins ?? Model.ResourceTypes, 0, dirty), this, CancellationToken.None);

    /// <summary>Forbids a profile without context to a person by hand, or takes that back.</summary>
    public void Deny(string person, string profile, bool isDenied) => Write(t =>
    {
        if (!_ids.TryGetValue(person, out var id))
        {
            return;
        }

        var store = new ProfileStore(t);
        var stored = store.Of([id]).Where(p => p is { IsAutomatic: false, IsDenied: true } && p.Profile == profile).ToList();
        if (isDenied && stored.Count == 0)
        {
            store.Insert([new AssignedProfile { User = id, Profile = profile, IsDenied = true }]);
        }
        else if (!isDenied)
        {
            store.End(stored);
        }
    });

    public TaskResult FulfillInternally(bool dirty = true)
    {
        Later(1);
        return new InternalFulfillment(Database, Schema, Policy, Work, NullLogger<InternalFulfillment>.Instance).Run(
            new InternalFulfillmentRequest { ResourceTypes = Model.ResourceTypes, FlagsDirty = dirty }, this, CancellationToken.None);
    }

    public AssignmentDecisions Decisions => new(Database, Schema, Policy);

    public OrderReview Reviews => new(Database, Schema, Policy);

    public static DecisionAuthor Author { get; } = new("eve", "because");

    /// <summary>Asks for something for a person.</summary>
    public DecisionOutcome Request(
        string person, string item, AssignmentKind kind = AssignmentKind.SingleRole, Func<AssignmentRequest, AssignmentRequest>? with = null)
    {
        var request = new AssignmentRequest { OwnerType = Model.FindEntityType("Person")!, OwnerKey = person, Kind = kind, Item = item, Author = Author };
        return Decisions.Request(with?.Invoke(request) ?? request);
    }

    public DecisionOutcome Decide(
        string person, string item, AssignmentVerdict verdict, AssignmentKind kind = AssignmentKind.SingleRole, DecisionAuthor? author = null) => Decisions.Decide(
        new AssignmentAddress { OwnerType = Model.FindEntityType("Person")!, OwnerKey = person, Kind = kind, Item = item }, verdict, author ?? Author);

    /// <summary>Asks or decides on the role (0) or the resource type (1) of a person; false if it was refused.</summary>
    public bool TryDecide(string person, int item, string what)
    {
        var (kind, name) = item == 0 ? (AssignmentKind.SingleRole, "Staff") : (AssignmentKind.ResourceType, "User");
        try
        {
            _ = what switch
            {
                "Ask" => Request(person, name, kind),
                "Drop" => Request(person, name, kind, r => r with { IsRemoval = true }),
                _ => Decide(person, name, Enum.Parse<AssignmentVerdict>(what), kind),
            };
            return true;
        }
        catch (DecisionRefusedException)
        {
            return false;
        }
    }

    /// <summary>Decides on all that waits for a review of a person; false if it was refused.</summary>
    public bool TryReview(string person, ReviewVerdict verdict)
    {
        if (!_ids.TryGetValue(person, out var id))
        {
            return false;
        }

        Reviews.DecideAll(new ReviewFilter { Owner = id }, verdict, Author);
        return true;
    }

    /// <summary>Everything that waits.</summary>
    public IReadOnlyList<ReviewView> Waiting(string? person = null) => Reviews.List(new ReviewFilter { Owner = person is null ? null : _ids[person] });

    public void Review(ReviewVerdict verdict, params long[] ids) => Reviews.Decide(ids, verdict, Author);

    /// <summary>The id of a resource by its key, looked up in the store.</summary>
    public long? Find(string type, string key)
    {
        using var transaction = Database.BeginRead();
        return new ResourceReader(transaction, Schema).FindByKey(Model.FindEntityType(type)!, key);
    }

    public ResourceExplanation Explain(string type, string key, Func<ExplanationRequest, ExplanationRequest>? with = null)
    {
        var request = new ExplanationRequest { EntityType = Model.FindEntityType(type)!, Key = key, LastAppliedExport = LastAppliedExport };
        using var transaction = Database.BeginRead();
        return new ResourceExplainer(transaction, Schema, Policy.At(transaction), NullLogger.Instance).Explain(with?.Invoke(request) ?? request);
    }

    public OwnerAssignments Of(string owner)
    {
        using var transaction = Database.BeginRead();
        return new AssignmentStore(transaction).Load([_ids[owner]])[_ids[owner]];
    }

    public AssignedType Type(string owner, string type = "User") => Assert.Single(Of(owner).Types, t => t.Row.ResourceType == type);

    public AssignedResourceScalar Scalar(string owner, string property) =>
        Assert.Single(Type(owner).Scalars, s => s.Property == property);

    /// <summary>Changes stored rows as a later task or a person would.</summary>
    public void Change(string owner, Func<AssignedType, AssignedType> change) => Write(t =>
    {
        var store = new AssignmentStore(t);
        var before = store.Load([_ids[owner]])[_ids[owner]].Types;
        store.SaveTypes(before, before.Select(change), true);
    });

    /// <summary>Gives an owner a composite role by hand.</summary>
    public void Approve(string owner, string composite, string? end = null) => Write(t =>
    {
        var store = new AssignmentStore(t);
        var before = store.Load([_ids[owner]])[_ids[owner]];
        store.Save([before], [before with
        {
            CompositeRoles =
            [
                .. before.CompositeRoles,
                new AssignedCompositeRole
                {
                    Owner = _ids[owner],
                    Role = composite,
                    WorkflowState = WorkflowState.Approved,
                    StartDate = SentinelDates.Minimum,
                    EndDate = end is null ? SentinelDates.Maximum : DateTime.Parse(end, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal),
                },
            ],
        }], true);
    });

    /// <summary>All assignments in canonical form, without ids: two worlds with equal content give equal text.</summary>
    public string Snapshot()
    {
        using var transaction = Database.BeginRead();
        return string.Join('\n', AssignmentDump.Section.Lines(transaction, Schema).Select(l => l.Json));
    }

    /// <summary>The whole dump: resources, links, assignments.</summary>
    public string Dump()
    {
        using var transaction = Database.BeginRead();
        return string.Join('\n', new RepositoryDump(Schema, [.. RepositoryDump.OwnSections, AssignmentDump.Section]).Lines(transaction).Select(l => l.Json));
    }

    public void Write(Action<RepositoryTransaction> action)
    {
        using var transaction = Database.BeginWrite();
        action(transaction);
        transaction.Commit();
    }

    public void Count(string name, long amount) => Counts[name] = Counts.GetValueOrDefault(name) + amount;

    public void Message(string text)
    {
    }

    public void Warning(string text) => Warnings.Add(text);

    /// <summary>A complete run finds nothing to do.</summary>
    public void AssertSettled()
    {
        var before = Snapshot();
        var hasChanged = Job(dirty: false);
        Assert.Equal(before, Snapshot());
        Assert.False(hasChanged);
        AssertExplained();
    }

    /// <summary>An explanation is of one mind with what is stored: nothing is to change.</summary>
    private void AssertExplained()
    {
        foreach (var key in _ids.Keys)
        {
            foreach (var type in Policy.SourceEntityTypes.Where(t => Find(t.Identifier, key) == _ids[key]))
            {
                var owner = Explain(type.Identifier, key).Owner!;
                Assert.DoesNotContain(
                    owner.CompositeRoles.Concat(owner.SingleRoles).SelectMany(r => r.Notes).Concat(owner.ResourceTypes.SelectMany(t => t.Notes)),
                    n => n.Contains("next evaluation", StringComparison.Ordinal));
            }
        }
    }

    public void Dispose()
    {
        Database.Dispose();
        _store.Dispose();
        Directory.Delete(_folder, true);
    }

    private ResourceWriter Writer(RepositoryTransaction transaction) =>
        new(transaction, Schema, new ChangeOrigin(null, null, null, false));
}

internal sealed class TestClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 1, 10, 8, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}
