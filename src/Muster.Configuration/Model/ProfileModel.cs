using Muster.Configuration.Diagnostics;

namespace Muster.Configuration.Model;

/// <summary>A profile of access control.</summary>
public sealed class Profile
{
    public required string Identifier { get; init; }

    public SourceLocation Location { get; init; }

    public DisplayNames DisplayNames { get; init; } = DisplayNames.Empty;
}

/// <summary>Who gets profiles automatically, and on what (rolemodel.md 9.1, 5.12).</summary>
public sealed class ProfileRuleContext
{
    public required string Identifier { get; init; }

    public SourceLocation Location { get; init; }

    public ResourceType? ResourceType { get; init; }

    /// <summary>Entity type of the users: as written, else the resource type's source.</summary>
    public required EntityType EntityType { get; init; }

    public bool IsAppliedToRoot { get; init; } = true;

    public ValueSource? RootBinding { get; init; }

    public ValueSource? SubBinding { get; init; }

    public IReadOnlyList<ProfileRule> Rules { get; internal set; } = [];
}

/// <summary>One profile given inside a <see cref="ProfileRuleContext"/>.</summary>
public sealed class ProfileRule
{
    public required string Identifier { get; init; }

    public SourceLocation Location { get; init; }

    public required Profile Profile { get; init; }

    public bool IsDenied { get; init; }

    public ValueSource? RootExpression { get; init; }

    public ValueSource? SubExpression { get; init; }

    public IReadOnlyList<DimensionBinding> Bindings { get; init; } = [];
}
