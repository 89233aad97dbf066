namespace Muster.Connectors.Tests.Export;

public sealed class TransformationTests : IDisposable
{
    private readonly Given _given = new();

    public void Dispose() => _given.Dispose();

    [Theory]
    [InlineData("", "b,,a,a", "b--a-a")]
    [InlineData("RemoveEmpty", "b,,a,a", "b-a-a")]
    [InlineData("RemoveDuplicates", "b,a,a,b", "b-a-b")]
    [InlineData("RemoveDuplicates SortValues", "b,a,a,b", "a-b-b")]
    public async Task ConcatColumns_Options_ApplyInTheirOrder(string flags, string row, string expected)
    {
        _given.Write("hr.csv", $"A,B,C,D\n{row}\n");
        _given.WithSettings("""  "Path": "hr.csv"  """).WithTransformation(
            "ConcatColumns",
            [
                ("Table", "HRPeople"), ("Column", "All"), ("ConcatSeparator", "-"), ("InputColumn", "A"), ("InputColumn2", "B"),
                ("InputColumn3", "C"), ("InputColumn4", "D"), .. flags.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(f => (f, "true")),
            ]);

        await _given.ExportAsync();

        Assert.Equal($"A,B,C,D,All\n{row},{expected}\n", _given.Exported());
    }

    [Theory]
    [InlineData("2020-02-28", "20200229000000", null)]
    [InlineData("20200228120000", "20200229120000", null)]
    [InlineData("28/02/2020", "29/02/2020", "dd/MM/yyyy")]
    [InlineData("9999-12-31", "99991231000000", null)]
    [InlineData("", "", null)]
    public async Task TransformDate_WithinTheYears_IsShifted(string date, string expected, string? pattern)
    {
        _given.Write("hr.csv", $"Id,End\n1,{date}\n");
        _given.WithSettings("""  "Path": "hr.csv"  """).WithTransformation(
            "TransformDate",
            [
                ("Table", "HRPeople"), ("Column", "End"), ("AddedDays", "1"), ("MinYear", "1900"), ("MaxYear", "9000"),
                .. pattern is null ? Array.Empty<(string, string)>() : [("DatePattern", pattern)],
            ]);

        await _given.ExportAsync();

        Assert.Equal($"Id,End\n1,{expected}\n", _given.Exported());
    }

    [Theory]
    [InlineData("Equals", "Ada", "Ada")]
    [InlineData("NotEquals", "Ada", "Bob|ada")]
    [InlineData("Contains", "d", "Ada|ada")]
    [InlineData("CotContains", "d", "Bob")]
    [InlineData("StartsWith", "B", "Bob")]
    [InlineData("EndsWith", "da", "Ada|ada")]
    [InlineData("Regex", "^[AB]", "Ada|Bob")]
    public async Task WhereValue_Operator_KeepsMatchingRows(string operation, string value, string expected)
    {
        _given.Write("hr.csv", "Name\nAda\nBob\nada\n");
        _given.WithSettings("""  "Path": "hr.csv"  """).WithTransformation(
            "WhereValue", ("Table", "HRPeople"), ("Column", "Name"), ("WhereOperator", operation), ("WhereValue", value));

        await _given.ExportAsync();

        Assert.Equal($"Name\n{expected.Replace('|', '\n')}\n", _given.Exported());
        Assert.Equal(expected.Split('|').Length, Assert.Single(_given.Manifest.Files).Rows);
    }

    /// <summary>A complete export would no longer have the row that a change takes out; a deletion tells the key only.</summary>
    [Fact]
    public async Task WhereValue_OverAListOfChanges_DeletesWhatItLeavesOutAndMergesWhatComesBack()
    {
        _given.Write("changes.csv", "Command,Id,Site\ninsert,1,P\nupdate,2,Q\nmerge,3,Q\ndelete,4,\nupdate,5,P\n");
        _given.WithSettings("""  "PathIncremental": "changes.csv"  """).WithTransformation(
            "WhereValue", ("Table", "HRPeople"), ("Column", "Site"), ("WhereOperator", "Equals"), ("WhereValue", "P"));

        await _given.ExportAsync(complete: false);

        Assert.Equal("Command,Id,Site\ninsert,1,P\ndelete,2,Q\ndelete,3,Q\ndelete,4,\nmerge,5,P\n", _given.Exported());
    }

    [Theory]
    [InlineData("WhereValue", "Table=HRPeople;Column=name", "'name'")]
    [InlineData("WhereValue", "Table=hrpeople;Column=Name", "'hrpeople'")]
    [InlineData("WhereValue", "Table=HRPeople;Column=Name;WhereOperator=Like", "'Like'")]
    [InlineData("WhereValue", "Table=HRPeople;Column=Name;WhereOperator=Regex;WhereValue=[", "not a regular expression")]
    [InlineData("TransformDate", "Table=HRPeople;Column=Name;AddedDays=soon", "'soon'")]
    [InlineData("ConcatColumns", "Table=HRPeople;Column=New", "InputColumn")]
    [InlineData("Explode", "Table=HRPeople", "'Explode'")]
    public async Task Transformation_Wrong_FailsWithItsPlaceAndLeavesNothing(string type, string attributes, string expected)
    {
        _given.Write("hr.csv", "Name\nAda\n");
        _given.WithSettings("""  "Path": "hr.csv"  """).WithTransformation(
            type, [.. attributes.Split(';').Select(a => a.Split('=')).Select(a => (a[0], a[1]))]);

        var failure = await _given.ExportFailsAsync();

        Assert.StartsWith("Connector.xml(7,3):", failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.Empty(_given.ExportedFiles);
    }

    [Fact]
    public async Task TransformDate_WithSecondInput_IsTakenAsConcatenation()
    {
        _given.Write("hr.csv", "A,B\n1,2\n");
        _given.WithSettings("""  "Path": "hr.csv"  """).WithTransformation(
            "TransformDate", ("Table", "HRPeople"), ("Column", "AB"), ("InputColumn", "A"), ("InputColumn2", "B"));

        await _given.ExportAsync();

        Assert.Equal("A,B,AB\n1,2,12\n", _given.Exported());
        Assert.Contains(_given.Reporter.Warnings, w => w.Contains("taken as ConcatColumns", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Export_PackageThatIsNotThereYet_SaysSo()
    {
        using var later = new Given("Usercube.AzureAD@0000001");
        later.WithSettings("""  "Servers": []  """);

        Assert.StartsWith("not supported yet: the package 'Usercube.AzureAD@0000001'", (await later.ExportFailsAsync()).Message, StringComparison.Ordinal);
    }
}
