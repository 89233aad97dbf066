using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Muster.Configuration.Model;
using Muster.Configuration.Values;

namespace Muster.Preparation.Sources;

/// <summary>
/// Brings the values of one column to canonical form (synchronization.md 6.1, 6.2). A value that has it already, as exports write it, is
/// recognised on its bytes; all others go through <see cref="CanonicalText"/>. Converting twice changes nothing.
/// </summary>
internal sealed class ValueConversion
{
    private const int DateTimeLength = 14;
    private const long Never = long.MaxValue;

    private static readonly SearchValues<byte> WhiteSpace = SearchValues.Create(" \t\r\n"u8);
    private static readonly SearchValues<byte> LowerHexadecimal = SearchValues.Create("0123456789abcdef"u8);

    private readonly PropertyType _type;
    private readonly bool _isFileTime;
    private readonly bool _isMultivaluedText;
    private readonly int _maximumFileLength;
    private byte[] _converted = [];

    /// <param name="maximumFileLength">Octets of the longest file that is taken.</param>
    public ValueConversion(PropertyType type, string? format, int maximumFileLength = PreparationRequest.DefaultMaximumFileLength)
    {
        _type = type;
        _maximumFileLength = maximumFileLength;
        _isFileTime = type == PropertyType.DateTime && string.Equals(format, "1601date", StringComparison.OrdinalIgnoreCase);
        _isMultivaluedText = type == PropertyType.String && string.Equals(format, "multivaluedtext", StringComparison.OrdinalIgnoreCase);
        IsAsWritten = type == PropertyType.String && !_isMultivaluedText;
    }

    /// <summary>Every value is canonical as it is.</summary>
    public bool IsAsWritten { get; }

    /// <summary>True only if the value is canonical as it is.</summary>
    public bool IsReady(ReadOnlySpan<byte> raw) => IsAsWritten || raw.IsEmpty || IsCanonical(raw);

    /// <summary>The canonical form, valid until the next call; false if the value is none of the type. Empty is null.</summary>
    public bool TryConvert(ReadOnlySpan<byte> raw, out ReadOnlySpan<byte> canonical)
    {
        canonical = raw;
        if (IsAsWritten || raw.IsEmpty || IsCanonical(raw))
        {
            return true;
        }

        if (_type == PropertyType.Binary)
        {
            return TryFile(raw, out canonical);
        }

        var text = Encoding.UTF8.GetString(raw);
        if (_isMultivaluedText)
        {
            canonical = Keep(SortedValues(text));
            return true;
        }

        if (_isFileTime && raw.Length != DateTimeLength && TryFileTime(text, out var date))
        {
            canonical = Keep(date);
            return true;
        }

        if (!CanonicalText.TryNormalize(_type, text, out var normal))
        {
            canonical = [];
            return false;
        }

        canonical = Keep(normal);
        return true;
    }

    /// <summary>Why a value was not converted, as what follows "the column holds".</summary>
    public string Refusal(ReadOnlySpan<byte> raw) =>
        _type != PropertyType.Binary ? $"{ParkedRows.Quote(raw)}, which is no {_type}."
        : Base64.IsValid(raw, out var length)
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"a file of {length} octets, and at most {_maximumFileLength} are taken. Make it smaller, or raise 'Synchronization:MaximumFileLength' in the settings.")
        : $"{ParkedRows.Quote(raw)}, which is not the base64 text of a file.";

    /// <summary>A file is base64 without white space (synchronization.md 5); how its last unused bits are set does not matter to anybody.</summary>
    private bool TryFile(ReadOnlySpan<byte> raw, out ReadOnlySpan<byte> canonical)
    {
        canonical = [];
        if (!Base64.IsValid(raw, out var length) || length > _maximumFileLength)
        {
            return false;
        }

        canonical = raw.IndexOfAny(WhiteSpace) < 0 ? raw : WithoutWhiteSpace(raw);
        return true;
    }

    private ReadOnlySpan<byte> WithoutWhiteSpace(ReadOnlySpan<byte> raw)
    {
        if (_converted.Length < raw.Length)
        {
            _converted = new byte[raw.Length];
        }

        var length = 0;
        foreach (var octet in raw)
        {
            if (!WhiteSpace.Contains(octet))
            {
                _converted[length++] = octet;
            }
        }

        return _converted.AsSpan(0, length);
    }

    /// <summary>Cheap and sure: a value for which this is false may still be canonical.</summary>
    private bool IsCanonical(ReadOnlySpan<byte> raw) => _type switch
    {
        PropertyType.Bool => raw.SequenceEqual("true"u8) || raw.SequenceEqual("false"u8),
        PropertyType.Byte => IsNumber(raw, byte.MinValue, byte.MaxValue),
        PropertyType.Int16 => IsNumber(raw, short.MinValue, short.MaxValue),
        PropertyType.Int32 => IsNumber(raw, int.MinValue, int.MaxValue),
        PropertyType.Int64 or PropertyType.Option or PropertyType.ForeignKey => IsNumber(raw, long.MinValue, long.MaxValue),
        PropertyType.DateTime => IsDateTime(raw),
        PropertyType.Guid => raw.Length == 32 && !raw.ContainsAnyExcept(LowerHexadecimal),
        _ => false,
    };

    private static bool IsNumber(ReadOnlySpan<byte> raw, long minimum, long maximum)
    {
        var digits = raw[0] == '-' ? raw[1..] : raw;
        var isPlain = digits.Length is > 0 and < 20 && digits[0] is >= (byte)'0' and <= (byte)'9' && (digits[0] != '0' || raw.Length == 1);
        return isPlain && Utf8Parser.TryParse(raw, out long number, out var used) && used == raw.Length && number >= minimum && number <= maximum;
    }

    private static bool IsDateTime(ReadOnlySpan<byte> raw)
    {
        if (raw.Length != DateTimeLength || raw.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return false;
        }

        var (year, month, day) = ((Two(raw, 0) * 100) + Two(raw, 2), Two(raw, 4), Two(raw, 6));
        return year > 0 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            && Two(raw, 8) < 24 && Two(raw, 10) < 60 && Two(raw, 12) < 60;
    }

    private static int Two(ReadOnlySpan<byte> raw, int at) => ((raw[at] - '0') * 10) + raw[at + 1] - '0';

    /// <summary>The exporter's rule, so that the order of values in the source never looks like a change (synchronization.md 6.2).</summary>
    private static string SortedValues(string text) => string.Join(
        '\n',
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal).OrderBy(v => v, StringComparer.OrdinalIgnoreCase));

    /// <summary>A count of 100 nanoseconds since 1601; 0 and the greatest number mean never, which is null.</summary>
    private static bool TryFileTime(string text, out string? canonical)
    {
        canonical = null;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks))
        {
            return false;
        }

        if (ticks is 0 or Never)
        {
            return true;
        }

        if (ticks > DateTime.MaxValue.Ticks - DateTime.UnixEpoch.AddYears(-369).Ticks)
        {
            return false;
        }

        canonical = CanonicalText.Format(DateTime.FromFileTimeUtc(ticks));
        return true;
    }

    private ReadOnlySpan<byte> Keep(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return [];
        }

        var needed = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (_converted.Length < needed)
        {
            _converted = new byte[needed];
        }

        return _converted.AsSpan(0, Encoding.UTF8.GetBytes(text, _converted));
    }
}
