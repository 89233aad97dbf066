using System.Diagnostics;
using System.Globalization;
using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Muster.Benchmarks;

/// <summary>
/// As <see cref="PlainLoad"/>, for PostgreSQL: one binary COPY for each table, indexes when the rows are there, all in one transaction. Tables and indexes are those of
/// a database that is given.
/// </summary>
internal sealed class PlainCopy(string prepared, string schemaUrl, string url)
{
    private static readonly string[] Tables = ["r_Organisation", "r_Person", "h_r_Organisation", "h_r_Person"];

    private readonly PreparedPeople _files = new(prepared);
    private readonly Dictionary<string, long> _organisations = new(StringComparer.Ordinal);
    private long _id = PreparedPeople.FirstId;

    /// <summary>Loads, and returns the figures as JSON: seconds of the whole, processor seconds of this process.</summary>
    public string Run()
    {
        var (tables, indexes) = ReadSchema();
        using var connection = Open(url);
        Execute(connection, $"DROP TABLE IF EXISTS {string.Join(", ", Tables.Select(t => $"\"{t}\""))}");
        var clock = Stopwatch.StartNew();
        var processor = Process.GetCurrentProcess().TotalProcessorTime;
        using var transaction = connection.BeginTransaction();
        tables.ForEach(t => Execute(connection, t));
        var rows = Load(connection, "Organisation", null);
        rows += Load(connection, "Person", _files.Organisations(_organisations));
        indexes.ForEach(i => Execute(connection, i));
        transaction.Commit();
        var seconds = clock.Elapsed.TotalSeconds;
        var used = (Process.GetCurrentProcess().TotalProcessorTime - processor).TotalSeconds;
        return string.Create(CultureInfo.InvariantCulture, $$"""{"rows":{{rows}},"seconds":{{seconds:F3}},"processorSeconds":{{used:F3}}}""");
    }

    private (List<string> Tables, List<string> Indexes) ReadSchema()
    {
        using var source = Open(schemaUrl);
        List<string> tables = [], indexes = [];
        foreach (var table in Tables)
        {
            var columns = Texts(
                source,
                """
                SELECT quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod) || CASE WHEN c.collname = 'C' THEN ' COLLATE "C"' ELSE '' END
                    || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
                FROM pg_attribute a LEFT JOIN pg_collation c ON c.oid = a.attcollation
                WHERE a.attrelid = quote_ident(@table)::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
                """,
                table);
            tables.Add($"CREATE TABLE \"{table}\" ({string.Join(", ", columns)})");
            indexes.AddRange(Texts(source, "SELECT indexdef FROM pg_indexes WHERE tablename = @table", table));
        }

        return (tables, indexes);
    }

    private long Load(NpgsqlConnection connection, string type, Dictionary<string, long>? targets)
    {
        var columns = _files.Columns(type);
        var numbers = columns.Select(PreparedPeople.IsNumber).ToArray();
        var names = $"id, valid_from, source_hash, display_name{string.Concat(columns.Select(c => $", \"p_{c}\""))}{(targets is null ? "" : ", \"n_Organisation\"")}";
        using var copy = connection.BeginBinaryImport($"COPY \"r_{type}\" ({names}) FROM STDIN (FORMAT BINARY)");
        using var lines = new PlainLines(_files.PathOf(type), columns.Length);
        var first = "0001-01-01T00:00:00.0000000Z"u8.ToArray();
        var hash = new byte[16];
        long rows = 0;
        for (; lines.Read(); rows++)
        {
            var id = _id++;
            copy.StartRow();
            copy.Write(id, NpgsqlDbType.Bigint);
            copy.Write(first, NpgsqlDbType.Text);
            BitConverter.TryWriteBytes(hash, id * 0x1E3779B97F4A7C15);
            copy.Write(hash, NpgsqlDbType.Bytea);
            copy.Write(lines.FieldOctets(0), NpgsqlDbType.Text);
            for (var index = 0; index < numbers.Length; index++)
            {
                if (numbers[index])
                {
                    copy.Write(PreparedPeople.Number(lines.Field(index)), NpgsqlDbType.Bigint);
                }
                else
                {
                    copy.Write(lines.FieldOctets(index), NpgsqlDbType.Text);
                }
            }

            var key = Encoding.UTF8.GetString(lines.Field(0));
            if (targets is null)
            {
                _organisations[key] = id;
            }
            else
            {
                copy.Write(targets[key], NpgsqlDbType.Bigint);
            }
        }

        copy.Complete();
        return rows;
    }

    private static NpgsqlConnection Open(string url)
    {
        var address = new Uri(url);
        var user = address.UserInfo.Split(':', 2);
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder
        {
            Host = address.Host,
            Port = address.Port > 0 ? address.Port : 5432,
            Database = address.AbsolutePath.Trim('/'),
            Username = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
            Pooling = false,
            CommandTimeout = 0,
        }.ToString());
        connection.Open();
        return connection;
    }

    private static List<string> Texts(NpgsqlConnection connection, string sql, string table)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddWithValue("@table", table);
        using var reader = command.ExecuteReader();
        var texts = new List<string>();
        while (reader.Read())
        {
            texts.Add(reader.GetString(0));
        }

        return texts;
    }

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
