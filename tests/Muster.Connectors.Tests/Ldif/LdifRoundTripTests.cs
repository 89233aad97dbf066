using FsCheck;
using FsCheck.Fluent;
using Muster.Configuration.Work;
using Muster.Connectors.Ldif;

namespace Muster.Connectors.Tests.Ldif;

public sealed class LdifRoundTripTests
{
    [Fact]
    public void WriteThenRead_AnyTexts_AreTheSame() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>[]>(), values =>
        {
            // Half a surrogate pair is no text that a file could hold.
            var texts = values.Select(v => new LdifValue(v.Get)).Where(v => v.Equals(new LdifValue(v.Octets))).ToList();
            return RoundTrip(texts).SequenceEqual(texts);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void WriteThenRead_AnyOctets_AreTheSame() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[][]>(), values =>
            RoundTrip([.. values.Select(v => new LdifValue(v))]).Select(v => Convert.ToHexString(v.Octets))
                .SequenceEqual(values.Select(Convert.ToHexString))).QuickCheckThrowOnFailure();

    [Fact]
    public void WriteThenRead_HostileCharactersAndLongValues_AreTheSame()
    {
        var hostile = Gen.Elements(' ', ':', '<', '#', '\n', '\r', '\0', '-', 'a', 'é', '=').ListOf().Select(c => new string([.. c]));
        var repeated = hostile.SelectMany(text => Gen.Choose(1, 60).Select(n => string.Concat(Enumerable.Repeat(text, n))));
        Prop.ForAll(repeated.ListOf().ToArbitrary(), texts =>
        {
            var values = texts.Select(t => new LdifValue(t)).ToList();
            return RoundTrip(values).SequenceEqual(values);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Write_LongLine_IsFoldedAndAscii()
    {
        var text = Write("cn=Zoë,dc=x", [new LdifAttribute("description", new LdifValue(new string('x', 300))), new LdifAttribute("cn", new LdifValue("Zoë"))]);

        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 76));
        Assert.All(text, c => Assert.True(c < 128));
        Assert.Contains("dn:: Y249Wm/DqyxkYz14", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_FoldedLinesCommentsAndBase64_AreUnderstood()
    {
        var record = Assert.Single(Read("# a\n# comment\n  folded\nversion: 1\ndn: cn=a,\n dc=x\ncn: a\ndescription:: Wm/Dqw==\r\nempty:\n\n\n"));

        Assert.Equal("cn=a,dc=x", record.Dn);
        Assert.Equal(5, record.Line);
        Assert.Equal([("cn", "a"), ("description", "Zoë"), ("empty", "")], record.Attributes.Select(a => (a.Name, a.Value.Text!)));
    }

    [Fact]
    public void Read_ChangeRecords_AreUnderstood()
    {
        var records = Read("""
            version: 1

            dn: cn=a,dc=x
            changetype: add
            cn: a

            dn: cn=a,dc=x
            control: 1.2.840.113556.1.4.805 true
            changetype: delete

            dn: cn=b,dc=x
            changetype: modify
            add: mail
            mail: b@x
            mail: c@x
            -
            replace: sn
            -

            dn: cn=b,dc=x
            changetype: moddn
            newrdn: cn=c
            deleteoldrdn: 1
            newsuperior: ou=y,dc=x

            """);

        Assert.Equal([LdifChange.Add, LdifChange.Delete, LdifChange.Modify, LdifChange.Rename], records.Select(r => r.Change));
        Assert.Equal(["add", "replace"], records[2].Modifications.Select(m => m.Operation));
        Assert.Equal(2, records[2].Modifications[0].Values.Count);
        Assert.Empty(records[2].Modifications[1].Values);
        Assert.Equal(("cn=c", true, "ou=y,dc=x"), (records[3].NewRdn, records[3].DeleteOldRdn, records[3].NewSuperior));
    }

    [Theory]
    [InlineData("dn: cn=a\ncn\n", "Line 2")]
    [InlineData("\n\ncn: a\n", "Line 3")]
    [InlineData("dn: cn=a\ncn: a\ndn: cn=b\n", "Line 3")]
    [InlineData("dn: cn=a\ncn:: ***\n", "Line 2")]
    [InlineData("dn: cn=a\nchangetype: explode\n", "Line 2")]
    [InlineData("dn: cn=a\nchangetype: modify\nadd: cn\nsn: x\n", "Line 4")]
    [InlineData("version: 2\n\ndn: cn=a\n", "Line 1")]
    [InlineData("dn: cn=a\ncn: a\n-\n", "Line 3")]
    [InlineData("dn: cn=a\nchangetype: modrdn\n", "Line 1")]
    public void Read_Malformed_NamesFileAndLine(string text, string line)
    {
        var failure = Assert.Throws<TaskFailedException>(() => Read(text));

        Assert.Contains(line, failure.Message, StringComparison.Ordinal);
        Assert.Contains("'test.ldif'", failure.Message, StringComparison.Ordinal);
    }

    private static List<LdifValue> RoundTrip(IReadOnlyList<LdifValue> values)
    {
        var record = Assert.Single(Read(Write("cn=a,dc=x", values.Select(v => new LdifAttribute("a", v)))));
        return [.. record.Attributes.Select(a => a.Value)];
    }

    private static string Write(string dn, IEnumerable<LdifAttribute> attributes)
    {
        using var text = new StringWriter();
        var writer = new LdifWriter(text);
        writer.WriteVersion();
        writer.Write(dn, attributes);
        return text.ToString();
    }

    private static List<LdifRecord> Read(string text) =>
        [.. new LdifReader(new StringReader(text), "test.ldif", (url, line) => throw new TaskFailedException(url)).Read()];
}
