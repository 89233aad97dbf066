using System.Text.RegularExpressions;
using Muster.Configuration.Diagnostics;
using Muster.Configuration.Elements;

namespace Muster.Configuration.Model;

/// <summary>How the passwords of new accounts are made and handed over (<c>PasswordResetSettings</c>, synchronization.md 14).</summary>
public sealed record PasswordPolicy
{
    public required string Identifier { get; init; }

    public SourceLocation Location { get; init; }

    /// <summary><see cref="PasswordResetMode.Disabled"/>: accounts are made without password.</summary>
    public PasswordResetMode Mode { get; init; }

    /// <summary>False: <see cref="DefaultPassword"/> is set.</summary>
    public bool IsGenerated { get; init; }

    /// <summary>As written: it may be protected (<c>protected:v1:…</c>). A secret that no message may quote.</summary>
    public string? DefaultPassword { get; init; }

    /// <summary>The password must be changed at the first sign-in.</summary>
    public bool MustChange { get; init; }

    /// <summary>Characters of a generated password; more if the least numbers of the kinds add up to more.</summary>
    public int Length { get; init; }

    public int LowerCaseLetters { get; init; }

    public int UpperCaseLetters { get; init; }

    public int Digits { get; init; }

    public int Symbols { get; init; }

    /// <summary>All must match.</summary>
    public IReadOnlyList<Regex> StrengthChecks { get; init; } = [];

    /// <summary>Records show what they hold; this one holds a secret.</summary>
    public override string ToString() => Identifier;
}
