using System.Text;
using Muster.Configuration.Values;
using Muster.Configuration.Work;
using Muster.Connectors.Files;
using Muster.Connectors.Settings;

namespace Muster.Connectors.Ldif;

/// <summary>How far below its base a table looks.</summary>
internal enum SearchScope
{
    Base,
    OneLevel,
    Subtree,
}

/// <summary>One table of a directory file (synchronization.md 7.2).</summary>
internal sealed record DirectoryTable(string Name, DistinguishedName Base, LdapFilter Filter, SearchScope Scope)
{
    public bool Contains(DirectoryEntry entry)
    {
        var isInScope = Scope switch
        {
            SearchScope.Base => entry.Name == Base,
            SearchScope.OneLevel => entry.Name.Parent == Base && !entry.Name.IsRoot,
            _ => entry.Name == Base || entry.Name.IsBelow(Base),
        };
        return isInScope && Filter.Matches(entry.ValuesOf);
    }
}

/// <summary>The settings of an LDIF connection, checked (synchronization.md 7.4, and our addition, the directory file).</summary>
internal sealed class LdifSettings
{
    public static readonly string[] Names =
    [
        "LDIFFile", "FilterAttribute", "FilterValues", "Attributes", "LdifEncoding", "Directory", "Tables",
    ];

    private const int MaximumUrlFile = 16 * 1024 * 1024;
    private readonly ConnectionSettings _settings;

    public LdifSettings(ConnectionSettings settings)
    {
        _settings = settings;
        settings.GetRequiredText("LDIFFile");
        Path = settings.GetFile("LDIFFile")!;
        IsDirectory = settings.GetFlag("Directory");
        Encoding = SourceEncoding.Of(settings, "LdifEncoding");
        FilterAttribute = settings.GetText("FilterAttribute");
        FilterValues = [.. settings.GetTexts("FilterValues").SelectMany(t => t.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        Attributes = settings.GetTexts("Attributes");
        Tables = [.. settings.GetObjects("Tables").Select(ToTable)];
        if (Tables.Count == 0)
        {
            Tables = [new DirectoryTable("entries", DistinguishedName.Root, LdapFilter.All, SearchScope.Subtree)];
        }

        if (IsDirectory && settings.Has("LdifEncoding") && Encoding.WebName != "utf-8")
        {
            throw new TaskFailedException($"The value of {settings.Describe("LdifEncoding")} must be UTF-8: a directory file is rewritten as RFC 2849 says.");
        }
    }

    /// <summary>The real path of the LDIF file.</summary>
    public string Path { get; }

    public bool IsDirectory { get; }

    public Encoding Encoding { get; }

    public string? FilterAttribute { get; }

    public IReadOnlyList<string> FilterValues { get; }

    public IReadOnlyList<string> Attributes { get; }

    public IReadOnlyList<DirectoryTable> Tables { get; }

    /// <summary>A reader of the file; disposing it closes the file.</summary>
    public (TextReader Text, LdifReader Records) Open()
    {
        if (!File.Exists(Path))
        {
            throw new TaskFailedException(
                $"The file '{Path}' of connection '{_settings.Connection}' does not exist. It is named by {_settings.Describe("LDIFFile")}.");
        }

        var text = new StrictTextReader(
            new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1), Path, Encoding);
        return (text, new LdifReader(text, Path, ReadUrl));
    }

    /// <summary>Reads records that were found in the file before.</summary>
    public LdifReader Reread(TextReader text) => new(text, Path, ReadUrl);

    /// <summary>A file that an LDIF file refers to: only below an explicitly allowed folder, since the LDIF file's content is foreign.</summary>
    private byte[] ReadUrl(string url, int line)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || !uri.IsFile || uri.Host.Length > 0)
        {
            throw new TaskFailedException($"Line {line} of the LDIF file '{Path}' refers to '{url}', and only file:///… is read.");
        }

        if (!_settings.Sources.IsRestricted)
        {
            throw new TaskFailedException(
                $"Line {line} of the LDIF file '{Path}' refers to the file '{url}'. Such files are read below 'SourcesRootPaths' only; list their folder there.");
        }

        var path = _settings.Sources.Resolve(uri.LocalPath, $"line {line} of the LDIF file '{Path}'");
        var file = new FileInfo(path);
        return file.Exists && file.Length <= MaximumUrlFile
            ? File.ReadAllBytes(path)
            : throw new TaskFailedException($"Line {line} of the LDIF file '{Path}' refers to '{path}', which does not exist or is larger than 16 MiB.");
    }

    private static DirectoryTable ToTable(ConnectionSettings table)
    {
        var name = table.GetRequiredText("Table");
        var scope = table.GetText("Scope")?.ToUpperInvariant() switch
        {
            null or "SUBTREE" or "2" => SearchScope.Subtree,
            "ONELEVEL" or "1" => SearchScope.OneLevel,
            "BASE" or "0" => SearchScope.Base,
            _ => throw new TaskFailedException($"The value of {table.Describe("Scope")} is none of Base, OneLevel, Subtree."),
        };
        try
        {
            var filter = table.GetText("Filter") is { } text ? LdapFilter.Parse(text) : LdapFilter.All;
            return new DirectoryTable(name, DistinguishedName.Parse(table.GetText("BaseDN") ?? ""), filter, scope);
        }
        catch (FormatException failure)
        {
            throw new TaskFailedException($"The table '{name}' in {table.Describe("Table")} is wrong. {failure.Message}", failure);
        }
    }
}
