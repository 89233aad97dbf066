using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Muster.Preparation.Changes;
using Muster.Preparation.Csv;
using Muster.Preparation.Snapshots;

namespace Muster.Preparation.Sources;

/// <summary>
/// The hot path: rows of which a piece is the prepared line as it stands. Nothing is copied; the piece is hashed, memory is asked for what the
/// previous extract knows of it, and some rows later, when that has come, it is looked at. Memory is asked twice, for where the bucket starts and for
/// the bucket; without that, half of the time is waiting for it.
/// </summary>
internal sealed partial class MappingIntake
{
    /// <summary>Rows between a question to memory and the look at the answer.</summary>
    private const int Ahead = 12;

    private const int MostWaiting = 2 * Ahead;

    private readonly bool _isSideBySide = layout.IsSideBySide;
    private readonly int[] _typed = [.. Enumerable.Range(0, layout.Columns.Count).Where(i => !new ValueConversion(layout.Columns[i].Type, layout.Columns[i].Format).IsAsWritten)];
    private readonly Waiting[] _waiting = new Waiting[MostWaiting];
    private int _asked;
    private int _answered;

    /// <summary>Looks at the rows that still wait; to be called before the reader goes to the next chunk.</summary>
    public void EndChunk(CsvReader reader)
    {
        while (_answered < _asked)
        {
            Answer(reader.Buffer);
        }

        (_asked, _answered) = (0, 0);
    }

    /// <summary>False if the row needs to be looked at more closely.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool AcceptAsItIs(CsvReader row, RowCommand command)
    {
        if (sieve is null || !_isSideBySide || row.Separator != (byte)',' || command != RowCommand.None || row.FieldCount != _headerLength)
        {
            return false;
        }

        var first = _fields[0];
        var start = row.StartOf(first);
        var keyLength = row.EndOf(first) - start;
        if (keyLength == 0)
        {
            return false;
        }

        foreach (var column in _typed)
        {
            if (!_conversions[column].IsReady(row.RawField(_fields[column])))
            {
                return false;
            }
        }

        if (_asked - _answered == MostWaiting)
        {
            Answer(row.Buffer);
        }

        var line = row.Buffer.AsSpan(start, row.EndOf(first + _fields.Length - 1) - start);
        ref var waiting = ref _waiting[_asked++ % MostWaiting];
        waiting.Mark = sieve.Hash.MarkOf(line[..keyLength], line);
        waiting.Start = start;
        waiting.KeyLength = keyLength;
        waiting.Length = line.Length;
        waiting.Offset = row.Offset;
        sieve.FetchStart(waiting.Mark);
        if (_asked > Ahead)
        {
            sieve.FetchEntries(_waiting[(_asked - Ahead - 1) % MostWaiting].Mark);
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Answer(byte[] buffer)
    {
        ref readonly var waiting = ref _waiting[_answered++ % MostWaiting];
        if (!sieve!.Passes(waiting.Mark))
        {
            sorter.Add(
                buffer.AsSpan(waiting.Start, waiting.KeyLength), buffer.AsSpan(waiting.Start, waiting.Length), waiting.Offset, (byte)RowCommand.None);
        }
    }

    /// <summary>A row whose place in the previous extract has been asked for.</summary>
    [StructLayout(LayoutKind.Auto)]
    private struct Waiting
    {
        public RowMark Mark;
        public int Start;
        public int KeyLength;
        public int Length;
        public long Offset;
    }
}
