using System.Text;
using Muster.Configuration.Work;
using Muster.Connectors.Files;
using Muster.Connectors.Settings;

namespace Muster.Connectors.Csv;

/// <summary>The settings of a CSV connection, checked (synchronization.md 7.6).</summary>
internal sealed class CsvSettings
{
    public static readonly string[] Names =
    [
        "Path", "PathIncremental", "IsFileNameRegex", "Encoding", "Separator", "NumberOfLinesToSkip", "ValuesToTrim",
    ];

    public CsvSettings(ConnectionSettings settings)
    {
        IsFileNameRegex = settings.GetFlag("IsFileNameRegex");
        Encoding = SourceEncoding.Of(settings, "Encoding");
        NumberOfLinesToSkip = settings.GetNumber("NumberOfLinesToSkip", 0, 0, 1_000_000);
        ValuesToTrim = [.. settings.GetTexts("ValuesToTrim").Where(t => t.Length > 0)];
        var separator = settings.GetText("Separator") switch
        {
            null => ",",
            "\\t" => "\t",
            var written => written,
        };
        if (separator is not [var character] || !char.IsAscii(character) || character is '"' or '\r' or '\n' or '\0')
        {
            throw new TaskFailedException(
                $"The value of {settings.Describe("Separator")} must be one ASCII character other than a quote or a line end, such as ',', ';' or '\\t'.");
        }

        Separator = character;
    }

    public bool IsFileNameRegex { get; }

    public Encoding Encoding { get; }

    public char Separator { get; }

    /// <summary>Lines before the header.</summary>
    public int NumberOfLinesToSkip { get; }

    public IReadOnlyList<string> ValuesToTrim { get; }

    /// <summary>
    /// Trims both ends of a header or value: one element after the other, all repetitions of each, and no second round
    /// (<c>$%I am an example$%</c> with <c>$</c>, <c>%</c> gives <c>I am an example$</c>).
    /// </summary>
    public string Trim(string text)
    {
        foreach (var element in ValuesToTrim)
        {
            var start = 0;
            var end = text.Length;
            while (end - start >= element.Length && string.CompareOrdinal(text, start, element, 0, element.Length) == 0)
            {
                start += element.Length;
            }

            while (end - start >= element.Length && string.CompareOrdinal(text, end - element.Length, element, 0, element.Length) == 0)
            {
                end -= element.Length;
            }

            text = text[start..end];
        }

        return text;
    }
}
