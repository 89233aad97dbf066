namespace Muster.Preparation.Csv;

/// <summary>A piece of a CSV text that holds whole rows, in a buffer that is used again for the next one.</summary>
internal sealed class CsvChunk
{
    /// <summary>Its text, from the start to <see cref="End"/>; at least a block of special bytes longer.</summary>
    public byte[] Bytes { get; set; } = [];

    public int End { get; set; }

    /// <summary>From 0, in the order of the file.</summary>
    public int Number { get; set; }

    /// <summary>Where the chunk starts in the text.</summary>
    public long Offset { get; set; }

    /// <summary>Line on which the chunk starts, from 1.</summary>
    public long Line { get; set; }

    /// <summary>There may be a quote in it; false: there is none.</summary>
    public bool HasQuotes { get; set; }
}
