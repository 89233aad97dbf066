namespace Muster.Configuration.Diagnostics;

/// <summary>How grave a <see cref="Diagnostic"/> is. Only <see cref="Error"/> keeps a configuration from being deployed.</summary>
public enum DiagnosticSeverity
{
    /// <summary>Worth knowing, nothing to do: an element that Muster reads over, a computation that is done in full.</summary>
    Notice,

    /// <summary>Accepted, but probably not what was meant.</summary>
    Warning,

    /// <summary>The configuration cannot be used.</summary>
    Error,
}

/// <summary>A place in a configuration file. Lines and columns start at 1; 0 means unknown.</summary>
public readonly record struct SourceLocation(string File, int Line, int Column)
{
    public static SourceLocation None => new("", 0, 0);

    public override string ToString() => Line == 0 ? File : $"{File}({Line},{Column})";
}

/// <summary>One finding about a configuration, with a searchable code (see <c>docs/diagnostics.md</c>) and its place.</summary>
/// <param name="Code"><c>MUS</c> and four digits.</param>
/// <param name="Text">A whole sentence that names the thing in quotes and ends with what to do.</param>
/// <param name="Suggestion">The nearest known name, where there is one.</param>
public sealed record Diagnostic(string Code, DiagnosticSeverity Severity, SourceLocation Location, string Text, string? Suggestion = null)
{
    /// <summary><c>file(line,col): error MUS1234: text</c>, the form that editors and build tools understand.</summary>
    public override string ToString()
    {
        var severity = Severity switch
        {
            DiagnosticSeverity.Error => "error",
            DiagnosticSeverity.Warning => "warning",
            _ => "notice",
        };
        var hint = Suggestion is null ? "" : $" Did you mean '{Suggestion}'?";
        return $"{Location}: {severity} {Code}: {Text}{hint}";
    }
}

/// <summary>Collects diagnostics while a configuration is read. Not thread-safe.</summary>
public sealed class DiagnosticBag
{
    private readonly List<Diagnostic> _items = [];

    public IReadOnlyList<Diagnostic> Items => _items;

    public bool HasErrors => _items.Exists(d => d.Severity == DiagnosticSeverity.Error);

    public void Add(Diagnostic diagnostic) => _items.Add(diagnostic);

    public void Error(string code, SourceLocation location, string text, string? suggestion = null) =>
        Add(new Diagnostic(code, DiagnosticSeverity.Error, location, text, suggestion));

    public void Warning(string code, SourceLocation location, string text, string? suggestion = null) =>
        Add(new Diagnostic(code, DiagnosticSeverity.Warning, location, text, suggestion));

    public void Notice(string code, SourceLocation location, string text) =>
        Add(new Diagnostic(code, DiagnosticSeverity.Notice, location, text));
}
