using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Muster.Repository.Dialects.Postgres;

/// <summary>A binary COPY.</summary>
internal sealed class PostgresBulkInsert : IBulkInsert
{
    /// <summary>So many rows change what the server should know of a table before it plans the next statement.</summary>
    private const int Many = 10_000;

    private readonly NpgsqlConnection _connection;
    private readonly string _table;
    private readonly NpgsqlBinaryImporter _rows;
    private byte[] _value = new byte[1 << 10];
    private long _count;
    private bool _isInRow;

    public PostgresBulkInsert(NpgsqlConnection connection, string table, IReadOnlyList<string> columns)
    {
        _connection = connection;
        _table = table;
        _rows = connection.BeginBinaryImport($"COPY {table} ({string.Join(", ", columns)}) FROM STDIN (FORMAT BINARY)");
    }

    public void Null()
    {
        StartRow();
        _rows.WriteNull();
    }

    public void Number(long value)
    {
        StartRow();
        _rows.Write(value, NpgsqlDbType.Bigint);
    }

    public void Real(double value)
    {
        StartRow();
        _rows.Write(value, NpgsqlDbType.Double);
    }

    public void Text(ReadOnlySpan<byte> utf8)
    {
        StartRow();
        if (utf8.Contains((byte)0))
        {
            _rows.Write(PostgresText.Storable(Encoding.UTF8.GetString(utf8)), NpgsqlDbType.Text);
        }
        else
        {
            _rows.Write(Keep(utf8), NpgsqlDbType.Text);
        }
    }

    public void Octets(ReadOnlySpan<byte> value)
    {
        StartRow();
        _rows.Write(Keep(value), NpgsqlDbType.Bytea);
    }

    public void EndRow()
    {
        _isInRow = false;
        _count++;
    }

    public long Complete()
    {
        _rows.Complete();
        _rows.Dispose();
        if (_count >= Many)
        {
            using var analyze = new NpgsqlCommand($"ANALYZE {_table}", _connection);
            analyze.ExecuteNonQuery();
        }

        return _count;
    }

    public void Dispose() => _rows.Dispose();

    private void StartRow()
    {
        if (!_isInRow)
        {
            _rows.StartRow();
            _isInRow = true;
        }
    }

    /// <summary>The value where it can be written from; it is, before the next one comes.</summary>
    private ReadOnlyMemory<byte> Keep(ReadOnlySpan<byte> value)
    {
        if (_value.Length < value.Length)
        {
            _value = new byte[value.Length * 2];
        }

        value.CopyTo(_value);
        return _value.AsMemory(0, value.Length);
    }
}
