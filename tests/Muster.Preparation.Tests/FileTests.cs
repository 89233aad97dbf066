using System.Text;
using Muster.Configuration.Model;
using Muster.Preparation.Sources;

namespace Muster.Preparation.Tests;

public sealed class FileTests
{
    private static World Photos() => new(Models.Connector("HR").WithEntity(
        "HR_Person", "HRPeople", ("EmployeeId", "id", PropertyType.String), ("Photo", "photo", PropertyType.Binary)));

    [Fact]
    public async Task BadBase64_IsAParkedRowWithItsCause()
    {
        using var world = Photos();

        await world.Extract("HRPeople", "id,photo\n1,SGVsbG8=\n2,not a photo!\n3,\n").Complete();

        Assert.Equal("EmployeeId,Photo\n1,SGVsbG8=\n3,\n", world.Gateway.LastFile("HR_Person.sorted.csv"));
        Assert.Equal(["2"], world.Gateway.Last.Files[0].ParkedKeys);
        Assert.Contains("column 'photo' holds 'not a photo!', which is not the base64 text of a file.", Assert.Single(world.Reporter.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SGVs bG8=\r\n", "SGVsbG8=")]
    [InlineData("SGVsbG8=", "SGVsbG8=")]
    [InlineData("  \n", "")]
    [InlineData("", "")]
    public void Base64_IsCanonicalWithoutWhiteSpace(string raw, string canonical)
    {
        Assert.True(new ValueConversion(PropertyType.Binary, null).TryConvert(Encoding.UTF8.GetBytes(raw), out var converted));
        Assert.Equal(canonical, Encoding.UTF8.GetString(converted));
    }

    [Fact]
    public void FileThatIsTooLong_IsRefusedWithBothLengths()
    {
        var conversion = new ValueConversion(PropertyType.Binary, null, maximumFileLength: 4);

        Assert.True(conversion.TryConvert("SGVsbA=="u8, out _));
        Assert.False(conversion.TryConvert("SGVsbG8="u8, out _));
        Assert.StartsWith("a file of 5 octets, and at most 4 are taken.", conversion.Refusal("SGVsbG8="u8), StringComparison.Ordinal);
    }
}
