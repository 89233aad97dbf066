using Microsoft.Extensions.Logging;
using Muster.Expressions.Functions;

namespace Muster.Expressions.Runtime;

/// <summary>The predefined functions as extension methods of C# (rolemodel.md 4.4). Null gives null.</summary>
[MembersOf("Usercube.Expressions.Functions.PredefinedFunctions")]
internal static class FunctionMembers
{
    private delegate string Change(string text);

    public static string? Simplify(EvaluationFrame f, string? text) => Apply(f, text, TextFunctions.Simplify);

    public static string? RemoveDiacritics(EvaluationFrame f, string? text) => Apply(f, text, TextFunctions.RemoveDiacritics);

    public static string? ToDoubleMetaphone(EvaluationFrame f, string? text) => Apply(f, text, DoubleMetaphone.Primary);

    public static string? ToSoundex(EvaluationFrame f, string? text) => Apply(f, text, TextFunctions.ToSoundex);

    public static string? ToFirstName(EvaluationFrame f, string? text) => Apply(f, text, TextFunctions.ToFirstName);

    public static string? ToTitle(EvaluationFrame f, string? text) => Apply(f, text, TextFunctions.ToTitle);

    public static string? ToFormatedDN(EvaluationFrame f, string? text) => Apply(f, text, DistinguishedNames.Format);

    public static DateTime? ParseLocalDate(string? text, string timeZone, string format) =>
        text is null ? null : DateFunctions.ParseLocalDate(text, timeZone, format);

    public static DateTime? ParseLocalDateThenAddMinutes(string? text, string timeZone, string format, int minutes) =>
        text is null ? null : DateFunctions.ParseLocalDate(text, timeZone, format, minutes);

    public static DateTime? ParseUniversalDate(string? text, string format) => text is null ? null : DateFunctions.ParseUniversalDate(text, format);

    public static DateTime? ParseUniversalDateThenAddMinutes(string? text, string format, int minutes) =>
        text is null ? null : DateFunctions.ParseUniversalDate(text, format, minutes);

    public static string? FormatLocalDate(EvaluationFrame f, DateTime? date, string timeZone, string format)
    {
        f.AllocateText(format.Length * 16L);
        return date is null ? null : DateFunctions.FormatLocalDate(date.Value, timeZone, format);
    }

    public static string FormatLocalDate(EvaluationFrame f, DateTime date, string timeZone, string format)
    {
        f.AllocateText(format.Length * 16L);
        return DateFunctions.FormatLocalDate(date, timeZone, format);
    }

    public static string ToSince1601DateString(DateTime date) => DateFunctions.ToSince1601DateString(date);

    public static string? ToSince1601DateString(DateTime? date) => date is null ? null : DateFunctions.ToSince1601DateString(date.Value);

    private static string? Apply(EvaluationFrame f, string? text, Change change)
    {
        if (text is null)
        {
            return null;
        }

        f.AllocateText(text.Length * 8L);
        return change(text);
    }
}

/// <summary><c>UtilExpressions</c>.</summary>
[MembersOf("Usercube.Expressions.Functions.UtilExpressions")]
internal static class UtilExpressionsMembers
{
    public static string? BuildUsername(
        EvaluationFrame f, string? firstName, string? lastName, string? separator, string? suffix, int? iteration)
    {
        Charge(f, firstName, lastName, separator, suffix);
        return UserNames.BuildUsername(firstName, lastName, separator, suffix, iteration);
    }

    public static string? BuildUsernameWithInitials(
        EvaluationFrame f, string? firstName, string? lastName, string? separator, string? suffix, int? maxLength, int? iteration)
    {
        Charge(f, firstName, lastName, separator, suffix);
        return UserNames.BuildUsernameWithInitials(firstName, lastName, separator, suffix, maxLength, iteration);
    }

    private static void Charge(EvaluationFrame f, params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
        {
            f.AllocateText((text?.Length ?? 0) * 8L);
        }
    }
}

/// <summary><c>LoggerExtensions.LogDebug</c>.</summary>
[MembersOf("Microsoft.Extensions.Logging.LoggerExtensions")]
internal static partial class LoggerMembers
{
    public static void LogDebug(EvaluationFrame f, ExpressionLog? logger, string? message, object?[] arguments)
    {
        f.AllocateText(message?.Length ?? 0);
        if (f.Context.Logger is not { } target || !target.IsEnabled(LogLevel.Debug))
        {
            return;
        }

        var texts = string.Join(", ", arguments.Select(a => EvaluationFrame.Text(a)));
        Debug(target, message ?? "", texts);
    }

    [LoggerMessage(2000, LogLevel.Debug, "Expression: {Message} ({Arguments})")]
    private static partial void Debug(ILogger logger, string message, string arguments);
}

/// <summary>The variable <c>logger</c>; it has no members of its own.</summary>
internal sealed class ExpressionLog
{
    public static ExpressionLog Instance { get; } = new();
}
