using Muster.Repository.Changes;
using Muster.Repository.Dialects;
using Muster.Repository.Rows;

namespace Muster.Repository.Assignments;

/// <summary>One column of a <see cref="RowTable{T}"/>.</summary>
internal sealed record RowColumn<T>(string Name, string Declaration, Func<T, object?> Value)
{
    /// <summary>The name in a statement: some are words of their own there (<c>user</c>).</summary>
    public string Quoted { get; } = $"\"{Name}\"";

    /// <summary>What the declaration says without its constraints.</summary>
    public string Type { get; } = Declaration.Split(' ')[0];
}

/// <summary>
/// How rows of one kind are kept: a table of valid rows and a twin of ended versions.
/// </summary>
internal sealed class RowTable<T>(string name, Func<T, long> id, IReadOnlyList<RowColumn<T>> columns, Func<RowReader, T> read)
{
    /// <summary>Fewer rows are written one by one.</summary>
    private const int FewestTogether = 8;

    private readonly string _columnList = string.Join(", ", columns.Select(c => c.Quoted));

    public string Name { get; } = name;

    public IEnumerable<string> CreateStatements()
    {
        var declarations = string.Join(", ", columns.Select(c => $"{c.Quoted} {c.Declaration}"));
        yield return $"CREATE TABLE IF NOT EXISTS {Name} (id INTEGER PRIMARY KEY, valid_from TEXT NOT NULL, {declarations})";
        yield return $"CREATE TABLE IF NOT EXISTS h_{Name} (id INTEGER NOT NULL, valid_from TEXT NOT NULL, {declarations}, valid_to TEXT NOT NULL)";
        yield return $"CREATE INDEX IF NOT EXISTS h_{Name}_id ON h_{Name} (id)";
    }

    /// <summary>Statements that add the columns that the table and its twin lack. Such a column allows null or has a default.</summary>
    public IEnumerable<string> MissingColumns(RepositoryTransaction transaction)
    {
        foreach (var table in new[] { Name, $"h_{Name}" })
        {
            var present = transaction.Dialect.ColumnNames(transaction.Connection, table);
            foreach (var column in present.Count == 0 ? [] : columns.Where(c => !present.Contains(c.Name)))
            {
                yield return $"ALTER TABLE {table} ADD COLUMN {column.Quoted} {column.Declaration}";
            }
        }
    }

    /// <summary>Valid rows that fulfil a condition (alias <c>t</c>), by id.</summary>
    public List<T> Select(RepositoryTransaction transaction, string condition, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var list = string.Join(", ", columns.Select(c => $"t.{c.Quoted}"));
        return transaction.Rows($"SELECT t.id, {list} FROM {Name} t WHERE {condition} ORDER BY t.id", read, parameters);
    }

    /// <summary>As <see cref="Select"/>, grouped by a number, each group by id: what is in no order needs no sorting as a whole.</summary>
    public Dictionary<long, List<T>> Groups(
        RepositoryTransaction transaction, Func<T, long> group, string condition, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var list = string.Join(", ", columns.Select(c => $"t.{c.Quoted}"));
        var groups = new Dictionary<long, List<T>>();
        foreach (var row in transaction.Rows($"SELECT t.id, {list} FROM {Name} t WHERE {condition}", read, parameters))
        {
            if (!groups.TryGetValue(group(row), out var rows))
            {
                groups.Add(group(row), rows = []);
            }

            rows.Add(row);
        }

        foreach (var rows in groups.Values)
        {
            rows.Sort((left, right) => id(left).CompareTo(id(right)));
        }

        return groups;
    }

