using System.Collections.Concurrent;
using Muster.Configuration.Model;
using Muster.Expressions;
using Muster.Expressions.Dependencies;
using Muster.Expressions.Resources;
using Muster.Policy.Compilation;
using Muster.Policy.Correlation;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.CorrelationKeys;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Policy.RoleModel;

/// <summary>
/// Reads all that a batch of owners needs, by a fixed number of statements (rolemodel.md 5.4, phase 1). One per run: what rules refer to
/// is resolved once. One thread reads at a time; what it has read before may be evaluated meanwhile.
/// </summary>
internal sealed class OwnerBatchReader
{
    private readonly RepositoryTransaction _transaction;
    private readonly CompiledPolicy _policy;
    private readonly EntityType _source;
    private readonly EntitySchema _schema;
    private readonly ResourceReader _reader;
    private readonly AssignmentStore _store;
    private readonly CorrelationKeyStore _keys;
    private readonly CreatedTargets _created;
    private readonly DimensionKeyCache _dimensions;
    private readonly IReadOnlyList<CompiledResourceType> _types;
    private readonly List<ReadPath> _ownerPaths;
    private readonly Dictionary<EntityType, List<ReadPath>> _targetPaths = [];
    private readonly Dictionary<NavigationRule, long?> _resolved;
    private readonly LinkGroups _groups;
    private readonly Dictionary<DimensionCriterion, IResource> _given = [];
    private readonly ILookup<(EntityProperty Property, long Resource), NavigationRule> _rulesByLink;
    private readonly HashSet<EntityProperty> _linksOfRoles;
    private readonly Dictionary<(ResourceType Type, EntityProperty Property), IReadOnlySet<long>> _tracked;
    private readonly ConcurrentDictionary<(string Dimension, string Key), (Dimension Dimension, IResource Value)> _parameterValues = [];
    private readonly HashSet<string> _knownParameters = [];
    private readonly EvaluationContext _evaluation;
    private readonly Dictionary<RiskItem, long?> _riskResources;
    private readonly ILookup<EntityType, EntityProperty> _linksOfRolesByType;
    private readonly SituationPlans _plans = new();

    public OwnerBatchReader(
        RepositoryTransaction transaction, EntitySchema schema, CompiledPolicy policy, EntityType source, EvaluationContext evaluation)
    {
        _transaction = transaction;
        _policy = policy;
        _source = source;
        _evaluation = evaluation;
        _schema = schema;
        _reader = new ResourceReader(transaction, schema);
        _store = new AssignmentStore(transaction);
        _keys = new CorrelationKeyStore(transaction);
        _created = new CreatedTargets(new CreatedKeyStore(transaction, schema), _reader);
        _dimensions = new DimensionKeyCache(_reader);
        _types = [.. policy.ResourceTypesBySource[source]];
        _ownerPaths =
        [
            .. policy.Graph.ComputationsOf(ConsumerKinds.ComputeRoleModel, source)
                .SelectMany(c => c.Reads.Paths)
                .Where(p => p.Root == source)
                .Concat(ResourceNames.PathsOf(source))
                .Distinct(),
        ];
        _resolved = Resolve();
        _groups = new LinkGroups(_reader);
        foreach (var named in _resolved.Where(r => r.Value is not null).GroupBy(r => r.Key.Property, r => r.Value!.Value))
        {
            _groups.Prepare(named.Key, named);
        }

        _rulesByLink = _resolved.Where(r => r is { Value: not null, Key: { SingleRole: not null, IsDenied: false } })
            .ToLookup(r => (r.Key.Property, r.Value!.Value), r => r.Key);
        _linksOfRoles = [.. _rulesByLink.Select(g => g.Key.Property)];
        _linksOfRolesByType = _linksOfRoles.ToLookup(p => p.EntityType);
        _tracked = _types.SelectMany(t => t.GovernedNavigations.Select(p => (t.Definition, Property: p))).ToDictionary(
            k => k, IReadOnlySet<long> (_) => new HashSet<long>());
        foreach (var (rule, resource) in _resolved.Where(r => r.Value is not null))
        {
            ((HashSet<long>)_tracked[(rule.ResourceType, rule.Property)]).Add(resource!.Value);
        }

        _riskResources = policy.RisksBySource[source].SelectMany(r => r.Rules).SelectMany(r => r.Items).Where(i => i.Resource is not null).Distinct()
            .ToDictionary(i => i, i => i.Property.TargetEntityType is { } pointed ? _reader.FindByKey(pointed, i.Resource!) : null);
        foreach (var criterion in _types.SelectMany(t => t.NavigationRules).Where(r => r.SingleRole is not null).SelectMany(r => r.Criteria))
        {
            AddParameterValue(criterion.Dimension, criterion.Value);
        }

        foreach (var given in policy.SingleRolesBySource[source].SelectMany(r => r.GivenDimensions))
        {
            if (ValueOf(given.Dimension, given.Value) is { } value)
            {
                _given[given] = value;
            }
        }
    }

