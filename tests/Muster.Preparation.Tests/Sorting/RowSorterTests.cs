using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Muster.Configuration.Work;
using Muster.Preparation.Sorting;

namespace Muster.Preparation.Tests.Sorting;

public sealed class RowSorterTests : IDisposable
{
    private static readonly string[] Parts =
        ["a", "B", "9", "10", "é", "\uD7FF", "\uE000", "\uFFFD", "\U00010000", "\U0010FFFF", "\u0800", "aaaaaaaa", "\u007F", "\u0080"];

    private readonly string _root = Directory.CreateTempSubdirectory("muster-sort-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Sort_SpecifiedVector_IsOrdinal() => Assert.Equal(["10", "9", "B", "a"], Sorted(["a", "9", "B", "10"], 1 << 20));

    [Fact]
    public void Sort_Surrogates_ComeBeforeTheEndOfTheBasicPlane() =>
        Assert.Equal(["\uD7FF", "\U00010000", "\U0010FFFF", "\uE000", "\uFFFD"], Sorted(["\uFFFD", "\U0010FFFF", "\uE000", "\uD7FF", "\U00010000"], 1 << 20));

    [Fact]
    public void Compare_AnyTexts_EqualsUtf16Order() => Prop.ForAll(
        Keys().ToArbitrary(),
        Keys().ToArbitrary(),
        (left, right) =>
        {
            var (l, r) = (Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(right));
            var expected = Math.Sign(string.CompareOrdinal(left, right));
            var prefixes = RowIdentity.Prefix(l).CompareTo(RowIdentity.Prefix(r));
            return Math.Sign(RowIdentity.Compare(l, r)) == expected && (prefixes == 0 || prefixes == expected);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Theory]
    [InlineData(64)]
    [InlineData(500)]
    [InlineData(1 << 20)]
    public void Sort_AnyKeysAnyBudget_IsOrdinalAndStable(int budget) => Prop.ForAll(
        Keys().ListOf().ToArbitrary(),
        keys =>
        {
            using var sorter = new RowSorter(new WorkFolder(_root), "run", budget);
            for (var i = 0; i < keys.Count; i++)
            {
                sorter.Add(Encoding.UTF8.GetBytes(keys[i]), Encoding.UTF8.GetBytes($"line {i}"), i, 1);
            }

            using var rows = sorter.Read();
            var expected = keys.Select((key, i) => (key, i)).OrderBy(p => p.key, StringComparer.Ordinal).ToList();
            foreach (var (key, i) in expected)
            {
                Assert.True(rows.MoveNext());
                Assert.Equal(key, Encoding.UTF8.GetString(rows.Identity));
                Assert.Equal($"line {i}", Encoding.UTF8.GetString(rows.Line));
                Assert.Equal(i, rows.Ordinal);
            }

            return !rows.MoveNext();
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30));

    [Fact]
    public void Sort_ManyRuns_AreMergedAndLeaveNoFile()
    {
        var keys = Enumerable.Range(0, 3000).Select(i => ((i * 7919) % 3000).ToString("D5", System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(keys.Order(StringComparer.Ordinal), Sorted(keys, 200));
        Assert.Empty(Directory.GetFiles(_root));
    }

    private static Gen<string> Keys() => Gen.Elements(Parts).ListOf().Select(string.Concat);

    private List<string> Sorted(string[] keys, int budget)
    {
        using var sorter = new RowSorter(new WorkFolder(_root), "run", budget);
        foreach (var key in keys)
        {
            sorter.Add(Encoding.UTF8.GetBytes(key), "x"u8, 1, 0);
        }

        using var rows = sorter.Read();
        var sorted = new List<string>();
        while (rows.MoveNext())
        {
            sorted.Add(Encoding.UTF8.GetString(rows.Identity));
        }

        return sorted;
    }
}
