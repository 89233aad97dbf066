using Muster.Configuration.Elements;
using Muster.Configuration.Jobs;
using Muster.Configuration.Xml;

namespace Muster.Configuration.Model;

/// <summary>
/// A whole configuration: scaffoldings expanded, references resolved, immutable and shared. Nothing looks a name up at run time.
/// </summary>
public sealed class ConfigurationModel
{
    private IReadOnlyList<SingleRole> _singleRoles = [];
    private Dictionary<string, SingleRole>? _singleRolesByIdentifier;

    /// <summary>SHA-256, in hexadecimal, of the canonical XML; two configurations that mean the same have the same fingerprint.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Every element before expansion, as <c>config export</c> prints them.</summary>
    public required IReadOnlyList<ConfigurationElement> Elements { get; init; }

    /// <summary>
    /// Every element after expansion in its typed form, in order of declaration: also those that have no resolved form here because no part
    /// of Muster evaluates them yet (mining rules, …).
    /// </summary>
    public IReadOnlyList<ElementRecord> Records { get; init; } = [];

    public IReadOnlyList<Language> Languages { get; init; } = [];

    public IReadOnlyList<EntityType> EntityTypes { get; init; } = [];

    public IReadOnlyList<EntityAssociation> Associations { get; init; } = [];

    public IReadOnlyList<EntityPropertyExpression> PropertyExpressions { get; init; } = [];

    public IReadOnlyList<Agent> Agents { get; init; } = [];

    public IReadOnlyList<Connector> Connectors { get; init; } = [];

    public IReadOnlyList<Policy> Policies { get; init; } = [];

    public IReadOnlyList<Dimension> Dimensions { get; init; } = [];

    public IReadOnlyList<ContextRule> ContextRules { get; init; } = [];

    public IReadOnlyList<SingleRole> SingleRoles
    {
        get => _singleRoles;
        init => _singleRoles = value;
    }

    public IReadOnlyList<SingleRoleRule> SingleRoleRules { get; init; } = [];

    public IReadOnlyList<CompositeRole> CompositeRoles { get; init; } = [];

    public IReadOnlyList<AutomationRule> AutomationRules { get; init; } = [];

    public IReadOnlyList<CompositeRoleRule> CompositeRoleRules { get; init; } = [];

    public IReadOnlyList<ResourceType> ResourceTypes { get; init; } = [];

    /// <summary>Naming rules.</summary>
    public IReadOnlyList<RoleMapping> RoleMappings { get; init; } = [];

    public IReadOnlyList<Category> Categories { get; init; } = [];

    public IReadOnlyList<Risk> Risks { get; init; } = [];

    public IReadOnlyList<Profile> Profiles { get; init; } = [];

    public IReadOnlyList<ProfileRuleContext> ProfileRuleContexts { get; init; } = [];

    public AccessControl AccessControl { get; init; } = AccessControl.Empty;

    /// <summary>Every task by itself, whether declared at the top or inside a job.</summary>
    public IReadOnlyList<JobTask> Tasks { get; init; } = [];

    public IReadOnlyList<Job> Jobs { get; init; } = [];

    /// <summary>The records of one kind of element, in order of declaration.</summary>
    public IEnumerable<T> RecordsOf<T>()
        where T : ElementRecord => Records.OfType<T>();

    public EntityType? FindEntityType(string identifier) => EntityTypes.FirstOrDefault(e => e.Identifier == identifier);

    public Connector? FindConnector(string identifier) => Connectors.FirstOrDefault(c => c.Identifier == identifier);

    public ResourceType? FindResourceType(string identifier) => ResourceTypes.FirstOrDefault(r => r.Identifier == identifier);

    public SingleRole? FindSingleRole(string identifier) =>
        (_singleRolesByIdentifier ??= SingleRoles.DistinctBy(r => r.Identifier).ToDictionary(r => r.Identifier, StringComparer.Ordinal)).GetValueOrDefault(identifier);

    public Job? FindJob(string identifier) => Jobs.FirstOrDefault(j => j.Identifier == identifier);

    /// <summary>The same configuration with roles beside its own: those that naming rules have made of data.</summary>
    public ConfigurationModel With(IEnumerable<SingleRole> roles)
    {
        var copy = (ConfigurationModel)MemberwiseClone();
        copy._singleRoles = [.. SingleRoles, .. roles];
        copy._singleRolesByIdentifier = null;
        return copy;
    }
}

/// <summary>A language and the suffix of its attributes (configuration.md, Languages).</summary>
public sealed record Language(string Code, int Indicator);
