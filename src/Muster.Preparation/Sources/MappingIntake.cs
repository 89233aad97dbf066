using System.Text;
using Muster.Configuration.Work;
using Muster.Preparation.Changes;
using Muster.Preparation.Csv;
using Muster.Preparation.Sorting;

namespace Muster.Preparation.Sources;

/// <summary>
/// Takes the rows of a source for one mapping: removes unused columns, sets rows without key and rows that cannot be read aside, brings values
/// to canonical form, and hands the rest to the sorter (synchronization.md 8.3, steps 1, 2 and 4).
/// </summary>
internal sealed partial class MappingIntake : IDisposable
{
    private readonly SourceHeader _header;
    private readonly SourceFile _source;
    private readonly ITaskReporter _reporter;
    private readonly SideFile _nullKeyFile;
    private readonly SideFile _rejectedFile;
    private readonly int[] _fields;
    private readonly PlannedColumn[] _columns;
    private readonly ValueConversion[] _conversions;
    private readonly CsvLine _line = new();
    private byte[] _identity = new byte[256];

    public MappingIntake(MappingPlan plan, SourceHeader header, SourceFile source, IWorkFolder work, string folder, int budget, int maximumFileLength, ITaskReporter reporter)
    {
        Plan = plan;
        _header = header;
        _source = source;
        _reporter = reporter;
        _columns = [.. plan.Columns.Where((c, i) => IsPresent(c, i))];
        _fields = [.. _columns.Select(c => header.Find(c.SourceColumn))];
        _conversions = [.. _columns.Select(c => new ValueConversion(c.Type, c.Format, maximumFileLength))];
        _nullKeyFile = new SideFile(work, $"{folder}/{plan.FileStem}.nullpk.csv", header.Names, hasCause: false);
        var rejected = $"{folder}/{plan.FileStem}.rejected.csv";
        _rejectedFile = new SideFile(work, rejected, header.Names, hasCause: true);
        Parked = new ParkedRows(plan, header, _rejectedFile, work.PathOf(rejected), source, reporter);
        Sorter = new RowSorter(work, $"{folder}/{plan.FileStem}.run", budget);
    }

    public MappingPlan Plan { get; }

    /// <summary>Names of the columns that the source has, in the order of the prepared file.</summary>
    public IReadOnlyList<string> ColumnNames => [.. _columns.Select(c => c.Name)];

    public SourceFile Source => _source;

    public SourceHeader Header => _header;

    public RowSorter Sorter { get; }

    public ParkedRows Parked { get; }

    public long Rows { get; private set; }

    public long NullKeys => _nullKeyFile.Rows;

    /// <summary>Takes one row.</summary>
    /// <param name="isPlain">No field of the row needs quotes in the prepared file.</param>
    /// <param name="command">None for full extracts.</param>
    public void Accept(CsvReader row, long ordinal, bool isPlain, RowCommand command)
    {
        Rows++;
        if (row.FieldCount > _header.Names.Count || row.IsMalformed)
        {
            ParkBroken(row);
        }
        else if (row.Raw.Contains(RowIdentity.Separator))
        {
            ParkWithReadableKey(row, "it contains a zero byte.");
        }
        else if (Plan.IsAssociation)
        {
            AcceptLink(row, ordinal, command);
        }
        else
        {
            AcceptEntity(row, ordinal, isPlain, command);
        }
    }

    /// <summary>Sets a row aside whose command is none.</summary>
    public void AcceptUnknownCommand(CsvReader row, ReadOnlySpan<byte> command)
    {
        Rows++;
        ParkWithReadableKey(row, $"{ParkedRows.Quote(command)} is no command (insert, update, merge or delete).");
    }

    /// <summary>Checks the shares of rows set aside and makes the side files visible, also when the task then fails: they say why.</summary>
    public void Complete()
    {
        _nullKeyFile.Commit();
        _rejectedFile.Commit();
        if (NullKeys * 2 > Rows)
        {
            throw new TaskFailedException(
                $"{_source.Description}: {NullKeys} of {Rows} rows have no key for {Plan.Description} (column '{KeyColumnText()}'). Is it the right key column? "
                + $"The rows stand in '{Plan.FileStem}.nullpk.csv'. Nothing was sent.");
        }

        Parked.Check(Rows);
    }

