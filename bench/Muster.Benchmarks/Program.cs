using System.Globalization;
using Muster.Benchmarks;
using Npgsql;

// The scripts of this folder call it; each use is one line there.
try
{
    switch (args)
    {
        case ["people", var folder, var size, var changes]:
            new PeopleData(Number(size), Number(changes)).Write(folder);
            return 0;
        case ["midpoint", var folder, { Length: 1 } scenario]:
            new MidpointData(scenario[0]).Write(folder);
            return 0;
        case ["load", var prepared, var schema, var database]:
            Console.WriteLine(
                database.StartsWith("postgres", StringComparison.Ordinal) ? new PlainCopy(prepared, schema, database).Run() : new PlainLoad(prepared, schema, database).Run());
            return 0;
        default:
            Console.Error.WriteLine(
                "muster-benchmarks people FOLDER SIZE CHANGES: writes generated people and organisations, and what has changed of them.\n"
                + "muster-benchmarks midpoint FOLDER a|b|c|d|e: writes configuration and data of one of midPoint's system-performance scenarios.\n"
                + "muster-benchmarks load PREPARED SCHEMA DATABASE: loads prepared files the plain way with the tables of another database: into a new SQLite file, or (postgres://…) an empty database.");
            return 2;
    }
}
catch (Exception exception) when (exception is IOException or FormatException or InvalidOperationException or NpgsqlException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
