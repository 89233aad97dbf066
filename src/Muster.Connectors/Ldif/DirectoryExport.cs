using Muster.Configuration.Exchange;
using Muster.Configuration.Work;
using Muster.Connectors.Contract;

namespace Muster.Connectors.Ldif;

/// <summary>
/// Exports a directory file: a file per entity table (<c>&lt;conn&gt;_entries.csv</c> by default) with the mapped attributes in internal form,
/// and a file per other table of the mappings with one line <c>dn,&lt;attribute&gt;</c> per value. Always complete.
/// </summary>
internal static class DirectoryExport
{
    private static readonly string[] NameColumns = ["dn", "parentdn", "rdn"];

    public static ExportOutcome Export(
        LdifSettings settings, ExportRequest request, ITaskReporter reporter, CancellationToken cancellationToken)
    {
        var directory = settings.ReadDirectory(cancellationToken);
        var entityTables = settings.Tables.Where(t => request.Tables.Find(t.Name) is not { HasEntities: false }).ToList();
        foreach (var table in entityTables)
        {
            ExportEntries(directory, table, request, reporter, cancellationToken);
        }

        foreach (var wanted in request.Tables.All)
        {
            if (entityTables.Exists(t => t.Name.Equals(wanted.Suffix, StringComparison.OrdinalIgnoreCase)))
            {
                continue;
            }

            if (wanted.HasEntities)
            {
                throw new TaskFailedException(
                    $"The table '{request.Connection.Identifier}_{wanted.Suffix}' is mapped, and the connection '{request.Connection.Identifier}' has no such table. Add it to {request.Settings.Describe("Tables")}, or map one of {string.Join(", ", entityTables.Select(t => $"'{request.Connection.Identifier}_{t.Name}'"))}.");
            }

            var own = settings.Tables.FirstOrDefault(t => t.Name.Equals(wanted.Suffix, StringComparison.OrdinalIgnoreCase));
            IReadOnlyList<DirectoryTable> scope = own is null ? entityTables : [own];
            ExportLinks(directory, wanted, scope, request, cancellationToken);
        }

        return new ExportOutcome { Content = ExtractContent.Full };
    }

    private static void ExportEntries(
        DirectoryFile directory, DirectoryTable table, ExportRequest request, ITaskReporter reporter, CancellationToken cancellationToken)
    {
        var wanted = request.Tables.Find(table.Name);
        var columns = (wanted?.Columns ?? []).Where(c => !NameColumns.Contains(c.Name, StringComparer.OrdinalIgnoreCase)).ToList();
        List<AttributeFormat> formats;
        try
        {
            formats = [.. columns.Select(c => AttributeFormat.Of(c.Name, c.Property))];
        }
        catch (FormatException failure)
        {
            throw new TaskFailedException(failure.Message, failure);
        }

        var file = request.Output.CreateFile(wanted?.Suffix ?? table.Name, [.. NameColumns, .. columns.Select(c => c.Name)]);
        foreach (var entry in directory.Entries.Where(table.Contains))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var row = new string?[NameColumns.Length + columns.Count];
            row[0] = entry.Dn;
            row[1] = SpelledAsInFile(directory, entry);
            row[2] = entry.Name.Rdn.ToString();
            var values = entry.Values.ToLookup(v => v.Name, StringComparer.OrdinalIgnoreCase);
            for (var index = 0; index < columns.Count; index++)
            {
                var raw = values[formats[index].Attribute].Select(v => Spelled(directory, v)).ToList();
                if (!formats[index].TryRead(raw, out row[NameColumns.Length + index]))
                {
                    // Written as null and counted; the value may be long or binary, so only its beginning is quoted.
                    var text = raw[0].TextOrBase64;
                    reporter.Warning(
                        $"The value '{(text.Length > 60 ? text[..60] + "…" : text)}' of '{columns[index].Name}' of the entry '{entry.Dn}' does not fit its format; it is exported as empty.");
                    reporter.Count("valuesNotConverted", 1);
                }
            }

            file.Write(row);
        }
    }

    private static void ExportLinks(
        DirectoryFile directory, WantedTable wanted, IReadOnlyList<DirectoryTable> scope, ExportRequest request, CancellationToken cancellationToken)
    {
        var valueColumn = wanted.Columns.Select(c => c.Name).FirstOrDefault(c => !c.Equals("dn", StringComparison.OrdinalIgnoreCase)) ?? wanted.Suffix;
        var attribute = LinkAttribute(directory, wanted.Suffix, valueColumn);
        var file = request.Output.CreateFile(wanted.Suffix, ["dn", valueColumn]);
        foreach (var entry in directory.Entries.Where(e => scope.Any(t => t.Contains(e))))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var value in entry.Values.Where(v => v.Is(attribute)))
            {
                file.Write([entry.Dn, Spelled(directory, value).TextOrBase64]);
            }
        }
    }

    /// <summary>
    /// The link attribute that a table's suffix means (synchronization.md 7.1): the attribute of that name, else without a trailing s, else
    /// the column that is not <c>dn</c>.
    /// </summary>
    internal static string LinkAttribute(DirectoryFile directory, string suffix, string valueColumn)
    {
        var singular = suffix.EndsWith('s') ? suffix[..^1] : suffix;
        return directory.Entries.Any(e => e.Values.Exists(v => v.Is(suffix))) ? suffix
            : directory.Entries.Any(e => e.Values.Exists(v => v.Is(singular))) ? singular
            : valueColumn;
    }

    private static string? SpelledAsInFile(DirectoryFile directory, DirectoryEntry entry) =>
        entry.Name.Parent.IsRoot ? null : directory.Find(entry.Name.Parent)?.Dn ?? entry.Name.Parent.ToString();

    /// <summary>A reference is written as the entry that it means spells its own name, so that the two texts are equal.</summary>
    private static LdifValue Spelled(DirectoryFile directory, DirectoryValue value) =>
        value.NameKey is { } key && directory.FindByKey(key) is { } target
            ? new LdifValue(target.Dn)
            : value.Value;
}
