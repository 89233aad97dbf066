using System.Text;
using Muster.Configuration.Values;
using Muster.Configuration.Work;
using Muster.Connectors.Contract;
using Muster.Connectors.Export;
using Muster.Connectors.Ldap.Protocol;
using Muster.Connectors.Ldif;

namespace Muster.Connectors.Ldap;

/// <summary>
/// The extract files of a directory server: rows of entries in internal form (synchronization.md 6.2), and rows of links, one per value.
/// Values have no order in a directory; they are sorted, so that equal entries give equal rows.
/// </summary>
internal sealed class EntryFile
{
    private static readonly string[] NameColumns = ["dn", "parentdn", "rdn"];
    private readonly ExtractFile _file;
    private readonly List<string> _columns;
    private readonly List<AttributeFormat> _formats;
    private readonly string? _commandColumn;
    private readonly ITaskReporter _reporter;
    private readonly bool _isChanges;

    /// <param name="commandColumn">Name of the first column if the rows may be changes; null for full extracts only.</param>
    /// <param name="keyColumn">The attribute that never changes, which is always written.</param>
    public EntryFile(ExportRequest request, string table, string? commandColumn, string? keyColumn, ITaskReporter reporter)
    {
        _reporter = reporter;
        _isChanges = commandColumn is not null && !request.Complete;
        _commandColumn = commandColumn;
        var wanted = request.Tables.Find(table)?.Columns ?? [];
        var columns = wanted.Where(c => !NameColumns.Contains(c.Name, StringComparer.OrdinalIgnoreCase)
            && !c.Name.Equals(commandColumn, StringComparison.OrdinalIgnoreCase)).ToList();
        if (keyColumn is not null && !columns.Exists(c => c.Name.Equals(keyColumn, StringComparison.OrdinalIgnoreCase)))
        {
            columns.Insert(0, new WantedColumn(keyColumn, null));
        }

        try
        {
            _columns = [.. columns.Select(c => c.Name)];
            _formats = [.. columns.Select(c => AttributeFormat.Of(c.Name, c.Property))];
        }
        catch (FormatException failure)
        {
            throw new TaskFailedException(failure.Message, failure);
        }

        _file = request.Output.CreateFile(table, [.. commandColumn is null ? [] : new[] { commandColumn }, .. NameColumns, .. _columns]);
    }

    /// <summary>The attributes that rows are made of.</summary>
    public IEnumerable<string> Attributes => _formats.Select(f => f.Attribute);

    /// <summary>What the file holds, and in which form.</summary>
    public string Description => string.Join(' ', _columns.Zip(_formats, (c, f) => $"{c}:{f.Description}"));

    /// <summary>Writes an entry.</summary>
    public void Write(LdapEntry entry, DistinguishedName name) => Write(RowOf(entry, name), null);

    /// <summary>Writes a row that <see cref="RowOf"/> made.</summary>
    public void Write(List<string?> row, string? command) => _file.Write(_commandColumn is null ? row : [command, .. row], _isChanges);

    /// <summary>The row of an entry, without its command.</summary>
    public List<string?> RowOf(LdapEntry entry, DistinguishedName name)
    {
        var row = new List<string?>(_columns.Count + 3) { entry.Dn };

        row.Add(name.Components.Count < 2 ? null : ParentOf(entry.Dn) ?? name.Parent.ToString());
        row.Add(name.IsRoot ? null : name.Rdn.ToString());
        for (var index = 0; index < _columns.Count; index++)
        {
            row.Add(ValueOf(entry, index));
        }

        return row;
    }

    /// <summary>Writes that an entry has gone: its names and nothing else.</summary>
    /// <param name="key">Octets of the key attribute.</param>
    public void WriteDeletion(string? dn, string keyColumn, byte[] key, string command)
    {
        var row = new List<string?>(_columns.Count + 4) { command, dn, null, null };
        for (var index = 0; index < _columns.Count; index++)
        {
            string? value = null;
            if (_columns[index].Equals(keyColumn, StringComparison.OrdinalIgnoreCase))
            {
                _formats[index].TryRead([new LdifValue(key)], out value);
            }

            row.Add(value);
        }

        _file.Write(row, _isChanges);
    }

