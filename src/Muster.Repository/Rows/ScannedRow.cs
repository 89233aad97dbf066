namespace Muster.Repository.Rows;

/// <summary>
/// A row of a scan (<see cref="Dialects.ISqlDialect.Scan"/>), whose columns are read from left to right, each once. What it gives stays until the next row.
/// </summary>
public abstract class ScannedRow
{
    /// <summary>A number, or null.</summary>
    public abstract long? LongOrNull();

    /// <summary>The octets of a text, in UTF-8, or of a BLOB. False for null.</summary>
    public abstract bool TryOctets(out ReadOnlySpan<byte> octets);

    /// <summary>A number that is never null.</summary>
    public long Long() => LongOrNull() ?? throw new InvalidOperationException("A column of a row is null where it must not be.");
}
