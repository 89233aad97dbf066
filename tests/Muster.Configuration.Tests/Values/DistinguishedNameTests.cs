using FsCheck;
using FsCheck.Fluent;
using Muster.Configuration.Values;

namespace Muster.Configuration.Tests.Values;

public sealed class DistinguishedNameTests
{
    [Theory]
    [InlineData("cn=Ada Lovelace,ou=People,dc=contoso,dc=com", "CN=ada lovelace , OU = people,DC=Contoso,dc=COM")]
    [InlineData("cn=a\\,b,dc=x", "cn=a\\2cb,dc=x")]
    [InlineData("cn=a\\,b,dc=x", "cn=\"a,b\",dc=x")]
    [InlineData("cn=a,dc=x", "cn=a;dc=x")]
    [InlineData("cn=a+uid=1,dc=x", "uid=1+cn=a,dc=x")]
    [InlineData("cn=Zo\\c3\\ab,dc=x", "cn=Zoë,dc=x")]
    [InlineData("cn=a  b,dc=x", "cn=a b,dc=x")]
    public void Equals_OtherSpelling_IsTrue(string one, string other)
    {
        var left = DistinguishedName.Parse(one);
        var right = DistinguishedName.Parse(other);

        Assert.Equal(left, right);
        Assert.True(left == right);
        Assert.Equal(left.GetHashCode(), right.GetHashCode());
    }

    [Theory]
    [InlineData("cn=a,dc=x", "cn=a,dc=y")]
    [InlineData("cn=a\\,dc=x", "cn=a,dc=x")]
    [InlineData("cn=a\\+uid=1", "cn=a+uid=1")]
    public void Equals_OtherName_IsFalse(string one, string other) =>
        Assert.NotEqual(DistinguishedName.Parse(one), DistinguishedName.Parse(other));

    [Theory]
    [InlineData("a")]
    [InlineData("=a")]
    [InlineData("cn=")]
    [InlineData("cn=a,")]
    [InlineData("cn=a,,dc=x")]
    [InlineData("cn=a<b")]
    [InlineData("cn=a\\")]
    [InlineData("cn=a\\zz")]
    [InlineData("cn=#0")]
    [InlineData("cn=#zz")]
    [InlineData("cn=\"a")]
    [InlineData("cn=\"a\"b")]
    [InlineData("cn=\\ff\\fe")]
    [InlineData("1cn=a")]
    public void TryParse_NotAName_IsFalse(string text)
    {
        Assert.False(DistinguishedName.TryParse(text, out _));
        Assert.Contains($"'{text}'", Assert.Throws<FormatException>(() => DistinguishedName.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,b", "a\\,b")]
    [InlineData(" a ", "\\ a\\ ")]
    [InlineData("#a#", "\\#a#")]
    [InlineData("a\0b", "a\\00b")]
    [InlineData("a\nb", "a\\0ab")]
    [InlineData("+\"\\<>;=", "\\+\\\"\\\\\\<\\>\\;\\=")]
    public void EscapeValue_SpecialCharacters_AreEscaped(string value, string escaped)
    {
        Assert.Equal(escaped, DistinguishedName.EscapeValue(value));
        Assert.Equal(value, DistinguishedName.Parse("cn=" + escaped).Rdn.Value);
    }

    [Fact]
    public void Child_AnyValue_StaysOneComponentAndReadsBack() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonEmptyString>(), value =>
        {
            var parent = DistinguishedName.Parse("ou=People,dc=contoso,dc=com");
            var read = DistinguishedName.Parse(parent.Child("cn", value.Get).ToString());
            return read.Components.Count == 4 && read.Rdn.Value == value.Get && read.Parent == parent;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Child_HostileCharactersInAnyArrangement_StayOneComponent()
    {
        var hostile = Gen.Elements(',', '+', '"', '\\', '<', '>', ';', '=', '\0', '#', ' ', 'a', '\n', '\u007f').NonEmptyListOf();
        Prop.ForAll(hostile.ToArbitrary(), characters =>
        {
            var value = new string([.. characters]);
            var read = DistinguishedName.Parse(DistinguishedName.Root.Child("cn", value).Child("ou", value).ToString());
            return read.Components.Count == 2 && read.Components.All(c => c.Value == value);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Rebase_NameBelow_FollowsAndOthersStay()
    {
        var from = DistinguishedName.Parse("ou=Sales,dc=x");
        var to = DistinguishedName.Parse("ou=Marketing,ou=New,dc=x");

        Assert.Equal("cn=a,ou=Marketing,ou=New,dc=x", DistinguishedName.Parse("cn=a,OU=sales,DC=x").Rebase(from, to).ToString());
        Assert.Equal(to, from.Rebase(from, to));
        Assert.Equal("cn=a,dc=x", DistinguishedName.Parse("cn=a,dc=x").Rebase(from, to).ToString());
        Assert.True(DistinguishedName.Parse("cn=a,ou=Sales,dc=x").IsBelow(from));
        Assert.False(from.IsBelow(from));
    }

    [Fact]
    public void Child_NotAnAttribute_IsRefused() =>
        Assert.Throws<ArgumentException>(() => DistinguishedName.Root.Child("cn=x,ou", "a"));

    [Fact]
    public void Root_EmptyText_IsRootAndItsOwnParent()
    {
        Assert.True(DistinguishedName.Parse("").IsRoot);
        Assert.Same(DistinguishedName.Root, DistinguishedName.Root.Parent);
    }
}
