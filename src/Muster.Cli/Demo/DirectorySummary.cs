using Muster.Connectors.Ldif;

namespace Muster.Cli.Demo;

/// <summary>What happened to the accounts and groups of a directory file between two moments.</summary>
/// <param name="Created">DNs of new accounts.</param>
/// <param name="Changed">DNs of accounts with another value, and which attributes.</param>
/// <param name="Disabled">DNs of accounts that are locked now and were not.</param>
/// <param name="Deleted">DNs of accounts that are gone.</param>
/// <param name="Joined">Memberships that are new, as <c>account → group</c>.</param>
/// <param name="Left">Memberships that are gone.</param>
internal sealed record DirectorySummary(
    IReadOnlyList<string> Created,
    IReadOnlyList<string> Changed,
    IReadOnlyList<string> Disabled,
    IReadOnlyList<string> Deleted,
    IReadOnlyList<string> Joined,
    IReadOnlyList<string> Left)
{
    private const string Lock = "nsAccountLock";

    /// <summary>The entries of a directory file: attribute values by lower-case attribute name, by DN.</summary>
    public static IReadOnlyDictionary<string, ILookup<string, string>> Read(string path)
    {
        using var text = new StreamReader(path);
        var reader = new LdifReader(text, path, (url, line) => throw new InvalidDataException($"{path}, line {line}: the demo reads no {url}."));
        return reader.Read().ToDictionary(
            entry => entry.Dn,
            entry => entry.Attributes.ToLookup(a => a.Name.ToLowerInvariant(), a => a.Value.TextOrBase64, StringComparer.Ordinal),
            StringComparer.OrdinalIgnoreCase);
    }

    public static DirectorySummary Between(
        IReadOnlyDictionary<string, ILookup<string, string>> before, IReadOnlyDictionary<string, ILookup<string, string>> after)
    {
        var accountsBefore = Accounts(before);
        var accountsAfter = Accounts(after);
        var kept = accountsAfter.Where(accountsBefore.Contains).ToList();
        var disabled = kept.Where(dn => IsLocked(after[dn]) && !IsLocked(before[dn])).ToList();
        var membersBefore = Memberships(before);
        var membersAfter = Memberships(after);
        return new DirectorySummary(
            [.. accountsAfter.Except(accountsBefore, StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)],
            [.. kept.Except(disabled).Select(dn => (dn, Attributes: Differences(before[dn], after[dn]))).Where(c => c.Attributes.Length > 0)
                .Select(c => $"{c.dn} ({c.Attributes})").Order(StringComparer.Ordinal)],
            [.. disabled.Order(StringComparer.Ordinal)],
            [.. accountsBefore.Except(accountsAfter, StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)],
            [.. membersAfter.Except(membersBefore).Order(StringComparer.Ordinal)],
            [.. membersBefore.Except(membersAfter).Order(StringComparer.Ordinal)]);
    }

    public void Write(TextWriter writer, int most)
    {
        Write(writer, "accounts created", Created, most);
        Write(writer, "accounts changed", Changed, most);
        Write(writer, "accounts disabled", Disabled, most);
        Write(writer, "accounts deleted", Deleted, most);
        Write(writer, "memberships added", Joined, most);
        Write(writer, "memberships removed", Left, most);
    }

    private static void Write(TextWriter writer, string what, IReadOnlyList<string> items, int most)
    {
        writer.WriteLine($"  {items.Count} {what}");
        foreach (var item in items.Take(most))
        {
            writer.WriteLine($"    {item}");
        }

        if (items.Count > most)
        {
            writer.WriteLine($"    … and {items.Count - most} more");
        }
    }

    private static HashSet<string> Accounts(IReadOnlyDictionary<string, ILookup<string, string>> entries) =>
        entries.Where(e => e.Value["uid"].Any()).Select(e => e.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);

    private static HashSet<string> Memberships(IReadOnlyDictionary<string, ILookup<string, string>> entries) =>
        entries.SelectMany(e => e.Value["member"].Select(member => $"{member} → {e.Key}")).ToHashSet(StringComparer.OrdinalIgnoreCase);

    private static bool IsLocked(ILookup<string, string> entry) =>
        entry[Lock.ToLowerInvariant()].Any(v => v.Equals("TRUE", StringComparison.OrdinalIgnoreCase));

    private static string Differences(ILookup<string, string> before, ILookup<string, string> after) =>
        string.Join(
            ", ",
            before.Select(g => g.Key).Union(after.Select(g => g.Key))
                .Where(name => !before[name].Order(StringComparer.Ordinal).SequenceEqual(after[name].Order(StringComparer.Ordinal)))
                .Order(StringComparer.Ordinal)
                .Select(name => $"{name}: {string.Join("; ", before[name])} → {string.Join("; ", after[name])}"));
}
