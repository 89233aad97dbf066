using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Muster.Repository.Dialects;

/// <summary>
/// One prepared statement, run once per row. Values are laid side by side in memory that does not move, and the database is told where they are: the
/// general way copies each of them, which costs as much as the insertion itself.
/// </summary>
internal sealed unsafe partial class SqliteBulkStatement : IBulkInsert
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly nint _handle;
    private readonly Value[] _values;
    private byte[] _row = GC.AllocateUninitializedArray<byte>(1 << 12, pinned: true);
    private int _length;
    private int _column;
    private long _rows;

    /// <param name="sql">With a parameter for each value of a row, in their order.</param>
    private SqliteBulkStatement(SqliteConnection connection, string sql, int values)
    {
        _database = connection.Handle!;
        _values = new Value[values];
        Check(raw.sqlite3_prepare_v2(_database, sql, out _statement));
        _handle = _statement.DangerousGetHandle();
    }

    private enum Kind : byte
    {
        Null,
        Number,
        Real,
        Text,
        Octets,
    }

    public static SqliteBulkStatement Insert(SqliteConnection connection, string table, IReadOnlyList<string> columns) =>
        new(connection, $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select(_ => "?"))})", columns.Count);

    /// <summary>Each row begins with the id of what is updated.</summary>
    public static SqliteBulkStatement Update(SqliteConnection connection, string table, IReadOnlyList<string> columns) =>
        new(
            connection,
            $"UPDATE {table} SET {string.Join(", ", columns.Select((c, index) => string.Create(CultureInfo.InvariantCulture, $"{c} = ?{index + 2}")))} WHERE id = ?1",
            columns.Count + 1);

    public void Null() => _values[_column++] = default;

    public void Number(long value) => _values[_column++] = new Value(Kind.Number, value, 0);

    public void Real(double value) => _values[_column++] = new Value(Kind.Real, BitConverter.DoubleToInt64Bits(value), 0);

    public void Text(ReadOnlySpan<byte> utf8) => Add(Kind.Text, utf8);

    public void Octets(ReadOnlySpan<byte> value) => Add(Kind.Octets, value);

    public void EndRow()
    {
        if (_column != _values.Length)
        {
            throw new InvalidOperationException($"The row has {_column} values for {_values.Length} columns.");
        }

        Bind();
        if (raw.sqlite3_step(_statement) != raw.SQLITE_DONE)
        {
            // What went wrong is told by the reset.
            Check(raw.sqlite3_reset(_statement));
        }

        raw.sqlite3_reset(_statement);
        _rows++;
        _length = 0;
        _column = 0;
    }

    public long Complete() => _rows;

    public void Dispose() => _statement.Dispose();

    private void Add(Kind kind, ReadOnlySpan<byte> octets)
    {
        if (_length + octets.Length > _row.Length)
        {
            // Nothing refers to the row before it is whole.
            var larger = GC.AllocateUninitializedArray<byte>(Math.Max(_row.Length * 2, _length + octets.Length), pinned: true);
            _row.AsSpan(0, _length).CopyTo(larger);
            _row = larger;
        }

        octets.CopyTo(_row.AsSpan(_length));
        _values[_column++] = new Value(kind, _length, octets.Length);
        _length += octets.Length;
    }

    private void Bind()
    {
        var row = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_row, 0);
        for (var index = 0; index < _values.Length; index++)
        {
            ref readonly var value = ref _values[index];
            var code = value.Kind switch
            {
                Kind.Null => BindNull(_handle, index + 1),
                Kind.Number => BindInt64(_handle, index + 1, value.Content),
                Kind.Real => BindDouble(_handle, index + 1, BitConverter.Int64BitsToDouble(value.Content)),
                Kind.Text => BindText(_handle, index + 1, row + value.Content, value.Length, 0),
                _ => BindBlob(_handle, index + 1, row + value.Content, value.Length, 0),
            };
            Check(code);
        }
    }

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw new SqliteException($"SQLite Error {code}: '{raw.sqlite3_errmsg(_database).utf8_to_string()}'.", code);
        }
    }

    // The last parameter is SQLITE_STATIC: the value stays where it is until the next row.
    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_bind_text")]
    [SuppressGCTransition]
    private static partial int BindText(nint statement, int index, byte* text, int length, nint destructor);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_bind_blob")]
    [SuppressGCTransition]
    private static partial int BindBlob(nint statement, int index, byte* value, int length, nint destructor);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_bind_int64")]
    [SuppressGCTransition]
    private static partial int BindInt64(nint statement, int index, long value);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_bind_double")]
    [SuppressGCTransition]
    private static partial int BindDouble(nint statement, int index, double value);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_bind_null")]
    [SuppressGCTransition]
    private static partial int BindNull(nint statement, int index);

    /// <param name="Content">The number, or where the octets start in the row.</param>
    private readonly record struct Value(Kind Kind, long Content, int Length);
}
