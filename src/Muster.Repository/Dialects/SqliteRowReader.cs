using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Data.Sqlite;
using Muster.Repository.Rows;

namespace Muster.Repository.Dialects;

/// <summary>
/// Reads rows of SQLite where they are: a column is one short call of the library, and a text that is known is not made anew. A column through the
/// provider costs ten times as much, and a computation over all people reads hundreds of columns of each.
/// </summary>
internal sealed partial class SqliteRowReader(SqliteDataReader rows, SharedTexts shared) : RowReader(shared)
{
    private const int BlobType = 4;
    private const int NullType = 5;

    private readonly nint _statement = rows.Handle!.DangerousGetHandle();

    public override long Long() => Native.Int64(_statement, Next++);

    public override long? LongOrNull()
    {
        var column = Next++;
        return Native.Type(_statement, column) == NullType ? null : Native.Int64(_statement, column);
    }

    public override string? TextOrNull() => TryOctets(out var octets) ? Encoding.UTF8.GetString(octets) : null;

    public override string? SharedOrNull() => TryOctets(out var octets) ? Share(octets) : null;

    public override string? SameOrNull(string? other) =>
        !TryOctets(out var octets) ? null
        : other is not null && Ascii.Equals(octets, other) ? other
        : Encoding.UTF8.GetString(octets);

    public override double? DoubleOrNull()
    {
        var column = Next++;
        return Native.Type(_statement, column) == NullType ? null : Native.Double(_statement, column);
    }

    public override DateTime? InstantOrNull() => TryOctets(out var octets) ? ParseInstant(octets) : null;

    public override Guid? GuidOrNull() => TryOctets(out var octets) ? ParseGuid(octets) : null;

    public override unsafe bool TryOctets(out ReadOnlySpan<byte> octets)
    {
        var column = Next++;
        if (Native.Type(_statement, column) == BlobType)
        {
            octets = new ReadOnlySpan<byte>(Native.Blob(_statement, column), Native.Bytes(_statement, column));
            return true;
        }

        var text = Native.Text(_statement, column);
        octets = text is null ? default : new ReadOnlySpan<byte>(text, Native.Bytes(_statement, column));
        return text is not null;
    }

    /// <summary>The library's functions for the columns of the current row. They are short and wait for nothing.</summary>
    private static unsafe partial class Native
    {
        private const string Library = "e_sqlite3";

        [LibraryImport(Library, EntryPoint = "sqlite3_column_int64")]
        [SuppressGCTransition]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
        public static partial long Int64(nint statement, int column);

        [LibraryImport(Library, EntryPoint = "sqlite3_column_double")]
        [SuppressGCTransition]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
        public static partial double Double(nint statement, int column);

        [LibraryImport(Library, EntryPoint = "sqlite3_column_type")]
        [SuppressGCTransition]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
        public static partial int Type(nint statement, int column);

        [LibraryImport(Library, EntryPoint = "sqlite3_column_text")]
        [SuppressGCTransition]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
        public static partial byte* Text(nint statement, int column);

        [LibraryImport(Library, EntryPoint = "sqlite3_column_blob")]
        [SuppressGCTransition]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
        public static partial byte* Blob(nint statement, int column);

        [LibraryImport(Library, EntryPoint = "sqlite3_column_bytes")]
        [SuppressGCTransition]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
        public static partial int Bytes(nint statement, int column);
    }
}
