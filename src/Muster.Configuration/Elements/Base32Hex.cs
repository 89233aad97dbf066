namespace Muster.Configuration.Elements;

/// <summary>Numbers in attribute names: base32hex, digits <c>0-9A-V</c>, any case, no leading zero (rolemodel.md 3.1).</summary>
public static class Base32Hex
{
    /// <summary>The greatest number of a dimension or a scalar column.</summary>
    public const int Maximum = 127;

    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUV";

    /// <summary>Reads <c>0</c> up to a number of two digits, by default <c>3V</c>; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out int number, int maximum = Maximum)
    {
        number = 0;
        if (text.Length is 0 or > 2 || (text.Length == 2 && text[0] == '0'))
        {
            return false;
        }

        foreach (var character in text)
        {
            var digit = Digits.IndexOf(char.ToUpperInvariant(character), StringComparison.Ordinal);
            if (digit < 0)
            {
                return false;
            }

            number = (number * 32) + digit;
        }

        return number <= maximum;
    }

    /// <summary>Writes a number from 0 up.</summary>
    public static string Format(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        return number < 32 ? Digits[number].ToString() : Format(number / 32) + Digits[number % 32];
    }
}