    /// <summary>What navigation rules name: by its key, or, where a naming rule has made the rule, as long as it exists.</summary>
    private Dictionary<NavigationRule, long?> Resolve()
    {
        var rules = _types.SelectMany(t => t.NavigationRules).ToList();
        var existing = rules.Where(r => r.ResourceId is not null).GroupBy(r => r.Property.TargetEntityType!)
            .SelectMany(g => _store.InKeyOrder(_schema, g.Key, [.. g.Select(r => r.ResourceId!.Value).Distinct()]))
            .ToHashSet();
        return rules.ToDictionary(r => r, r =>
            r.ResourceId is { } id ? existing.Contains(id) ? id : null
            : r.Property.TargetEntityType is { } target ? _reader.FindByKey(target, r.Resource)
            : (long?)null);
    }

    /// <summary>The value of a dimension that a key names, ready to be compared with criteria.</summary>
    private StoredResource? ValueOf(Dimension dimension, string key)
    {
        var type = dimension.EntityType;
        if (_reader.FindByKey(type, key) is not { } id || _reader.Load(type, [id], ReadPaths.KeysOf(type).Select(p => new ReadPath(type, [p]))) is not [var value, ..])
        {
            return null;
        }

        _dimensions.Prepare([new OwnerContext(Period.Always, new Dictionary<Dimension, IReadOnlyList<IResource>> { [dimension] = [value] })]);
        return value;
    }

    /// <summary>The values of the parameters of stored roles, each text once per run, beside those that criteria of rules may become.</summary>
    private ConcurrentDictionary<(string Dimension, string Key), (Dimension Dimension, IResource Value)> ParameterValues(IEnumerable<OwnerAssignments> stored)
    {
        foreach (var text in stored.SelectMany(o => o.Roles).Select(r => r.ParametersValues).OfType<string>().Where(_knownParameters.Add))
        {
            foreach (var (name, key) in AssignmentParameters.Parse(text))
            {
                AddParameterValue(_policy.Model.Dimensions.FirstOrDefault(d => d.Identifier == name), key);
            }
        }

        return _parameterValues;
    }

    private void AddParameterValue(Dimension? dimension, string key)
    {
        if (dimension is not null && !_parameterValues.ContainsKey((dimension.Identifier, key)) && ValueOf(dimension, key) is { } value)
        {
            _parameterValues.TryAdd((dimension.Identifier, key), (dimension, value));
        }
    }

    /// <summary>How many owners are looked at a time.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Declared navigation rules whose resource does not exist.</summary>
    public IEnumerable<NavigationRule> Unresolved => _resolved.Where(r => r.Value is null && r.Key.Mapping is null).Select(r => r.Key);

