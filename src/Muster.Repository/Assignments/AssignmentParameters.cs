using System.Text;

namespace Muster.Repository.Assignments;

/// <summary>
/// The values of an assignment's parameters as one text: <c>dimension=key</c>, sorted by dimension, separated by semicolons; in names and
/// keys <c>\</c>, <c>;</c> and <c>=</c> are preceded by <c>\</c>. Two assignments with the same parameters have the same text.
/// </summary>
public static class AssignmentParameters
{
    /// <summary>Null for none.</summary>
    public static string? Format(IReadOnlyDictionary<string, string> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return values.Count == 0
            ? null
            : string.Join(';', values.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"{Escape(v.Key)}={Escape(v.Value)}"));
    }

    public static IReadOnlyDictionary<string, string> Parse(string? text)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var name = new StringBuilder();
        var value = new StringBuilder();
        var part = name;
        for (var index = 0; index < (text?.Length ?? 0); index++)
        {
            switch (text![index])
            {
                case '\\' when index + 1 < text.Length:
                    part.Append(text[++index]);
                    break;
                case '=' when part == name:
                    part = value;
                    break;
                case ';':
                    Add();
                    break;
                case var character:
                    part.Append(character);
                    break;
            }
        }

        Add();
        return values;

        void Add()
        {
            if (name.Length > 0)
            {
                values[name.ToString()] = value.ToString();
            }

            name.Clear();
            value.Clear();
            part = name;
        }
    }

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal).Replace("=", "\\=", StringComparison.Ordinal);
}
