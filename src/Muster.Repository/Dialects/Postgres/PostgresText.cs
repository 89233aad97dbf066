using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Muster.Repository.Dialects.Postgres;

/// <summary>The words of statements, names and values as PostgreSQL takes them.</summary>
internal static partial class PostgresText
{
    /// <summary>Octets of an identifier that the server keeps; it cuts what is longer.</summary>
    private const int LongestName = 63;

    /// <summary>The column type of texts: compared and sorted octet by octet, whatever the database's language is.</summary>
    private const string Text = "text COLLATE \"C\"";

    /// <summary>A statement with the types of this database; what stands in quotes is left alone.</summary>
    public static string Adapt(string statement) => Words().Replace(statement, match => match.Value switch
    {
        "INTEGER" => "bigint",
        "TEXT" => Text,
        "AS TEXT)" => "AS text) COLLATE \"C\"",
        "REAL" => "double precision",
        "BLOB" => "bytea",
        " WITHOUT ROWID" => "",
        _ => match.Value,
    });

    /// <summary>A name in quotes. One that is too long keeps its beginning, and has the hash of all of it for its end.</summary>
    public static string Quote(string identifier) => $"\"{Shorten(identifier).Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>
    /// A text that can be stored: the character U+0000, and halves of surrogate pairs, which no text of PostgreSQL may hold, become U+FFFD.
    /// </summary>
    public static string Storable(string text)
    {
        if (!text.Contains('\0', StringComparison.Ordinal) && !HasLoneSurrogate(text))
        {
            return text;
        }

        // The encoder puts U+FFFD in the place of what is no character.
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');
    }

    private static bool HasLoneSurrogate(string text)
    {
        var at = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF');
        for (; at >= 0 && at < text.Length; at++)
        {
            if (!char.IsSurrogate(text[at]))
            {
                continue;
            }

            if (!char.IsHighSurrogate(text[at]) || at + 1 == text.Length || !char.IsLowSurrogate(text[at + 1]))
            {
                return true;
            }

            at++;
        }

        return false;
    }

    /// <summary>See <see cref="Quote"/>.</summary>
    public static string Shorten(string identifier)
    {
        const int HashDigits = 16;
        if (identifier.Length * 3 <= LongestName || Encoding.UTF8.GetByteCount(identifier) <= LongestName)
        {
            return identifier;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identifier)))[..HashDigits];
        var kept = identifier.Length;
        while (Encoding.UTF8.GetByteCount(identifier.AsSpan(0, kept)) > LongestName - HashDigits - 1 || char.IsHighSurrogate(identifier[kept - 1]))
        {
            kept--;
        }

        return $"{identifier[..kept]}_{hash}";
    }

    [GeneratedRegex("""
        "(?:[^"]|"")*"|'(?:[^']|'')*'|\bAS\ TEXT\)|\bTEXT\b|\bINTEGER\b|\bREAL\b|\bBLOB\b|\ WITHOUT\ ROWID\b
        """, RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Words();
}
