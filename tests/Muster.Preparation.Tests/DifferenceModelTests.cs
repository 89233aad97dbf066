using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Muster.Configuration.Jobs;
using Muster.Configuration.Model;

namespace Muster.Preparation.Tests;

/// <summary>
/// Histories of extracts in any dress (quotes, separators, line ends, encodings, column orders, repeated keys), read by several threads in tiny
/// pieces and sorted in tiny memory: after each, the list of changes is that of the obvious comparison of two dictionaries.
/// </summary>
public sealed class DifferenceModelTests
{
    private static readonly string[] Columns = ["Key", "A", "B", "C"];

    private static readonly string[] Values =
        ["", "x", "y", "a,b", "a;b\tc", "say \"hi\"", "\"", "two\nlines", "two\r\nlines", "é€𝄞", " ", "0123456789012345678901234567890123456789012345678901234567890123456789"];

    [Fact]
    public void Incremental_AnyHistoryAnyDress_SendsTheChangesOfThePlainModel() =>
        Prop.ForAll(Histories().ToArbitrary(), history => Follows(history).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(150));

    private static async Task<bool> Follows(History history)
    {
        using var world = new World(Models.Connector("HR").WithEntity(
            "P", "HRPeople", ("Key", "Key", PropertyType.String), ("A", "A", PropertyType.String), ("B", "B", PropertyType.String), ("C", "C", PropertyType.String)));
        world.Limits = new PreparationLimits
        {
            Workers = history.Workers,
            BufferLength = history.Buffer,
            SortBudget = 200,
            LeastSortBudget = 200,
            LeastBase = history.LeastBase,
            BaseShare = 1,
        };
        SortedDictionary<string, string[]>? state = null;
        foreach (var extract in history.Extracts)
        {
            world.KeepFiles = extract.KeepsFiles;
            Write(world, extract);
            var rows = Survivors(extract.Rows);
            if (state is null)
            {
                await world.Complete();
                Assert.Equal(Csv(rows.Values), world.Gateway.LastFile("P.sorted.csv"));
            }
            else
            {
                var (changes, count) = Changes(state, rows);
                var result = await world.Incremental();
                Assert.Equal(count > 0, result.Processed);
                if (count > 0)
                {
                    Assert.Equal(SynchronizationMode.Incremental, world.Gateway.Last.Mode);
                    Assert.Equal(changes, world.Gateway.LastFile("P.sorted.delta"));
                    Assert.Equal(rows.Count, world.SnapshotRows("P"));
                }

                Assert.Equal(extract.KeepsFiles ? Csv(rows.Values) : null, world.Folders.Work.Exists("Collect/P.sorted.csv") ? world.Collected("P.sorted.csv") : null);
            }

            Assert.Equal(extract.Rows.Count - rows.Count, world.Reporter["duplicates"]);
            state = rows;
        }

        return true;
    }

    private static SortedDictionary<string, string[]> Survivors(IEnumerable<string[]> rows)
    {
        var survivors = new SortedDictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            survivors.TryAdd(row[0], row);
        }

        return survivors;
    }

    private static (string Csv, int Count) Changes(SortedDictionary<string, string[]> before, SortedDictionary<string, string[]> after)
    {
        var lines = new List<string>();
        foreach (var key in before.Keys.Union(after.Keys).Order(StringComparer.Ordinal))
        {
            var isNew = after.TryGetValue(key, out var row);
            var isOld = before.TryGetValue(key, out var former);
            if (!isNew)
            {
                lines.Add(Line(["delete", key, "", "", ""]));
            }
            else if (!isOld || !row!.SequenceEqual(former!))
            {
                lines.Add(Line([isOld ? "update" : "insert", .. row!]));
            }
        }

        return ("command," + string.Join(',', Columns) + "\n" + string.Concat(lines.Select(l => l + "\n")), lines.Count);
    }

    private static string Csv(IEnumerable<string[]> rows) => string.Join(',', Columns) + "\n" + string.Concat(rows.Select(r => Line(r) + "\n"));

    private static string Line(IEnumerable<string> values) =>
        string.Join(',', values.Select(v => v.AsSpan().IndexOfAny(",\"\r\n") >= 0 ? Quoted(v) : v));

    private static string Quoted(string value) => $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static void Write(World world, Extract extract)
    {
        var text = new StringBuilder();
        text.AppendJoin(extract.Separator, extract.Order.Select(c => Columns[c]).Append("Unused")).Append(extract.LineEnd);
        foreach (var row in extract.Rows)
        {
            var cells = extract.Order.Select(c => row[c]).Append("u");
            text.AppendJoin(extract.Separator, cells.Select(v => extract.QuotesAll || v.AsSpan().IndexOfAny(extract.Separator, '"', '\n') >= 0 || v.Contains('\r', StringComparison.Ordinal) ? Quoted(v) : v));
            text.Append(extract.LineEnd);
        }

        world.WriteTempBytes("ExportOutput/HRPeople.csv", [.. extract.Encoding.GetPreamble(), .. extract.Encoding.GetBytes(text.ToString())]);
    }

    private static Gen<History> Histories() =>
        from workers in Gen.Choose(1, 3)
        from buffer in Gen.Choose(16, 300)
        from leastBase in Gen.Elements(0, 0, 1000)
        from count in Gen.Choose(2, 5)
        from extracts in Extracts().ArrayOf(count)
        select new History(workers, buffer, leastBase, extracts);

    private static Gen<Extract> Extracts() =>
        from count in Gen.Choose(1, 25)
        from rows in Rows().ArrayOf(count)
        from separator in Gen.Elements(',', ',', ';', '\t')
        from lineEnd in Gen.Elements("\n", "\r\n")
        from order in Gen.Elements<int[]>([0, 1, 2, 3], [0, 1, 2, 3], [3, 1, 0, 2], [1, 0, 2, 3])
        from quotesAll in Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true)))
        from encoding in Gen.Elements<Encoding>(
            new UTF8Encoding(false), new UTF8Encoding(false), new UTF8Encoding(true), new UnicodeEncoding(false, true), new UnicodeEncoding(true, true))
        from keepsFiles in Gen.Frequency((5, Gen.Constant(false)), (1, Gen.Constant(true)))
        select new Extract([.. Limited(rows)], separator, lineEnd, order, quotesAll, encoding, keepsFiles);

    /// <summary>Few keys, so that rows meet again; some long, some with quotes.</summary>
    private static Gen<string[]> Rows() =>
        from number in Gen.Frequency((3, Gen.Choose(1, 30)), (1, Gen.Choose(1, 3)))
        from a in Gen.Frequency((1, Gen.Elements(Values)), (1, Gen.Constant("x")))
        from b in Gen.Elements("", "x")
        from c in Gen.Elements("x", "x", "x", "y,z", "\"q\"")
        select new[] { number % 7 == 0 ? $"k,\"{number}\"\n{new string('k', 100)}" : number % 11 == 0 ? $"é{number}" : $"K{number}", a, b, c };

    /// <summary>More than half of the rows with a key that another has are no extract but a mistake.</summary>
    private static IEnumerable<string[]> Limited(string[][] rows)
    {
        var seen = new HashSet<string>();
        var repeated = 0;
        foreach (var row in rows)
        {
            if (seen.Add(row[0]) || ++repeated <= seen.Count)
            {
                yield return row;
            }
        }
    }

    private sealed record History(int Workers, int Buffer, int LeastBase, Extract[] Extracts);

    private sealed record Extract(
        IReadOnlyList<string[]> Rows, char Separator, string LineEnd, int[] Order, bool QuotesAll, Encoding Encoding, bool KeepsFiles);
}
