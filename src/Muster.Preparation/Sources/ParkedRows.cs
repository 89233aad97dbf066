using System.Globalization;
using System.Text;
using Muster.Configuration.Work;
using Muster.Preparation.Csv;
using Muster.Preparation.Sorting;

namespace Muster.Preparation.Sources;

/// <summary>Whether another row of an identity is well.</summary>
internal delegate bool IsWell(ReadOnlySpan<byte> identity);

/// <summary>
/// The rejected rows of one mapping: each is written with its cause, and the identities that it may stand for are parked, so that nobody takes
/// what they name as changed or deleted. Where even that cannot be told, no deletion may be derived (<see cref="HoldDeletions"/>).
/// </summary>
internal sealed class ParkedRows(MappingPlan plan, SourceHeader header, SideFile file, string filePath, SourceFile source, ITaskReporter reporter)
{
    /// <summary>More rejected rows than this, and than one in a thousand, stop the task.</summary>
    private const int Handful = 10;

    private const int MostKept = 100_000;
    private const int MostWarnings = 10;

    /// <summary>Surplus fields up to which the possible keys of a row are tried.</summary>
    private const int MostSurplus = 8;

    public HashSet<byte[]> Identities { get; } = new(IdentityComparer.Instance);

    public bool HoldDeletions { get; private set; }

    public long Count { get; private set; }

    /// <summary>A row whose identity is known.</summary>
    public void Park(CsvReader row, ReadOnlySpan<byte> identity, string cause)
    {
        Identities.Add(identity.ToArray());
        Report(row, cause);
    }

    /// <summary>A row whose identity cannot be told.</summary>
    public void ParkUnknown(CsvReader row, string cause)
    {
        HoldDeletions = true;
        Report(row, cause);
    }

    /// <summary>
    /// A row with more fields than the header: a separator too many stands somewhere, so that its key is at its own place, further right, or
    /// spread over several fields. All of these are parked; those that another row proves to be well are released later.
    /// </summary>
    public void ParkShifted(CsvReader row, int keyField, ValueConversion conversion, string cause)
    {
        var surplus = row.FieldCount - header.Names.Count;
        if (surplus > MostSurplus || plan.IsPair)
        {
            ParkUnknown(row, cause);
            return;
        }

        for (var first = 0; first <= surplus; first++)
        {
            var candidate = new List<byte>();
            for (var last = first; last <= surplus; last++)
            {
                candidate.AddRange(row.Field(keyField + last));
                if (candidate.Count > 0 && conversion.TryConvert(candidate.ToArray(), out var identity) && !identity.Contains(RowIdentity.Separator))
                {
                    Identities.Add(identity.ToArray());
                }

                candidate.Add(row.Separator);
            }
        }

        Report(row, cause);
    }

    /// <summary>Another row of the identity is well: it is the truth.</summary>
    public void Release(ReadOnlySpan<byte> identity)
    {
        if (Identities.Count > 0)
        {
            Identities.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(identity);
        }
    }

    /// <summary>The same for all identities of which a question is answered with yes.</summary>
    public void ReleaseAll(IsWell isWell) => Identities.RemoveWhere(identity => isWell(identity));

    /// <summary>The rule of synchronization.md 5: more than 0.1 % of rejected rows (and more than a handful) stop the task.</summary>
    public void Check(long rows)
    {
        if (Count > Handful && Count * 1000 > rows)
        {
            throw new TaskFailedException(
                $"{source.Description}: {Count} of {rows} rows were rejected for {plan.Description}, which is more than 0.1 %. "
                + $"They stand with their causes in '{filePath}'. Nothing was sent; correct the source and export again.");
        }
    }

    private void Report(CsvReader row, string cause)
    {
        file.Write(row, cause);
        Count++;
        if (Count <= MostWarnings)
        {
            reporter.Warning($"{source.Description}, line {row.Line.ToString(CultureInfo.InvariantCulture)}: the row is set aside for {plan.Description}: {cause} It stands in '{filePath}'.");
        }

        if (Count > MostKept)
        {
            Check(0);
        }
    }

    /// <summary>A value for a message, shortened and on one line.</summary>
    public static string Quote(ReadOnlySpan<byte> value)
    {
        const int most = 60;
        var text = Encoding.UTF8.GetString(value);
        text = text.Length > most ? text[..most] + "…" : text;
        return "'" + string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)) + "'";
    }
}
