using System.Globalization;

namespace Muster.Expressions.Functions;

/// <summary><c>UtilExpressions</c> (rolemodel.md 4.5): login names. Letters come out in lower case.</summary>
internal static class UserNames
{
    /// <summary>First name, separator, last name, the iteration if above 0, suffix.</summary>
    public static string? BuildUsername(string? firstName, string? lastName, string? separator, string? suffix, int? iteration) =>
        Build(Simple(firstName), Simple(lastName), separator, suffix, iteration ?? 0, null);

    /// <summary>
    /// Initials of the parts of the first name, separator, last name, suffix. An iteration above 0 takes as many more letters of the first
    /// part; when these are used up, numbers from 1. The last name is cut so that all fits into <paramref name="maxLength"/>.
    /// </summary>
    public static string? BuildUsernameWithInitials(
        string? firstName, string? lastName, string? separator, string? suffix, int? maxLength, int? iteration)
    {
        var parts = (firstName ?? "").Split((char[])['-', ' '], StringSplitOptions.RemoveEmptyEntries).Select(Simple).Where(p => p.Length > 0).ToArray();
        var attempt = Math.Max(0, iteration ?? 0);
        if (parts.Length == 0)
        {
            return Build("", Simple(lastName), separator, suffix, attempt, maxLength);
        }

        var more = Math.Min(attempt, parts[0].Length - 1);
        var initials = parts[0][..(1 + more)] + string.Concat(parts.Skip(1).Select(p => p[0]));
        return Build(initials, Simple(lastName), separator, suffix, attempt - more, maxLength);
    }

    private static string? Build(string first, string last, string? separator, string? suffix, int number, int? maxLength)
    {
        if (first.Length == 0 && last.Length == 0)
        {
            return null;
        }

        var head = first.Length == 0 || last.Length == 0 ? first : first + separator;
        var tail = (number > 0 ? number.ToString(CultureInfo.InvariantCulture) : "") + suffix;
        if (maxLength is not { } limit || head.Length + last.Length + tail.Length <= limit)
        {
            return head + last + tail;
        }

        var room = Math.Clamp(limit - head.Length - tail.Length, 0, last.Length);
        var name = head + last[..room] + tail;
        return name.Length <= limit ? name : name[..Math.Max(0, limit)];
    }

    private static string Simple(string? text) => text is null ? "" : TextFunctions.ToLower(TextFunctions.Simplify(text));
}
