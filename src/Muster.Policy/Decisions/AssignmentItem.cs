using Muster.Configuration.Diagnostics;
using Muster.Configuration.Model;

namespace Muster.Policy.Decisions;

/// <summary>What can be assigned.</summary>
public enum AssignmentKind
{
    SingleRole,
    CompositeRole,
    ResourceType,
}

/// <summary>How people call what can be assigned.</summary>
public static class AssignmentKindTitles
{
    /// <summary><c>single role</c>, <c>composite role</c>, <c>resource type</c>.</summary>
    public static string Title(this AssignmentKind kind) => kind switch
    {
        AssignmentKind.SingleRole => "single role",
        AssignmentKind.CompositeRole => "composite role",
        _ => "resource type",
    };
}

/// <summary>A role or resource type as far as people ask for it and decide on it.</summary>
/// <param name="MaxDuration">Longest assignment by hand; zero is no limit.</param>
/// <param name="RequiredParameters">Dimensions that must have a value.</param>
internal sealed record AssignmentItem(
    AssignmentKind Kind,
    string Identifier,
    EntityType OwnerType,
    Configuration.Model.Policy Policy,
    RequestRules Requests,
    TimeSpan MaxDuration,
    IReadOnlyList<Dimension> RequiredParameters,
    Category? Category,
    ResourceType? ResourceType)
{
    /// <summary>As a person reads it: <c>single role 'X'</c>.</summary>
    public string Title => $"{Kind.Title()} '{Identifier}'";

    public static AssignmentItem? TryFind(ConfigurationModel model, AssignmentKind kind, string identifier) => kind switch
    {
        AssignmentKind.SingleRole => model.FindSingleRole(identifier) is { } role ? Of(kind, role) : null,
        AssignmentKind.CompositeRole => model.CompositeRoles.FirstOrDefault(r => r.Identifier == identifier) is { } role ? Of(kind, role) : null,
        _ => model.FindResourceType(identifier) is { } type ? Of(type) : null,
    };

    public static AssignmentItem Find(ConfigurationModel model, AssignmentKind kind, string identifier)
    {
        if (TryFind(model, kind, identifier) is { } item)
        {
            return item;
        }

        var known = kind switch
        {
            AssignmentKind.SingleRole => model.SingleRoles.Select(r => r.Identifier),
            AssignmentKind.CompositeRole => model.CompositeRoles.Select(r => r.Identifier),
            _ => model.ResourceTypes.Select(t => t.Identifier),
        };
        throw DecisionRefusedException.Wrong($"There is no {kind.Title()} '{identifier}'.{Nearest(identifier, known)}");
    }

    public static string Nearest(string written, IEnumerable<string> known) =>
        NearestName.Find(written, known) is { } nearest ? $" Did you mean '{nearest}'?" : "";

    private static AssignmentItem Of(AssignmentKind kind, Role role) =>
        new(kind, role.Identifier, role.EntityType, role.Policy, role.Requests, role.MaxDuration, role.RequiredParameters, role.Category, null);

    private static AssignmentItem Of(ResourceType type) => new(
        AssignmentKind.ResourceType,
        type.Identifier,
        type.SourceEntityType,
        type.Policy,
        type.Requests,
        TimeSpan.FromMinutes(type.Policy.MaxDuration),
        type.RequiredParameters,
        type.Category,
        type);
}
