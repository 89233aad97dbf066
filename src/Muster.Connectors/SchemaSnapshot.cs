using System.Text;
using System.Xml;
using System.Xml.Linq;
using Muster.Configuration.Diagnostics;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Configuration.Xml;
using Muster.Connectors.Contract;

namespace Muster.Connectors;

/// <summary>What a refresh has found.</summary>
/// <param name="IsNew">There was no snapshot before.</param>
/// <param name="Missing">Mapped columns that the schema does not have: they are empty.</param>
public sealed record SchemaRefresh(int Columns, bool IsNew, IReadOnlyList<string> Added, IReadOnlyList<string> Removed, IReadOnlyList<string> Changed, IReadOnlyList<string> Missing)
{
    public bool IsChanged => IsNew || Added.Count + Removed.Count + Changed.Count > 0;
}

/// <summary>
/// The schema of a connection as the format writes it down (synchronization.md 3.5): <c>ConnectionTable</c> with its columns. It helps who writes
/// mappings; nothing reads it at run time.
/// </summary>
public static class SchemaSnapshot
{
    private const string Folder = "Schemas";

    /// <summary>Where the snapshot of a connection is kept in the work folder.</summary>
    public static string PathOf(string connection) => $"{Folder}/{connection}.xml";

    /// <summary>A configuration file with the connection's table.</summary>
    public static string ToXml(Connection connection, string table, IReadOnlyList<SchemaColumn> columns)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(columns);
        var element = Element("ConnectionTable", ("Identifier", table), ("Connection", connection.Identifier));
        foreach (var column in columns)
        {
            element.Add(Element(
                "Column",
                ("Identifier", column.Name),
                ("ValueType", column.ValueType),
                ("IsMultivalued", column.IsMultivalued ? "true" : null),
                ("KeyType", column.Name == "dn" ? "2" : column.ValueType == "Guid" ? "1" : null)));
        }

        return ConfigurationWriter.ToText([element]);
    }

    /// <summary>Writes the snapshot down and says what differs from the former one.</summary>
    public static SchemaRefresh Refresh(IWorkFolder work, Connection connection, string table, IReadOnlyList<SchemaColumn> columns, IReadOnlyList<string> missing)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(connection);
        var text = ToXml(connection, table, columns);
        var now = ColumnsOf(XDocument.Parse(text));
        var before = Former(work, connection.Identifier);
        var refresh = new SchemaRefresh(
            columns.Count,
            before is null,
            before is null ? [] : [.. now.Keys.Except(before.Keys)],
            before is null ? [] : [.. before.Keys.Except(now.Keys)],
            before is null ? [] : [.. now.Where(c => before.TryGetValue(c.Key, out var former) && former != c.Value).Select(c => c.Key)],
            missing);
        if (refresh.IsChanged)
        {
            using var file = work.Create(PathOf(connection.Identifier));
            file.Stream.Write(Encoding.UTF8.GetBytes(text));
            file.Commit();
        }

        return refresh;
    }

    private static ConfigurationElement Element(string name, params (string Name, string? Value)[] attributes)
    {
        var element = new ConfigurationElement(name, SourceLocation.None);
        foreach (var (attribute, value) in attributes.Where(a => a.Value is not null))
        {
            element.Attributes.Add(new ConfigurationAttribute(attribute, value!, SourceLocation.None));
        }

        return element;
    }

    /// <summary>Null if there is none, or none that can be read: it is made anew then.</summary>
    private static Dictionary<string, string>? Former(IWorkFolder work, string connection)
    {
        if (!work.Exists(PathOf(connection)))
        {
            return null;
        }

        try
        {
            using var stream = work.OpenRead(PathOf(connection));
            using var reader = XmlReader.Create(stream, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            return ColumnsOf(XDocument.Load(reader));
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static Dictionary<string, string> ColumnsOf(XDocument document) => document.Descendants()
        .Where(e => e.Name.LocalName == "Column")
        .GroupBy(e => (string?)e.Attribute("Identifier") ?? "", StringComparer.Ordinal)
        .ToDictionary(g => g.Key, g => string.Join(' ', g.First().Attributes().Select(a => $"{a.Name}={a.Value}")), StringComparer.Ordinal);
}
