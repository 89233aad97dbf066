using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;

namespace Muster.Configuration.Elements;

/// <summary>Reads and normalises attribute values (synchronization.md 0).</summary>
public static class FieldText
{
    private static readonly ConcurrentDictionary<Type, IReadOnlyDictionary<string, object>> Spellings = new();

    /// <summary><c>true</c> or <c>false</c> in any case, <c>1</c>, <c>0</c>; null for anything else.</summary>
    public static bool? Boolean(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Trim().ToUpperInvariant() switch
        {
            "TRUE" or "1" => true,
            "FALSE" or "0" => false,
            _ => null,
        };
    }

    /// <summary>The member of an enumeration by name in any case, accepted spelling, or number; null for anything else.</summary>
    public static object? Enumeration(Type enumeration, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var trimmed = text.Trim();
        return int.TryParse(trimmed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? Members(enumeration).Values.FirstOrDefault(v => Convert.ToInt32(v, CultureInfo.InvariantCulture) == number)
            : Members(enumeration).GetValueOrDefault(trimmed);
    }

    /// <inheritdoc cref="Enumeration(Type, string)"/>
    public static T? Enumeration<T>(string text)
        where T : struct, Enum => (T?)Enumeration(typeof(T), text);

    /// <summary>The value as the record's property has it, or null if the text is no value of the type.</summary>
    public static object? Read(FieldType type, Type? enumeration, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        switch (type)
        {
            case FieldType.Boolean or FieldType.NumberedBoolean:
                return Boolean(text);
            case FieldType.Int32:
                return int.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
            case FieldType.Int64:
                return long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var large) ? large : null;
            case FieldType.Number:
                return double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real)
                    ? real
                    : null;
            case FieldType.Enumeration:
                return Enumeration(enumeration!, text);
            default:
                return text;
        }
    }

    /// <summary>Every name that is read as a member, accepted spellings included.</summary>
    public static IEnumerable<string> AcceptedNames(Type enumeration) => Members(enumeration).Keys;

    /// <summary>What a value of the type looks like, for messages.</summary>
    public static string Expected(FieldType type, Type? enumeration) => type switch
    {
        FieldType.Boolean or FieldType.NumberedBoolean => "'true' or 'false'",
        FieldType.Int32 or FieldType.Int64 => "a whole number",
        FieldType.Number => "a number",
        FieldType.Enumeration => "one of " + string.Join(", ", Enum.GetNames(enumeration!).Select(n => $"'{n}'")),
        _ => "text",
    };

    private static IReadOnlyDictionary<string, object> Members(Type enumeration) => Spellings.GetOrAdd(enumeration, static type =>
    {
        var members = new Dictionary<string, object>(StringComparer.OrdinalIgnoreCase);
        foreach (var field in type.GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            var value = field.GetValue(null)!;
            members[field.Name] = value;
            foreach (var spelling in field.GetCustomAttributes<SpellingAttribute>())
            {
                members[spelling.Text] = value;
            }
        }

        return members;
    });
}
