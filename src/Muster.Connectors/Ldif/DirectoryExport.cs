using Muster.Configuration.Exchange;
using Muster.Configuration.Values;
using Muster.Configuration.Work;
using Muster.Connectors.Contract;
using Muster.Connectors.Export;

namespace Muster.Connectors.Ldif;

/// <summary>
/// Exports a directory file: a file per entity table (<c>&lt;conn&gt;_entries.csv</c> by default) with the mapped attributes in internal form,
/// and a file per other table of the mappings with one line <c>dn,&lt;attribute&gt;</c> per value. Always complete. The file is read twice, once
/// for the index and once for the rows, so that no more than one entry is in memory.
/// </summary>
internal sealed class DirectoryExport
{
    private readonly DirectoryIndex _index;
    private readonly ITaskReporter _reporter;
    private readonly List<EntryTable> _entryTables = [];
    private readonly List<LinkTable> _linkTables = [];
    private (string Text, DistinguishedName Name)? _lastParent;

    private DirectoryExport(DirectoryIndex index, ITaskReporter reporter)
    {
        _index = index;
        _reporter = reporter;
    }

    public static ExportOutcome Export(
        LdifSettings settings, ExportRequest request, ITaskReporter reporter, CancellationToken cancellationToken)
    {
        var export = new DirectoryExport(DirectoryIndex.Read(settings, false, cancellationToken), reporter);
        export.CreateTables(settings, request);
        foreach (var record in DirectoryIndex.Records(settings, cancellationToken))
        {
            export.Write(record);
        }

        return new ExportOutcome { Content = ExtractContent.Full };
    }

    /// <summary>
    /// The link attribute that a table's suffix means (synchronization.md 7.1): the attribute of that name, else without a trailing s, else
    /// the column that is not <c>dn</c>.
    /// </summary>
    internal static string LinkAttribute(Predicate<string> hasAttribute, string suffix, string valueColumn)
    {
        var singular = suffix.EndsWith('s') ? suffix[..^1] : suffix;
        return hasAttribute(suffix) ? suffix
            : hasAttribute(singular) ? singular
            : valueColumn;
    }

    private void CreateTables(LdifSettings settings, ExportRequest request)
    {
        var tables = settings.Tables.Where(t => request.Tables.Find(t.Name) is not { HasEntities: false }).ToList();
        foreach (var table in tables)
        {
            _entryTables.Add(EntryTable.Create(table, request));
        }

        foreach (var wanted in request.Tables.All)
        {
            if (tables.Exists(t => t.Name.Equals(wanted.Suffix, StringComparison.OrdinalIgnoreCase)))
            {
                continue;
            }

            if (wanted.HasEntities)
            {
                throw new TaskFailedException(
                    $"The table '{request.Connection.Identifier}_{wanted.Suffix}' is mapped, and the connection '{request.Connection.Identifier}' has no such table. Add it to {request.Settings.Describe("Tables")}, or map one of {string.Join(", ", tables.Select(t => $"'{request.Connection.Identifier}_{t.Name}'"))}.");
            }

            var own = settings.Tables.FirstOrDefault(t => t.Name.Equals(wanted.Suffix, StringComparison.OrdinalIgnoreCase));
            var valueColumn = wanted.Columns.Select(c => c.Name).FirstOrDefault(c => !c.Equals("dn", StringComparison.OrdinalIgnoreCase)) ?? wanted.Suffix;
            _linkTables.Add(new LinkTable(
                LinkAttribute(_index.HasAttribute, wanted.Suffix, valueColumn),
                own is null ? tables : [own],
                request.Output.CreateFile(wanted.Suffix, ["dn", valueColumn])));
        }
    }

    private void Write(LdifRecord record)
    {
        var entry = new DirectoryEntry(NameOf(record.Dn), record.Dn, record.Attributes.Select(a => new DirectoryValue(a.Name, a.Value)));
        foreach (var table in _entryTables.Where(t => t.Table.Contains(entry)))
        {
            Write(entry, table);
        }

        foreach (var table in _linkTables.Where(l => l.Scope.Any(t => t.Contains(entry))))
        {
            foreach (var value in entry.Values.Where(v => v.Is(table.Attribute)))
            {
                table.File.Write([entry.Dn, Spelled(value).TextOrBase64]);
            }
        }
    }

