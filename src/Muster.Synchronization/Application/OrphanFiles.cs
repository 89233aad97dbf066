using System.Text;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Repository.Synchronization;

namespace Muster.Synchronization.Application;

/// <summary>Rows that found no resource, as CSV beside the delivery (synchronization.md 9.6); they outlive its other files.</summary>
internal static class OrphanFiles
{
    public const string Suffix = ".orphans.csv";

    public static IReadOnlyList<string> Write(
        IWorkFolder work,
        string folder,
        IReadOnlyList<(EntityTypeMapping Mapping, IReadOnlyList<(RowCommand Command, string Key, string Reason)> Rows)> entities,
        IReadOnlyList<LinkStaging> links)
    {
        var written = new List<string>();
        foreach (var (mapping, rows) in entities.Where(e => e.Rows.Count > 0))
        {
            var header = $"Command,{Quote(mapping.PrimaryKey.ConnectionColumn)},Reason";
            written.Add(WriteFile(
                work, folder, mapping.Identifier, header, rows.Select(r => $"{r.Command.ToString().ToLowerInvariant()},{Quote(r.Key)},{r.Reason}")));
        }

        foreach (var staging in links)
        {
            var mapping = staging.Association.Mapping!;
            var command = staging.Source == LinkSource.Full ? "" : "insert";
            var rows = staging.Orphans().Select(o => $"{command},{Quote(o.Key1)},{Quote(o.Key2)},{o.Reason}");
            using var enumerator = rows.GetEnumerator();
            if (enumerator.MoveNext())
            {
                var header = $"Command,{Quote(mapping.Column1)},{Quote(mapping.Column2)},Reason";
                written.Add(WriteFile(work, folder, staging.Association.Identifier, header, Rest(enumerator)));
            }
        }

        return written;
    }

    private static IEnumerable<string> Rest(IEnumerator<string> rows)
    {
        do
        {
            yield return rows.Current;
        }
        while (rows.MoveNext());
    }

    private static string WriteFile(IWorkFolder work, string folder, string name, string header, IEnumerable<string> rows)
    {
        var path = $"{folder}/{name}{Suffix}";
        using var pending = work.Create(path);
        using (var writer = new StreamWriter(pending.Stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" })
        {
            writer.WriteLine(header);
            foreach (var row in rows)
            {
                writer.WriteLine(row);
            }
        }

        pending.Commit();
        return path;
    }

    private static string Quote(string value) =>
        value.AsSpan().IndexOfAny(",\"\r\n") < 0 ? value : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
