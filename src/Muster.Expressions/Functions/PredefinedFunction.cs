using System.Globalization;
using Muster.Configuration.Diagnostics;
using Muster.Configuration.Model;
using Muster.Configuration.Values;

namespace Muster.Expressions.Functions;

/// <summary>A call of a predefined function with its arguments, as <c>Name:arg|arg</c> writes it (rolemodel.md 4.4).</summary>
internal sealed class PredefinedFunction
{
    private static readonly Dictionary<string, Func<string, object?>> TextFunctionsByName = new(StringComparer.Ordinal)
    {
        ["ToUpper"] = TextFunctions.ToUpper,
        ["ToLower"] = TextFunctions.ToLower,
        ["Simplify"] = TextFunctions.Simplify,
        ["Trim"] = t => t.Trim(),
        ["TrimStart"] = t => t.TrimStart(),
        ["TrimEnd"] = t => t.TrimEnd(),
        ["RemoveDiacritics"] = TextFunctions.RemoveDiacritics,
        ["ToDoubleMetaphone"] = DoubleMetaphone.Primary,
        ["ToSoundex"] = TextFunctions.ToSoundex,
        ["ToFirstName"] = TextFunctions.ToFirstName,
        ["ToTitle"] = TextFunctions.ToTitle,
        ["ToFormatedDN"] = DistinguishedNames.Format,
    };

    private static readonly string[] DateFunctionNames =
        ["ParseLocalDate", "ParseLocalDateThenAddMinutes", "ParseUniversalDate", "ParseUniversalDateThenAddMinutes", "FormatLocalDate"];

    private readonly Func<string, object?> _apply;

    private PredefinedFunction(Func<string, object?> apply) => _apply = apply;

    public static IEnumerable<string> Names => TextFunctionsByName.Keys.Concat(DateFunctionNames);

    /// <summary>True if the text before a colon is the name of a predefined function in any letter case.</summary>
    public static bool IsNamedBy(string expression) =>
        Names.Contains(expression.Split(':', 2)[0].Trim(), StringComparer.OrdinalIgnoreCase);

    public static PredefinedFunction? Parse(string expression, SourceLocation location, DiagnosticBag bag)
    {
        var pieces = expression.Split(':', 2);
        var written = pieces[0].Trim();
        var name = Names.FirstOrDefault(n => n == written);
        if (name is null)
        {
            name = Names.First(n => string.Equals(n, written, StringComparison.OrdinalIgnoreCase));
            bag.Warning(ExpressionCodes.FunctionCase, location, $"The predefined function '{written}' is written '{name}'. Correct its letter case.");
        }

        var arguments = pieces.Length == 1 ? [] : pieces[1].Split('|');
        if (TextFunctionsByName.TryGetValue(name, out var function))
        {
            return arguments.Length == 0 ? new PredefinedFunction(function) : Wrong(name, "takes no arguments", location, bag);
        }

        return ParseDateFunction(name, arguments, location, bag);
    }

    /// <summary>The result, a string or a UTC date-time; throws for a value that the function cannot take.</summary>
    public object? Apply(string input) => _apply(input);

    private static PredefinedFunction? ParseDateFunction(string name, string[] arguments, SourceLocation location, DiagnosticBag bag)
    {
        var hasZone = name is "ParseLocalDate" or "ParseLocalDateThenAddMinutes" or "FormatLocalDate"
            || (name == "ParseUniversalDateThenAddMinutes" && arguments.Length == 3);
        var hasMinutes = name.EndsWith("AddMinutes", StringComparison.Ordinal);
        if (arguments.Length != 1 + (hasZone ? 1 : 0) + (hasMinutes ? 1 : 0))
        {
            return Wrong(name, $"takes {Expected(name)}, separated by '|'", location, bag);
        }

        var minutes = 0;
        if (hasMinutes && !int.TryParse(arguments[^1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out minutes))
        {
            return Wrong(name, "takes a whole number of minutes as its last argument", location, bag);
        }

        var zone = hasZone ? arguments[0].Trim() : "UTC";
        if (!TimeZones.TryFind(zone, out _))
        {
            bag.Error(ExpressionCodes.UnknownTimeZone, location,
                $"The time zone '{zone}' is not known. Give a Windows name such as 'Romance Standard Time' or an IANA name such as 'Europe/Paris'.");
            return null;
        }

        var format = arguments[hasZone ? 1 : 0];
        return name switch
        {
            "FormatLocalDate" => new PredefinedFunction(t => DateFunctions.FormatLocalDate(Date(t), zone, format)),
            "ParseLocalDate" or "ParseLocalDateThenAddMinutes" =>
                new PredefinedFunction(t => DateFunctions.ParseLocalDate(t, zone, format, minutes)),
            _ => new PredefinedFunction(t => DateFunctions.ParseUniversalDate(t, format, minutes)),
        };
    }

    private static DateTime Date(string text) =>
        CanonicalText.TryNormalize(PropertyType.DateTime, text, out var canonical) && CanonicalText.ToClr(PropertyType.DateTime, canonical) is DateTime date
            ? date
            : throw new FormatException("The value is not a date.");

    private static string Expected(string name) => name switch
    {
        "ParseLocalDate" => "a time zone and an input format",
        "ParseLocalDateThenAddMinutes" => "a time zone, an input format and a number of minutes",
        "ParseUniversalDate" => "an input format",
        "ParseUniversalDateThenAddMinutes" => "an input format and a number of minutes",
        _ => "a time zone and a format",
    };

    private static PredefinedFunction? Wrong(string name, string what, SourceLocation location, DiagnosticBag bag)
    {
        bag.Error(ExpressionCodes.FunctionArguments, location, $"The predefined function '{name}' {what}. Correct its arguments.");
        return null;
    }
}
