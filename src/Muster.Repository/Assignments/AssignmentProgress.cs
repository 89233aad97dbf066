using Muster.Repository.Changes;

namespace Muster.Repository.Assignments;

/// <summary>
/// Writes how far the provisioning of assignments has come: rows in place, without versions, and values that go the same way together in
/// one statement. It says the same as saving them one by one, with a fraction of the statements.
/// </summary>
public sealed class AssignmentProgress(RepositoryTransaction transaction)
{
    private readonly ProfileDueStore _profiles = new(transaction);
    private readonly ClassificationDueStore _classification = new(transaction);

    /// <summary>Writes what differs. Both have the same values, in the same order.</summary>
    public void Save(AssignedType stored, AssignedType wanted)
    {
        if (stored.Row != wanted.Row)
        {
            AssignmentColumns.ResourceType.Update(transaction, wanted.Row, keepHistory: false);
            _profiles.MarkLogins([stored.Row], [wanted.Row]);
            _classification.Mark([stored.Row], [wanted.Row]);
        }

        Save(
            AssignmentColumns.Scalar,
            stored.Row.Id,
            stored.Scalars,
            wanted.Scalars,
            s => new Progress(s.ProvisioningState, s.Message, s.Order, s.OrderAt),
            (s, p) => s with { ProvisioningState = p.State, Message = p.Message, Order = p.Order, OrderAt = p.At });
        Save(
            AssignmentColumns.Navigation,
            stored.Row.Id,
            stored.Navigations,
            wanted.Navigations,
            n => new Progress(n.ProvisioningState, n.Message, n.Order, n.OrderAt),
            (n, p) => n with { ProvisioningState = p.State, Message = p.Message, Order = p.Order, OrderAt = p.At });
    }

    private sealed record Progress(ProvisioningState State, string? Message, Guid? Order, DateTime? At);

    private void Save<T>(
        RowTable<T> table, long assignment, IReadOnlyList<T> stored, IReadOnlyList<T> wanted, Func<T, Progress> progress, Func<T, Progress, T> with)
        where T : class
    {
        var together = new Dictionary<ProvisioningState, Progress>();
        var alone = new List<int>();
        for (var index = 0; index < stored.Count; index++)
        {
            if (stored[index].Equals(wanted[index]))
            {
                continue;
            }

            var (from, to) = (progress(stored[index]), progress(wanted[index]));
            var isOfProgress = from.State != to.State && with(stored[index], to).Equals(wanted[index]);
            if (isOfProgress && (together.TryAdd(from.State, to) || together[from.State] == to))
            {
                continue;
            }

            alone.Add(index);
        }

        // Written alone first: a row that has left its former state is not met by the statement for that state.
        foreach (var index in alone)
        {
            table.Update(transaction, wanted[index], keepHistory: false);
        }

        foreach (var (state, to) in together)
        {
            if (wanted.All(w => progress(w).State != state))
            {
                Move(table.Name, assignment, state, to);
                continue;
            }

            for (var index = 0; index < stored.Count; index++)
            {
                if (progress(stored[index]).State == state && !stored[index].Equals(wanted[index]) && !alone.Contains(index))
                {
                    table.Update(transaction, wanted[index], keepHistory: false);
                }
            }
        }
    }

    private void Move(string table, long assignment, ProvisioningState from, Progress to) =>
        transaction.Prepare(
                $"UPDATE {table} SET valid_from = @now, provisioning_state = @state, message = @message, order_id = @order, order_at = @at"
                + " WHERE assigned_resource_type = @assignment AND provisioning_state = @from",
                "@now", "@state", "@message", "@order", "@at", "@assignment", "@from")
            .Execute(
                ChangeLog.FormatInstant(transaction.Now),
                (int)to.State,
                to.Message,
                to.Order?.ToString("N"),
                to.At is { } at ? ChangeLog.FormatInstant(at) : null,
                assignment,
                (int)from);
}
