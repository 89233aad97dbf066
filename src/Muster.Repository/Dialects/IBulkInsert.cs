namespace Muster.Repository.Dialects;

/// <summary>
/// Rows on their way into one table, as fast as the database takes them: for each column in turn a value, then <see cref="EndRow"/>. Constraints
/// hold; a row that breaks one fails the load. No other statement runs on the transaction until <see cref="Complete"/>; disposed without it, what was
/// given may or may not be in the table, and the transaction must not be committed. Not thread-safe.
/// </summary>
public interface IBulkInsert : IDisposable
{
    void Null();

    /// <summary>For a column of type INTEGER.</summary>
    void Number(long value);

    /// <summary>For a column of type REAL.</summary>
    void Real(double value);

    /// <summary>For a column of type TEXT: valid UTF-8.</summary>
    void Text(ReadOnlySpan<byte> utf8);

    /// <summary>For a column of type BLOB.</summary>
    void Octets(ReadOnlySpan<byte> value);

    /// <summary>The row has a value for each column.</summary>
    void EndRow();

    /// <summary>All rows are given; they are in the table then. Returns their number.</summary>
    long Complete();
}
