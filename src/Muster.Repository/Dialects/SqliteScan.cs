using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Muster.Repository.Rows;

namespace Muster.Repository.Dialects;

/// <summary>
/// A scan of SQLite: an aggregate function that is called with the columns of each row, so that the library goes through the table in one step. To be given
/// the rows one by one costs twice as much, most of it for locks that nobody contends.
/// </summary>
internal static unsafe partial class SqliteScan
{
    private const string Function = "muster_each";

    /// <summary>The scan that the thread is in.</summary>
    [ThreadStatic]
    private static Scan? _current;

    /// <summary>Makes scans possible on a connection.</summary>
    public static void Prepare(SqliteConnection connection)
    {
        const int Utf8 = 1;
        const int DirectOnly = 0x80000;
        var result = Native.CreateFunction(connection.Handle!.DangerousGetHandle(), Function, -1, Utf8 | DirectOnly, 0, 0, &Step, &End, 0);
        if (result != 0)
        {
            throw new InvalidOperationException($"SQLite refused a function (code {result}).");
        }
    }

    /// <summary>See <see cref="ISqlDialect.Scan"/>.</summary>
    public static long Run(SqliteConnection connection, string columns, string source, Action<ScannedRow> read)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {Function}({columns}) FROM {source}";
        var scan = new Scan(read);
        var outer = _current;
        _current = scan;
        try
        {
            command.ExecuteScalar();
        }
        catch (SqliteException) when (scan.Failure is not null)
        {
            ExceptionDispatchInfo.Throw(scan.Failure);
        }
        finally
        {
            _current = outer;
        }

        return scan.Rows;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Step(nint context, int count, nint* values)
    {
        var scan = _current!;
        try
        {
            scan.Take(values);
        }
        catch (Exception exception)
        {
            // It goes on behind the library, which knows no exceptions.
            scan.Failure = exception;
            Native.Fail(context, (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference("stopped\0"u8)), -1);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void End(nint context)
    {
    }

    private sealed class Scan(Action<ScannedRow> read) : ScannedRow
    {
        private const int NullType = 5;

        private nint* _next;

        public long Rows { get; private set; }

        public Exception? Failure { get; set; }

        public void Take(nint* values)
        {
            _next = values;
            Rows++;
            read(this);
        }

        public override long? LongOrNull()
        {
            var value = *_next++;
            return Native.Type(value) == NullType ? null : Native.Int64(value);
        }

        public override bool TryOctets(out ReadOnlySpan<byte> octets)
        {
            // A text is taken as it lies there, too: to be asked for a text, the library would copy it to end it with a zero.
            var value = *_next++;
            if (Native.Type(value) == NullType)
            {
                octets = default;
                return false;
            }

            octets = new ReadOnlySpan<byte>(Native.Blob(value), Native.Bytes(value));
            return true;
        }
    }

    /// <summary>The library's functions for the arguments of a function. They are short and wait for nothing.</summary>
    private static partial class Native
    {
        private const string Library = "e_sqlite3";

        [LibraryImport(Library, EntryPoint = "sqlite3_create_function_v2", StringMarshalling = StringMarshalling.Utf8)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
        public static partial int CreateFunction(
            nint connection, string name, int arguments, int flags, nint state, nint function, delegate* unmanaged[Cdecl]<nint, int, nint*, void> step,
            delegate* unmanaged[Cdecl]<nint, void> end, nint destroy);

        [LibraryImport(Library, EntryPoint = "sqlite3_result_error")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
        public static partial void Fail(nint context, byte* message, int length);

        [LibraryImport(Library, EntryPoint = "sqlite3_value_type")]
        [SuppressGCTransition]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
        public static partial int Type(nint value);

        [LibraryImport(Library, EntryPoint = "sqlite3_value_int64")]
        [SuppressGCTransition]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
        public static partial long Int64(nint value);

        [LibraryImport(Library, EntryPoint = "sqlite3_value_blob")]
        [SuppressGCTransition]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
        public static partial byte* Blob(nint value);

        [LibraryImport(Library, EntryPoint = "sqlite3_value_bytes")]
        [SuppressGCTransition]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
        public static partial int Bytes(nint value);
    }
}
