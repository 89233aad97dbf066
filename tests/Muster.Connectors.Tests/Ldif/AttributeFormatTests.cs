using Muster.Configuration.Model;
using Muster.Connectors.Ldif;

namespace Muster.Connectors.Tests.Ldif;

public sealed class AttributeFormatTests
{
    [Theory]
    [InlineData("1601date", PropertyType.DateTime, "132458904000000000", "20200929220000")]
    [InlineData("datetime", PropertyType.DateTime, "20200929220000.0Z", "20200929220000")]
    [InlineData("datetime", PropertyType.DateTime, "20200930000000+0200", "20200929220000")]
    [InlineData("1601date", PropertyType.DateTime, "0", null)]
    [InlineData("1601date", PropertyType.DateTime, "9223372036854775807", null)]
    [InlineData("bool", PropertyType.Bool, "TRUE", "true")]
    [InlineData("guid", PropertyType.Guid, "c076e361-fa5f-428e-8339-39a449ce2db3", "c076e361fa5f428e833939a449ce2db3")]
    [InlineData("rdn", PropertyType.String, "CN=Person,CN=Schema,DC=x", "Person")]
    [InlineData("int32", PropertyType.Int32, "007", "7")]
    [InlineData(null, PropertyType.Bool, "FALSE", "false")]
    [InlineData(null, PropertyType.String, "as it is", "as it is")]
    [InlineData("bit:userAccountControl:2", PropertyType.Int32, "514", "1")]
    [InlineData("bit:userAccountControl:2", PropertyType.Int32, "512", "0")]
    public void TryRead_OneText_GivesTheInternalForm(string? format, PropertyType type, string raw, string? expected)
    {
        Assert.True(Format(format, type).TryRead([new LdifValue(raw)], out var result));
        Assert.Equal(expected, result);
    }

    [Theory]
    [InlineData("datetime", "soon")]
    [InlineData("int32", "many")]
    [InlineData("guid", "x")]
    [InlineData("bit:a:1", "x")]
    public void TryRead_NotOfTheFormat_IsFalse(string format, string raw)
    {
        Assert.False(Format(format, PropertyType.String).TryRead([new LdifValue(raw)], out var result));
        Assert.Null(result);
    }

    [Fact]
    public void TryRead_Octets_GiveGuidSidAndBase64()
    {
        Assert.True(Format("guid", PropertyType.Guid).TryRead([new LdifValue(Convert.FromHexString("61e376c05ffa8e42833939a449ce2db3"))], out var guid));
        Assert.Equal("c076e361fa5f428e833939a449ce2db3", guid);
        Assert.True(Format("sid", PropertyType.String).TryRead([new LdifValue(Convert.FromHexString("010200000000000520000000200200 00".Replace(" ", "", StringComparison.Ordinal)))], out var sid));
        Assert.Equal("S-1-5-32-544", sid);
        Assert.True(Format("bytes", PropertyType.Bytes).TryRead([new LdifValue([0xFF, 0xD8])], out var photo));
        Assert.Equal("/9g=", photo);
    }

    [Fact]
    public void TryRead_SeveralValues_AreJoinedByTheFormat()
    {
        LdifValue[] values = [new("b"), new("A"), new("a"), new("b")];

        Assert.True(Format("multivaluedtext", PropertyType.String).TryRead(values, out var sorted));
        Assert.Equal("A\na\nb", sorted);
        Assert.True(Format("concat:;", PropertyType.String).TryRead(values, out var joined));
        Assert.Equal("b;A;a;b", joined);
        Assert.True(Format(null, PropertyType.String).TryRead(values, out var lines));
        Assert.Equal("b\nA\na\nb", lines);
    }

    [Theory]
    [InlineData("66050", "0", "66048")]
    [InlineData("512", "1", "514")]
    [InlineData(null, "true", "2")]
    public void SetBit_WholeValue_ChangesOneBit(string? whole, string value, string expected) =>
        Assert.Equal(expected, Format("bit:userAccountControl:2", PropertyType.Int32).SetBit(whole, value));

    [Theory]
    [InlineData("accountExpires", "1601date", "20200929220000", "132458904000000000")]
    [InlineData("hireDate", "1601date", "20200929220000", "20200929220000Z")]
    [InlineData("enabled", "bool", "true", "TRUE")]
    [InlineData("entryUUID", "guid", "c076e361fa5f428e833939a449ce2db3", "c076e361-fa5f-428e-8339-39a449ce2db3")]
    [InlineData("pwdLastSet", "1601date", null, "0")]
    public void Write_InternalForm_GivesTheDirectorysForm(string attribute, string format, string? value, string expected) =>
        Assert.Equal(expected, Assert.Single(Format(format, PropertyType.String, attribute).Write(value, null)).Text);

    [Theory]
    [InlineData("bit:x")]
    [InlineData("bit:x:65")]
    [InlineData("bit:x:0")]
    [InlineData("surprise")]
    public void Of_UnknownFormat_IsRefused(string format) => Assert.Throws<FormatException>(() => Format(format, PropertyType.String));

    private static AttributeFormat Format(string? format, PropertyType type, string attribute = "userAccountControl")
    {
        var entity = new EntityType { Identifier = "E" };
        var property = new EntityProperty { EntityType = entity, Identifier = "P", Type = type };
        return AttributeFormat.Of(attribute, new PropertyMapping { Property = property, ConnectionColumn = attribute, Format = format });
    }
}
