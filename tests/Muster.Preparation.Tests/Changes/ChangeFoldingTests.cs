using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Muster.Configuration.Exchange;
using Muster.Configuration.Work;
using Muster.Preparation.Changes;
using Muster.Preparation.Sorting;
using Muster.Preparation.Sources;

namespace Muster.Preparation.Tests.Changes;

public sealed class ChangeFoldingTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("muster-fold-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    /// <summary>The table of synchronization.md 8.5, row by row.</summary>
    [Theory]
    [InlineData("insert", "insert", "insert")]
    [InlineData("insert", "update", "insert")]
    [InlineData("insert", "merge", "insert")]
    [InlineData("insert", "delete", "delete")]
    [InlineData("update", "insert", "merge")]
    [InlineData("update", "update", "update")]
    [InlineData("update", "merge", "merge")]
    [InlineData("update", "delete", "delete")]
    [InlineData("merge", "insert", "merge")]
    [InlineData("merge", "update", "merge")]
    [InlineData("merge", "merge", "merge")]
    [InlineData("merge", "delete", "delete")]
    [InlineData("delete", "insert", "merge")]
    [InlineData("delete", "update", "delete")]
    [InlineData("delete", "merge", "merge")]
    [InlineData("delete", "delete", "delete")]
    public void Fold_TwoCommands_FollowsTheTable(string earlier, string later, string expected)
    {
        Assert.True(RowCommands.TryParse(Encoding.UTF8.GetBytes(earlier), out var first));
        Assert.True(RowCommands.TryParse(Encoding.UTF8.GetBytes(later), out var second));
        Assert.Equal(expected, Encoding.UTF8.GetString(ChangeFolding.Fold(first, second).ToBytes()));
    }

    [Theory]
    [InlineData("ADD", "insert")]
    [InlineData("Insert", "insert")]
    [InlineData("modified", "update")]
    [InlineData("Modify", "update")]
    [InlineData("DELETE", "delete")]
    [InlineData("", "")]
    public void TryParse_SpellingsOfSources_AreKnown(string written, string expected)
    {
        Assert.True(RowCommands.TryParse(Encoding.UTF8.GetBytes(written), out var command));
        Assert.Equal(expected, Encoding.UTF8.GetString(command.ToBytes()));
    }

    [Theory]
    [InlineData("remove")]
    [InlineData("a command that is far too long to be one")]
    public void TryParse_OtherWord_IsRefused(string written) => Assert.False(RowCommands.TryParse(Encoding.UTF8.GetBytes(written), out _));

    [Fact]
    public void FoldedRows_AnyChanges_EqualApplyingThemOneByOne() => Prop.ForAll(
        Changes(Gen.Elements("1", "2", "3")).ListOf().ToArbitrary(),
        Gen.Elements("", "1", "12", "123").ToArbitrary(),
        (changes, existing) =>
        {
            var before = existing.ToDictionary(c => c.ToString(), _ => "old");
            return Same(
                ApplyAll(before, changes.Select(c => (c.Command, c.Key, c.Value)), ApplyEntity),
                ApplyAll(before, Fold(EntityPlan, changes), ApplyEntity));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    /// <summary>
    /// Two conditional deletions of different targets in a row cannot be one row; sources do not write that (an owner has one target), and it is
    /// left out here.
    /// </summary>
    [Fact]
    public void FoldedRows_LinksOfOneOwner_EqualApplyingThemOneByOne() => Prop.ForAll(
        Changes(Gen.Constant("owner")).ListOf().ToArbitrary(),
        Gen.Elements("", "a", "b", "c").ToArbitrary(),
        (changes, existing) =>
        {
            var given = new List<(RowCommand Command, string Key, string Value)>();
            foreach (var change in changes)
            {
                if (given.Count == 0 || change.Command != RowCommand.Delete || given[^1].Command != RowCommand.Delete)
                {
                    given.Add(change);
                }
            }

            var before = existing.Length == 0 ? [] : new Dictionary<string, string> { ["owner"] = existing };
            return Same(
                ApplyAll(before, given.Select(c => (c.Command, c.Key, c.Value)), ApplyLink),
                ApplyAll(before, Fold(LinkPlan, given), ApplyLink));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    private static MappingPlan EntityPlan { get; } = new()
    {
        Identifier = "X",
        FileStem = "X",
        IsAssociation = false,
        Table = "X",
        Columns = [],
        IdentityColumns = [0],
    };

    private static MappingPlan LinkPlan { get; } = EntityPlan with { IsAssociation = true };

    private static Gen<(RowCommand Command, string Key, string Value)> Changes(Gen<string> keys) =>
        from command in Gen.Elements(RowCommand.Insert, RowCommand.Update, RowCommand.Merge, RowCommand.Delete)
        from key in keys
        from value in Gen.Elements("a", "b", "c", "")
        select (command, key, value);

    private static Dictionary<string, string> ApplyAll(
        Dictionary<string, string> before,
        IEnumerable<(RowCommand Command, string Key, string Value)> changes,
        Action<Dictionary<string, string>, RowCommand, string, string> apply)
    {
        var state = new Dictionary<string, string>(before);
        foreach (var (command, key, value) in changes)
        {
            apply(state, command, key, value);
        }

        return state;
    }

    /// <summary>The server's rules for resources (synchronization.md 8.2).</summary>
    private static void ApplyEntity(Dictionary<string, string> state, RowCommand command, string key, string value)
    {
        if (command == RowCommand.Delete)
        {
            state.Remove(key);
        }
        else if (command != RowCommand.Update || state.ContainsKey(key))
        {
            state[key] = value;
        }
    }

    /// <summary>The server's rules for links of a mono-valued end (synchronization.md 8.2).</summary>
    private static void ApplyLink(Dictionary<string, string> state, RowCommand command, string key, string value)
    {
        if (command != RowCommand.Delete && value.Length > 0)
        {
            state[key] = value;
        }
        else if (command != RowCommand.Delete || value.Length == 0 || state.GetValueOrDefault(key) == value)
        {
            state.Remove(key);
        }
    }

    private static bool Same(Dictionary<string, string> left, Dictionary<string, string> right) =>
        left.Count == right.Count && left.All(p => right.TryGetValue(p.Key, out var value) && value == p.Value);

    private List<(RowCommand Command, string Key, string Value)> Fold(
        MappingPlan plan, IReadOnlyList<(RowCommand Command, string Key, string Value)> changes)
    {
        using var sorter = new RowSorter(new WorkFolder(_root), "run", 200);
        var line = new CsvLine();
        foreach (var (command, key, value) in changes)
        {
            line.Clear();
            line.Add(Encoding.UTF8.GetBytes(key));
            line.Add(Encoding.UTF8.GetBytes(value));
            sorter.Add(Encoding.UTF8.GetBytes(key), line.Bytes, 1, (byte)command);
        }

        using var rows = new FoldedRows(plan, sorter.Read(), new RowCounts());
        var folded = new List<(RowCommand, string, string)>();
        while (rows.MoveNext())
        {
            var fields = Encoding.UTF8.GetString(rows.Line).Split(',');
            folded.Add((rows.Command, fields[0], fields[1]));
        }

        return folded;
    }
}
