using System.Data.Common;

namespace Muster.Repository.Jobs;

/// <summary>Who holds leases: one running job instance in one process.</summary>
/// <param name="Host">The machine, with the name space of its process ids, so that <see cref="Process"/> means something only there.</param>
/// <param name="ProcessStarted">When the process was started: process ids are used again.</param>
/// <param name="Token">One per run, so that a run finds out that its lease was taken over.</param>
public sealed record LeaseHolder(string Host, int Process, DateTimeOffset ProcessStarted, Guid Token);

/// <summary>One lease: while it is alive, no other run may take its name.</summary>
public sealed record Lease(string Name, long JobInstance, LeaseHolder Holder, DateTimeOffset Heartbeat);

/// <summary>
/// The leases that allow one run at a time per job and per connector (architecture.md, "Deliveries, watermarks, and applying once").
/// Whether a lease is still alive is for the caller to judge.
/// </summary>
public sealed class LeaseStore(RepositoryTransaction transaction)
{
    /// <summary>The leases among <paramref name="names"/> that exist, alive or not.</summary>
    public IReadOnlyList<Lease> Find(IEnumerable<string> names) => transaction.Query(
        $"SELECT name, job_instance, host, process, process_started, token, heartbeat FROM lease"
            + $" WHERE {transaction.Dialect.IsInTexts("name", "@names")} ORDER BY name",
        Read,
        ("@names", transaction.Dialect.TextList(names)));

    public IReadOnlyList<Lease> All() => transaction.Query(
        "SELECT name, job_instance, host, process, process_started, token, heartbeat FROM lease ORDER BY name", Read);

    /// <summary>Takes a lease, in the place of one that exists.</summary>
    public void Take(string name, long jobInstance, LeaseHolder holder, DateTimeOffset now) => transaction.Execute(
        """
        INSERT INTO lease (name, job_instance, host, process, process_started, token, heartbeat)
        VALUES (@name, @instance, @host, @process, @started, @token, @now)
        ON CONFLICT (name) DO UPDATE SET job_instance = excluded.job_instance, host = excluded.host, process = excluded.process,
            process_started = excluded.process_started, token = excluded.token, heartbeat = excluded.heartbeat
        """,
        ("@name", name),
        ("@instance", jobInstance),
        ("@host", holder.Host),
        ("@process", holder.Process),
        ("@started", JobStore.Instant(holder.ProcessStarted)),
        ("@token", holder.Token.ToString("N")),
        ("@now", JobStore.Instant(now)));

    /// <summary>Renews all leases of a run and returns how many it still holds.</summary>
    public int Renew(Guid token, DateTimeOffset now) => transaction.Execute(
        "UPDATE lease SET heartbeat = @now WHERE token = @token", ("@now", JobStore.Instant(now)), ("@token", token.ToString("N")));

    /// <summary>Gives back some leases of a run; null gives back all.</summary>
    public void Release(Guid token, IEnumerable<string>? names = null)
    {
        if (names is null)
        {
            transaction.Execute("DELETE FROM lease WHERE token = @token", ("@token", token.ToString("N")));
            return;
        }

        transaction.Execute(
            $"DELETE FROM lease WHERE token = @token AND {transaction.Dialect.IsInTexts("name", "@names")}",
            ("@token", token.ToString("N")),
            ("@names", transaction.Dialect.TextList(names)));
    }

    private static Lease Read(DbDataReader row) => new(
        row.GetString(0),
        row.GetInt64(1),
        new LeaseHolder(row.GetString(2), row.GetInt32(3), JobStore.Instant(row.GetString(4)), Guid.Parse(row.GetString(5))),
        JobStore.Instant(row.GetString(6)));
}
