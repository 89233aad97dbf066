using Muster.Configuration.Model;

namespace Muster.Configuration.Naming;

/// <summary>
/// The roles, categories and navigation rules that named values stand for, beside a configuration (rolemodel.md 3.15). What the configuration
/// declares comes first: a role or category of an identifier that it has is that one. Of several values with one role, the first by key
/// names it, and each has its rule. Nothing depends on ids or on the order in which things came to be.
/// </summary>
public sealed class NamedRoles
{
    private readonly int _language;
    private readonly Dictionary<string, SingleRole> _roles;
    private readonly Dictionary<string, Category> _categories;
    private readonly Dictionary<string, (RoleMapping Mapping, NamedValue Value)> _categoryValues = new(StringComparer.Ordinal);
    private readonly List<SingleRole> _made = [];
    private readonly List<Category> _madeCategories = [];
    private readonly List<NavigationRule> _rules = [];
    private readonly List<string> _conflicts = [];

    private NamedRoles(ConfigurationModel model)
    {
        _language = model.Languages.Select(l => l.Indicator).DefaultIfEmpty(1).Min();
        _roles = model.SingleRoles.DistinctBy(r => r.Identifier).ToDictionary(r => r.Identifier, StringComparer.Ordinal);
        _categories = model.Categories.DistinctBy(c => c.Identifier).ToDictionary(c => c.Identifier, StringComparer.Ordinal);
    }

    /// <summary>Those that the configuration does not declare.</summary>
    public IReadOnlyList<SingleRole> Roles => _made;

    /// <summary>Those that the configuration does not declare, parents before what is below them.</summary>
    public IReadOnlyList<Category> Categories => _madeCategories;

    public IReadOnlyList<NavigationRule> Rules => _rules;

    /// <summary>What cannot be as it is named: whole sentences for people.</summary>
    public IReadOnlyList<string> Conflicts => _conflicts;

    /// <summary>Whether a naming rule makes anything: all policies that it concerns are computed here (rolemodel.md 3.2).</summary>
    public static bool IsApplied(RoleMapping mapping)
    {
        ArgumentNullException.ThrowIfNull(mapping);
        return new[] { mapping.Policy, mapping.RolePolicy, mapping.ResourceType.Policy }.All(p => p is { IsProvisioningEnabled: true, IsExternal: false });
    }

    /// <param name="model">The configuration without any such roles.</param>
    /// <param name="values">In any order; those of mappings that are gone or not applied are left out.</param>
    public static NamedRoles Of(ConfigurationModel model, IEnumerable<NamedValue> values)
    {
        ArgumentNullException.ThrowIfNull(model);
        var order = model.RoleMappings.Where(IsApplied).Select((m, i) => (Mapping: m, Index: i)).DistinctBy(m => m.Mapping.Identifier)
            .ToDictionary(m => m.Mapping.Identifier, StringComparer.Ordinal);
        var named = new NamedRoles(model);
        var sorted = values.Where(v => order.ContainsKey(v.Mapping))
            .OrderBy(v => order[v.Mapping].Index).ThenBy(v => v.Key, StringComparer.Ordinal).ThenBy(v => v.Value)
            .Select(v => (order[v.Mapping].Mapping, v))
            .ToList();
        foreach (var (mapping, value) in sorted.Where(v => v.v.Category is not null))
        {
            named._categoryValues.TryAdd(value.Category!, (mapping, value));
        }

        foreach (var (mapping, value) in sorted)
        {
            named.Add(mapping, value);
        }

        return named;
    }

    private void Add(RoleMapping mapping, NamedValue value)
    {
        var owners = mapping.ResourceType.SourceEntityType;
        if (!_roles.TryGetValue(value.Role, out var role))
        {
            role = Make(mapping, value, owners);
            _roles.Add(role.Identifier, role);
            _made.Add(role);
        }
        else if (role.EntityType != owners)
        {
            _conflicts.Add(
                $"The role mapping '{mapping.Identifier}' names the role of '{value.Key}' '{value.Role}', but that role is for '{role.EntityType}' and not for '{owners}': "
                + "the value has no role. Change the identifier that one of the two gets.");
            return;
        }

        _rules.Add(new NavigationRule
        {
            Identifier = $"{mapping.ResourceType}/RoleMapping/{mapping.Identifier}/{value.Key}",
            Location = mapping.Location,
            ResourceType = mapping.ResourceType,
            Policy = mapping.Policy,
            Property = mapping.Property,
            Resource = value.Key,
            ResourceId = value.Value,
            SingleRole = role,
            Mapping = mapping,
        });
    }

    private SingleRole Make(RoleMapping mapping, NamedValue value, EntityType owners) => new()
    {
        Identifier = value.Role,
        DisplayNames = Names(value.DisplayName),
        Location = mapping.Location,
        Policy = mapping.RolePolicy,
        EntityType = owners,
        Category = value.Category is { } category ? CategoryOf(category, mapping, []) : null,
        ApprovalWorkflowType = mapping.ApprovalWorkflowType,
        GracePeriod = TimeSpan.FromMinutes(mapping.RolePolicy.GracePeriod),
        MaxDuration = TimeSpan.FromMinutes(mapping.RolePolicy.MaxDuration),
        Requests = mapping.Requests,
    };

    /// <param name="below">The categories on the way: one of them above itself is a cycle.</param>
    private Category CategoryOf(string identifier, RoleMapping asks, HashSet<string> below)
    {
        if (_categories.TryGetValue(identifier, out var known))
        {
            return known;
        }

        var (mapping, value) = _categoryValues.TryGetValue(identifier, out var named) ? named : (asks, null);
        below.Add(identifier);
        Category? parent = null;
        if (value?.ParentCategory is { } above && below.Contains(above))
        {
            _conflicts.Add($"The role mapping '{mapping.Identifier}' puts the category '{identifier}' below '{above}', which is below it: '{identifier}' has no parent. Correct the names of the parents.");
        }
        else if (value?.ParentCategory is { } other)
        {
            parent = CategoryOf(other, mapping, below);
        }

        var category = new Category
        {
            Identifier = identifier,
            DisplayNames = Names(value?.CategoryName ?? identifier),
            Policy = mapping.RolePolicy,
            Location = mapping.Location,
            Parent = parent,
        };
        _categories.Add(identifier, category);
        _madeCategories.Add(category);
        return category;
    }

    private DisplayNames Names(string text) => new(new Dictionary<int, string> { [_language] = text });
}
