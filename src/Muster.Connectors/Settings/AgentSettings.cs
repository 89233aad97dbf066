using System.Globalization;
using Muster.Configuration.Diagnostics;

namespace Muster.Connectors.Settings;

/// <summary>
/// The settings of an agent: how each connection reaches its managed system, and which folders may be read (synchronization.md 4.2). They
/// stand in <c>appsettings.agent.json</c>; environment variables <c>Connections__&lt;connection&gt;__&lt;key&gt;</c> win over the file.
/// Immutable once loaded.
/// </summary>
public sealed class AgentSettings
{
    private const string Environment = "environment";
    private static readonly string[] Sections =
    [
        "Connections", "SourcesRootPaths", "Databases", "OpenId", "PasswordResetSettings", "TaskAgentConfiguration", "Jobs", "Synchronization", "TaskTimeoutSupplement",
    ];

    /// <summary>Parts of names of settings whose values are secrets even where they are not protected.</summary>
    private static readonly string[] SecretNames = ["Password", "Secret", "Token", "ApiKey", "PrivateKey"];

    private readonly SettingsNode _root;
    private readonly SettingsSecrets _secrets;
    private readonly Lazy<IReadOnlyCollection<string>> _secretValues;

    private AgentSettings(SettingsNode root, string folder, string? file, SettingsSecrets secrets)
    {
        _root = root;
        _secrets = secrets;
        Folder = folder;
        File = file;
        var rootPaths = Texts(root.Find("SourcesRootPaths"));
        Sources = new SourceFiles(folder, rootPaths);
        Warnings = FindWarnings(rootPaths.Count == 0);
        _secretValues = new Lazy<IReadOnlyCollection<string>>(() => [.. FindSecrets("", root).Where(s => s.Length > 0).Distinct()]);
    }

    /// <summary>The settings file; null if there is none.</summary>
    public string? File { get; }

    /// <summary>The folder that relative paths in the settings start from: that of the settings file, else the current one.</summary>
    public string Folder { get; }

    /// <summary>The key by which protected values are read and made.</summary>
    public SettingsSecrets Secrets => _secrets;

    /// <summary>Which files connections may read and write.</summary>
    public SourceFiles Sources { get; }

    /// <summary>What is accepted but probably not meant; whole sentences.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Identifiers of the connections that have settings.</summary>
    public IReadOnlyList<string> Connections => [.. _root.Find("Connections")?.Children.Select(c => c.Key) ?? []];

    /// <summary>
    /// Loads the settings. A file that is named and does not exist is an error; null means that there is no file and the environment says
    /// all. Throws <see cref="SettingsException"/> with file and line. Protected values are decrypted only when they are used.
    /// </summary>
    public static AgentSettings Load(string? settingsFile, IReadOnlyDictionary<string, string> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var file = settingsFile is null ? null : Path.GetFullPath(settingsFile);
        if (file is not null && !System.IO.File.Exists(file))
        {
            throw new SettingsException($"The settings file '{file}' does not exist. Name another one with --settings.");
        }

        var root = file is null ? new SettingsNode("", new SourceLocation(Environment, 0, 0)) { IsContainer = true } : SettingsFileReader.Read(file);
        var folder = file is null ? Directory.GetCurrentDirectory() : Path.GetDirectoryName(file)!;
        foreach (var (name, value) in environment.OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            var parts = name.Split("__");
            if ((parts.Length > 1 || name == "TaskTimeoutSupplement") && parts.All(p => p.Length > 0) && Sections.Contains(parts[0], StringComparer.OrdinalIgnoreCase))
            {
                Override(root, parts, value, new SourceLocation($"{Environment} variable {name}", 0, 0));
            }
        }

        return new AgentSettings(root, folder, file, new SettingsSecrets(folder, environment));
    }

    /// <summary>The settings of a connection; empty ones if it has none, so that every missing setting is named where it is needed.</summary>
    public ConnectionSettings ForConnection(string connection)
    {
        var node = _root.Find("Connections")?.Find(connection)
            ?? new SettingsNode($"Connections:{connection}", new SourceLocation(File ?? Environment, 0, 0)) { IsContainer = true };
        return new ConnectionSettings(connection, node, Sources, _secrets);
    }

    /// <summary>
    /// Every value that must not stand in a log: protected ones, in plain, and those whose name says so. Protected values that cannot be
    /// decrypted here are left out: they cannot be told to anybody either.
    /// </summary>
    public IReadOnlyCollection<string> SecretValues() => _secretValues.Value;

    /// <summary>A number outside the connections, by its path (<c>Jobs:MaxTaskBatchSize</c>). Throws <see cref="SettingsException"/> with file and line.</summary>
    public int GetNumber(string path, int absent, int minimum, int maximum)
    {
        var node = path.Split(':').Aggregate((SettingsNode?)_root, (current, key) => current?.Find(key));
        if (node?.Text is not { Length: > 0 } text)
        {
            return absent;
        }

        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum
            ? number
            : throw new SettingsException(string.Create(
                CultureInfo.InvariantCulture, $"{node.Location}: The setting '{path}' is not a whole number from {minimum} to {maximum}."));
    }

    internal static IReadOnlyList<string> Texts(SettingsNode? node) => node switch
    {
        null => [],
        { IsContainer: true } => [.. node.Children.Select(c => c.Value.Text).OfType<string>()],
        { Text: { Length: > 0 } text } => [text],
        _ => [],
    };

    private static void Override(SettingsNode root, string[] parts, string value, SourceLocation location)
    {
        var node = root;
        foreach (var part in parts)
        {
            node = node.FindOrAdd(part, location);
        }

        node.Set(value, location);
    }

    private IEnumerable<string> FindSecrets(string name, SettingsNode node)
    {
        if (node is { IsContainer: false, Text: { } text })
        {
            var isSecret = SettingsSecrets.IsProtected(text) || SecretNames.Any(s => name.Contains(s, StringComparison.OrdinalIgnoreCase));
            return isSecret && Reveal(text) is { } plain ? [plain] : [];
        }

        // The elements of a list have numbers for names: what the list is called counts.
        return node.Children.SelectMany(c => FindSecrets(c.Key.All(char.IsAsciiDigit) ? name : c.Key, c.Value));
    }

    private string? Reveal(string text)
    {
        try
        {
            return SettingsSecrets.IsProtected(text) ? _secrets.Reveal(text) : text;
        }
        catch (SettingsException)
        {
            return null;
        }
    }

    private List<string> FindWarnings(bool sourcesAreOpen)
    {
        var warnings = new List<string>();
        if (sourcesAreOpen)
        {
            warnings.Add(
                $"'SourcesRootPaths' is empty in '{File ?? "the settings"}': file connections may read any file that this process may read. List the folders of your sources.");
        }

        foreach (var (key, node) in _root.Children)
        {
            if (!Sections.Contains(key, StringComparer.OrdinalIgnoreCase) && NearestName.Find(key, Sections) is { } nearest)
            {
                warnings.Add($"{node.Location}: The section '{key}' is not known. Did you mean '{nearest}'?");
            }
        }

        return warnings;
    }
}
