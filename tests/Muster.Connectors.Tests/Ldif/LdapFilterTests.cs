using Muster.Connectors.Ldif;

namespace Muster.Connectors.Tests.Ldif;

public sealed class LdapFilterTests
{
    private static readonly Dictionary<string, string[]> Entry = new(StringComparer.OrdinalIgnoreCase)
    {
        ["objectClass"] = ["top", "person"],
        ["cn"] = ["Ada (Lovelace)"],
        ["ou"] = ["R*D"],
    };

    [Theory]
    [InlineData("(objectClass=Person)", true)]
    [InlineData("(OBJECTCLASS=group)", false)]
    [InlineData("(&(objectClass=person)(cn=ada*))", true)]
    [InlineData("(|(objectClass=group)(cn=*lovelace*))", true)]
    [InlineData("(!(mail=*))", true)]
    [InlineData("(cn=*)", true)]
    [InlineData("(cn=Ada \\28Lovelace\\29)", true)]
    [InlineData("(ou=R\\2aD)", true)]
    [InlineData("(cn=a*l*e)", false)]
    [InlineData("(cn=a*l*e\\29)", true)]
    [InlineData("(&)", true)]
    [InlineData("(|)", false)]
    public void Matches_Filter_AsTheStandardSays(string filter, bool expected) =>
        Assert.Equal(expected, LdapFilter.Parse(filter).Matches(name => Entry.GetValueOrDefault(name, []).Select(v => new LdifValue(v))));

    [Theory]
    [InlineData("objectClass=person")]
    [InlineData("(objectClass=person")]
    [InlineData("(objectClass=person))")]
    [InlineData("(age>=5)")]
    [InlineData("(cn:dn:=x)")]
    [InlineData("(cn=\\zz)")]
    [InlineData("()")]
    [InlineData("")]
    public void Parse_NotAFilter_IsRefused(string filter) => Assert.Throws<FormatException>(() => LdapFilter.Parse(filter));
}
