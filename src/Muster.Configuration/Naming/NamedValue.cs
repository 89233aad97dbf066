namespace Muster.Configuration.Naming;

/// <summary>What a naming rule has made of one value (rolemodel.md 3.15): the names only; all else about the role stands in the mapping.</summary>
public sealed record NamedValue
{
    /// <summary>Identifier of the role mapping.</summary>
    public required string Mapping { get; init; }

    /// <summary>Id of the resource that the navigation rule gives.</summary>
    public required long Value { get; init; }

    /// <summary>Its key, as <c>NavigationRule/@Resource</c> would name it; <c>#</c> and its id where it has none.</summary>
    public required string Key { get; init; }

    /// <summary>Identifier of the role.</summary>
    public required string Role { get; init; }

    public required string DisplayName { get; init; }

    public string? Category { get; init; }

    /// <summary>Null: the category's identifier.</summary>
    public string? CategoryName { get; init; }

    public string? ParentCategory { get; init; }
}
