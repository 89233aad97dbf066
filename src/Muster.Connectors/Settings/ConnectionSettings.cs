using System.Globalization;
using Muster.Configuration.Diagnostics;
using Muster.Configuration.Work;

namespace Muster.Connectors.Settings;

/// <summary>
/// The settings of one connection, or of one object inside them. Every reading method throws <see cref="TaskFailedException"/> that names
/// the setting with file and line if the value is not of the wanted kind; keys are compared without regard to case.
/// </summary>
public sealed class ConnectionSettings
{
    private readonly SettingsNode _node;
    private readonly SettingsSecrets _secrets;

    internal ConnectionSettings(string connection, SettingsNode node, SourceFiles sources, SettingsSecrets secrets)
    {
        Connection = connection;
        _node = node;
        _secrets = secrets;
        Sources = sources;
    }

    /// <summary>Identifier of the connection.</summary>
    public string Connection { get; }

    public SourceFiles Sources { get; }

    /// <summary>The key by which protected values are read and made.</summary>
    internal SettingsSecrets Secrets => _secrets;

    public SourceLocation Location => _node.Location;

    /// <summary>True if the settings file and the environment say nothing about the connection.</summary>
    public bool IsEmpty => _node.Children.Count == 0;

    /// <summary>The setting's full name with its place, for messages.</summary>
    public string Describe(string key)
    {
        var location = _node.Find(key)?.Location ?? _node.Location;
        var place = location.Line > 0 ? $"{location.File}, line {location.Line}" : location.File;
        return $"the setting '{_node.Path}:{key}' ({place})";
    }

    public bool Has(string key) => _node.Find(key) is { } node && (node.IsContainer || !string.IsNullOrEmpty(node.Text));

    /// <summary>Null if absent or empty. A protected value is decrypted; use <see cref="GetProtected"/> for secrets.</summary>
    public string? GetText(string key) => _node.Find(key) switch
    {
        null or { IsContainer: false, Text: null or "" } => null,
        { IsContainer: true } => throw Wrong(key, "is a list or an object, and a text is expected"),
        { Text: { } text } => Reveal(key, text),
    };

    public string GetRequiredText(string key) => GetText(key)
        ?? throw new TaskFailedException($"The connection '{Connection}' lacks {Describe(key)}. Add it to the settings file.");

    /// <summary>A secret, decrypted when it is used; null if absent.</summary>
    public ProtectedText? GetProtected(string key) => Has(key) ? new ProtectedText(() => GetRequiredText(key)) : null;

    public bool GetFlag(string key, bool absent = false) => GetText(key)?.ToUpperInvariant() switch
    {
        null => absent,
        "TRUE" or "1" => true,
        "FALSE" or "0" => false,
        _ => throw Wrong(key, "is neither true nor false"),
    };

    public int GetNumber(string key, int absent, int minimum, int maximum)
    {
        if (GetText(key) is not { } text)
        {
            return absent;
        }

        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= minimum && number <= maximum
                ? number
                : throw Wrong(key, string.Create(CultureInfo.InvariantCulture, $"is not a whole number from {minimum} to {maximum}"));
    }

    /// <summary>The texts of an array, or the one text; empty if absent.</summary>
    public IReadOnlyList<string> GetTexts(string key) => [.. AgentSettings.Texts(_node.Find(key)).Select(t => Reveal(key, t))];

    /// <summary>The objects of an array; empty if absent.</summary>
    public IReadOnlyList<ConnectionSettings> GetObjects(string key)
    {
        if (_node.Find(key) is not { } list)
        {
            return [];
        }

        return list.IsContainer && list.Children.All(c => c.Value.IsContainer)
            ? [.. list.Children.Select(c => new ConnectionSettings(Connection, c.Value, Sources, _secrets))]
            : throw Wrong(key, "is not a list of objects");
    }

    /// <summary>The real path of the file that a setting names, checked against <c>SourcesRootPaths</c>; null if absent.</summary>
    public string? GetFile(string key) => GetText(key) is { } path ? Sources.Resolve(path, Describe(key)) : null;

    /// <summary>One sentence for every setting that the package does not know, with the nearest name.</summary>
    public IEnumerable<string> UnknownKeys(IReadOnlyCollection<string> known) =>
        from child in _node.Children
        where !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)
        let nearest = NearestName.Find(child.Key, known)
        let hint = nearest is null ? $"Known are {string.Join(", ", known.Order(StringComparer.Ordinal))}." : $"Did you mean '{nearest}'?"
        select $"{child.Value.Location}: The setting '{child.Key}' of '{_node.Path}' is not known and has no effect. {hint}";

    private string Reveal(string key, string text)
    {
        if (!SettingsSecrets.IsProtected(text))
        {
            return text;
        }

        try
        {
            return _secrets.Reveal(text);
        }
        catch (SettingsException failure)
        {
            throw new TaskFailedException($"The value of {Describe(key)} cannot be used. {failure.Message}", failure);
        }
    }

    // The value is not quoted: it may be a secret.
    private TaskFailedException Wrong(string key, string problem) =>
        new($"The value of {Describe(key)} of connection '{Connection}' {problem}.");
}
