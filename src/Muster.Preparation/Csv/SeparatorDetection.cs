namespace Muster.Preparation.Csv;

/// <summary>
/// Which separator a file uses (synchronization.md 5): the one of <c>,</c> <c>;</c> and tab that occurs most often in the header line outside
/// quotes; <c>,</c> if none wins.
/// </summary>
internal static class SeparatorDetection
{
    public static byte Detect(ReadOnlySpan<byte> text)
    {
        int commas = 0, semicolons = 0, tabs = 0;
        var isInQuotes = false;
        foreach (var value in text)
        {
            if (value == SpecialBytes.Quote)
            {
                isInQuotes = !isInQuotes;
            }
            else if (!isInQuotes)
            {
                if (value == SpecialBytes.LineFeed)
                {
                    break;
                }

                commas += value == ',' ? 1 : 0;
                semicolons += value == ';' ? 1 : 0;
                tabs += value == '\t' ? 1 : 0;
            }
        }

        if (semicolons > commas && semicolons > tabs)
        {
            return (byte)';';
        }

        return tabs > commas && tabs > semicolons ? (byte)'\t' : (byte)',';
    }
}
