using System.Diagnostics;
using System.Globalization;
using System.Text;
using SQLitePCL;

namespace Muster.Benchmarks;

/// <summary>
/// The peer of an initial synchronization: the same rows by the fastest plain way into the same tables of the same engine. It reads the files that
/// Muster's agent has prepared, and writes with statements that insert several rows at once, prepared once, in one transaction; indexes are made when the rows are
/// there. Tables and indexes are those of a schema that is given; write-ahead log and flushing are as Muster sets them.
/// </summary>
internal sealed class PlainLoad(string prepared, string schema, string path)
{
    private const int RowsAtOnce = 16;
    private readonly PreparedPeople _files = new(prepared);
    private readonly Dictionary<string, long> _organisations = new(StringComparer.Ordinal);
    private sqlite3 _database = null!;
    private long _id = PreparedPeople.FirstId;

    /// <summary>Loads, and returns the figures as JSON: seconds of the whole, processor seconds of this process.</summary>
    public string Run()
    {
        Batteries_V2.Init();
        var statements = ReadSchema();
        File.Delete(path);
        Check(raw.sqlite3_open(path, out _database));
        Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY");
        var clock = Stopwatch.StartNew();
        var processor = Process.GetCurrentProcess().TotalProcessorTime;
        Execute("BEGIN IMMEDIATE");
        statements.Tables.ForEach(Execute);
        var rows = Load("Organisation", null);
        rows += Load("Person", _files.Organisations(_organisations));
        statements.Indexes.ForEach(Execute);
        Execute("COMMIT");
        var seconds = clock.Elapsed.TotalSeconds;
        var used = (Process.GetCurrentProcess().TotalProcessorTime - processor).TotalSeconds;
        raw.sqlite3_close_v2(_database);
        return string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"rows":{{rows}},"seconds":{{seconds:F3}},"processorSeconds":{{used:F3}}}""");
    }

    private (List<string> Tables, List<string> Indexes) ReadSchema()
    {
        Check(raw.sqlite3_open_v2(schema, out var source, raw.SQLITE_OPEN_READONLY, null));
        List<string> tables = [], indexes = [];
        Check(raw.sqlite3_prepare_v2(
            source,
            "SELECT type, sql FROM sqlite_master WHERE tbl_name IN ('r_Person', 'r_Organisation', 'h_r_Person', 'h_r_Organisation') AND sql IS NOT NULL ORDER BY rowid",
            out var statement));
        while (raw.sqlite3_step(statement) == raw.SQLITE_ROW)
        {
            (raw.sqlite3_column_text(statement, 0).utf8_to_string() == "table" ? tables : indexes).Add(raw.sqlite3_column_text(statement, 1).utf8_to_string());
        }

        raw.sqlite3_finalize(statement);
        raw.sqlite3_close_v2(source);
        return (tables, indexes);
    }

    private long Load(string type, Dictionary<string, long>? targets)
    {
        var columns = _files.Columns(type);
        // Nothing here is called a name: the first property is what is shown.
        const int Display = 0;
        var names = $"id, valid_from, source_hash, display_name{string.Concat(columns.Select(c => $", \"p_{c}\""))}{(targets is null ? "" : ", \"n_Organisation\"")}";
        var width = columns.Length + 4 + (targets is null ? 0 : 1);
        var many = Prepare(type, names, width, RowsAtOnce);
        var one = Prepare(type, names, width, 1);
        using var lines = new PlainLines(_files.PathOf(type), columns.Length);
        var numbers = columns.Select(PreparedPeople.IsNumber).ToArray();
        long rows = 0;
        var pending = new List<byte[]>(RowsAtOnce);
        var row = 0;
        Span<byte> hash = stackalloc byte[16];
        while (lines.Read())
        {
            Bind(many, row * width, lines, numbers, Display, hash, targets, type);
            rows++;
            pending.Add(lines.Line.ToArray());
            if (++row == RowsAtOnce)
            {
                Step(many);
                pending.Clear();
                row = 0;
            }
        }

        // What does not fill a statement is inserted one by one.
        _id -= row;
        foreach (var line in pending)
        {
            lines.Use(line);
            Bind(one, 0, lines, numbers, Display, hash, targets, type);
            Step(one);
        }

        raw.sqlite3_finalize(many);
        raw.sqlite3_finalize(one);
        return rows;
    }

    private void Bind(
        sqlite3_stmt statement, int at, PlainLines lines, bool[] numbers, int display, Span<byte> hash, Dictionary<string, long>? targets, string type)
    {
        var id = _id++;
        var key = lines.Field(0);
        raw.sqlite3_bind_int64(statement, ++at, id);
        raw.sqlite3_bind_text(statement, ++at, "0001-01-01T00:00:00.0000000Z"u8);
        BitConverter.TryWriteBytes(hash, id * 0x1E3779B97F4A7C15);
        raw.sqlite3_bind_blob(statement, ++at, hash);
        raw.sqlite3_bind_text(statement, ++at, lines.Field(display));
        for (var index = 0; index < numbers.Length; index++)
        {
            var field = lines.Field(index);
            if (!numbers[index])
            {
                raw.sqlite3_bind_text(statement, ++at, field);
            }
            else
            {
                raw.sqlite3_bind_int64(statement, ++at, PreparedPeople.Number(field));
            }
        }

        if (type == "Organisation")
        {
            _organisations[Encoding.UTF8.GetString(key)] = id;
        }
        else
        {
            raw.sqlite3_bind_int64(statement, ++at, targets![Encoding.UTF8.GetString(key)]);
        }
    }

    private sqlite3_stmt Prepare(string type, string names, int width, int rows)
    {
        var row = $"({string.Join(',', Enumerable.Repeat('?', width))})";
        Check(raw.sqlite3_prepare_v2(_database, $"INSERT INTO r_{type} ({names}) VALUES {string.Join(',', Enumerable.Repeat(row, rows))}", out var statement));
        return statement;
    }

    private void Step(sqlite3_stmt statement)
    {
        if (raw.sqlite3_step(statement) != raw.SQLITE_DONE)
        {
            Check(raw.sqlite3_errcode(_database));
        }

        raw.sqlite3_reset(statement);
    }

    private void Execute(string sql) => Check(raw.sqlite3_exec(_database, sql));

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw new InvalidOperationException($"SQLite says {code}: {(_database is null ? "" : raw.sqlite3_errmsg(_database).utf8_to_string())}");
        }
    }
}
