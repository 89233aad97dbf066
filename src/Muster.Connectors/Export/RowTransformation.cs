using System.Globalization;
using System.Text.RegularExpressions;
using Muster.Configuration.Model;
using Muster.Configuration.Values;
using Muster.Configuration.Work;

namespace Muster.Connectors.Export;

/// <summary>One <c>Transformation</c>, bound to the columns of a file (synchronization.md 3.4).</summary>
internal abstract class RowTransformation
{
    /// <summary>Changes the row in place; false leaves it out.</summary>
    public abstract bool Apply(string?[] row);

    /// <summary>Adds the output column to <paramref name="header"/> where it is new; throws for columns that do not exist.</summary>
    public static RowTransformation Create(Transformation transformation, List<string> header, ITaskReporter reporter)
    {
        var source = new TransformationAttributes(transformation, header);
        switch (transformation.Type.ToUpperInvariant())
        {
            case "TRANSFORMDATE" when source.Text("ConcatSeparator") is not null || source.Text("InputColumn2") is not null:
                reporter.Warning(
                    $"{transformation.Location}: A TransformDate with ConcatSeparator or InputColumn2 is taken as ConcatColumns. Correct its Type.");
                return new ConcatColumns(source);
            case "CONCATCOLUMNS":
                return new ConcatColumns(source);
            case "TRANSFORMDATE":
                return new TransformDate(source, reporter);
            case "WHEREVALUE":
                return new WhereValue(source);
            default:
                throw source.Wrong("Type", $"'{transformation.Type}' is none of ConcatColumns, TransformDate, WhereValue");
        }
    }
}

/// <summary>The attributes of one transformation, read with its place in messages.</summary>
internal sealed class TransformationAttributes(Transformation transformation, List<string> header)
{
    public string? Text(string attribute) =>
        transformation.Attributes.TryGetValue(attribute, out var value) && value.Length > 0 ? value : null;

    public bool Flag(string attribute) => Text(attribute) is "true" or "True" or "TRUE" or "1";

    /// <summary>Index of a column that must exist; letter case matters.</summary>
    public int Column(string attribute)
    {
        var name = Text(attribute) ?? throw Wrong(attribute, "is needed");
        var index = header.IndexOf(name);
        return index >= 0
            ? index
            : throw Wrong(attribute, $"names the column '{name}', and the file has {string.Join(", ", header.Select(c => $"'{c}'"))}; letter case matters");
    }

    public int OutputColumn()
    {
        var name = Text("Column") ?? throw Wrong("Column", "is needed");
        if (!header.Contains(name))
        {
            header.Add(name);
        }

        return header.IndexOf(name);
    }

    public double Number(string attribute, double absent) =>
        Text(attribute) is not { } text ? absent
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number
        : throw Wrong(attribute, $"'{text}' is not a number");

    public TaskFailedException Wrong(string attribute, string problem) =>
        new($"{transformation.Location}: The attribute {attribute} of a {transformation.Type} Transformation of table '{Text("Table")}' {problem}.");
}

/// <summary>Joins up to five columns into one.</summary>
internal sealed class ConcatColumns : RowTransformation
{
    private static readonly string[] MoreInputs = ["InputColumn2", "InputColumn3", "InputColumn4", "InputColumn5"];
    private readonly int[] _inputs;
    private readonly int _output;
    private readonly string _separator;
    private readonly bool _removeEmpty;
    private readonly bool _removeDuplicates;
    private readonly bool _sort;

    public ConcatColumns(TransformationAttributes source)
    {
        _inputs =
        [
            source.Column("InputColumn"),
            .. MoreInputs.Where(a => source.Text(a) is not null).Select(source.Column),
        ];
        _output = source.OutputColumn();
        _separator = source.Text("ConcatSeparator") ?? "";
        _removeEmpty = source.Flag("RemoveEmpty");
        _removeDuplicates = source.Flag("RemoveDuplicates");
        _sort = source.Flag("SortValues");
    }

    public override bool Apply(string?[] row)
    {
        var values = new List<string>(_inputs.Length);
        foreach (var input in _inputs)
        {
            var value = row[input] ?? "";
            var isRepeated = _removeDuplicates && values.Count > 0 && values[^1] == value;
            if ((value.Length > 0 || !_removeEmpty) && !isRepeated)
            {
                values.Add(value);
            }
        }

        // Duplicates are removed before sorting: only successive ones go, as documented.
        if (_sort)
        {
            values.Sort(StringComparer.Ordinal);
        }

        row[_output] = string.Join(_separator, values);
        return true;
    }
}

