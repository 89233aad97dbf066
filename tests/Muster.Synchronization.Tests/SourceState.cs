namespace Muster.Synchronization.Tests;

/// <summary>What one source holds: rows of its tables, by identity; it can be told as a complete extract or as the changes since another state.</summary>
internal sealed class SourceState
{
    /// <summary>By entity type: key to values, the key first.</summary>
    public Dictionary<string, SortedDictionary<string, string?[]>> Entities { get; init; } = [];

    /// <summary>By association: identity to the pair.</summary>
    public Dictionary<string, SortedDictionary<string, (string Key1, string Key2)>> Links { get; init; } = [];

    public SourceState Copy() => new()
    {
        Entities = Entities.ToDictionary(
            e => e.Key, e => new SortedDictionary<string, string?[]>(e.Value.ToDictionary(r => r.Key, r => r.Value.ToArray()), StringComparer.Ordinal)),
        Links = Links.ToDictionary(l => l.Key, l => new SortedDictionary<string, (string, string)>(l.Value, StringComparer.Ordinal)),
    };

    public TestFile[] Complete(Func<string, string[]> columns) =>
    [
        .. Entities.Select(e => SyncWorld.Entities(e.Key, columns(e.Key), [.. e.Value.Values])),
        .. Links.Select(l => SyncWorld.Links(l.Key, [.. l.Value.Values.Select(p => ((string?)p.Key1, (string?)p.Key2))])),
    ];

    /// <summary>As the agent computes it (synchronization.md 8.6).</summary>
    /// <param name="verb">For rows that are new or differ: <c>null</c> tells them apart, <c>merge</c> does not, as change lists may.</param>
    public TestFile[] Changes(SourceState before, Func<string, string[]> columns, string? verb)
    {
        var files = new List<TestFile>();
        foreach (var (type, rows) in Entities)
        {
            var old = before.Entities[type];
            var width = columns(type).Length;
            files.Add(SyncWorld.EntityChanges(
                type,
                columns(type),
                [
                    .. rows.Where(r => !old.TryGetValue(r.Key, out var was) || !was.SequenceEqual(r.Value))
                        .Select(r => new[] { verb ?? (old.ContainsKey(r.Key) ? "update" : "insert") }.Concat(r.Value).ToArray()),
                    .. old.Keys.Where(k => !rows.ContainsKey(k)).Select(k => new[] { "delete", k }.Concat(new string?[width - 1]).ToArray()),
                ]));
        }

        foreach (var (association, rows) in Links)
        {
            var old = before.Links[association];
            files.Add(SyncWorld.LinkChanges(
                association,
                [
                    .. rows.Where(r => !old.TryGetValue(r.Key, out var was) || was != r.Value)
                        .Select(r => (verb ?? (old.ContainsKey(r.Key) ? "update" : "insert"), (string?)r.Value.Key1, (string?)r.Value.Key2)),
                    .. old.Where(o => !rows.ContainsKey(o.Key)).Select(o => ("delete", (string?)o.Value.Key1, (string?)o.Value.Key2)),
                ]));
        }

        return [.. files.Where(f => f.Rows.Length > 0)];
    }

    public override string ToString() => string.Join(
        '\n',
        Entities.Select(e => $"{e.Key}: {string.Join(" | ", e.Value.Values.Select(v => string.Join(',', v)))}")
            .Concat(Links.Select(l => $"{l.Key}: {string.Join(" | ", l.Value.Values)}")));
}

/// <summary>Random histories of the two sources of <see cref="SyncModel"/>: few keys, so that they meet, are reused and become ambiguous.</summary>
internal sealed class RandomSources(int seed)
{
    private static readonly string[] Logins = ["a", "b", "c", "d"];
    private static readonly string[] Dns = ["CN=A,OU=X", "CN=B,OU=X", "CN=C,OU=Y"];

    private readonly Random _random = new(seed);

    public static SourceState EmptyHr() => new()
    {
        Entities = { ["Person"] = new(StringComparer.Ordinal), ["Org"] = new(StringComparer.Ordinal) },
        Links = { ["Person_Org"] = new(StringComparer.Ordinal), ["Person_Manager"] = new(StringComparer.Ordinal), ["Person_Buddy"] = new(StringComparer.Ordinal) },
    };

    public static SourceState EmptyAd() => new()
    {
        Entities = { ["Group"] = new(StringComparer.Ordinal) },
        Links = { ["Group_Members"] = new(StringComparer.Ordinal), ["Group_Owner"] = new(StringComparer.Ordinal) },
    };

    public static string[] Columns(string type) => type switch
    {
        "Person" => SyncModel.Person,
        "Org" => SyncModel.Org,
        _ => SyncModel.Group,
    };

    public int Next(int count) => _random.Next(count);

    /// <summary>A state after some changes.</summary>
    public SourceState Change(SourceState before)
    {
        var after = before.Copy();
        for (var count = 1 + _random.Next(6); count > 0; count--)
        {
            if (after.Entities.ContainsKey("Person"))
            {
                ChangeHr(after);
            }
            else
            {
                ChangeAd(after);
            }
        }

        return after;
    }

    private void ChangeHr(SourceState state)
    {
        var person = $"P{_random.Next(4)}";
        switch (_random.Next(11))
        {
            case 0 or 1 or 2:
                state.Entities["Person"][person] = [person, $"n{_random.Next(2)}", _random.Next(5) == 0 ? null : Pick(Logins), _random.Next(2) == 0 ? null : "1"];
                break;
            case 3:
                state.Entities["Person"].Remove(person);
                break;
            case 4:
                Toggle(state.Entities["Org"], $"O{_random.Next(3)}", k => [k, $"t{_random.Next(2)}"]);
                break;
            case 5 or 6:
                Toggle(state.Links["Person_Org"], person, k => ($"O{_random.Next(3)}", k));
                break;
            case 7:
                Toggle(state.Links["Person_Manager"], person, k => (Pick(Logins), k));
                break;
            default:
                Toggle(state.Links["Person_Buddy"], person, k => (k, Pick(Logins)));
                break;
        }
    }

    private void ChangeAd(SourceState state)
    {
        var group = $"G{_random.Next(3)}";
        switch (_random.Next(6))
        {
            case 0 or 1:
                // Directories spell names as they like.
                var dn = Pick(Dns);
                state.Entities["Group"][group] = [group, _random.Next(2) == 0 ? dn : dn.ToLowerInvariant().Replace(",", ", ", StringComparison.Ordinal), "x"];
                break;
            case 2:
                state.Entities["Group"].Remove(group);
                break;
            case 3:
                Toggle(state.Links["Group_Owner"], group, k => (k, Pick(Logins)));
                break;
            default:
                var pair = (Pick(Dns), Pick(Logins));
                var identity = $"{pair.Item1}\0{pair.Item2}";
                if (!state.Links["Group_Members"].Remove(identity))
                {
                    state.Links["Group_Members"][identity] = pair;
                }

                break;
        }
    }

    private void Toggle<T>(SortedDictionary<string, T> rows, string key, Func<string, T> make)
    {
        if (_random.Next(3) == 0)
        {
            rows.Remove(key);
        }
        else
        {
            rows[key] = make(key);
        }
    }

    private string Pick(string[] values) => values[_random.Next(values.Length)];
}