    public void Dispose()
    {
        _nullKeyFile.Dispose();
        _rejectedFile.Dispose();
        Sorter.Dispose();
    }

    public string KeyColumnText() => string.Join("', '", Plan.IdentityColumns.Select(i => Plan.Columns[i].SourceColumn));

    private bool IsPresent(PlannedColumn column, int place)
    {
        if (Plan.IsAssociation || Plan.IdentityColumns.Contains(place))
        {
            _header.Require(column.SourceColumn, Plan, Plan.IsAssociation ? "one end of the link" : "its primary key");
            return true;
        }

        if (_header.Find(column.SourceColumn) >= 0)
        {
            return true;
        }

        _reporter.Warning(
            $"{_source.Description} has no column '{column.SourceColumn}': property '{column.Name}' of {Plan.Description} is left untouched.");
        return false;
    }

    private void AcceptEntity(CsvReader row, long ordinal, bool isPlain, RowCommand command)
    {
        var rawKey = FieldOf(row, 0);
        if (!_conversions[0].TryConvert(rawKey, out var key))
        {
            Parked.ParkUnknown(row, NotOfType(0, rawKey));
            return;
        }

        if (key.IsEmpty)
        {
            _nullKeyFile.Write(row);
            return;
        }

        _line.Clear();
        _line.Add(key);
        for (var i = 1; i < _columns.Length; i++)
        {
            var raw = command == RowCommand.Delete ? [] : FieldOf(row, i);
            var conversion = _conversions[i];
            if (!conversion.TryConvert(raw, out var value))
            {
                ParkEntity(row, key, ordinal, command, NotOfType(i, raw));
                return;
            }

            if (isPlain && conversion.IsAsWritten)
            {
                _line.AddPlain(value);
            }
            else
            {
                _line.Add(value);
            }
        }

        Sorter.Add(key, _line.Bytes, ordinal, (byte)command);
    }

    /// <summary>Sets an entity's row aside; in a change list, what the list says of the entity before is not taken either.</summary>
    private void ParkEntity(CsvReader row, ReadOnlySpan<byte> key, long ordinal, RowCommand command, string cause)
    {
        Parked.Park(row, key, cause);
        if (command != RowCommand.None)
        {
            Sorter.Add(key, [], ordinal, (byte)RowCommand.Unreadable);
        }
    }

    private ReadOnlySpan<byte> FieldOf(CsvReader row, int column) => _fields[column] < row.FieldCount ? row.Field(_fields[column]) : [];

    private string NotOfType(int column, ReadOnlySpan<byte> raw) =>
        $"column '{_columns[column].SourceColumn}' holds {_conversions[column].Refusal(raw)}";

    private void ParkBroken(CsvReader row)
    {
        var keyColumn = Plan.IdentityColumns[0];
        if (row.FieldCount > _header.Names.Count)
        {
            var cause = $"it has {row.FieldCount} fields, the header has {_header.Names.Count}.";
            if (row.IsMalformed)
            {
                Parked.ParkUnknown(row, cause);
            }
            else
            {
                Parked.ParkShifted(row, _fields[keyColumn], _conversions[keyColumn], cause);
            }
        }
        else
        {
            ParkWithReadableKey(row, "text stands behind the closing quote of a value.");
        }
    }

    private void ParkWithReadableKey(CsvReader row, string cause)
    {
        var column = Plan.IdentityColumns[0];
        var raw = FieldOf(row, column);
        var isReadable = !Plan.IsPair && row.FieldCount <= _header.Names.Count && !(row.IsMalformed && raw.Contains((byte)'"'))
            && !raw.IsEmpty && !raw.Contains(RowIdentity.Separator);
        if (isReadable && _conversions[column].TryConvert(raw, out var key) && !key.IsEmpty)
        {
            Parked.Park(row, key, cause);
        }
        else
        {
            Parked.ParkUnknown(row, cause);
        }
    }

    private ReadOnlySpan<byte> PairOf(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var length = first.Length + 1 + second.Length;
        if (_identity.Length < length)
        {
            _identity = new byte[Encoding.UTF8.GetMaxByteCount(length)];
        }

        first.CopyTo(_identity);
        _identity[first.Length] = RowIdentity.Separator;
        second.CopyTo(_identity.AsSpan(first.Length + 1));
        return _identity.AsSpan(0, length);
    }
}
