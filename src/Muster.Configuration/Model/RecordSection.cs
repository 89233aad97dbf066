using Muster.Configuration.Diagnostics;

namespace Muster.Configuration.Model;

/// <summary>
/// Properties of the records of an owner that have dates of their own: a contract, a position, personal data (rolemodel.md 3.6). The sections of
/// a context rule share the properties of its records among them.
/// </summary>
public sealed class RecordSection
{
    public required string Identifier { get; init; }

    public SourceLocation Location { get; init; }

    /// <summary>Entity type of the owners.</summary>
    public required EntityType SourceEntityType { get; init; }

    /// <summary>Entity type of the records.</summary>
    public required EntityType ResourceEntityType { get; init; }

    /// <summary>Where the section starts in a record; null: nowhere.</summary>
    public EntityProperty? StartProperty { get; init; }

    /// <summary>Where the section ends in a record; null: nowhere.</summary>
    public EntityProperty? EndProperty { get; init; }

    /// <summary>
    /// A missing date is without bound. False: it is the first start or the last end of the default section over all records. Without effect on
    /// the default section, whose missing dates are always without bound.
    /// </summary>
    public bool KeepsMissingDates { get; init; }

    /// <summary>Whether values are copied to where the section has none: those of the former instance, else of the next.</summary>
    public bool IsExtendable { get; init; }

    /// <summary>Records with one key speak of one thing (a position, a contract); null: those with the same dates and values.</summary>
    public ValueSource? InstanceKey { get; init; }

    /// <summary>Which of several instances comes first: the highest, compared character by character.</summary>
    public ValueSource? SortKey { get; init; }

    /// <summary>The smallest sort key whose values are copied; null: any.</summary>
    public string? ExtendedSortKey { get; init; }

    /// <summary>Its dates are the owner's validity.</summary>
    public bool IsDefaultBoundaries { get; init; }

    /// <summary>It names no property of its own, and has all that no other section has.</summary>
    public bool IsDefault { get; init; }

    /// <summary>Its own properties, with whether their values may be copied; empty for the default section.</summary>
    public IReadOnlyDictionary<EntityProperty, bool> Properties { get; init; } = new Dictionary<EntityProperty, bool>();

    /// <summary>What the default section leaves out, so that contexts do not have it.</summary>
    public IReadOnlySet<EntityProperty> Excluded { get; init; } = new HashSet<EntityProperty>();

    public override string ToString() => Identifier;
}