    /// <param name="assumed">What the owners are taken to have, instead of what is stored.</param>
    public (IReadOnlyList<OwnerInput> Owners, BatchFacts Facts) Read(
        IReadOnlyList<long> ids,
        BlockOptions blocks,
        IReadOnlyDictionary<string, DateTime> lastAppliedExport,
        HashSet<long> released,
        IReadOnlyDictionary<long, OwnerAssignments>? assumed = null)
    {
        var resources = _reader.Load(_source, ids, _ownerPaths).ToDictionary(r => r.Id);
        var stored = assumed ?? _store.Load(ids);
        var contexts = Contexts(resources);
        _dimensions.Prepare(contexts.Values.SelectMany(c => c.Contexts));
        var created = _created.Find(_types, stored.Values);
        var targets = Targets(stored.Values, created);
        var found = _types.ToDictionary(t => t, t => Matches(t, resources.Keys, stored, targets));
        AddFound(targets, found);
        var queries = _types.SelectMany(t => t.QueryRules).ToDictionary(r => r.Definition, r => QueryMatches(r, resources.Keys));
        foreach (var (rule, matches) in queries)
        {
            _groups.Prepare(rule.Property, matches.Values.SelectMany(m => m));
        }

        var facts = new BatchFacts
        {
            Now = _transaction.Now,
            Evaluation = _evaluation,
            Policy = _policy,
            Source = _source,
            Types = _types,
            Plans = _plans,
            Blocks = blocks,
            DimensionKeys = _dimensions,
            Targets = targets,
            Resolved = _resolved,
            LinkGroups = _groups,
            GivenValues = _given,
            RiskResources = _riskResources,
            RulesByLink = _rulesByLink,
            LinksOfRoles = _linksOfRoles,
            LinksOfRolesByType = _linksOfRolesByType,
            TrackedLinks = _tracked,
            ParameterValues = ParameterValues(stored.Values),
            Gone = Gone(stored.Values),
            LastAppliedExport = lastAppliedExport,
            Claims = Claims(targets.Keys, resources, released, assumed is null ? stored.Values : []),
        };
        var candidates = Candidates(found, targets);
        var noContexts = new OwnerContexts([], false, null);
        var noCandidates = Array.Empty<Candidate>().ToLookup(_ => "");
        var noMatches = new Dictionary<QueryRule, IReadOnlyList<long>>();
        return (
        [
            .. ids.Select(id => new OwnerInput
            {
                Id = id,
                Key = resources.TryGetValue(id, out var resource) ? ResourceNames.Of(resource) : ResourceNames.Number(id),
                ClaimKey = ClaimKey(_source, resource, id),
                Resource = resource,
                Contexts = contexts.GetValueOrDefault(id, noContexts),
                Stored = stored[id],
                Created = created,
                Candidates = candidates.Contains(id) ? candidates[id].ToLookup(c => c.Type, c => c.Candidate) : noCandidates,
                QueryMatches = queries.Count == 0 ? noMatches : queries.ToDictionary(q => q.Key, q => q.Value.GetValueOrDefault(id, [])),
            }),
        ],
        facts);
    }

    private Dictionary<long, OwnerContexts> Contexts(Dictionary<long, StoredResource> resources)
    {
        var rule = _policy.ContextRules.GetValueOrDefault(_source);
        var owners = resources.Values.ToArray();
        var contexts = new OwnerContexts[owners.Length];
        if (Workers > 1)
        {
            Parallel.For(0, owners.Length, new ParallelOptions { MaxDegreeOfParallelism = Workers }, Build);
        }
        else
        {
            for (var index = 0; index < owners.Length; index++)
            {
                Build(index);
            }
        }

        return owners.Zip(contexts).ToDictionary(o => o.First.Id, o => o.Second);

        void Build(int index) => contexts[index] = ContextBuilder.Build(rule, owners[index], _evaluation);
    }

    private HashSet<long> Gone(IEnumerable<OwnerAssignments> stored)
    {
        var wanted = _types.SelectMany(t => t.GovernedNavigations.Where(n => n.Kind == PropertyKind.MonoNavigation)
                .Select(n => (Type: t.Identifier, Navigation: n)))
            .ToDictionary(p => (p.Type, p.Navigation.Identifier), p => p.Navigation.TargetEntityType!);
        if (wanted.Count == 0)
        {
            return [];
        }

        var rows = stored.SelectMany(o => o.Types)
            .SelectMany(t => t.Navigations.Select(n => (Key: (t.Row.ResourceType, n.Property), n.Resource)))
            .Where(r => r.Resource is not null && wanted.ContainsKey(r.Key))
            .ToLookup(r => wanted[r.Key], r => r.Resource!.Value);
        return [.. rows.SelectMany(byType => byType.Distinct().Except(_store.InKeyOrder(_schema, byType.Key, [.. byType.Distinct()])))];
    }

    /// <summary>The owners whose keys match those of the given targets, or for whom those were created.</summary>
    public IEnumerable<long> ClaimantsOf(EntityType target, IReadOnlyCollection<long> resources)
    {
        foreach (var owner in _created.OwnersOf(_types, target, resources))
        {
            yield return owner;
        }

        foreach (var rule in _types.Where(t => t.Definition.TargetEntityType == target).SelectMany(t => t.CorrelationRules))
        {
            var keys = _keys.KeysOf(rule.Target.Id, resources).Values.Distinct(StringComparer.Ordinal).ToList();
            if (keys.Count > 0)
            {
                foreach (var owner in _keys.ResourcesOf(rule.Source.Id, keys).SelectMany(g => g))
                {
                    yield return owner;
                }
            }
        }
    }