    /// <summary>What stands behind the first comma that separates; null if there is an escape or a quote, which need a closer look.</summary>
    private static string? ParentOf(string dn)
    {
        var comma = dn.IndexOf(',', StringComparison.Ordinal);
        return comma < 0 || dn.AsSpan().IndexOfAny('\\', '"') >= 0 ? null : dn[(comma + 1)..].TrimStart(' ');
    }

    private string? ValueOf(LdapEntry entry, int index)
    {
        var format = _formats[index];
        if (entry.Find(format.Attribute) is not { Values.Count: > 0 } attribute)
        {
            return null;
        }

        var values = attribute.Values.Select(v => new LdifValue(v)).ToList();
        if (values.Count > 1)
        {
            values.Sort((left, right) => string.CompareOrdinal(left.TextOrBase64, right.TextOrBase64));
        }

        if (!format.TryRead(values, out var value))
        {
            // Written as null and counted; the value may be long or binary, so only its beginning is quoted.
            var text = values[0].TextOrBase64;
            _reporter.Warning(
                $"The value '{(text.Length > 60 ? text[..60] + "…" : text)}' of '{_columns[index]}' of the entry '{entry.Dn}' does not fit its format; it is exported as empty.");
            _reporter.Count("valuesNotConverted", 1);
        }

        // The extract is a text file, and a zero octet in it would be taken for its end by some readers.
        return value is not null && value.Contains('\0', StringComparison.Ordinal) ? Convert.ToBase64String(Encoding.UTF8.GetBytes(value)) : value;
    }
}

/// <summary>A file with one row per value of an attribute.</summary>
internal sealed class LinkFile
{
    private readonly ExtractFile _file;
    private readonly bool _hasCommand;
    private readonly string? _keyColumn;
    private readonly bool _isChanges;

    private LinkFile(string attribute, bool isKeyedByName, ExtractFile file, bool hasCommand, string? keyColumn, bool isChanges)
    {
        _isChanges = isChanges;
        Attribute = attribute;
        IsKeyedByName = isKeyedByName;
        _file = file;
        _hasCommand = hasCommand;
        _keyColumn = keyColumn;
    }

    public string Attribute { get; }

    /// <summary>Rows find their owner by its distinguished name, which may change.</summary>
    public bool IsKeyedByName { get; }

    /// <param name="hasAttribute">Whether the server's schema has an attribute; the table's name decides which is meant (synchronization.md 7.1).</param>
    public static LinkFile Create(ExportRequest request, WantedTable table, string? commandColumn, string? keyColumn, Predicate<string> hasAttribute)
    {
        var value = table.Columns.Select(c => c.Name).FirstOrDefault(c =>
            !c.Equals("dn", StringComparison.OrdinalIgnoreCase) && !c.Equals(keyColumn, StringComparison.OrdinalIgnoreCase)) ?? table.Suffix;
        var attribute = DirectoryExport.LinkAttribute(hasAttribute, table.Suffix, value);
        string[] columns = [.. commandColumn is null ? [] : new[] { commandColumn }, .. keyColumn is null ? [] : new[] { keyColumn }, "dn", value];
        var isKeyedByName = table.Columns.Any(c => c.Name.Equals("dn", StringComparison.OrdinalIgnoreCase)) || keyColumn is null;
        return new LinkFile(attribute, isKeyedByName, request.Output.CreateFile(table.Suffix, columns), commandColumn is not null, keyColumn, commandColumn is not null && !request.Complete);
    }

    public static string TextOf(byte[] value) => new LdifValue(value).TextOrBase64;

    public void Write(string? key, string dn, string value, string? command)
    {
        List<string?> row = [];
        if (_hasCommand)
        {
            row.Add(command);
        }

        if (_keyColumn is not null)
        {
            row.Add(key);
        }

        row.Add(dn);
        row.Add(value);
        _file.Write(row, _isChanges);
    }
}
