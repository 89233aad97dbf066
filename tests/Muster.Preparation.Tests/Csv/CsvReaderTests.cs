using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Muster.Configuration.Exchange;
using Muster.Configuration.Work;
using Muster.Preparation.Csv;

namespace Muster.Preparation.Tests.Csv;

public sealed class CsvReaderTests
{
    [Fact]
    public void ReadRow_QuotedValueOfSeveralLines_IsOneField()
    {
        var rows = Read("a,b\n\"x\ny\",\"say \"\"hi\"\"\"\r\nlast,");
        Assert.Equal([["a", "b"], ["x\ny", "say \"hi\""], ["last", ""]], rows);
    }

    [Fact]
    public void Line_AfterValueOfSeveralLines_IsTheLineInTheFile()
    {
        using var reader = ReaderOf("a\n\"1\n2\n3\"\n\nb\n");
        var lines = new List<long>();
        while (reader.ReadRow())
        {
            lines.Add(reader.Line);
        }

        Assert.Equal([1, 2, 6], lines);
    }

    [Theory]
    [InlineData("a;b;c\n", ';')]
    [InlineData("a\tb\tc\n", '\t')]
    [InlineData("a,b;c\n", ',')]
    [InlineData("\"x;y;z\",b\n", ',')]
    [InlineData("single\n", ',')]
    public void Separator_HeaderLine_IsDetectedOutsideQuotes(string text, char separator)
    {
        using var reader = ReaderOf(text);
        Assert.Equal((byte)separator, reader.Separator);
    }

    [Fact]
    public void ReadRow_ByteOrderMark_IsNotPartOfTheHeader() => Assert.Equal([["a", "b"]], Read("\uFEFFa,b\n"));

