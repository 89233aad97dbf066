using System.Globalization;
using System.Text;

namespace Muster.Configuration.Values;

/// <summary>Reads and escapes the text form of RFC 4514, with the spaces around separators that RFC 2253 tolerates.</summary>
internal ref struct DistinguishedNameParser
{
    private const string Special = ",+\"\\<>;=";
    private static readonly UTF8Encoding StrictUtf8 = new(false, true);
    private readonly string _text;
    private int _position;
    private string? _error;

    private DistinguishedNameParser(string text)
    {
        _text = text;
    }

    internal static bool TryParse(string text, out IReadOnlyList<RelativeDistinguishedName> components, out string? error)
    {
        var parser = new DistinguishedNameParser(text);
        var read = parser.ReadAll();
        components = read ?? [];
        error = parser._error;
        return read is not null;
    }

    /// <summary>A descriptor (<c>cn</c>, <c>user-id</c>) or a numeric object identifier.</summary>
    internal static bool IsAttribute(string text)
    {
        if (text.Length == 0)
        {
            return false;
        }

        return char.IsAsciiLetter(text[0])
            ? text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            : text.Split('.') is { Length: > 1 } arcs && arcs.All(a => a.Length > 0 && a.All(char.IsAsciiDigit));
    }

    internal static string Escape(string value)
    {
        var result = new StringBuilder(value.Length + 8);
        for (var index = 0; index < value.Length; index++)
        {
            var c = value[index];
            var atEdge = (index == 0 && c is ' ' or '#') || (c == ' ' && index == value.Length - 1);
            if (c < ' ' || c == '\u007f')
            {
                result.Append('\\').Append(((int)c).ToString("x2", CultureInfo.InvariantCulture));
            }
            else if (Special.Contains(c) || atEdge)
            {
                result.Append('\\').Append(c);
            }
            else
            {
                result.Append(c);
            }
        }

        return result.ToString();
    }

    private List<RelativeDistinguishedName>? ReadAll()
    {
        var components = new List<RelativeDistinguishedName>();
        SkipSpaces();
        if (_position == _text.Length)
        {
            return components;
        }

        while (true)
        {
            var attributes = new List<NameAttribute>(1);
            do
            {
                if (ReadAttribute() is not { } attribute)
                {
                    return null;
                }

                attributes.Add(attribute);
            }
            while (Take('+'));
            components.Add(new RelativeDistinguishedName(attributes));
            if (_position == _text.Length)
            {
                return components;
            }

            // ReadValue stops at a separator only; ';' is the old spelling of ','.
            _position++;
        }
    }

    private NameAttribute? ReadAttribute()
    {
        SkipSpaces();
        var start = _position;
        while (_position < _text.Length && (char.IsAsciiLetterOrDigit(_text[_position]) || _text[_position] is '-' or '.'))
        {
            _position++;
        }

        var attribute = _text[start.._position];
        SkipSpaces();
        if (!IsAttribute(attribute) || !Take('='))
        {
            _error = $"an attribute and '=' are expected at character {start + 1}.";
            return null;
        }

        SkipSpaces();
        if (_position < _text.Length && _text[_position] == '#')
        {
            return ReadHexadecimal(attribute);
        }

        return ReadValue(attribute);
    }

    private NameAttribute? ReadHexadecimal(string attribute)
    {
        var start = ++_position;
        while (_position < _text.Length && char.IsAsciiHexDigit(_text[_position]))
        {
            _position++;
        }

        var digits = _text[start.._position];
        SkipSpaces();
        if (digits.Length == 0 || digits.Length % 2 != 0 || !AtSeparator())
        {
            _error = $"the value at character {start} starts with '#' and is not a sequence of hexadecimal pairs.";
            return null;
        }

        return new NameAttribute(attribute, digits, true);
    }

    private NameAttribute? ReadValue(string attribute)
    {
        var start = _position;
        var value = new StringBuilder();
        var quoted = Take('"');
        var kept = 0;
        while (_position < _text.Length && (quoted ? _text[_position] != '"' : !AtSeparator()))
        {
            var c = _text[_position];
            if (c == '\\')
            {
                if (!ReadEscape(value))
                {
                    return null;
                }

                kept = value.Length;
                continue;
            }

            if (!quoted && c is '"' or '<' or '>')
            {
                _error = $"the character '{c}' at character {_position + 1} must be escaped.";
                return null;
            }

            value.Append(c);
            _position++;
            if (quoted || c != ' ')
            {
                kept = value.Length;
            }
        }

        if (quoted)
        {
            var closed = Take('"');
            SkipSpaces();
            if (!closed || !AtSeparator())
            {
                _error = $"the quotes opened at character {start + 1} are not closed, or text follows them.";
                return null;
            }
        }

        value.Length = kept;
        if (value.Length == 0)
        {
            _error = $"the value of '{attribute}' is empty.";
            return null;
        }

        return new NameAttribute(attribute, value.ToString(), false);
    }

    /// <summary>Reads <c>\,</c> or a run of hexadecimal pairs, which together are UTF-8.</summary>
    private bool ReadEscape(StringBuilder value)
    {
        var start = _position;
        var octets = new List<byte>();
        while (_position + 2 < _text.Length && _text[_position] == '\\'
            && char.IsAsciiHexDigit(_text[_position + 1]) && char.IsAsciiHexDigit(_text[_position + 2]))
        {
            octets.Add(byte.Parse(_text.AsSpan(_position + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            _position += 3;
        }

        if (octets.Count > 0)
        {
            try
            {
                value.Append(StrictUtf8.GetString([.. octets]));
                return true;
            }
            catch (DecoderFallbackException)
            {
                _error = $"the escaped octets at character {start + 1} are not UTF-8.";
                return false;
            }
        }

        if (_position + 1 < _text.Length && (Special.Contains(_text[_position + 1]) || _text[_position + 1] is ' ' or '#'))
        {
            value.Append(_text[_position + 1]);
            _position += 2;
            return true;
        }

        _error = $"the escape at character {start + 1} is neither a special character nor two hexadecimal digits.";
        return false;
    }

    private readonly bool AtSeparator() => _position >= _text.Length || _text[_position] is ',' or ';' or '+';

    private bool Take(char expected)
    {
        if (_position >= _text.Length || _text[_position] != expected)
        {
            return false;
        }

        _position++;
        return true;
    }

    private void SkipSpaces()
    {
        while (_position < _text.Length && _text[_position] == ' ')
        {
            _position++;
        }
    }
}