    /// <summary>Pairs of owner and target with equal keys. An owner that cannot take another target is not looked up.</summary>
    /// <param name="targets">Those of the stored rows that exist.</param>
    private List<(long Owner, long Target, int Confidence)> Matches(
        CompiledResourceType type, IEnumerable<long> owners, IReadOnlyDictionary<long, OwnerAssignments> stored, Dictionary<long, IResource> targets)
    {
        if (type.CorrelationRules.Count == 0)
        {
            return [];
        }

        var looking = owners.ToList();
        if (!type.Definition.CorrelateMultipleResources && !type.Definition.SuggestAllCorrelations)
        {
            // A target that is gone settles nothing.
            looking.RemoveAll(o => HasSettled(type, stored[o], targets));
        }

        var pairs = new List<(long, long, int)>();
        if (looking.Count == 0)
        {
            return pairs;
        }

        foreach (var rule in type.CorrelationRules)
        {
            var sources = _keys.KeysOf(rule.Source.Id, looking);
            var matching = _keys.ResourcesOf(rule.Target.Id, sources.Values);
            foreach (var (owner, key) in sources)
            {
                pairs.AddRange(matching[key].Select(target => (owner, target, rule.Definition.Confidence)));
            }
        }

        return pairs;
    }

    /// <summary>
    /// Owners whose query rules choose among several resources with one key, one of which is given: it may come first now, or no more.
    /// </summary>
    public IEnumerable<long> ChoosersAmong(EntityType pointed, IReadOnlyCollection<long> resources)
    {
        foreach (var rule in _types.SelectMany(t => t.QueryRules).Where(r => RoleModelComputations.IsChoosing(r) && r.Definition.Property.TargetEntityType == pointed))
        {
            var keys = _keys.KeysOf(rule.Target.Id, resources).Values.Distinct(StringComparer.Ordinal).ToList();
            var shared = keys.Count == 0 ? [] : _keys.ResourcesOf(rule.Target.Id, keys).Where(g => g.Skip(1).Any()).Select(g => g.Key).ToList();
            if (shared.Count > 0)
            {
                foreach (var owner in _keys.ResourcesOf(rule.Source.Id, shared).SelectMany(g => g))
                {
                    yield return owner;
                }
            }
        }
    }

