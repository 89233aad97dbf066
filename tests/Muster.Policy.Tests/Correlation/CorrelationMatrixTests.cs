using Muster.Policy.Correlation;

namespace Muster.Policy.Tests.Correlation;

/// <summary>The matrix of rolemodel.md 5.6, cell by cell: a, b at 120 and 100; x, y at 80 and 60.</summary>
public sealed class CorrelationMatrixTests
{
    private static readonly Candidate[] Automatic = [new(1, "b", 100), new(2, "a", 120)];
    private static readonly Candidate[] Low = [new(3, "y", 60), new(4, "x", 80)];

    [Theory]
    [InlineData(false, false, false, "a", "x?", "a")]
    [InlineData(false, false, true, "", "", "")]
    [InlineData(false, true, false, "a? b?", "x? y?", "a? b? x? y?")]
    [InlineData(false, true, true, "a? b?", "", "a? b?")]
    [InlineData(true, false, false, "a b", "x? y?", "a b")]
    [InlineData(true, false, true, "a b", "", "a b")]
    [InlineData(true, true, false, "a b", "x? y?", "a b x? y?")]
    [InlineData(true, true, true, "a b", "x? y?", "a b x? y?")]
    public void Decide_EachRow_GivesTheDocumentedResult(
        bool multiple, bool suggestAll, bool already, string ofAutomatic, string ofLow, string ofBoth)
    {
        Assert.Equal(ofAutomatic, Text(CorrelationMatrix.Decide(multiple, suggestAll, already, Automatic)));
        Assert.Equal(ofLow, Text(CorrelationMatrix.Decide(multiple, suggestAll, already, Low)));
        Assert.Equal(ofBoth, Text(CorrelationMatrix.Decide(multiple, suggestAll, already, [.. Low, .. Automatic])));
    }

    [Fact]
    public void Decide_EqualConfidence_TakesTheFirstKey()
    {
        var decision = Assert.Single(CorrelationMatrix.Decide(false, false, false, [new(1, "z", 100), new(9, "c", 100)]));

        Assert.Equal("c", decision.Candidate.Key);
    }

    private static string Text(IReadOnlyList<CorrelationDecision> decisions) =>
        string.Join(' ', decisions.Select(d => d.Candidate.Key + (d.IsSuggestion ? "?" : "")));
}
