using Muster.Configuration.Values;

namespace Muster.Scenarios.Tests.Directories;

/// <summary>What an entry of a <see cref="LiveTree"/> is.</summary>
internal enum NodeKind
{
    Unit,
    Person,
    Group,
}

/// <summary>An entry of a <see cref="LiveTree"/>, known whatever its name is.</summary>
internal sealed class LiveNode(NodeKind kind, string attribute, string value, LiveNode? above)
{
    public NodeKind Kind { get; } = kind;

    public string Attribute { get; } = attribute;

    public string Value { get; set; } = value;

    public LiveNode? Above { get; set; } = above;

    /// <summary>Of a group; of a person, what it refers to by <c>seeAlso</c>.</summary>
    public HashSet<LiveNode> Links { get; } = [];

    public bool IsHidden { get; set; }

    public string Rdn => RdnOf(Value);

    /// <summary>A root has its whole name as value.</summary>
    public string Dn => Above is null ? Value : $"{Rdn},{Above.Dn}";

    public string RdnOf(string value) => $"{Attribute}={DistinguishedName.EscapeValue(value)}";

    public bool IsAtOrBelow(LiveNode other) => this == other || Above?.IsAtOrBelow(other) == true;
}
