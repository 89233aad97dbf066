using System.Runtime.CompilerServices;
using System.Text;
using Muster.Configuration.Exchange;
using Muster.Preparation.Changes;
using Muster.Preparation.Csv;
using Muster.Preparation.Snapshots;
using Muster.Preparation.Sorting;

namespace Muster.Preparation.Sources;

/// <summary>
/// Takes rows of a source for one mapping, in one thread: removes unused columns, sets rows without key and rows that cannot be read aside, brings
/// values to canonical form, passes over the rows that the previous extract has as they are, and hands the rest to the sorter
/// (synchronization.md 8.3, steps 1, 2 and 4).
/// </summary>
/// <param name="defects">Shared by all threads, each of which waits for its turn; null: rows set aside are known from a first reading.</param>
/// <param name="sieve">Null: all rows are sorted.</param>
internal sealed partial class MappingIntake(
    MappingLayout layout, DefectiveRows? defects, ChunkTurn turn, RowSorter sorter, Sieve? sieve, int maximumFileLength) : IDisposable
{
    private readonly MappingLayout _layout = layout;
    private readonly int _headerLength = layout.Header.Names.Count;
    private readonly int[] _fields = [.. layout.Fields];
    private readonly PlannedColumn[] _columns = [.. layout.Columns];
    private readonly ValueConversion[] _conversions = [.. layout.Columns.Select(c => new ValueConversion(c.Type, c.Format, maximumFileLength))];
    private readonly CsvLine _line = new();
    private byte[] _identity = new byte[256];

    public RowSorter Sorter => sorter;

    public Sieve? Sieve => sieve;

    public long Rows { get; private set; }

    /// <summary>Rows that were set aside because they could not be read.</summary>
    public long Rejected { get; private set; }

    private MappingPlan Plan => _layout.Plan;

    /// <summary>Takes one row.</summary>
    /// <param name="isPlain">No field of the row needs quotes in the prepared file.</param>
    /// <param name="command">None for full extracts.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Accept(CsvReader row, bool isPlain, RowCommand command)
    {
        Rows++;
        if (row.FieldCount > _headerLength || row.IsMalformed)
        {
            ParkBroken(row);
        }
        else if (row.ChunkHasZeros && row.Raw.Contains(RowIdentity.Separator))
        {
            ParkWithReadableKey(row, "it contains a zero byte.");
        }
        else if (Plan.IsAssociation)
        {
            AcceptLink(row, command);
        }
        else if (!isPlain || !AcceptAsItIs(row, command))
        {
            AcceptEntity(row, isPlain, command);
        }
    }

    /// <summary>Sets a row aside whose command is none.</summary>
    public void AcceptUnknownCommand(CsvReader row, ReadOnlySpan<byte> command)
    {
        Rows++;
        ParkWithReadableKey(row, $"{ParkedRows.Quote(command)} is no command (insert, update, merge or delete).");
    }

    public void Dispose() => sorter.Dispose();

    private void AcceptEntity(CsvReader row, bool isPlain, RowCommand command)
    {
        var rawKey = FieldOf(row, 0);
        if (!_conversions[0].TryConvert(rawKey, out var key))
        {
            ParkUnknown(row, NotOfType(0, rawKey));
            return;
        }

        if (key.IsEmpty)
        {
            AddNullKey(row);
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
                ParkEntity(row, key, command, NotOfType(i, raw));
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

        Take(row, key, _line.Bytes, command);
    }

    private void Take(CsvReader row, ReadOnlySpan<byte> identity, ReadOnlySpan<byte> line, RowCommand command)
    {
        if (sieve is null || command != RowCommand.None || !sieve.Passes(sieve.Hash.MarkOf(identity, line)))
        {
            sorter.Add(identity, line, row.Offset, (byte)command);
        }
    }

    /// <summary>Sets an entity's row aside; in a change list, what the list says of the entity before is not taken either.</summary>
    private void ParkEntity(CsvReader row, ReadOnlySpan<byte> key, RowCommand command, string cause)
    {
        Park(row, key, cause);
        if (command != RowCommand.None)
        {
            sorter.Add(key, [], row.Offset, (byte)RowCommand.Unreadable);
        }
    }

    private ReadOnlySpan<byte> FieldOf(CsvReader row, int column) => _fields[column] < row.FieldCount ? row.Field(_fields[column]) : [];

    private string NotOfType(int column, ReadOnlySpan<byte> raw) =>
        $"column '{_columns[column].SourceColumn}' holds {_conversions[column].Refusal(raw)}";

    private void ParkBroken(CsvReader row)
    {
        var keyColumn = Plan.IdentityColumns[0];
        if (row.FieldCount > _headerLength)
        {
            var cause = $"it has {row.FieldCount} fields, the header has {_headerLength}.";
            if (row.IsMalformed)
            {
                ParkUnknown(row, cause);
            }
            else if (IsMyTurn())
            {
                defects!.Parked.ParkShifted(row, _fields[keyColumn], _conversions[keyColumn], cause);
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
        var isReadable = !Plan.IsPair && row.FieldCount <= _headerLength && !(row.IsMalformed && raw.Contains((byte)'"'))
            && !raw.IsEmpty && !raw.Contains(RowIdentity.Separator);
        if (isReadable && _conversions[column].TryConvert(raw, out var key) && !key.IsEmpty)
        {
            Park(row, key, cause);
        }
        else
        {
            ParkUnknown(row, cause);
        }
    }

    private void Park(CsvReader row, ReadOnlySpan<byte> identity, string cause)
    {
        if (IsMyTurn())
        {
            defects!.Parked.Park(row, identity, cause);
        }
    }

    private void ParkUnknown(CsvReader row, string cause)
    {
        if (IsMyTurn())
        {
            defects!.Parked.ParkUnknown(row, cause);
        }
    }

    private void AddNullKey(CsvReader row)
    {
        if (defects is not null)
        {
            turn.Take();
            defects.AddNullKey(row);
        }
    }

    /// <summary>Waits for the turn to set a row aside that cannot be read; false if that has been done.</summary>
    private bool IsMyTurn()
    {
        Rejected++;
        if (defects is null)
        {
            return false;
        }

        turn.Take();
        return true;
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
