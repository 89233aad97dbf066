using System.Security.Cryptography;
using System.Text;
using Muster.Connectors.Ldif;

namespace Muster.Cli.Demo;

/// <summary>
/// What happened to the accounts and groups of a directory file between two moments. Of the files only a hash of each account and
/// membership is in memory, and the few that are shown.
/// </summary>
internal sealed class DirectorySummary
{
    private const string Lock = "nsAccountLock";

    private readonly Dictionary<UInt128, (UInt128 Content, bool IsLocked)> _accounts = [];
    private readonly HashSet<UInt128> _memberships = [];
    private readonly Firsts<bool> _created;
    private readonly Firsts<ILookup<string, string>> _changed;
    private readonly Firsts<bool> _disabled;
    private readonly Firsts<bool> _deleted;
    private readonly Firsts<bool> _joined;
    private readonly Firsts<bool> _left;
    private readonly Dictionary<string, string> _differences = new(StringComparer.OrdinalIgnoreCase);

    private DirectorySummary(int most)
    {
        (_created, _changed, _disabled) = (new(most), new(most), new(most));
        (_deleted, _joined, _left) = (new(most), new(most), new(most));
    }

    /// <summary>Compares two states of a directory file.</summary>
    /// <param name="most">How many of each kind are shown.</param>
    public static DirectorySummary Between(string before, string after, int most)
    {
        var summary = new DirectorySummary(most);
        foreach (var record in Read(before))
        {
            summary.Remember(record);
        }

        foreach (var record in Read(after))
        {
            summary.Compare(record);
        }

        // What the later state does not have is named by the earlier one.
        foreach (var record in Read(before))
        {
            summary.NameGone(record);
        }

        return summary;
    }

    public void Write(TextWriter writer)
    {
        _created.Write(writer, "accounts created");
        _changed.Write(writer, "accounts changed", dn => $"{dn} ({_differences.GetValueOrDefault(dn)})");
        _disabled.Write(writer, "accounts disabled");
        _deleted.Write(writer, "accounts deleted");
        _joined.Write(writer, "memberships added");
        _left.Write(writer, "memberships removed");
    }

    private void Remember(LdifRecord record)
    {
        if (IsAccount(record))
        {
            _accounts[Hash(record.Dn.ToUpperInvariant())] = (ContentOf(record), IsLocked(record));
        }

        _memberships.UnionWith(MembershipsOf(record).Select(m => Hash(m.ToUpperInvariant())));
    }

    private void Compare(LdifRecord record)
    {
        if (IsAccount(record))
        {
            if (!_accounts.Remove(Hash(record.Dn.ToUpperInvariant()), out var before))
            {
                _created.Add(record.Dn, true);
            }
            else if (IsLocked(record) && !before.IsLocked)
            {
                _disabled.Add(record.Dn, true);
            }
            else if (ContentOf(record) != before.Content)
            {
                _changed.Add(record.Dn, ValuesOf(record));
            }
        }

        foreach (var membership in MembershipsOf(record).Where(m => !_memberships.Remove(Hash(m.ToUpperInvariant()))))
        {
            _joined.Add(membership, true);
        }
    }

    private void NameGone(LdifRecord record)
    {
        if (IsAccount(record))
        {
            if (_accounts.ContainsKey(Hash(record.Dn.ToUpperInvariant())))
            {
                _deleted.Add(record.Dn, true);
            }
            else if (_changed.Find(record.Dn) is { } after)
            {
                _differences[record.Dn] = Differences(ValuesOf(record), after);
            }
        }

        foreach (var membership in MembershipsOf(record).Where(m => _memberships.Contains(Hash(m.ToUpperInvariant()))))
        {
            _left.Add(membership, true);
        }
    }

    private static IEnumerable<LdifRecord> Read(string path)
    {
        using var text = new StreamReader(path);
        var reader = new LdifReader(text, path, (url, line) => throw new InvalidDataException($"{path}, line {line}: the demo reads no {url}."));
        foreach (var record in reader.Read())
        {
            yield return record;
        }
    }

    private static bool IsAccount(LdifRecord record) => record.Attributes.Any(a => a.Is("uid"));

    private static bool IsLocked(LdifRecord record) =>
        record.Attributes.Any(a => a.Is(Lock) && a.Value.TextOrBase64.Equals("TRUE", StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<string> MembershipsOf(LdifRecord record) =>
        record.Attributes.Where(a => a.Is("member")).Select(a => $"{a.Value.TextOrBase64} → {record.Dn}");

    private static ILookup<string, string> ValuesOf(LdifRecord record) =>
        record.Attributes.ToLookup(a => a.Name.ToLowerInvariant(), a => a.Value.TextOrBase64, StringComparer.Ordinal);

    private static UInt128 ContentOf(LdifRecord record) =>
        Hash(string.Join('\n', record.Attributes.Select(a => $"{a.Name.ToLowerInvariant()}:{a.Value.TextOrBase64}").Order(StringComparer.Ordinal)));

    private static UInt128 Hash(string text) => BitConverter.ToUInt128(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Differences(ILookup<string, string> before, ILookup<string, string> after) =>
        string.Join(
            ", ",
            before.Select(g => g.Key).Union(after.Select(g => g.Key))
                .Where(name => !before[name].Order(StringComparer.Ordinal).SequenceEqual(after[name].Order(StringComparer.Ordinal)))
                .Order(StringComparer.Ordinal)
                .Select(name => $"{name}: {string.Join("; ", before[name])} → {string.Join("; ", after[name])}"));

    /// <summary>How many there are, and the first of them in the order of their names.</summary>
    private sealed class Firsts<T>(int most)
    {
        private readonly SortedList<string, T> _kept = new(StringComparer.Ordinal);
        private int _count;

        public void Add(string name, T value)
        {
            _count++;
            _kept[name] = value;
            if (_kept.Count > most)
            {
                _kept.RemoveAt(most);
            }
        }

        public T? Find(string name) => _kept.GetValueOrDefault(name);

        public void Write(TextWriter writer, string what, Func<string, string>? shown = null)
        {
            writer.WriteLine($"  {_count} {what}");
            foreach (var name in _kept.Keys)
            {
                writer.WriteLine($"    {(shown is null ? name : shown(name))}");
            }

            if (_count > _kept.Count)
            {
                writer.WriteLine($"    … and {_count - _kept.Count} more");
            }
        }
    }
}
