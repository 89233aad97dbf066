namespace Muster.Connectors.Ldif;

/// <summary>
/// Writes content records of LDIF (RFC 2849): ASCII only, lines folded at 76 characters, base64 for every value that is not safe as text.
/// What it writes, <c>ldapadd</c> and <c>slapadd</c> read.
/// </summary>
internal sealed class LdifWriter(TextWriter writer)
{
    private const int LineLength = 76;

    /// <summary>True if the whole line of an attribute is what would be written for it. Base64 is always said to be not, which is safe.</summary>
    /// <param name="line">Without line end.</param>
    /// <param name="colon">Where the attribute's name ends.</param>
    public static bool IsCanonical(string line, int colon) =>
        line.Length <= LineLength && colon + 1 < line.Length && line[colon + 1] == ' ' && IsSafe(line.AsSpan(colon + 2));

    public void WriteVersion() => writer.Write("version: 1\n\n");

    public void Write(string dn, IEnumerable<LdifAttribute> attributes)
    {
        Write("dn", new LdifValue(dn));
        foreach (var attribute in attributes)
        {
            Write(attribute.Name, attribute.Value);
        }

        writer.Write('\n');
    }

    private void Write(string name, LdifValue value)
    {
        var line = value.Text is { } text && IsSafe(text) ? $"{name}: {text}" : $"{name}:: {Convert.ToBase64String(value.Octets)}";
        if (line.Length <= LineLength)
        {
            writer.Write(line);
        }
        else
        {
            writer.Write(line.AsSpan(0, LineLength));
            for (var start = LineLength; start < line.Length; start += LineLength - 1)
            {
                writer.Write("\n ");
                writer.Write(line.AsSpan(start, Math.Min(LineLength - 1, line.Length - start)));
            }
        }

        writer.Write('\n');
    }

    /// <summary>SAFE-STRING of RFC 2849, without trailing spaces, which editors take away.</summary>
    private static bool IsSafe(ReadOnlySpan<char> text)
    {
        if (text.Length == 0)
        {
            return true;
        }

        if (text[0] is ' ' or ':' or '<' || text[^1] == ' ')
        {
            return false;
        }

        foreach (var character in text)
        {
            if (character is '\0' or '\r' or '\n' or > '\u007f')
            {
                return false;
            }
        }

        return true;
    }
}
