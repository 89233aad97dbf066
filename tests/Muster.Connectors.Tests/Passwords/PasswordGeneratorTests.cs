using System.Text.RegularExpressions;
using Muster.Configuration.Elements;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Connectors.Passwords;

namespace Muster.Connectors.Tests.Passwords;

/// <summary>synchronization.md 14: how passwords are made.</summary>
public sealed class PasswordGeneratorTests
{
    private static readonly PasswordPolicy Usual = new()
    {
        Identifier = "Usual",
        Mode = PasswordResetMode.OneWay,
        IsGenerated = true,
        Length = 12,
        LowerCaseLetters = 6,
        UpperCaseLetters = 2,
        Digits = 2,
        Symbols = 2,
    };

    [Fact]
    public void Generated_HasTheLengthAndTheKindsOfCharacters_AndIsNeverTheSame()
    {
        var made = Enumerable.Range(0, 500).Select(_ => PasswordGenerator.Generate(Usual, [])).ToList();
        Assert.Equal(500, made.Distinct().Count());
        Assert.All(made, p =>
        {
            Assert.Equal(12, p.Length);
            Assert.True(p.Count(char.IsAsciiLetterLower) >= 6 && p.Count(char.IsAsciiLetterUpper) >= 2 && p.Count(char.IsAsciiDigit) >= 2);
            Assert.True(p.Count(c => PasswordGenerator.Symbols.Contains(c, StringComparison.Ordinal)) >= 2);
        });

        // Every place may hold every kind: the least numbers do not stand in front.
        Assert.All(Enumerable.Range(0, 12), place => Assert.Contains(made, p => char.IsAsciiDigit(p[place])));
    }

    [Fact]
    public void Length_GrowsWithTheCounts_AndTheRestIsOfAllKinds()
    {
        Assert.Equal(16, PasswordGenerator.Generate(Usual with { Digits = 6 }, []).Length);
        var free = Usual with { Length = 200, LowerCaseLetters = 0, UpperCaseLetters = 0, Digits = 0, Symbols = 0 };
        var made = PasswordGenerator.Generate(free, []);
        Assert.True(made.Any(char.IsAsciiDigit) && made.Any(char.IsAsciiLetterUpper) && made.Any(char.IsAsciiLetterLower) && made.Any(c => !char.IsAsciiLetterOrDigit(c)));
    }

    [Fact]
    public void StrengthChecks_MustAllMatch_AndThoseThatCannotAreSaid()
    {
        var checkedPolicy = Usual with { StrengthChecks = [new Regex("^[a-z]"), new Regex("[0-9]$")] };
        Assert.Matches("^[a-z].*[0-9]$", PasswordGenerator.Generate(checkedPolicy, []));
        var failure = Assert.Throws<TaskFailedException>(() => PasswordGenerator.Generate(Usual with { StrengthChecks = [new Regex("§")] }, []));
        Assert.Contains("'Usual'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_AreNoPartOfThePassword()
    {
        // One of these three letters stands in nearly every password of a hundred characters.
        var policy = Usual with { Length = 100, LowerCaseLetters = 99, UpperCaseLetters = 0, Digits = 0, Symbols = 0 };
        string[] names = ["abc", "xyz.def", "qu"];
        Assert.All(Enumerable.Range(0, 200), _ =>
        {
            var made = PasswordGenerator.Generate(policy, names);
            Assert.DoesNotContain("abc", made, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("xyz", made, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("def", made, StringComparison.OrdinalIgnoreCase);
        });
    }
}
