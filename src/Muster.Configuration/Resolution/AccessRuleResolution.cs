using Muster.Configuration.Diagnostics;
using Muster.Configuration.Elements;
using Muster.Configuration.Model;

namespace Muster.Configuration.Resolution;

/// <summary>Access control rules with their entries and filters (rolemodel.md 9.1).</summary>
internal sealed class AccessRuleResolution(ResolutionScope scope, PermissionTree permissions)
{
    private readonly DiagnosticBag _bag = scope.Bag;
    private readonly HashSet<string> _unknownPermissions = new(StringComparer.Ordinal);

    public IReadOnlyList<AccessControlRule> Resolve() =>
    [
        .. scope.Of<AccessControlRuleElement>().Select(RuleOf).OfType<AccessControlRule>().OrderBy(r => r.Identifier, StringComparer.Ordinal),
    ];

    /// <summary>Reports a text that is no permission's path.</summary>
    public static bool CheckForm(DiagnosticBag bag, string permission, SourceLocation location)
    {
        if (PermissionTree.WhyMalformed(permission) is not { } because)
        {
            return true;
        }

        bag.Error(DiagnosticCodes.PermissionForm, location, $"'{permission}' is no permission: {because}. Write a path like /Jobs/RunJob/Launch.");
        return false;
    }

    /// <summary>Reports an entity type that nobody has; what names it never applies.</summary>
    public static void CheckEntityType(ResolutionScope scope, string identifier, SourceLocation location)
    {
        if (!scope.EntityTypes.ContainsKey(identifier) && !BuiltInEntityTypes.Contains(identifier))
        {
            scope.Bag.Warning(
                DiagnosticCodes.AccessEntityType,
                location,
                $"There is no entity type '{identifier}', in the configuration or in Muster, so that this gives nothing. Correct the name.",
                NearestName.Find(identifier, scope.EntityTypes.Keys.Concat(BuiltInEntityTypes.All)));
        }
    }

    private AccessControlRule? RuleOf(AccessControlRuleElement element)
    {
        if (element.EntityType.Length > 0)
        {
            CheckEntityType(scope, element.EntityType, element.At("EntityType"));
        }

        List<AccessControlEntry> entries = [.. element.Entries.Select(e => EntryOf(element, e)).OfType<AccessControlEntry>()];
        var filters = element.Filters.Select(f => (f.Group, Filter: FilterOf(element, f))).ToList();
        CheckEffect(element, entries);
        if (ResolutionScope.Find(scope.Profiles, element.Profile) is not { } profile || filters.Exists(f => f.Filter is null))
        {
            return null;
        }

        return new AccessControlRule
        {
            Identifier = element.Identifier,
            Location = element.Location,
            Profile = profile,
            EntityType = element.EntityType,
            Entries = entries,
            FilterGroups = [.. filters.GroupBy(f => f.Group ?? "", f => f.Filter!, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => g.ToList())],
        };
    }

    private AccessControlEntry? EntryOf(AccessControlRuleElement rule, AccessControlEntryElement element)
    {
        if (element.Permission.Length == 0)
        {
            return null;
        }

        if (element is { Permission: PermissionTree.Root, CanExecute: true })
        {
            _bag.Error(
                DiagnosticCodes.RootPermission,
                element.Location,
                $"An entry of access control rule '{rule.Identifier}' gives every right at once (Permission=\"/\" with CanExecute). Name the rights.");
            return null;
        }

        if (!CheckForm(_bag, element.Permission, element.At("Permission")))
        {
            return null;
        }

        CheckKnown(element);
        return new AccessControlEntry
        {
            Permission = element.Permission,
            Location = element.Location,
            CanExecute = element.CanExecute,
            FullAccessProperties = element.FullAccessProperties,
            IsPreCondition = element.IsPreCondition,
            IsPostCondition = element.IsPostCondition,
            Notify = element.Notify,
            Priority = element.Priority,
            PropertyGroup = string.IsNullOrEmpty(element.PropertyGroup) ? null : element.PropertyGroup,
        };
    }

    /// <summary>Screens, workflows and reports have permissions that Muster does not know: only what looks like a slip is told, once.</summary>
    private void CheckKnown(AccessControlEntryElement element)
    {
        if (permissions.Contains(element.Permission)
            || !_unknownPermissions.Add(element.Permission)
            || NearestName.Find(element.Permission, permissions.All.Select(p => p.Identifier)) is not { } nearest)
        {
            return;
        }

        _bag.Notice(DiagnosticCodes.UnknownPermission, element.At("Permission"), $"Muster knows no permission '{element.Permission}'. Did you mean '{nearest}'?");
    }