/// <summary>Shifts a date by days where its year is within the bounds.</summary>
internal sealed class TransformDate : RowTransformation
{
    private readonly int _input;
    private readonly int _output;
    private readonly double _days;
    private readonly double _minimumYear;
    private readonly double _maximumYear;
    private readonly string? _pattern;
    private readonly ITaskReporter _reporter;

    public TransformDate(TransformationAttributes source, ITaskReporter reporter)
    {
        _output = source.Text("InputColumn") is null ? source.Column("Column") : source.OutputColumn();
        _input = source.Text("InputColumn") is null ? _output : source.Column("InputColumn");
        _days = source.Number("AddedDays", 0);
        _minimumYear = source.Number("MinYear", double.MinValue);
        _maximumYear = source.Number("MaxYear", double.MaxValue);
        _pattern = source.Text("DatePattern");
        _reporter = reporter;
        if (Math.Abs(_days) > 3_700_000)
        {
            throw source.Wrong("AddedDays", "is more than 10 000 years");
        }
    }

    public override bool Apply(string?[] row)
    {
        var text = row[_input];
        if (string.IsNullOrWhiteSpace(text))
        {
            row[_output] = null;
            return true;
        }

        if (!TryRead(text, out var date))
        {
            // Row by row, so that one bad date does not stop the others; the value is left for the preparation to judge.
            _reporter.Warning($"The value '{text}' is not a date; it is left as it is.");
            row[_output] = text;
            return true;
        }

        if (date.Year >= _minimumYear && date.Year <= _maximumYear)
        {
            var ticks = date.Ticks + (long)(_days * TimeSpan.TicksPerDay);
            date = new DateTime(Math.Clamp(ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks), DateTimeKind.Utc);
        }

        row[_output] = date.ToString(_pattern ?? CanonicalText.DateTimeFormat, CultureInfo.InvariantCulture);
        return true;
    }

    private bool TryRead(string text, out DateTime date)
    {
        if (CanonicalText.TryNormalize(PropertyType.DateTime, text, out var canonical) && canonical is not null)
        {
            date = (DateTime)CanonicalText.ToClr(PropertyType.DateTime, canonical)!;
            return true;
        }

        return DateTime.TryParseExact(
            text.Trim(),
            _pattern,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out date);
    }
}

/// <summary>Keeps the rows whose value matches.</summary>
internal sealed class WhereValue : RowTransformation
{
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(1);
    private readonly int _column;
    private readonly Func<string, bool> _matches;

    public WhereValue(TransformationAttributes source)
    {
        _column = source.Column("Column");
        var wanted = source.Text("WhereValue") ?? "";
        _matches = source.Text("WhereOperator")?.ToUpperInvariant() switch
        {
            null or "EQUALS" or "0" => v => v == wanted,
            "NOTEQUALS" or "1" => v => v != wanted,
            "CONTAINS" or "2" => v => v.Contains(wanted, StringComparison.Ordinal),
            "NOTCONTAINS" or "COTCONTAINS" or "3" => v => !v.Contains(wanted, StringComparison.Ordinal),
            "STARTSWITH" or "4" => v => v.StartsWith(wanted, StringComparison.Ordinal),
            "ENDSWITH" or "5" => v => v.EndsWith(wanted, StringComparison.Ordinal),
            "REGEX" or "6" => Expression(source, wanted),
            _ => throw source.Wrong("WhereOperator", $"'{source.Text("WhereOperator")}' is not known"),
        };
    }

    public override bool Apply(string?[] row) => _matches(row[_column] ?? "");

    private static Func<string, bool> Expression(TransformationAttributes source, string pattern)
    {
        Regex expression;
        try
        {
            expression = new Regex(pattern, RegexOptions.CultureInvariant, MatchTimeout);
        }
        catch (ArgumentException failure)
        {
            throw source.Wrong("WhereValue", $"is not a regular expression: {failure.Message}");
        }

        return value =>
        {
            try
            {
                return expression.IsMatch(value);
            }
            catch (RegexMatchTimeoutException)
            {
                throw source.Wrong("WhereValue", "takes longer than a second on one value; write a simpler regular expression");
            }
        };
    }
}