    private static bool HasSettled(CompiledResourceType type, OwnerAssignments stored, Dictionary<long, IResource> targets)
    {
        foreach (var assigned in stored.Types)
        {
            if (assigned.Row.ResourceType == type.Identifier && IsSettled(assigned.Row)
                && targets.TryGetValue(assigned.Row.Resource!.Value, out var target) && target.EntityType == type.Definition.TargetEntityType)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsSettled(AssignedResourceType row) =>
        row.Resource is not null && TargetClaims.IsFirm(row) && TargetClaims.IsHold(row) && row.WorkflowState != WorkflowState.Cancellation;

    /// <summary>The targets of stored rows, and what creations have made, as far as they exist.</summary>
    private Dictionary<long, IResource> Targets(IEnumerable<OwnerAssignments> stored, IReadOnlyDictionary<long, long> created)
    {
        var owned = _types.Select(t => t.Identifier).Distinct().ToDictionary(t => t, _ => new List<long>(), StringComparer.Ordinal);
        foreach (var assigned in stored.SelectMany(s => s.Types))
        {
            if ((assigned.Row.Resource ?? (created.TryGetValue(assigned.Row.Id, out var made) ? made : null)) is { } resource
                && owned.TryGetValue(assigned.Row.ResourceType, out var ofType))
            {
                ofType.Add(resource);
            }
        }

        var targets = new Dictionary<long, IResource>();
        foreach (var byType in _types.GroupBy(t => t.Definition.TargetEntityType))
        {
            Load(targets, byType, byType.SelectMany(t => owned[t.Identifier]));
        }

        return targets;
    }

    private void AddFound(Dictionary<long, IResource> targets, Dictionary<CompiledResourceType, List<(long Owner, long Target, int Confidence)>> found)
    {
        foreach (var byType in _types.GroupBy(t => t.Definition.TargetEntityType))
        {
            Load(targets, byType, byType.SelectMany(t => found[t]).Select(f => f.Target).Where(t => !targets.ContainsKey(t)));
        }
    }

    private void Load(Dictionary<long, IResource> targets, IGrouping<EntityType, CompiledResourceType> byType, IEnumerable<long> resources)
    {
        var ids = resources.Distinct().ToList();
        if (ids.Count == 0)
        {
            return;
        }

        if (!_targetPaths.TryGetValue(byType.Key, out var paths))
        {
            paths =
            [
                .. byType.SelectMany(t => t.ComparedScalars.Concat(t.GovernedNavigations))
                    .Select(p => new ReadPath(byType.Key, [p]))
                    .Concat(ResourceNames.PathsOf(byType.Key))
                    .Distinct(),
            ];
            _targetPaths.Add(byType.Key, paths);
        }

        foreach (var resource in _reader.Load(byType.Key, ids, paths))
        {
            targets[resource.Id] = resource;
        }
    }

    private static ILookup<long, (string Type, Candidate Candidate)> Candidates(
        Dictionary<CompiledResourceType, List<(long Owner, long Target, int Confidence)>> found, Dictionary<long, IResource> targets) =>
        found.SelectMany(f => f.Value
                .Where(p => targets.ContainsKey(p.Target))
                .GroupBy(p => (p.Owner, p.Target))
                .Select(g => (
                    g.Key.Owner,
                    Type: f.Key.Identifier,
                    Candidate: new Candidate(g.Key.Target, ResourceNames.Of(targets[g.Key.Target]), g.Max(p => p.Confidence)))))
            .ToLookup(c => c.Owner, c => (c.Type, c.Candidate));

    private Dictionary<long, IReadOnlyList<long>> QueryMatches(CompiledQueryRule rule, IEnumerable<long> owners)
    {
        var sources = _keys.KeysOf(rule.Source.Id, owners);
        if (sources.Count == 0 || rule.Definition.Property.TargetEntityType is not { } pointed)
        {
            return [];
        }

        var byKey = _keys.ResourcesOf(rule.Target.Id, sources.Values);
        var names = _reader.Load(pointed, [.. byKey.SelectMany(g => g).Distinct()], ResourceNames.PathsOf(pointed)).ToDictionary(r => r.Id, ResourceNames.Of);
        return sources.ToDictionary(
            s => s.Key,
            s => (IReadOnlyList<long>)
            [
                .. byKey[s.Value].Where(names.ContainsKey).OrderBy(id => names[id], StringComparer.Ordinal).ThenBy(id => id),
            ]);
    }

    /// <param name="stored">Rows that need not be read again.</param>
    private TargetClaims Claims(IReadOnlyCollection<long> targets, Dictionary<long, StoredResource> owners, HashSet<long> released, IEnumerable<OwnerAssignments> stored)
    {
        var rows = _store.OfTargets(targets, stored.SelectMany(s => s.Types).ToDictionary(t => t.Row.Id, t => t.Row));
        var known = new Dictionary<long, StoredResource>(owners);
        foreach (var others in rows.Select(OwnerOf).OfType<SourceOwner>().Where(o => !owners.ContainsKey(o.Id)).Distinct().GroupBy(o => o.Source))
        {
            foreach (var resource in _reader.Load(others.Key, [.. others.Select(o => o.Id)], ResourceNames.PathsOf(others.Key)))
            {
                known[resource.Id] = resource;
            }
        }

        var claims = new TargetClaims(released);
        claims.Load(rows, OwnerOf, owner => ClaimKey(owner.Source, known.GetValueOrDefault(owner.Id), owner.Id));
        return claims;
    }

    /// <summary>The owner of a row, who may be of another source entity type with resource types over the same targets.</summary>
    private SourceOwner? OwnerOf(AssignedResourceType row) =>
        row.Owner is not { } owner ? null
        : new SourceOwner(
            (_policy.ResourceTypesByIdentifier.TryGetValue(row.ResourceType, out var type) ? type.Definition : _policy.Model.FindResourceType(row.ResourceType))
                ?.SourceEntityType ?? _source,
            owner);

    /// <summary>No character of a key comes before the one that divides it from the entity type, so that the order is that of keys.</summary>
    private static string ClaimKey(EntityType source, StoredResource? owner, long id) =>
        $"{(owner is null ? ResourceNames.Number(id) : ResourceNames.Of(owner))}\u0001{source.Identifier}";
}
