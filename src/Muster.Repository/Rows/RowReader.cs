using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Data.Common;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Muster.Repository.Changes;
using Muster.Repository.Dialects;

namespace Muster.Repository.Rows;

/// <summary>
/// Reads the columns of the current row from left to right. One serves all rows of a statement: <see cref="Begin"/> begins the next one. Of texts that
/// repeat themselves one is kept. Not thread-safe.
/// </summary>
/// <param name="shared">The texts that were read before.</param>
internal abstract class RowReader(SharedTexts shared)
{
    /// <summary>The column that is read next.</summary>
    protected int Next { get; set; }

    /// <summary>The fastest way to read the rows of a statement of any database.</summary>
    public static RowReader Of(DbDataReader rows, SharedTexts shared) =>
        rows is SqliteDataReader { Handle: not null } sqlite ? new SqliteRowReader(sqlite, shared) : new DbRowReader(rows, shared);

    public void Begin() => Next = 0;

    public abstract long Long();

    public abstract long? LongOrNull();

    public abstract string? TextOrNull();

    /// <summary>The octets of a text, in UTF-8, or of a BLOB; they stay until the next row. False for null.</summary>
    public abstract bool TryOctets(out ReadOnlySpan<byte> octets);

    /// <summary>As <see cref="TextOrNull"/>, for texts of which few are different.</summary>
    public abstract string? SharedOrNull();

    /// <summary>As <see cref="TextOrNull"/>, for a text that is probably the same as another.</summary>
    public abstract string? SameOrNull(string? other);

    public abstract double? DoubleOrNull();

    public abstract DateTime? InstantOrNull();

    public abstract Guid? GuidOrNull();

    public int Int() => (int)Long();

    public bool Flag() => Long() != 0;

    public string Text() => TextOrNull() ?? throw IsNull();

    public string Shared() => SharedOrNull() ?? throw IsNull();

    public DateTime Instant() => InstantOrNull() ?? throw IsNull();

    public int? IntOrNull() => LongOrNull() is { } value ? (int)value : null;

    public static DateTime ParseInstant(string text)
    {
        Span<byte> octets = stackalloc byte[ChangeLog.InstantLength];
        return text.Length == octets.Length && Ascii.FromUtf16(text, octets, out _) == OperationStatus.Done && TryParseInstant(octets, out var instant)
            ? instant
            : DateTime.ParseExact(
                text, ChangeLog.InstantFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
    }

    /// <summary>The text of octets; the same object for the same octets, as long as they are met often.</summary>
    protected string Share(ReadOnlySpan<byte> octets) => shared.Of(octets);

    protected string Share(string text) => shared.Of(text);

    /// <summary>An instant in the form of <see cref="ChangeLog.InstantFormat"/>.</summary>
    protected static DateTime ParseInstant(ReadOnlySpan<byte> text) => TryParseInstant(text, out var instant) ? instant : ParseInstant(Encoding.UTF8.GetString(text));

    private static bool TryParseInstant(ReadOnlySpan<byte> text, out DateTime instant)
    {
        // yyyy-MM-ddTHH:mm:ss.fffZ
        if (text.Length == 24 && text[4] == '-' && text[7] == '-' && text[10] == 'T' && text[13] == ':' && text[16] == ':' && text[19] == '.' && text[23] == 'Z'
            && Number(text[..4], out var year) && Number(text[5..7], out var month) && Number(text[8..10], out var day)
            && Number(text[11..13], out var hour) && Number(text[14..16], out var minute) && Number(text[17..19], out var second) && Number(text[20..23], out var thousandth)
            && year > 0 && month is > 0 and <= 12 && day > 0 && day <= DateTime.DaysInMonth(year, month) && hour < 24 && minute < 60 && second < 60)
        {
            instant = new DateTime(year, month, day, hour, minute, second, thousandth, DateTimeKind.Utc);
            return true;
        }

        instant = default;
        return false;
    }

    protected static Guid ParseGuid(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out Guid guid, out var read, 'N') && read == text.Length ? guid : Guid.ParseExact(Encoding.UTF8.GetString(text), "N");

    private static bool Number(ReadOnlySpan<byte> digits, out int number)
    {
        number = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            number = (number * 10) + digit - '0';
        }

        return true;
    }

    private InvalidOperationException IsNull() => new($"Column {Next - 1} of a row is null where it must not be.");
}

/// <summary>Texts that were read lately, by their octets.</summary>
internal sealed class SharedTexts
{
    private const int Size = 1_024;

    private readonly string?[] _texts = new string?[Size];

    public string Of(ReadOnlySpan<byte> octets)
    {
        ref var place = ref _texts[PlaceOf(octets)];
        return place is { } known && Ascii.Equals(octets, known) ? known : place = Encoding.UTF8.GetString(octets);
    }

    public string Of(string text)
    {
        Span<byte> octets = stackalloc byte[256];
        if (!Encoding.UTF8.TryGetBytes(text, octets, out var written))
        {
            return text;
        }

        ref var place = ref _texts[PlaceOf(octets[..written])];
        return place == text ? place : place = text;
    }

    private static int PlaceOf(ReadOnlySpan<byte> octets)
    {
        const ulong Prime = 0x9E37_79B9_7F4A_7C15;
        var hash = (ulong)octets.Length;
        for (; octets.Length >= sizeof(ulong); octets = octets[sizeof(ulong)..])
        {
            hash = (hash ^ BinaryPrimitives.ReadUInt64LittleEndian(octets)) * Prime;
            hash ^= hash >> 32;
        }

        foreach (var octet in octets)
        {
            hash = (hash ^ octet) * Prime;
        }

        return (int)((hash ^ (hash >> 32)) % Size);
    }
}

/// <summary>Reads rows of any database.</summary>
internal sealed class DbRowReader(DbDataReader rows, SharedTexts shared) : RowReader(shared)
{
    public DbRowReader(DbDataReader rows)
        : this(rows, new SharedTexts())
    {
    }

    public override long Long() => rows.GetInt64(Next++);

    public override long? LongOrNull() => Skip() ? null : Long();

    public override string? TextOrNull() => Skip() ? null : rows.GetString(Next++);

    public override bool TryOctets(out ReadOnlySpan<byte> octets)
    {
        if (Skip())
        {
            octets = default;
            return false;
        }

        octets = rows.GetFieldType(Next) == typeof(byte[]) ? rows.GetFieldValue<byte[]>(Next) : Encoding.UTF8.GetBytes(rows.GetString(Next));
        Next++;
        return true;
    }

    public override string? SharedOrNull() => TextOrNull() is { } text ? Share(text) : null;

    public override string? SameOrNull(string? other) => TextOrNull() is { } text ? text == other ? other : text : null;

    public override double? DoubleOrNull() => Skip() ? null : rows.GetDouble(Next++);

    public override DateTime? InstantOrNull() => TextOrNull() is { } text ? ParseInstant(text) : null;

    public override Guid? GuidOrNull() => TextOrNull() is { } text ? Guid.ParseExact(text, "N") : null;

    private bool Skip()
    {
        if (!rows.IsDBNull(Next))
        {
            return false;
        }

        Next++;
        return true;
    }
}