    private void Write(DirectoryEntry entry, EntryTable table)
    {
        var row = new string?[EntryTable.NameColumns.Length + table.Columns.Count];
        row[0] = entry.Dn;
        row[1] = SpelledParent(entry);
        row[2] = entry.Name.Rdn.ToString();
        for (var index = 0; index < table.Columns.Count; index++)
        {
            var format = table.Formats[index];
            var raw = entry.Values.FindAll(v => v.Is(format.Attribute)).ConvertAll(Spelled);
            if (!format.TryRead(raw, out row[EntryTable.NameColumns.Length + index]))
            {
                // Written as null and counted; the value may be long or binary, so only its beginning is quoted.
                var text = raw[0].TextOrBase64;
                _reporter.Warning(
                    $"The value '{(text.Length > 60 ? text[..60] + "…" : text)}' of '{table.Columns[index]}' of the entry '{entry.Dn}' does not fit its format; it is exported as empty.");
                _reporter.Count("valuesNotConverted", 1);
            }
        }

        table.File.Write(row);
    }

    /// <summary>Most entries stand below the same one as that before them: its name is read once.</summary>
    private DistinguishedName NameOf(string dn)
    {
        var comma = dn.IndexOf(',', StringComparison.Ordinal);
        if (comma > 0 && dn.AsSpan().IndexOfAny('\\', '"') < 0 && DistinguishedName.TryParse(dn[..comma], out var own) && own.Components.Count == 1)
        {
            var above = dn[(comma + 1)..];
            if (_lastParent?.Text != above && DistinguishedName.TryParse(above, out var parent))
            {
                _lastParent = (above, parent);
            }

            if (_lastParent is { } last && last.Text == above)
            {
                return last.Name.Child(own.Rdn);
            }
        }

        return DistinguishedName.Parse(dn);
    }

    /// <summary>Null for an entry at the top of the file: what is above it is outside the directory.</summary>
    private string? SpelledParent(DirectoryEntry entry)
    {
        var parent = entry.Name.Parent;
        return !parent.IsRoot && _index.Find(DirectoryKey.Of(parent)) is { } slot ? _index.SpelledName(slot) : null;
    }

    /// <summary>A reference is written as the entry that it means spells its own name, so that the two texts are equal.</summary>
    private LdifValue Spelled(DirectoryValue value) =>
        !value.NameKey.IsNone && _index.Find(value.NameKey) is { } slot ? new LdifValue(_index.SpelledName(slot)) : value.Value;

    /// <summary>A file with one row per entry.</summary>
    private sealed record EntryTable(DirectoryTable Table, IReadOnlyList<string> Columns, IReadOnlyList<AttributeFormat> Formats, ExtractFile File)
    {
        public static readonly string[] NameColumns = ["dn", "parentdn", "rdn"];

        public static EntryTable Create(DirectoryTable table, ExportRequest request)
        {
            var wanted = request.Tables.Find(table.Name);
            var columns = (wanted?.Columns ?? []).Where(c => !NameColumns.Contains(c.Name, StringComparer.OrdinalIgnoreCase)).ToList();
            try
            {
                return new EntryTable(
                    table,
                    [.. columns.Select(c => c.Name)],
                    [.. columns.Select(c => AttributeFormat.Of(c.Name, c.Property))],
                    request.Output.CreateFile(wanted?.Suffix ?? table.Name, [.. NameColumns, .. columns.Select(c => c.Name)]));
            }
            catch (FormatException failure)
            {
                throw new TaskFailedException(failure.Message, failure);
            }
        }
    }

    /// <summary>A file with one row per value of an attribute, of the entries that one of some tables has.</summary>
    private sealed record LinkTable(string Attribute, IReadOnlyList<DirectoryTable> Scope, ExtractFile File);
}
