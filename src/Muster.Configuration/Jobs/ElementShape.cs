namespace Muster.Configuration.Jobs;

/// <summary>What an attribute's text must be.</summary>
public enum AttributeKind
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>The identifier of another item; see <see cref="AttributeShape.References"/>.</summary>
    Reference,

    /// <summary><c>true</c>, <c>false</c>, <c>1</c> or <c>0</c>, in any case.</summary>
    Boolean,

    /// <summary>A 32-bit number.</summary>
    Integer,

    /// <summary>One of <see cref="AttributeShape.Values"/>, by name in any case or by its place (0 is the first).</summary>
    Enumeration,
}

/// <summary>One attribute that an element of jobs or scaffoldings may carry.</summary>
public sealed record AttributeShape(string Name, AttributeKind Kind)
{
    public bool IsRequired { get; init; }

    /// <summary>For a reference: what it names, as an element name (<c>Connector</c>), or <c>Task</c> for any task.</summary>
    public string? References { get; init; }

    /// <summary>For an enumeration: its names, in the order of their numbers.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    internal static AttributeShape Text(string name) => new(name, AttributeKind.Text);

    internal static AttributeShape Boolean(string name) => new(name, AttributeKind.Boolean);

    internal static AttributeShape Integer(string name) => new(name, AttributeKind.Integer);

    internal static AttributeShape Reference(string name, string element) => new(name, AttributeKind.Reference) { References = element };

    internal static AttributeShape Enumeration(string name, params string[] values) =>
        new(name, AttributeKind.Enumeration) { Values = values };
}

/// <summary>
/// The attributes and children of one element of jobs or scaffoldings: the one table from which such elements are checked and from which
/// the schema is written.
/// </summary>
public sealed record ElementShape(string Name)
{
    /// <summary>Attributes, without those that <see cref="HasDisplayNames"/> stands for and without <c>ConsolidationMode</c>.</summary>
    public IReadOnlyList<AttributeShape> Attributes { get; init; } = [];

    public IReadOnlyList<ElementShape> Children { get; init; } = [];

    /// <summary>Accepts <c>DisplayName_L1</c> to <c>DisplayName_L16</c>.</summary>
    public bool HasDisplayNames { get; init; }

    /// <summary><c>DisplayName_L1</c> must be written.</summary>
    public bool IsDisplayNameRequired { get; init; }

    /// <summary>May occur once in its parent at most.</summary>
    public bool IsSingle { get; init; }

    public AttributeShape? Find(string attribute) => Attributes.FirstOrDefault(a => a.Name == attribute);

    /// <summary>The names of all attributes that may be written, display names included.</summary>
    public IEnumerable<string> AttributeNames =>
        HasDisplayNames ? Attributes.Select(a => a.Name).Concat(DisplayNameAttributes) : Attributes.Select(a => a.Name);

    /// <summary><c>DisplayName_L1</c> to <c>DisplayName_L16</c> (configuration.md, Languages).</summary>
    public static IReadOnlyList<string> DisplayNameAttributes { get; } = [.. Enumerable.Range(1, 16).Select(n => $"DisplayName_L{n}")];

    /// <summary>Accepted on every element kind: how a written item adjusts a generated one (configuration.md).</summary>
    public const string ConsolidationMode = "ConsolidationMode";
}
