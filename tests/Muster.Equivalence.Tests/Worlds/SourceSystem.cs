using System.Text;
using Muster.Equivalence.Tests.Model;

namespace Muster.Equivalence.Tests.Worlds;

/// <summary>The CSV sources of a history: their rows, and what has changed since each table was read last.</summary>
internal sealed class SourceSystem
{
    /// <summary>A value that is no number: its row is parked, and what was there before stays.</summary>
    public const string Unreadable = "many!";

    private readonly Dictionary<string, Content> _tables;

    public SourceSystem(Setup setup) => _tables = SourceTable.Of(setup).ToDictionary(t => t.Name, t => new Content(t));

    public IEnumerable<SourceTable> Tables => _tables.Values.Select(t => t.Table);

    /// <summary>Applies a change; one that finds nothing to work on does nothing.</summary>
    public void Apply(SourceChange change)
    {
        if (!_tables.TryGetValue(change.Table, out var content))
        {
            return;
        }

        switch (change.Kind)
        {
            case ChangeKind.Put when change.Values.Count == content.Table.Columns.Count:
                content.Put([.. change.Values], change.IsMerge);
                break;
            case ChangeKind.Set when content.Rows.TryGetValue(change.Key, out var row):
                content.Set(row, change);
                break;
            case ChangeKind.Remove:
                content.Remove(change.Key);
                break;
            case ChangeKind.Clear:
                content.Clear();
                break;
            case ChangeKind.Restore:
                content.Restore();
                break;
            default:
                break;
        }
    }

    /// <summary>Somebody corrects the values that cannot be read.</summary>
    public void Correct()
    {
        foreach (var content in _tables.Values)
        {
            foreach (var row in content.Rows.Values.Where(r => r.Contains(Unreadable)).ToList())
            {
                content.Put([.. row.Select(v => v == Unreadable ? "" : v)], false);
            }
        }
    }

    /// <summary>A table of a connector has lost all its rows since it was read.</summary>
    public bool WasEmptied(string connector) => _tables.Values.Any(c => c.Table.Connector == connector && c.HeldRows && c.Rows.Count == 0);

    public string Full(string table) => _tables[table].Full();

    /// <summary>The changes since <see cref="Read"/>, in the order in which they happened.</summary>
    public string List(string table) => _tables[table].List();

    /// <summary>A connector's tables were read: their lists start anew.</summary>
    public void Read(string? connector)
    {
        foreach (var content in _tables.Values.Where(c => connector is null || c.Table.Connector == connector))
        {
            content.Log.Clear();
            content.HeldRows = content.Rows.Count > 0;
        }
    }

    private sealed class Content(SourceTable table)
    {
        private readonly List<string[]> _cleared = [];

        public SourceTable Table => table;

        public SortedDictionary<string, string[]> Rows { get; } = new(StringComparer.Ordinal);

        public List<string[]> Log { get; } = [];

        /// <summary>When it was read last.</summary>
        public bool HeldRows { get; set; }

        public void Put(string[] row, bool isMerge)
        {
            var key = table.KeyOf(row);
            // The update of a row that could not be read, and so is not known, would not be taken.
            Log.Add([isMerge || (Rows.TryGetValue(key, out var before) && before.Contains(Unreadable)) ? "merge" : Rows.ContainsKey(key) ? "update" : "insert", .. row]);
            Rows[key] = row;
        }

        public void Set(string[] row, SourceChange change)
        {
            var column = table.Columns.ToList().IndexOf(change.Column);
            if (column < 0)
            {
                return;
            }

            var changed = (string[])row.Clone();
            changed[column] = change.Value;
            if (column < table.KeyLength)
            {
                Remove(change.Key);
            }

            Put(changed, change.IsMerge);
        }

        public void Remove(string key)
        {
            if (Rows.Remove(key, out var row))
            {
                // Some systems tell only the key of what is gone.
                Log.Add(key.Length % 2 == 0 ? ["delete", .. row] : ["delete", .. row.Select((v, i) => i < table.KeyLength ? v : "")]);
            }
        }

        public void Clear()
        {
            _cleared.Clear();
            _cleared.AddRange(Rows.Values);
            foreach (var key in Rows.Keys.ToList())
            {
                Remove(key);
            }
        }

        public void Restore()
        {
            foreach (var row in _cleared.Where(r => !Rows.ContainsKey(table.KeyOf(r))))
            {
                Put(row, false);
            }
        }

        public string Full() => Text(table.Columns, Rows.Values);

        public string List() => Text(["command", .. table.Columns], Log);

        private static string Text(IEnumerable<string> header, IEnumerable<string[]> rows)
        {
            var text = new StringBuilder().AppendJoin(',', header).Append('\n');
            foreach (var row in rows)
            {
                text.AppendJoin(',', row.Select(v => v.Contains(',', StringComparison.Ordinal) ? $"\"{v}\"" : v)).Append('\n');
            }

            return text.ToString();
        }
    }
}
