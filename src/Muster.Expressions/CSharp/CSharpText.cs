namespace Muster.Expressions.CSharp;

/// <summary>The parts of <c>C#:parameter:body</c>, with the tolerances of rolemodel.md 4.5.</summary>
/// <param name="Parameter">Name of the input; null if the expression names none.</param>
/// <param name="Body">Statements.</param>
/// <param name="BodyOffset">Where the body starts in the text.</param>
internal sealed record CSharpText(string Text, string? Parameter, string Body, int BodyOffset)
{
    private const string Prefix = "C#:";

    public static bool HasPrefix(string text) => text.TrimStart().StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    public static CSharpText Parse(string text)
    {
        var at = SkipSpace(text, SkipSpace(text, 0) + Prefix.Length);
        var end = at;
        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] == '_' || (text[end] == '@' && end == at)))
        {
            end++;
        }

        var colon = SkipSpace(text, end);
        var isNamed = end > at && !char.IsDigit(text[at]) && colon < text.Length && text[colon] == ':'
            && (colon + 1 == text.Length || text[colon + 1] != ':');
        if (isNamed)
        {
            return new CSharpText(text, text[at..end], text[(colon + 1)..], colon + 1);
        }

        // "C#::return …" leaves the name empty.
        var start = at < text.Length && text[at] == ':' ? at + 1 : at;
        return new CSharpText(text, null, text[start..], start);
    }

    /// <summary>Zero-based line and column of a position in the text.</summary>
    public (int Line, int Column) Position(int offset)
    {
        var line = 0;
        var lineStart = 0;
        for (var i = 0; i < offset && i < Text.Length; i++)
        {
            if (Text[i] == '\n')
            {
                line++;
                lineStart = i + 1;
            }
        }

        return (line, offset - lineStart);
    }

    private static int SkipSpace(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return at;
    }
}
