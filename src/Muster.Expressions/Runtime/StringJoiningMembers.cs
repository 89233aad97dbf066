namespace Muster.Expressions.Runtime;

/// <summary>The members of <c>System.String</c> that take texts apart and put them together.</summary>
[MembersOf("System.String")]
internal static class StringJoiningMembers
{
    public static string Concat(EvaluationFrame frame, string? a, string? b)
    {
        frame.AllocateText((long)(a?.Length ?? 0) + (b?.Length ?? 0));
        return string.Concat(a, b);
    }

    public static string Concat(EvaluationFrame frame, string? a, string? b, string? c) => Concat(frame, [a, b, c]);

    public static string Concat(EvaluationFrame frame, string? a, string? b, string? c, string? d) => Concat(frame, [a, b, c, d]);

    public static string Concat(EvaluationFrame frame, string?[] texts)
    {
        frame.AllocateText(texts.Sum(t => (long)(t?.Length ?? 0)));
        return string.Concat(texts);
    }

    public static string Concat(EvaluationFrame frame, object? a) => Joined(frame, [a], null);

    public static string Concat(EvaluationFrame frame, object? a, object? b) => Joined(frame, [a, b], null);

    public static string Concat(EvaluationFrame frame, object? a, object? b, object? c) => Joined(frame, [a, b, c], null);

    public static string Concat(EvaluationFrame frame, object?[] values) => Joined(frame, values, null);

    public static string Concat(EvaluationFrame frame, IEnumerable<string?> texts) => Joined(frame, texts, null);

    public static string Concat<T>(EvaluationFrame frame, IEnumerable<T> values) => Joined(frame, values, null);

    public static string Join(EvaluationFrame frame, string? separator, string?[] texts) => Joined(frame, texts, separator);

    public static string Join(EvaluationFrame frame, string? separator, object?[] values) => Joined(frame, values, separator);

    public static string Join(EvaluationFrame frame, string? separator, IEnumerable<string?> texts) => Joined(frame, texts, separator);

    public static string Join<T>(EvaluationFrame frame, string? separator, IEnumerable<T> values) => Joined(frame, values, separator);

    public static string Join(EvaluationFrame frame, char separator, string?[] texts) => Joined(frame, texts, separator.ToString());

    public static string Join(EvaluationFrame frame, char separator, object?[] values) => Joined(frame, values, separator.ToString());

    public static string Join<T>(EvaluationFrame frame, char separator, IEnumerable<T> values) => Joined(frame, values, separator.ToString());

    public static string Format(EvaluationFrame frame, string format, object? a) => FormatSafety.Composite(frame, format, [a]);

    public static string Format(EvaluationFrame frame, string format, object? a, object? b) => FormatSafety.Composite(frame, format, [a, b]);

    public static string Format(EvaluationFrame frame, string format, object? a, object? b, object? c) =>
        FormatSafety.Composite(frame, format, [a, b, c]);

    public static string Format(EvaluationFrame frame, string format, object?[] values) => FormatSafety.Composite(frame, format, values);

    public static string[] Split(EvaluationFrame frame, string self, char[]? separators) => Split(frame, self, separators, StringSplitOptions.None);

    public static string[] Split(EvaluationFrame frame, string self, char[]? separators, StringSplitOptions options)
    {
        Charge(frame, self, separators?.Length ?? 1);
        return self.Split(separators, options);
    }

    public static string[] Split(EvaluationFrame frame, string self, char[]? separators, int count)
    {
        Charge(frame, self, separators?.Length ?? 1);
        return self.Split(separators, count);
    }

    public static string[] Split(EvaluationFrame frame, string self, char separator, StringSplitOptions options)
    {
        Charge(frame, self, 1);
        return self.Split(separator, options);
    }

    public static string[] Split(EvaluationFrame frame, string self, char separator, int count, StringSplitOptions options)
    {
        Charge(frame, self, 1);
        return self.Split(separator, count, options);
    }

    public static string[] Split(EvaluationFrame frame, string self, string? separator, StringSplitOptions options)
    {
        Charge(frame, self, Math.Min(64, separator?.Length ?? 1));
        return self.Split(separator, options);
    }

    public static string[] Split(EvaluationFrame frame, string self, string[]? separators, StringSplitOptions options)
    {
        Charge(frame, self, separators?.Sum(s => Math.Min(64, s.Length)) ?? 1);
        return self.Split(separators, options);
    }

    private static void Charge(EvaluationFrame frame, string self, int separators)
    {
        frame.Allocate(64 + (self.Length * 34L));
        frame.Work((long)self.Length * Math.Max(1, separators));
    }

    private static string Joined<T>(EvaluationFrame frame, IEnumerable<T> values, string? separator)
    {
        var result = new BoundedText(frame);
        var isFirst = true;
        foreach (var value in values)
        {
            frame.Step();
            if (!isFirst)
            {
                result.Append(separator);
            }

            result.Append(EvaluationFrame.Text(value));
            isFirst = false;
        }

        return result.ToString();
    }
}
