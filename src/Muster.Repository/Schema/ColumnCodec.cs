using System.Data.Common;
using System.Globalization;
using System.Text;
using Muster.Configuration.Model;
using Muster.Repository.Rows;

namespace Muster.Repository.Schema;

/// <summary>Between canonical text (all interfaces) and typed columns (the store).</summary>
public static class ColumnCodec
{
    /// <summary>The column type of a scalar property, in the words that <see cref="Dialects.ISqlDialect"/> names: what stores remember of their tables.</summary>
    public static string TypeOf(PropertyType type) => type switch
    {
        PropertyType.Int32 or PropertyType.Int64 or PropertyType.Byte or PropertyType.Int16 or PropertyType.Option
            or PropertyType.ForeignKey or PropertyType.Bool => "INTEGER",
        PropertyType.Double => "REAL",
        _ => "TEXT",
    };

    /// <summary>The column value of a canonical text. Throws <see cref="FormatException"/> if the text is not canonical for the type.</summary>
    public static object? ToColumn(PropertyType type, string? canonical)
    {
        if (string.IsNullOrEmpty(canonical))
        {
            return null;
        }

        switch (type)
        {
            case PropertyType.Bool:
                return canonical switch
                {
                    "true" => 1L,
                    "false" => 0L,
                    _ => throw NotCanonical(type, canonical),
                };
            case PropertyType.Int32 or PropertyType.Int64 or PropertyType.Byte or PropertyType.Int16 or PropertyType.Option
                or PropertyType.ForeignKey:
                return long.TryParse(canonical, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
                    ? whole
                    : throw NotCanonical(type, canonical);
            case PropertyType.Double:
                return double.TryParse(canonical, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                    ? number
                    : throw NotCanonical(type, canonical);
            default:
                return canonical;
        }
    }

    /// <summary>Whether values of a type are stored as texts.</summary>
    public static bool IsText(PropertyType type) => TypeOf(type) == "TEXT";

    /// <summary>As <see cref="ToColumn"/>, for types that are stored as whole numbers, from UTF-8.</summary>
    internal static long ToNumber(PropertyType type, ReadOnlySpan<byte> canonical) =>
        type == PropertyType.Bool
            ? canonical.SequenceEqual("true"u8) ? 1 : canonical.SequenceEqual("false"u8) ? 0 : throw NotCanonical(type, Encoding.UTF8.GetString(canonical))
            : long.TryParse(canonical, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
                ? whole
                : throw NotCanonical(type, Encoding.UTF8.GetString(canonical));

    /// <summary>As <see cref="ToColumn"/>, for <see cref="PropertyType.Double"/>, from UTF-8.</summary>
    internal static double ToReal(ReadOnlySpan<byte> canonical) =>
        double.TryParse(canonical, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw NotCanonical(PropertyType.Double, Encoding.UTF8.GetString(canonical));

    /// <summary>The canonical text of a column of the current row.</summary>
    public static string? FromColumn(PropertyType type, DbDataReader reader, int ordinal)
    {
        if (reader.IsDBNull(ordinal))
        {
            return null;
        }

        return type switch
        {
            PropertyType.Bool => reader.GetInt64(ordinal) == 0 ? "false" : "true",
            PropertyType.Int32 or PropertyType.Int64 or PropertyType.Byte or PropertyType.Int16 or PropertyType.Option
                or PropertyType.ForeignKey => reader.GetInt64(ordinal).ToString(CultureInfo.InvariantCulture),
            PropertyType.Double => reader.GetDouble(ordinal).ToString("R", CultureInfo.InvariantCulture),
            _ => reader.GetString(ordinal),
        };
    }

    /// <summary>The canonical text of the column of the current row that is read next.</summary>
    internal static string? FromColumn(PropertyType type, RowReader row) => type switch
    {
        PropertyType.Bool => row.LongOrNull() is { } flag ? flag == 0 ? "false" : "true" : null,
        PropertyType.Int32 or PropertyType.Int64 or PropertyType.Byte or PropertyType.Int16 or PropertyType.Option
            or PropertyType.ForeignKey => row.LongOrNull()?.ToString(CultureInfo.InvariantCulture),
        PropertyType.Double => row.DoubleOrNull()?.ToString("R", CultureInfo.InvariantCulture),
        _ => row.TextOrNull(),
    };

    private static FormatException NotCanonical(PropertyType type, string text) =>
        new($"'{text}' is not a canonical value of type {type}.");
}
