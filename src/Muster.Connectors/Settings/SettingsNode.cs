using Muster.Configuration.Diagnostics;

namespace Muster.Connectors.Settings;

/// <summary>One value of the settings, with its place: a text, an object or an array (an object whose keys are 0, 1, …).</summary>
internal sealed class SettingsNode(string path, SourceLocation location)
{
    private readonly List<KeyValuePair<string, SettingsNode>> _children = [];

    /// <summary><c>Connections:HR:Path</c>, for messages.</summary>
    public string Path { get; } = path;

    public SourceLocation Location { get; private set; } = location;

    /// <summary>Null for objects, arrays and JSON's null.</summary>
    public string? Text { get; private set; }

    public bool IsContainer { get; set; }

    /// <summary>In the order in which they were written; keys are compared without regard to case.</summary>
    public IReadOnlyList<KeyValuePair<string, SettingsNode>> Children => _children;

    public SettingsNode? Find(string key) =>
        _children.Find(c => string.Equals(c.Key, key, StringComparison.OrdinalIgnoreCase)).Value;

    public SettingsNode FindOrAdd(string key, SourceLocation location)
    {
        if (Find(key) is { } existing)
        {
            return existing;
        }

        var child = new SettingsNode(Path.Length == 0 ? key : $"{Path}:{key}", location);
        _children.Add(new(key, child));
        IsContainer = true;
        Text = null;
        return child;
    }

    public void Set(string? text, SourceLocation location)
    {
        _children.Clear();
        IsContainer = false;
        Text = text;
        Location = location;
    }
}
