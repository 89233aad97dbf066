using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Muster.Configuration.Work;

namespace Muster.Preparation.Csv;

/// <summary>The hot path: from special byte to special byte, without looking at the bytes between.</summary>
internal sealed partial class CsvReader
{
    private enum ScanResult
    {
        Row,
        End,
        MoreNeeded,
    }

    /// <summary>The next row of a chunk without quotes: every separator and every line feed counts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ScanResult ScanPlainRow()
    {
        var block = _block;
        var mask = _mask;
        var ends = _fieldEnds;
        var count = 0;
        ref var text = ref MemoryMarshal.GetArrayDataReference(_buffer);
        StartRow();
        while (true)
        {
            while (mask == 0)
            {
                block += SpecialBytes.BlockLength;
                if (block >= _end)
                {
                    FieldCount = count;
                    return EndOfBuffer(isInQuotes: false, isQuoted: false, lastClosing: -2, lines: 0);
                }

                mask = MaskAt(block);
            }

            var at = block + SpecialBytes.First(mask);
            mask &= mask - 1;
            if (count == ends.Length)
            {
                FieldCount = count;
                GrowFields();
                ends = _fieldEnds;
            }

            if (Unsafe.Add(ref text, at) != SpecialBytes.LineFeed)
            {
                ends[count++] = at;
                continue;
            }

            var end = at > _rowStart && Unsafe.Add(ref text, at - 1) == (byte)'\r' ? at - 1 : at;
            ends[count++] = end;
            FieldCount = count;
            _rowEnd = end;
            _block = block;
            _mask = mask;
            _next = at + 1;
            _nextLine = Line + 1;
            return ScanResult.Row;
        }
    }

    /// <summary>The next row of any chunk.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ScanResult ScanRow()
    {
        var fieldStart = _next;
        var isQuoted = false;
        var isInQuotes = false;
        var lastClosing = -2;
        var lines = 0;
        var block = _block;
        var mask = _mask;
        StartRow();
        while (true)
        {
            while (mask == 0)
            {
                block += SpecialBytes.BlockLength;
                if (block >= _end)
                {
                    return EndOfBuffer(isInQuotes, isQuoted, lastClosing, lines);
                }

                mask = MaskAt(block);
            }

            var at = block + SpecialBytes.First(mask);
            mask &= mask - 1;
            var value = _buffer[at];
            if (value == SpecialBytes.Quote)
            {
                HasQuotes = true;
                if (isInQuotes)
                {
                    isInQuotes = false;
                    lastClosing = at;
                }
                else if (at == fieldStart)
                {
                    isInQuotes = isQuoted = true;
                }
                else if (at == lastClosing + 1)
                {
                    // A doubled quote: the value goes on.
                    isInQuotes = true;
                }
                else if (isQuoted)
                {
                    IsMalformed = true;
                }
            }
            else if (isInQuotes)
            {
                lines += value == SpecialBytes.LineFeed ? 1 : 0;
            }
            else if (value == Separator)
            {
                IsMalformed |= isQuoted && lastClosing != at - 1;
                AddField(at);
                fieldStart = at + 1;
                isQuoted = false;
            }
            else
            {
                _block = block;
                _mask = mask;
                EndRow(at, isQuoted, lastClosing);
                _next = at + 1;
                _nextLine = Line + lines + 1;
                return ScanResult.Row;
            }
        }
    }

    private void StartRow()
    {
        _rowStart = _next;
        Line = _nextLine;
        FieldCount = 0;
        IsMalformed = false;
        HasQuotes = false;
        _unquotedLength = 0;
    }

    private ScanResult EndOfBuffer(bool isInQuotes, bool isQuoted, int lastClosing, int lines)
    {
        if (!_isEndOfText)
        {
            return ScanResult.MoreNeeded;
        }

        if (isInQuotes)
        {
            throw new TaskFailedException(
                $"File '{_chunks.FileName}': a quoted value in the row that starts in line {Line} is never closed. Correct the file at its source and export again.");
        }

        if (_rowStart == _end)
        {
            return ScanResult.End;
        }

        EndRow(_end, isQuoted, lastClosing);
        _next = _end;
        _nextLine = Line + lines + 1;
        StartScan(_end);
        return ScanResult.Row;
    }

    private void EndRow(int at, bool isQuoted, int lastClosing)
    {
        if (at > _rowStart && _buffer[at - 1] == (byte)'\r')
        {
            at--;
        }

        IsMalformed |= isQuoted && lastClosing != at - 1;
        AddField(at);
        _rowEnd = at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddField(int end)
    {
        var count = FieldCount;
        if ((uint)count >= (uint)_fieldEnds.Length)
        {
            GrowFields();
        }

        _fieldEnds[count] = end;
        FieldCount = count + 1;
    }

    private void GrowFields()
    {
        if (FieldCount >= _chunks.Limits.MaximumFields)
        {
            throw new TaskFailedException(
                $"File '{_chunks.FileName}', line {Line}: the row has more than {_chunks.Limits.MaximumFields} fields. Check the separator of the file.");
        }

        Array.Resize(ref _fieldEnds, _fieldEnds.Length * 2);
    }

    private void StartScan(int at)
    {
        _block = at;
        _mask = at < _end ? MaskAt(at) : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong MaskAt(int block)
    {
        var mask = _useVectors
            ? SpecialBytes.MaskByVector(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_buffer), block), Separator)
            : SpecialBytes.MaskByByte(_buffer.AsSpan(block, SpecialBytes.BlockLength), Separator);
        var left = _end - block;
        // What stands behind the end is left over from a former filling.
        return left >= SpecialBytes.BlockLength ? mask : mask & ((1UL << left) - 1);
    }
}
