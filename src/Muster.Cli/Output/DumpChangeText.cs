using System.Globalization;
using Muster.Repository.Dump;

namespace Muster.Cli.Output;

/// <summary>Differences of dumps for people and programs.</summary>
internal static class DumpChangeText
{
    /// <summary>More are in the JSON form only.</summary>
    private const int Shown = 200;

    /// <summary>Longer values are cut; the JSON form has them whole.</summary>
    private const int Width = 60;

    /// <summary>A row per member that differs.</summary>
    public static void Write(IReadOnlyList<DumpChange> changes, string before, string after, TextWriter writer, int shown = Shown)
    {
        var table = new TextTable("what", "change", "member", before, after);
        foreach (var change in changes.Take(shown))
        {
            var name = change.Identity;
            var differences = change.Differences();
            var first = differences.Count > 0 ? differences[0] : new MemberDifference("", null, null);
            table.Add(name, ChangeOf(change), first.Member, Cell(first.Before), Cell(first.After));
            foreach (var difference in differences.Skip(1))
            {
                table.Add("", "", difference.Member, Cell(difference.Before), Cell(difference.After));
            }
        }

        table.Write(writer);
        if (changes.Count > shown)
        {
            writer.WriteLine($"… and {(changes.Count - shown).ToString("N0", CultureInfo.InvariantCulture)} more; --json lists all.");
        }
    }

    public static object View(DumpChange change) => new
    {
        Change = ChangeOf(change),
        change.Kind,
        change.Subject,
        change.Identity,
        Differences = change.Differences(),
        change.Before,
        change.After,
    };

    private static string? Cell(string? text) => text is { Length: > Width } ? text[..(Width - 1)] + "…" : text;

    public static string ChangeOf(DumpChange change) => change switch
    {
        { Before: null } => "Inserted",
        { After: null } => "Deleted",
        _ => "Updated",
    };
}
