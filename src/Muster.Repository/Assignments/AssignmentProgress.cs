using Muster.Repository.Changes;
using Muster.Repository.Dialects;

namespace Muster.Repository.Assignments;

/// <summary>
/// Writes how far the provisioning of assignments has come: rows in place, without versions, and values that go the same way together. It says the same
/// as saving them one by one, with a fraction of the statements.
/// </summary>
public sealed class AssignmentProgress(RepositoryTransaction transaction)
{
    private readonly ProfileDueStore _profiles = new(transaction);
    private readonly ClassificationDueStore _classification = new(transaction);

    /// <summary>Writes what differs. Both have the same values, in the same order; each assignment is there once.</summary>
    public void Save(IReadOnlyCollection<(AssignedType Stored, AssignedType Wanted)> assignments)
    {
        var changed = assignments.Where(a => a.Stored.Row != a.Wanted.Row).ToList();
        AssignmentColumns.ResourceType.Write(transaction, [], changed.ConvertAll(a => a.Wanted.Row), [], keepHistory: false);
        _profiles.MarkLogins(changed.Select(a => a.Stored.Row), changed.Select(a => a.Wanted.Row));
        _classification.Mark(changed.Select(a => a.Stored.Row), changed.Select(a => a.Wanted.Row));
        Save(
            AssignmentColumns.Scalar,
            assignments.Select(a => (a.Stored.Row.Id, a.Stored.Scalars, a.Wanted.Scalars)),
            s => new Progress(s.ProvisioningState, s.Message, s.Order, s.OrderAt),
            (s, p) => s with { ProvisioningState = p.State, Message = p.Message, Order = p.Order, OrderAt = p.At });
        Save(
            AssignmentColumns.Navigation,
            assignments.Select(a => (a.Stored.Row.Id, a.Stored.Navigations, a.Wanted.Navigations)),
            n => new Progress(n.ProvisioningState, n.Message, n.Order, n.OrderAt),
            (n, p) => n with { ProvisioningState = p.State, Message = p.Message, Order = p.Order, OrderAt = p.At });
    }

    private sealed record Progress(ProvisioningState State, string? Message, Guid? Order, DateTime? At);

    /// <summary>The values of an assignment that are in a state go to another.</summary>
    private sealed record Move(long Assignment, ProvisioningState From, Progress To);

    private void Save<T>(
        RowTable<T> table,
        IEnumerable<(long Assignment, IReadOnlyList<T> Stored, IReadOnlyList<T> Wanted)> values,
        Func<T, Progress> progress,
        Func<T, Progress, T> with)
        where T : class
    {
        var alone = new List<T>();
        var moves = new List<Move>();
        foreach (var (assignment, stored, wanted) in values)
        {
            Divide(assignment, stored, wanted, progress, with, alone, moves);
        }

        // Written alone first: a row that has left its former state is not met by the statement for that state.
        table.Write(transaction, [], alone, [], keepHistory: false);
        Save(table.Name, moves);
    }

    /// <summary>Finds what can be written for a whole state of an assignment's values, and what cannot.</summary>
    private static void Divide<T>(
        long assignment, IReadOnlyList<T> stored, IReadOnlyList<T> wanted, Func<T, Progress> progress, Func<T, Progress, T> with, List<T> alone, List<Move> moves)
        where T : class
    {
        var together = new Dictionary<ProvisioningState, (Progress To, List<T> Rows)>();
        for (var index = 0; index < stored.Count; index++)
        {
            if (stored[index].Equals(wanted[index]))
            {
                continue;
            }

            var (from, to) = (progress(stored[index]).State, progress(wanted[index]));
            var isOfProgress = from != to.State && with(stored[index], to).Equals(wanted[index]);
            if (isOfProgress && together.TryAdd(from, (to, [wanted[index]])))
            {
                continue;
            }

            if (isOfProgress && together[from].To == to)
            {
                together[from].Rows.Add(wanted[index]);
            }
            else
            {
                alone.Add(wanted[index]);
            }
        }

        foreach (var (from, (to, rows)) in together)
        {
            if (wanted.All(w => progress(w).State != from))
            {
                moves.Add(new Move(assignment, from, to));
            }
            else
            {
                alone.AddRange(rows);
            }
        }
    }

    private void Save(string table, List<Move> moves)
    {
        if (moves.Count == 0)
        {
            return;
        }

        transaction.MakeTemporaryTable("progress", "assignment INTEGER, from_state INTEGER, state INTEGER, message TEXT, order_id TEXT, order_at TEXT");
        using (var insert = transaction.BulkInsert("progress", ["assignment", "from_state", "state", "message", "order_id", "order_at"]))
        {
            var values = new RowValues(insert);
            foreach (var (assignment, from, to) in moves)
            {
                values.Add(assignment);
                values.Add((int)from);
                values.Add((int)to.State);
                values.Add(to.Message);
                values.Add(to.Order?.ToString("N"));
                values.Add(to.At is { } at ? ChangeLog.FormatInstant(at) : null);
                insert.EndRow();
            }

            insert.Complete();
        }

        // What goes from one state to another that others leave must not follow them.
        transaction.Execute(
            $"UPDATE {table} SET valid_from = @now, provisioning_state = p.state, message = p.message, order_id = p.order_id, order_at = p.order_at"
            + $" FROM progress p WHERE {table}.assigned_resource_type = p.assignment AND {transaction.Dialect.Unindexed($"{table}.provisioning_state")} = p.from_state",
            ("@now", ChangeLog.FormatInstant(transaction.Now)));
        transaction.ClearTemporaryTable("progress");
    }
}
