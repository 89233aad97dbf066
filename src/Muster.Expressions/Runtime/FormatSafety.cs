namespace Muster.Expressions.Runtime;

/// <summary>Formats values by format texts that cannot ask for huge results: <c>D999999999</c> is refused before anything is made.</summary>
internal static class FormatSafety
{
    private const int MaxPrecision = 100;

    public static string Format(EvaluationFrame frame, IFormattable value, string? format)
    {
        Check(frame, format);
        return value.ToString(format, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Composite formatting with <c>{index,alignment:format}</c>.</summary>
    public static string Composite(EvaluationFrame frame, string format, object?[] arguments)
    {
        frame.AllocateText(format.Length);
        var result = new BoundedText(frame);
        var i = 0;
        while (i < format.Length)
        {
            var letter = format[i];
            if (letter is '{' or '}' && i + 1 < format.Length && format[i + 1] == letter)
            {
                result.Append(letter);
                i += 2;
            }
            else if (letter == '{')
            {
                i = Hole(frame, result, format, arguments, i);
            }
            else if (letter == '}')
            {
                throw Malformed();
            }
            else
            {
                result.Append(letter);
                i++;
            }
        }

        return result.ToString();
    }

    /// <summary>One part of an interpolated text.</summary>
    public static string Part(EvaluationFrame frame, object? value, int alignment, string? format)
    {
        var text = value is IFormattable formattable && format is not null ? Format(frame, formattable, format) : EvaluationFrame.Text(value);
        var width = Math.Abs((long)alignment);
        if (width <= text.Length)
        {
            return text;
        }

        frame.AllocateText(width);
        return alignment > 0 ? text.PadLeft((int)width) : text.PadRight((int)width);
    }

    private static int Hole(EvaluationFrame frame, BoundedText result, string format, object?[] arguments, int start)
    {
        var end = format.IndexOf('}', start);
        if (end < 0)
        {
            throw Malformed();
        }

        var hole = format[(start + 1)..end];
        var colon = hole.IndexOf(':', StringComparison.Ordinal);
        var head = colon < 0 ? hole : hole[..colon];
        var comma = head.IndexOf(',', StringComparison.Ordinal);
        var alignment = 0;
        if (!int.TryParse(comma < 0 ? head : head[..comma], System.Globalization.CultureInfo.InvariantCulture, out var index)
            || index < 0 || index >= arguments.Length
            || (comma >= 0 && !int.TryParse(head[(comma + 1)..], System.Globalization.CultureInfo.InvariantCulture, out alignment)))
        {
            throw Malformed();
        }

        result.Append(Part(frame, arguments[index], alignment, colon < 0 ? null : hole[(colon + 1)..]));
        return end + 1;
    }

    private static EvaluationFault Malformed() => new("A format text is not well formed. Check its braces and indices.");

    private static void Check(EvaluationFrame frame, string? format)
    {
        if (format is null)
        {
            return;
        }

        frame.AllocateText(format.Length * 16L);
        if (format.Length > 1 && char.IsAsciiLetter(format[0]) && format.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0
            && (format.Length > 4 || int.Parse(format.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture) > MaxPrecision))
        {
            throw new EvaluationFault($"The format '{format[..Math.Min(20, format.Length)]}' asks for more than {MaxPrecision} digits.");
        }
    }
}
