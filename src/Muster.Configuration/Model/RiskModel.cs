using Muster.Configuration.Diagnostics;
using Muster.Configuration.Elements;

namespace Muster.Configuration.Model;

/// <summary>Access that must not come together, or that is dangerous by itself (rolemodel.md 3.13).</summary>
public sealed class Risk
{
    public required string Identifier { get; init; }

    public DisplayNames DisplayNames { get; init; } = DisplayNames.Empty;

    public SourceLocation Location { get; init; }

    public required Policy Policy { get; init; }

    /// <summary>Who can have it.</summary>
    public required EntityType EntityType { get; init; }

    public RiskType RiskType { get; init; }

    /// <summary>What becomes of a request that raises it.</summary>
    public RiskExemptionPolicy ExemptionPolicy { get; init; }

    /// <summary>0 to 100.</summary>
    public int Level { get; init; }

    /// <summary>Any of them triggers it.</summary>
    public required IReadOnlyList<RiskRule> Rules { get; init; }

    public override string ToString() => Identifier;
}

/// <summary>Items of which all must hold.</summary>
public sealed record RiskRule(IReadOnlyList<RiskItem> Items);

/// <summary>A value or link that an owner has through a resource type.</summary>
/// <param name="Resource">Key of the resource that the link leads to; null: any value.</param>
public sealed record RiskItem(ResourceType ResourceType, EntityProperty Property, string? Resource);
