using Muster.Configuration.Model;
using Muster.Policy.RoleModel;

namespace Muster.Policy.Tests.RoleModel;

public sealed class ValueComparisonTests
{
    [Theory]
    [InlineData(ComparisonType.CaseSensitive, "Anna", "Anna", true)]
    [InlineData(ComparisonType.CaseSensitive, "Anna", "anna", false)]
    [InlineData(ComparisonType.CaseSensitive, "Anna", "Anna ", false)]
    [InlineData(ComparisonType.IgnoreCase, "Anna", "ANNA", true)]
    [InlineData(ComparisonType.IgnoreCase, "René", "RENE", false)]
    [InlineData(ComparisonType.IgnoreDiacritics, "René", "Rene", true)]
    [InlineData(ComparisonType.IgnoreDiacritics, "René", "rene", false)]
    [InlineData(ComparisonType.Simplified, "Jean-René d'Arc", "JEANRENE DARC", true)]
    [InlineData(ComparisonType.Simplified, "Anna", "Hanna", false)]
    [InlineData(ComparisonType.Approximate, "Hannah", "Ana", true)]
    [InlineData(ComparisonType.Approximate, "Zyss", "SIK", true)]
    [InlineData(ComparisonType.Approximate, "Durant", "Duran", true)]
    [InlineData(ComparisonType.Approximate, "Walter", "Valter", true)]
    [InlineData(ComparisonType.Approximate, "Anna", "Bert", false)]
    [InlineData(ComparisonType.CaseSensitive, null, "", true)]
    [InlineData(ComparisonType.Approximate, null, "x", false)]
    public void AreEqual_Texts_FollowTheType(ComparisonType type, string? left, string? right, bool equal) =>
        Assert.Equal(equal, ValueComparison.AreEqual(PropertyType.String, type, left, right));

    [Fact]
    public void AreEqual_OtherTypes_CompareValues()
    {
        Assert.True(ValueComparison.AreEqual(PropertyType.Bool, ComparisonType.CaseSensitive, "TRUE", "true"));
        Assert.True(ValueComparison.AreEqual(PropertyType.Int32, ComparisonType.CaseSensitive, "07", "7"));
        Assert.False(ValueComparison.AreEqual(PropertyType.Int32, ComparisonType.Simplified, "7", "8"));
    }
}
