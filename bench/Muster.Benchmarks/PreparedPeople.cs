using System.Globalization;
using System.Text;

namespace Muster.Benchmarks;

/// <summary>The files that Muster's agent has prepared of the generated people, for who loads them the plain way.</summary>
internal sealed class PreparedPeople(string folder)
{
    /// <summary>The first id that a plain load gives.</summary>
    public const long FirstId = 1_000_000;

    public static bool IsNumber(string column) => column is "Grade" or "Active";

    public static long Number(ReadOnlySpan<byte> field) => field[0] switch
    {
        (byte)'t' => 1,
        (byte)'f' => 0,
        _ => long.Parse(field, CultureInfo.InvariantCulture),
    };

    public string PathOf(string name) => Directory.EnumerateFiles(folder, $"*{name}*").FirstOrDefault(f => Path.GetFileName(f).StartsWith(name + ".", StringComparison.Ordinal))
        ?? throw new InvalidOperationException($"There is no prepared file '{name}' in '{folder}'.");

    public string[] Columns(string type)
    {
        using var reader = new StreamReader(PathOf(type));
        return reader.ReadLine()!.Split(',');
    }

    /// <summary>The organisation's id of each person, by the person's key.</summary>
    /// <param name="ids">The ids of the organisations by their keys.</param>
    public Dictionary<string, long> Organisations(Dictionary<string, long> ids)
    {
        var targets = new Dictionary<string, long>(StringComparer.Ordinal);
        using var lines = new PlainLines(PathOf("Person_Organisation"), 2);
        while (lines.Read())
        {
            targets.Add(Encoding.UTF8.GetString(lines.Field(1)), ids[Encoding.UTF8.GetString(lines.Field(0))]);
        }

        return targets;
    }
}