    private AccessControlFilter? FilterOf(AccessControlRuleElement rule, AccessControlFilterElement element)
    {
        List<FilterComparand> comparands =
        [
            .. element.Source["Value"] is not null ? [FilterComparand.Value] : Array.Empty<FilterComparand>(),
            .. element.CurrentUser ? [FilterComparand.CurrentUser] : Array.Empty<FilterComparand>(),
            .. string.IsNullOrEmpty(element.Dimension) ? Array.Empty<FilterComparand>() : [FilterComparand.Dimension],
            .. element.Category ? [FilterComparand.Category] : Array.Empty<FilterComparand>(),
            .. element.SingleRole ? [FilterComparand.SingleRole] : Array.Empty<FilterComparand>(),
            .. element.CompositeRole ? [FilterComparand.CompositeRole] : Array.Empty<FilterComparand>(),
            .. element.ResourceType ? [FilterComparand.ResourceType] : Array.Empty<FilterComparand>(),
        ];
        if (comparands is not [var comparand])
        {
            _bag.Error(
                DiagnosticCodes.AccessFilter,
                element.Location,
                $"A filter of access control rule '{rule.Identifier}' compares with {(comparands.Count == 0 ? "nothing" : string.Join(" and ", comparands))}. "
                + "Give it exactly one of Value, CurrentUser, Dimension, Category, SingleRole, CompositeRole and ResourceType.");
            return null;
        }

        var dimension = ResolutionScope.Find(scope.Dimensions, element.Dimension);
        if (element.Binding.Length == 0 || !CheckBinding(rule, element) || (comparand == FilterComparand.Dimension && dimension is null))
        {
            return null;
        }

        return new AccessControlFilter
        {
            Binding = element.Binding.Trim(),
            Location = element.Location,
            Operator = element.Operator,
            Comparand = comparand,
            Value = element.Value,
            Dimension = dimension,
        };
    }

    /// <summary>A path from an entity type of the configuration must exist; of a built-in one its first step.</summary>
    private bool CheckBinding(AccessControlRuleElement rule, AccessControlFilterElement element)
    {
        var steps = element.Binding.Split('.', StringSplitOptions.TrimEntries);
        if (ResolutionScope.Find(scope.EntityTypes, rule.EntityType) is { } type)
        {
            return CheckPath(type, steps, element);
        }

        var first = steps[0][(steps[0].IndexOf(':', StringComparison.Ordinal) + 1)..];
        if (BuiltInEntityTypes.MembersOf(rule.EntityType) is { } members && !members.Contains(first))
        {
            _bag.Warning(
                DiagnosticCodes.AccessEntityType,
                element.At("Binding"),
                $"Muster knows no '{first}' of '{rule.EntityType}', which the filter of rule '{rule.Identifier}' reads, so that the rule gives nothing. It knows {string.Join(", ", members)}.",
                NearestName.Find(first, members));
        }

        return true;
    }

    private bool CheckPath(EntityType type, string[] steps, AccessControlFilterElement element)
    {
        var before = steps.Length == 1 ? type : scope.WalkTo(type, string.Join('.', steps[..^1]), element.At("Binding"));
        if (before is null)
        {
            return false;
        }

        var last = steps[^1];
        var isItself = before.FindProperty("Id") is null && (last == "Id" || last == $"{before.Identifier}:Id");
        return isItself || scope.PropertyOf(before, last, element.At("Binding")) is not null;
    }

    private void CheckEffect(AccessControlRuleElement rule, List<AccessControlEntry> entries)
    {
        foreach (var entry in entries.Where(_ => rule.Filters.Count > 0))
        {
            if (entry.Permission.EndsWith("/ViewHistory", StringComparison.Ordinal))
            {
                _bag.Warning(
                    DiagnosticCodes.AccessWithoutEffect,
                    entry.Location,
                    $"The permission '{entry.Permission}' does not go together with filters, so that this entry of rule '{rule.Identifier}' gives nothing. Move it to a rule without filters.");
            }
            else if (entry is { IsPreCondition: false, IsPostCondition: false })
            {
                _bag.Warning(
                    DiagnosticCodes.AccessWithoutEffect,
                    entry.Location,
                    $"An entry of rule '{rule.Identifier}' is checked neither before nor after a change, so that its filters could never hold it back; it gives nothing. Set IsPreCondition or IsPostCondition.");
            }
        }
    }
}
