using FsCheck;
using FsCheck.Fluent;
using Muster.Configuration.Values;
using Muster.Connectors.Ldif;

namespace Muster.Connectors.Tests.Ldif;

public sealed class DirectoryKeyTests
{
    [Theory]
    [InlineData("cn=Ada,dc=x")]
    [InlineData("CN = Ada , DC=X")]
    [InlineData("cn=a  b,dc=x")]
    [InlineData("cn=a\\,b,dc=x")]
    [InlineData("cn=\"a\",dc=x")]
    [InlineData("cn=#0401,dc=x")]
    [InlineData("sn=b+cn=a,dc=x")]
    [InlineData("cn=a=b")]
    [InlineData("2.5.4.3=a")]
    [InlineData("cn=É\u0130,dc=x")]
    [InlineData("cn=a,")]
    [InlineData("cn=,dc=x")]
    [InlineData("=a")]
    [InlineData("nonsense")]
    public void Normalize_AnySpelling_IsAsTheParsedNameSays(string text) =>
        Assert.Equal(DistinguishedName.TryParse(text, out var name) ? name.Normalized : null, DirectoryKey.Normalize(text));

    [Fact]
    public void Normalize_AnyText_IsAsTheParsedNameSays()
    {
        var part = Gen.Elements("cn", "=", ",", " ", "A", "\\", "\"", "+", "#", ";", "é", "1", "-", ".", "\\2c", "<", "\n", "\u007f");
        var texts = part.ListOf().Select(parts => string.Concat(parts)).Where(text => text.Length > 0);
        var names = texts.Select(text => $"cn=x{text}y,dc=Z");
        Prop.ForAll(Gen.OneOf(texts, names).ToArbitrary(), text =>
            DirectoryKey.Normalize(text) == (DistinguishedName.TryParse(text, out var name) ? name.Normalized : null)).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("cn=a,dc=x", "dc=x")]
    [InlineData("cn=a\\,b,dc=x", "dc=x")]
    [InlineData("cn=a\\\\,dc=x", "dc=x")]
    [InlineData("dc=x", null)]
    public void ParentOf_NormalForm_IsTheNameAbove(string normalized, string? expected) => Assert.Equal(expected, DirectoryKey.ParentOf(normalized));
}