    /// <summary>
    /// Writes rows together: by a few statements for all of them where there are several, which matters most where each statement is a journey to a server.
    /// </summary>
    /// <param name="ended">Ids of rows that are no longer valid.</param>
    /// <param name="keepHistory">The former versions of what is updated or ended go to the twin.</param>
    public void Write(
        RepositoryTransaction transaction, IReadOnlyCollection<T> inserted, IReadOnlyCollection<T> updated, IReadOnlyCollection<long> ended, bool keepHistory)
    {
        if (keepHistory && updated.Count + ended.Count > 0)
        {
            Archive(transaction, [.. updated.Select(id), .. ended]);
        }

        Update(transaction, updated);
        if (ended.Count > 0)
        {
            transaction.Execute($"DELETE FROM {Name} WHERE {transaction.Dialect.IsIn("id", "@ids")}", ("@ids", transaction.Dialect.IdList(ended)));
        }

        Insert(transaction, inserted);
    }

    private void Insert(RepositoryTransaction transaction, IReadOnlyCollection<T> rows)
    {
        if (rows.Count < FewestTogether)
        {
            foreach (var row in rows)
            {
                Insert(transaction, row);
            }

            return;
        }

        using var insert = transaction.BulkInsert(Name, ["id", "valid_from", .. columns.Select(c => c.Quoted)]);
        Write(transaction, insert, rows);
    }

    private void Update(RepositoryTransaction transaction, IReadOnlyCollection<T> rows)
    {
        if (rows.Count < FewestTogether)
        {
            foreach (var row in rows)
            {
                Update(transaction, row, keepHistory: false);
            }

            return;
        }

        using var update = transaction.BulkUpdate(Name, [("valid_from", "TEXT"), .. columns.Select(c => (c.Quoted, c.Type))]);
        Write(transaction, update, rows);
    }

    /// <summary>Gives all rows, each as its id, the instant of its version, and its columns.</summary>
    private void Write(RepositoryTransaction transaction, IBulkInsert target, IReadOnlyCollection<T> rows)
    {
        var values = new RowValues(target);
        var now = Now(transaction);
        foreach (var row in rows)
        {
            target.Number(id(row));
            values.Add(now);
            foreach (var column in columns)
            {
                values.Add(column.Value(row));
            }

            target.EndRow();
        }

        transaction.Wrote(target.Complete());
    }

    public void Insert(RepositoryTransaction transaction, T row) =>
        transaction.Prepare(
                $"INSERT INTO {Name} (id, valid_from, {_columnList}) VALUES (@id, @now{string.Concat(columns.Select(c => $", @{c.Name}"))})",
                ["@id", "@now", .. columns.Select(c => $"@{c.Name}")])
            .Execute([id(row), Now(transaction), .. columns.Select(c => c.Value(row))]);

    /// <summary>Overwrites a row; its former version goes to the twin if history is kept.</summary>
    public void Update(RepositoryTransaction transaction, T row, bool keepHistory)
    {
        if (keepHistory)
        {
            Archive(transaction, [id(row)]);
        }

        transaction.Prepare(
                $"UPDATE {Name} SET valid_from = @now, {string.Join(", ", columns.Select(c => $"{c.Quoted} = @{c.Name}"))} WHERE id = @id",
                ["@id", "@now", .. columns.Select(c => $"@{c.Name}")])
            .Execute([id(row), Now(transaction), .. columns.Select(c => c.Value(row))]);
    }

    /// <summary>Ends a row: it is no longer valid.</summary>
    public void End(RepositoryTransaction transaction, long rowId, bool keepHistory)
    {
        if (keepHistory)
        {
            Archive(transaction, [rowId]);
        }

        transaction.Prepare($"DELETE FROM {Name} WHERE id = @id", "@id").Execute(rowId);
    }

    private void Archive(RepositoryTransaction transaction, IReadOnlyCollection<long> ids) =>
        transaction.Execute(
            $"INSERT INTO h_{Name} (id, valid_from, {_columnList}, valid_to) SELECT id, valid_from, {_columnList}, @now FROM {Name}"
            + $" WHERE {transaction.Dialect.IsIn("id", "@ids")} ORDER BY id",
            ("@ids", transaction.Dialect.IdList(ids)),
            ("@now", Now(transaction)));

    private static string Now(RepositoryTransaction transaction) => ChangeLog.FormatInstant(transaction.Now);
}