    [Fact]
    public void ReadRow_NotUtf8_NamesFileAndLine()
    {
        byte[] bytes = [.. "a,b\n1,2\n3,"u8, 0xE9, .. "t\n"u8];
        var fault = Assert.Throws<TaskFailedException>(() => ReadAll(new MemoryStream(bytes), CsvLimits.Default, true));
        Assert.Contains("'people.csv', line 3", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(17)]
    [InlineData(18)]
    [InlineData(19)]
    [InlineData(20)]
    public void ReadRow_CharacterCutByTheBuffer_IsWhole(int buffer)
    {
        var text = "ab,c\néééééé,𝄞𝄞𝄞\n€€€€,x\n";
        var rows = ReadAll(new MemoryStream(Encoding.UTF8.GetBytes(text)), new CsvLimits { BufferLength = buffer }, true);
        Assert.Equal([["ab", "c"], ["éééééé", "𝄞𝄞𝄞"], ["€€€€", "x"]], rows);
    }

    [Fact]
    public void ReadRow_QuoteNeverClosed_NamesTheLineWhereTheRowStarts()
    {
        var fault = Assert.Throws<TaskFailedException>(() => Read("a\n1\n\"open\n2\n"));
        Assert.Contains("line 3", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadRow_RowOverTheLimit_StopsWithItsLine()
    {
        var limits = new CsvLimits { BufferLength = 32, MaximumRowLength = 100 };
        var fault = Assert.Throws<TaskFailedException>(
            () => ReadAll(new MemoryStream(Encoding.UTF8.GetBytes("a\n\"" + new string('x', 500))), limits, true));
        Assert.Contains("line 2", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadRow_TooManyFields_Stops()
    {
        var limits = new CsvLimits { MaximumFields = 64 };
        Assert.Throws<TaskFailedException>(() => ReadAll(new MemoryStream(Encoding.UTF8.GetBytes(new string(',', 70) + "\n")), limits, true));
    }

    [Theory]
    [InlineData("\"a\"b,c\n", true)]
    [InlineData("\"a\",c\n", false)]
    [InlineData("a\"b,c\n", false)]
    [InlineData("c,\"a\" \n", true)]
    [InlineData("c,\"a\"\r\n", false)]
    public void IsMalformed_TextBehindClosingQuote_IsTrue(string text, bool isMalformed)
    {
        using var reader = ReaderOf(text);
        reader.ReadRow();
        Assert.Equal(isMalformed, reader.IsMalformed);
        Assert.Equal(2, reader.FieldCount);
    }

    [Fact]
    public void Mask_VectorAndPlain_AreEqual() => Prop.ForAll(
        Gen.Elements((byte)',', (byte)'"', (byte)'\n', (byte)'a', (byte)0, (byte)0xC3).ArrayOf(SpecialBytes.BlockLength).ToArbitrary(),
        block => SpecialBytes.MaskByByte(block, (byte)',') == SpecialBytes.MaskByVector(ref block[0], (byte)',')).QuickCheckThrowOnFailure();

    [Fact]
    public void ReadRow_AnyTextAnyBuffer_EqualsThePlainParser() => Prop.ForAll(
        Texts().ToArbitrary(),
        Gen.Choose(16, 200).ToArbitrary(),
        (text, buffer) =>
        {
            var limits = new CsvLimits { BufferLength = buffer };
            var expected = PlainParse(text);
            if (expected is null)
            {
                Assert.Throws<TaskFailedException>(() => ReadAll(new MemoryStream(Encoding.UTF8.GetBytes(text)), limits, true));
                return true;
            }

            foreach (var useVectors in new[] { true, false })
            {
                Assert.Equal(expected, ReadAll(new MemoryStream(Encoding.UTF8.GetBytes(text)), limits, useVectors));
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void CsvLine_AnyValues_AreReadBackEqual() => Prop.ForAll(
        Gen.Elements("", "a", ",", "\"", "\n", "\r\n", "é,\"", "x y", "\"\"").NonEmptyListOf().ToArbitrary(),
        values =>
        {
            var line = new CsvLine();
            foreach (var value in values)
            {
                line.Add(Encoding.UTF8.GetBytes(value));
            }

            byte[] bytes = [.. line.Bytes, (byte)'\n'];
            using var reader = new CsvReader(new MemoryStream(bytes), "x.csv", (byte)',');
            var isRead = reader.ReadRow();
            return isRead ? reader.Texts().SequenceEqual(values) : values.Count == 1 && values[0].Length == 0;
        }).QuickCheckThrowOnFailure();

    private static Gen<string> Texts() =>
        Gen.Elements(",", ",", "\"", "\"\"", "\n", "\r\n", "a", "bc", "é", "𝄞", " ", "0123456789012345678901234567890123456789")
            .ListOf().Select(parts => "h,i\n" + string.Concat(parts));

    /// <summary>The obvious parser, one character at a time; null where a quote is never closed. Fields of malformed rows are left out.</summary>
    private static List<string[]>? PlainParse(string text)
    {
        var rows = new List<string[]>();
        var at = 0;
        while (at < text.Length)
        {
            var fields = new List<string>();
            var isMalformed = false;
            var rowStart = at;
            while (true)
            {
                if (PlainField(text, ref at, ref isMalformed) is not { } field)
                {
                    return null;
                }

                fields.Add(field);
                if (at >= text.Length || text[at] == '\n')
                {
                    break;
                }

                at++;
            }

            var raw = text[rowStart..at].TrimEnd('\r');
            at++;
            if (fields.Count > 1 || text[rowStart..Math.Min(at - 1, text.Length)] is not ("" or "\r"))
            {
                rows.Add(isMalformed ? ["malformed", raw.Length > 0 ? fields.Count.ToString(System.Globalization.CultureInfo.InvariantCulture) : ""] : [.. fields]);
            }
        }

        return rows;
    }

    private static string? PlainField(string text, ref int at, ref bool isMalformed)
    {
        var value = new StringBuilder();
        var isQuoted = at < text.Length && text[at] == '"';
        if (isQuoted)
        {
            at++;
            while (true)
            {
                if (at >= text.Length)
                {
                    return null;
                }

                if (text[at] == '"')
                {
                    at++;
                    if (at < text.Length && text[at] == '"')
                    {
                        value.Append('"');
                        at++;
                        continue;
                    }

                    break;
                }

                value.Append(text[at++]);
            }
        }

        var rest = at;
        while (at < text.Length && text[at] is not (',' or '\n'))
        {
            at++;
        }

        var tail = text[rest..at];
        if ((at >= text.Length || text[at] == '\n') && tail.EndsWith('\r'))
        {
            tail = tail[..^1];
        }

        isMalformed |= isQuoted && tail.Length > 0;
        return value.Append(tail).ToString();
    }

    private static List<string[]> Read(string text) => ReadAll(new MemoryStream(Encoding.UTF8.GetBytes(text)), CsvLimits.Default, true);

    private static CsvReader ReaderOf(string text) => new(new MemoryStream(Encoding.UTF8.GetBytes(text)), "people.csv");

    private static List<string[]> ReadAll(Stream stream, CsvLimits limits, bool useVectors)
    {
        using var reader = new CsvReader(stream, "people.csv", null, limits, useVectors);
        var rows = new List<string[]>();
        while (reader.ReadRow())
        {
            rows.Add(reader.IsMalformed
                ? ["malformed", reader.FieldCount.ToString(System.Globalization.CultureInfo.InvariantCulture)]
                : reader.Texts());
        }

        return rows;
    }
}
