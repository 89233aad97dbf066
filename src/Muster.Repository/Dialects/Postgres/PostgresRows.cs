using System.Collections;
using System.Data.Common;
using System.Globalization;

namespace Muster.Repository.Dialects.Postgres;

/// <summary>
/// Some rows of a cursor, in memory, read like those of any query. PostgreSQL gives one result at a time to a connection: rows that are looked
/// at while other statements run are fetched by so many.
/// </summary>
internal sealed class PostgresRows : DbDataReader
{
    private readonly List<object[]> _rows = [];
    private int _next;
    private object[] _row = [];
    private int _fieldCount;

    public override int FieldCount => _fieldCount;

    public override int Depth => 0;

    public override bool HasRows => _rows.Count > 0;

    public override bool IsClosed => false;

    public override int RecordsAffected => -1;

    public int Count => _rows.Count;

    public override object this[int ordinal] => GetValue(ordinal);

    public override object this[string name] => throw new NotSupportedException();

    /// <summary>Takes the rows that a reader has, in the place of those before.</summary>
    public void Fill(DbDataReader reader)
    {
        _rows.Clear();
        _next = 0;
        _fieldCount = reader.FieldCount;
        while (reader.Read())
        {
            var row = new object[_fieldCount];
            reader.GetValues(row);
            _rows.Add(row);
        }
    }

    public override bool Read()
    {
        if (_next == _rows.Count)
        {
            return false;
        }

        _row = _rows[_next++];
        return true;
    }

    public override bool NextResult() => false;

    public override bool IsDBNull(int ordinal) => _row[ordinal] is DBNull;

    public override object GetValue(int ordinal) => _row[ordinal];

    public override int GetValues(object[] values)
    {
        _row.CopyTo(values, 0);
        return _row.Length;
    }

    public override string GetString(int ordinal) => (string)_row[ordinal];

    public override long GetInt64(int ordinal) => Convert.ToInt64(_row[ordinal], CultureInfo.InvariantCulture);

    public override int GetInt32(int ordinal) => Convert.ToInt32(_row[ordinal], CultureInfo.InvariantCulture);

    public override short GetInt16(int ordinal) => Convert.ToInt16(_row[ordinal], CultureInfo.InvariantCulture);

    public override byte GetByte(int ordinal) => Convert.ToByte(_row[ordinal], CultureInfo.InvariantCulture);

    public override double GetDouble(int ordinal) => Convert.ToDouble(_row[ordinal], CultureInfo.InvariantCulture);

    public override float GetFloat(int ordinal) => Convert.ToSingle(_row[ordinal], CultureInfo.InvariantCulture);

    public override decimal GetDecimal(int ordinal) => Convert.ToDecimal(_row[ordinal], CultureInfo.InvariantCulture);

    public override bool GetBoolean(int ordinal) => Convert.ToBoolean(_row[ordinal], CultureInfo.InvariantCulture);

    public override char GetChar(int ordinal) => GetString(ordinal)[0];

    public override Guid GetGuid(int ordinal) => (Guid)_row[ordinal];

    public override DateTime GetDateTime(int ordinal) => (DateTime)_row[ordinal];

    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length)
    {
        var octets = (byte[])_row[ordinal];
        if (buffer is null)
        {
            return octets.Length;
        }

        var count = (int)Math.Min(length, octets.Length - dataOffset);
        Array.Copy(octets, dataOffset, buffer, bufferOffset, count);
        return count;
    }

    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length) => throw new NotSupportedException();

    public override string GetName(int ordinal) => throw new NotSupportedException();

    public override int GetOrdinal(string name) => throw new NotSupportedException();

    public override string GetDataTypeName(int ordinal) => throw new NotSupportedException();

    public override Type GetFieldType(int ordinal) => _row[ordinal].GetType();

    public override IEnumerator GetEnumerator() => throw new NotSupportedException();
}
