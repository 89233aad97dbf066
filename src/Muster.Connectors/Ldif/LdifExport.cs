using Muster.Configuration.Exchange;
using Muster.Configuration.Values;
using Muster.Configuration.Work;
using Muster.Connectors.Contract;
using Muster.Connectors.Files;

namespace Muster.Connectors.Ldif;

/// <summary>
/// Exports an LDIF file: as one table of rows with a command (synchronization.md 7.4), or, with <c>Directory</c>, as the tables of a small
/// directory (<see cref="DirectoryExport"/>).
/// </summary>
internal sealed class LdifExport : IExport
{
    public IReadOnlyCollection<string> SettingNames => LdifSettings.Names;

    public Task<ExportOutcome> ExportAsync(ExportRequest request, ITaskReporter reporter, CancellationToken cancellationToken)
    {
        var settings = new LdifSettings(request.Settings);
        return Task.Run(
            () =>
            {
                var stamp = SourceStamp.Of(settings.Path);
                var outcome = settings.IsDirectory
                    ? DirectoryExport.Export(settings, request, reporter, cancellationToken)
                    : ExportRows(settings, request, cancellationToken);
                stamp.CheckUnchanged(settings.Path, request.Connection.Identifier);
                return outcome;
            },
            cancellationToken);
    }

    private static ExportOutcome ExportRows(LdifSettings settings, ExportRequest request, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> attributes = settings.Attributes.Count > 0
            ? settings.Attributes
            : [.. request.Tables.Find("")?.Columns.Select(c => c.Name).Where(c => !c.Equals("Command", StringComparison.OrdinalIgnoreCase)) ?? []];
        var file = request.Output.CreateFile("", ["Command", .. attributes]);
        var hasChanges = false;
        var (text, records) = settings.Open();
        using (text)
        {
            foreach (var record in records.Read())
            {
                cancellationToken.ThrowIfCancellationRequested();
                hasChanges |= record.Change != LdifChange.None;
                if (request.Complete && record.Change is not (LdifChange.None or LdifChange.Add))
                {
                    throw new TaskFailedException(
                        $"Line {record.Line} of the LDIF file '{settings.Path}' starts a change record, and a complete export needs all entries. Use the file in an incremental job with Type=\"Changes\".");
                }

                if (LdifRow.Of(record, attributes, settings) is { } row)
                {
                    file.Write(row, record.Change is LdifChange.Delete or LdifChange.Modify or LdifChange.Rename);
                }
            }
        }

        return new ExportOutcome { Content = hasChanges && !request.Complete ? ExtractContent.Changes : ExtractContent.Full };
    }
}

/// <summary>The row of one LDIF record: <c>Command</c> and the wanted attributes, several values joined by line feeds.</summary>
internal static class LdifRow
{
    /// <summary>Null if the filter leaves the record out.</summary>
    public static IReadOnlyList<string?>? Of(LdifRecord record, IReadOnlyList<string> attributes, LdifSettings settings)
    {
        switch (record.Change)
        {
            case LdifChange.None or LdifChange.Add:
                return IsWanted(record, settings) ? ["Insert", .. attributes.Select(a => ValueOf(record, a))] : null;
            case LdifChange.Delete:
                // A deletion says nothing but the name, and needs no more than the key.
                RequireOnly(record, attributes, settings, [], isDeletion: true);
                return ["Delete", .. attributes.Select(a => IsDn(a) ? record.Dn : null)];
            case LdifChange.Modify:
                RequireOnly(record, attributes, settings, [.. record.Modifications.Where(m => m.Operation == "replace").Select(m => m.Attribute)], false);
                return ["Merge", .. attributes.Select(a => IsDn(a) ? record.Dn : ReplacementOf(record, a))];
            default:
                return OfRename(record, attributes, settings);
        }
    }

    private static List<string?> OfRename(LdifRecord record, IReadOnlyList<string> attributes, LdifSettings settings)
    {
        if (!DistinguishedName.TryParse(record.Dn, out var from)
            || !DistinguishedName.TryParse(record.NewRdn, out var rdn) || rdn.Components.Count != 1
            || !DistinguishedName.TryParse(record.NewSuperior ?? from.Parent.ToString(), out var parent))
        {
            throw new TaskFailedException($"Line {record.Line} of the LDIF file '{settings.Path}' renames '{record.Dn}' with a name that cannot be read.");
        }

        var naming = rdn.Rdn.Attributes[0];
        RequireOnly(record, attributes, settings, [naming.Attribute], false);
        var dn = parent.Child(rdn.Rdn).ToString();
        return ["Merge", .. attributes.Select(a => IsDn(a) ? dn : naming.Value)];
    }

    /// <summary>
    /// A merged row must carry every exported column (synchronization.md 7.0): what it leaves empty would be taken as removed.
    /// </summary>
    private static void RequireOnly(
        LdifRecord record, IReadOnlyList<string> attributes, LdifSettings settings, IReadOnlyList<string> given, bool isDeletion)
    {
        var missing = isDeletion
            ? (attributes.Any(IsDn) ? null : "dn")
            : attributes.FirstOrDefault(a => !IsDn(a) && !given.Contains(a, StringComparer.OrdinalIgnoreCase));
        if (missing is not null)
        {
            throw new TaskFailedException(
                $"The change record in line {record.Line} of the LDIF file '{settings.Path}' does not carry the exported attribute '{missing}' in full, so that its row would be wrong. Use an LDIF file with whole entries.");
        }
    }

    private static bool IsWanted(LdifRecord record, LdifSettings settings) =>
        settings.FilterAttribute is not { } filter
        || record.Attributes.Any(a => a.Is(filter) && settings.FilterValues.Contains(a.Value.TextOrBase64, StringComparer.OrdinalIgnoreCase));

    private static bool IsDn(string attribute) => attribute.Equals("dn", StringComparison.OrdinalIgnoreCase);

    private static string? ValueOf(LdifRecord record, string attribute) =>
        IsDn(attribute) ? record.Dn : Join(record.Attributes.Where(a => a.Is(attribute)).Select(a => a.Value));

    private static string? ReplacementOf(LdifRecord record, string attribute) =>
        Join(record.Modifications.Last(m => m.Attribute.Equals(attribute, StringComparison.OrdinalIgnoreCase)).Values);

    private static string? Join(IEnumerable<LdifValue> values)
    {
        var text = string.Join('\n', values.Select(v => v.TextOrBase64));
        return text.Length == 0 ? null : text;
    }
}
