using Muster.Configuration.Diagnostics;

namespace Muster.Configuration.Xml;

/// <summary>
/// Where each character of an attribute's value stands in its file: line breaks are read as spaces and character references as one
/// character, so that the value alone does not tell.
/// </summary>
public sealed class AttributePlaces
{
    private readonly List<(int Offset, int Line, int Column)> _jumps;

    private AttributePlaces(List<(int Offset, int Line, int Column)> jumps) => _jumps = jumps;

    /// <summary>The place of the character at an offset of the value.</summary>
    /// <param name="start">Place of the first character.</param>
    public SourceLocation At(SourceLocation start, int offset)
    {
        var jump = _jumps.FindLast(j => j.Offset <= offset);
        return jump.Line == 0
            ? start with { Column = start.Column + offset }
            : start with { Line = jump.Line, Column = jump.Column + offset - jump.Offset };
    }

    /// <summary>Follows a value through the lines of its file; null if they do not belong together.</summary>
    internal static AttributePlaces? Follow(string value, SourceLocation start, IReadOnlyList<string> lines)
    {
        var jumps = new List<(int, int, int)>();
        var (line, column) = (start.Line, start.Column);
        for (var offset = 0; offset < value.Length; offset++)
        {
            if (line < 1 || line > lines.Count || column < 1)
            {
                return null;
            }

            var text = lines[line - 1];
            if (column > text.Length)
            {
                (line, column) = (line + 1, 1);
                jumps.Add((offset + 1, line, column));
                continue;
            }

            if (text[column - 1] != '&')
            {
                column++;
                continue;
            }

            var end = text.IndexOf(';', column - 1);
            if (end < 0)
            {
                return null;
            }

            column = end + 2;
            if (char.IsHighSurrogate(value[offset]))
            {
                offset++;
            }

            jumps.Add((offset + 1, line, column));
        }

        return new AttributePlaces(jumps);
    }
}
