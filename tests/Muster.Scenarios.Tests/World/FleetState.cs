using System.Text;

namespace Muster.Scenarios.Tests.World;

/// <summary>What the crewing office and the port know at one time: tables of rows by key.</summary>
internal sealed class FleetState
{
    public static readonly IReadOnlyDictionary<string, string[]> Headers = new Dictionary<string, string[]>
    {
        ["vessels"] = ["hull", "name", "tonnage"],
        ["licences"] = ["code", "label"],
        ["sailors"] = ["badge", "first", "last", "hired", "ashore", "vessel", "mentor"],
        ["holdings"] = ["badge", "licence"],
        ["berths"] = ["number", "quay", "vessel"],
    };

    private readonly Dictionary<string, SortedDictionary<string, string[]>> _tables =
        Headers.Keys.ToDictionary(t => t, _ => new SortedDictionary<string, string[]>(StringComparer.Ordinal));

    public FleetState Row(string table, params string[] values)
    {
        if (values.Length != Headers[table].Length)
        {
            throw new ArgumentException($"A row of {table} has {Headers[table].Length} values.", nameof(values));
        }

        _tables[table][KeyOf(table, values)] = values;
        return this;
    }

    public FleetState Without(string table, params string[] key)
    {
        if (!_tables[table].Remove(string.Join('|', key)))
        {
            throw new ArgumentException($"{table} has no {string.Join('|', key)}.", nameof(key));
        }

        return this;
    }

    public FleetState With(string table, string key, string column, string value)
    {
        var row = (string[])_tables[table][key].Clone();
        row[Array.IndexOf(Headers[table], column)] = value;
        _tables[table].Remove(key);
        return Row(table, row);
    }

    public int Count(string table) => _tables[table].Count;

    public IReadOnlyList<string> Keys(string table) => [.. _tables[table].Keys];

    public FleetState Copy()
    {
        var copy = new FleetState();
        foreach (var (table, rows) in _tables)
        {
            foreach (var row in rows.Values)
            {
                copy.Row(table, row);
            }
        }

        return copy;
    }

    /// <summary>The full extract of a table.</summary>
    public string Csv(string table) => Text(Headers[table], _tables[table].Values);

    /// <summary>The list of changes that leads from an older state to this one.</summary>
    public string Changes(string table, FleetState before)
    {
        var rows = new List<string[]>();
        foreach (var (key, row) in before._tables[table])
        {
            if (!_tables[table].ContainsKey(key))
            {
                rows.Add(["delete", .. row]);
            }
        }

        foreach (var (key, row) in _tables[table])
        {
            if (!before._tables[table].TryGetValue(key, out var old))
            {
                rows.Add(["insert", .. row]);
            }
            else if (!old.SequenceEqual(row))
            {
                rows.Add(["update", .. row]);
            }
        }

        return Text(["command", .. Headers[table]], rows);
    }

    /// <summary>Six vessels, forty sailors with mentors and licences, four berths; some links lead to what does not exist.</summary>
    public static FleetState Small()
    {
        var state = new FleetState();
        for (var i = 1; i <= 6; i++)
        {
            state.Row("vessels", $"H{i:00}", $"MV Ærø {i}", $"{1000 * i}");
        }

        foreach (var code in new[] { "ENG", "NAV", "RAD" })
        {
            state.Row("licences", code, $"Licence {code}");
        }

        for (var i = 1; i <= 40; i++)
        {
            state.Row("sailors", $"B{i:000}", $"Fi{i}", i % 7 == 0 ? "O\"Neill, \"\"Zoë\"\"" : $"Last{i % 9}", $"2020-01-{(i % 28) + 1:00}", i % 5 == 0 ? "true" : "false", $"H{(i % 7) + 1:00}", i % 3 == 0 ? $"B{(i + 5) % 44:000}" : "");
            if (i % 2 == 0)
            {
                state.Row("holdings", $"B{i:000}", i % 4 == 0 ? "ENG" : "NAV");
            }

            if (i % 6 == 0)
            {
                state.Row("holdings", $"B{i:000}", "RAD");
                state.Row("holdings", $"B{i:000}", "SUB");
            }
        }

        for (var i = 1; i <= 4; i++)
        {
            state.Row("berths", $"{i}", $"Quay {i % 2}", $"MV Ærø {i + 3}");
        }

        return state;
    }

    private static string KeyOf(string table, string[] values) => table == "holdings" ? string.Join('|', values) : values[0];

    private static string Text(IEnumerable<string> header, IEnumerable<string[]> rows)
    {
        var text = new StringBuilder().AppendJoin(',', header).Append('\n');
        foreach (var row in rows)
        {
            text.AppendJoin(',', row.Select(Cell)).Append('\n');
        }

        return text.ToString();
    }

    private static string Cell(string value) =>
        value.AsSpan().IndexOfAny(",\"\n") < 0 ? value : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
