using System.Globalization;
using Muster.Configuration.Jobs;
using Muster.Configuration.Work;
using Muster.Jobs.Graph;
using Muster.Repository;
using Muster.Repository.Jobs;
using Muster.Repository.Synchronization;

namespace Muster.Jobs.Leases;

/// <summary>
/// One run at a time per job and per connector, over all processes that share the store (asks.md 10). A lease lives as long as its
/// process on the same machine, elsewhere as long as its heartbeat is not older than a minute (jobs.md 7.7). Its clock is the real one.
/// </summary>
public sealed class JobLeases(RepositoryDatabase database, ProcessIdentity self, TimeProvider time)
{
    /// <summary>A lease whose heartbeat is older than this has lost its process.</summary>
    public static readonly TimeSpan Expiry = TimeSpan.FromSeconds(60);

    /// <summary>How often a running job renews its leases.</summary>
    public static readonly TimeSpan Renewal = TimeSpan.FromSeconds(10);

    private const string Interrupted =
        "Interrupted: the process that ran it has ended. Nothing half done remains; start the job again to go on.";

    /// <summary>The names that a run of the job holds: the job itself, and every connector that its tasks work for.</summary>
    public static IReadOnlyList<string> NamesOf(Job job) =>
    [
        $"job:{job.Identifier}",
        .. job.Steps.SelectMany(s => ConnectorScope.Of(s.Task))
            .Select(c => $"connector:{c.Identifier}")
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>
    /// Takes the leases and stores the instance, in one step: a new instance, or a blocked one that is resumed. Throws
    /// <see cref="TaskFailedException"/> if another run holds one of the leases.
    /// </summary>
    public JobInstance Start(JobInstance instance, IReadOnlyList<string> names, Guid token, CancellationToken cancellationToken)
    {
        RecoverInterrupted(cancellationToken);
        using var transaction = database.BeginBookkeeping(cancellationToken);
        var leases = new LeaseStore(transaction);
        var jobs = new JobStore(transaction);
        // The lease of the job itself says more than that of a connector.
        if (leases.Find(names).Where(IsAlive).OrderBy(l => l.Name != names[0]).FirstOrDefault() is { } taken)
        {
            throw new TaskFailedException(Refusal(instance.Job, taken, jobs.Find(taken.JobInstance)));
        }

        JobInstance stored;
        if (instance.Id == 0)
        {
            stored = jobs.Add(instance);
        }
        else
        {
            RefuseUnlessBlocked(jobs.Find(instance.Id), instance.Id);
            jobs.ClearCancel(instance.Id);
            jobs.Update(instance);
            jobs.Save(instance.Id, instance.Tasks);
            stored = instance;
        }

        foreach (var name in names)
        {
            leases.Take(name, stored.Id, self.Holder(token), time.GetUtcNow());
        }

        transaction.Commit();
        return stored;
    }

    /// <summary>Renews a run's leases. False if one was taken over: the run must stop.</summary>
    public bool Renew(Guid token, int expected, CancellationToken cancellationToken)
    {
        using var transaction = database.BeginBeside(cancellationToken);
        var renewed = new LeaseStore(transaction).Renew(token, time.GetUtcNow());
        transaction.Commit();
        return renewed >= expected;
    }

    public void Release(Guid token)
    {
        using var transaction = database.BeginBookkeeping(CancellationToken.None);
        new LeaseStore(transaction).Release(token);
        transaction.Commit();
    }

    /// <summary>
    /// Ends what killed processes left in progress: their tasks and jobs become <c>Error</c> ("interrupted"). An instance with something
    /// blocked is blocked (again), also if it was killed before it had noted that its delivery is: a person must be able to resume it, and the resume
    /// starts what was interrupted anew.
    /// Returns how many instances it ended.
    /// </summary>
    public int RecoverInterrupted(CancellationToken cancellationToken)
    {
        using (var read = database.BeginRead())
        {
            if (FindInterrupted(read).Count == 0)
            {
                return 0;
            }
        }

        using var transaction = database.BeginBookkeeping(cancellationToken);
        var jobs = new JobStore(transaction);
        var deliveries = new DeliveryStore(transaction);
        var interrupted = FindInterrupted(transaction);
        foreach (var instance in interrupted)
        {
            var now = time.GetUtcNow();
            var running = instance.Tasks.Where(t => t.State == TaskState.InProgress).ToList();
            var isBlocked = instance.Tasks.Any(t => t.State == TaskState.Blocked || BlockOf(t, instance.Id, deliveries) is not null);
            var tasks = running.ConvertAll(t => BlockOf(t, instance.Id, deliveries) is { } block
                ? t with { State = TaskState.Blocked, Block = block.Threshold, Counts = block.Counts, EndedAt = now }
                : isBlocked && t.Replaces is null
                    ? t with { State = TaskState.NotStarted, StartedAt = null }
                    : t with { State = TaskState.Error, Error = Interrupted, EndedAt = now });
            jobs.Save(instance.Id, tasks);
            jobs.Update(instance with
            {
                State = isBlocked ? JobState.Blocked : JobState.Error,
                EndedAt = now,
                Message = isBlocked ? "Interrupted while something was blocked. Resume it, or discard what is blocked." : Interrupted,
            });
        }

        var leases = new LeaseStore(transaction);
        foreach (var dead in leases.All().Where(l => !IsAlive(l)))
        {
            leases.Release(dead.Holder.Token);
        }

        transaction.Commit();
        return interrupted.Count;
    }

    /// <summary>The record of a delivery that the instance's task has blocked.</summary>
    private static BlockRecord? BlockOf(TaskInstance task, long instance, DeliveryStore deliveries) =>
        task is { State: TaskState.InProgress, Kind: "SynchronizeTask", Connectors: [var connector] } && deliveries.Blocked(connector)?.Block is { } block && block.JobInstance == instance
            ? block
            : null;

    /// <summary>A job instance that runs now, in any process; null if none does.</summary>
    public JobInstance? FindRunning()
    {
        using var transaction = database.BeginRead();
        return new LeaseStore(transaction).All().FirstOrDefault(IsAlive) is { } lease ? new JobStore(transaction).Find(lease.JobInstance) : null;
    }

    public bool IsAlive(Lease lease) => self.IsRunning(lease.Holder) ?? time.GetUtcNow() - lease.Heartbeat <= Expiry;

    private List<JobInstance> FindInterrupted(RepositoryTransaction transaction)
    {
        var jobs = new JobStore(transaction);
        var alive = new LeaseStore(transaction).All().Where(IsAlive).Select(l => l.JobInstance).ToHashSet();
        return
        [
            .. jobs.InState(JobState.InProgress).Concat(jobs.InState(JobState.Pending)).Where(i => !alive.Contains(i.Id)),
        ];
    }

    private static void RefuseUnlessBlocked(JobInstance? stored, long id)
    {
        if (stored?.State != JobState.Blocked)
        {
            throw new TaskFailedException(
                $"The job instance {id} is no longer blocked, so it cannot be resumed. See 'muster job show {id}'.");
        }
    }

    private static string Refusal(string job, Lease lease, JobInstance? holder)
    {
        var name = lease.Name[(lease.Name.IndexOf(':', StringComparison.Ordinal) + 1)..];
        var since = holder?.StartedAt.ToString("yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture);
        var by = holder is null
            ? $"process {lease.Holder.Process}"
            : $"instance {holder.Id} of job '{holder.Job}', started {since}, process {lease.Holder.Process}";
        var what = lease.Name.StartsWith("job:", StringComparison.Ordinal)
            ? $"The job '{name}' is already running"
            : $"The job '{job}' was not started, because the connector '{name}' is in use by another job";
        return $"{what}: {by}. Wait for its end, or stop it with 'muster job cancel {lease.JobInstance}'.";
    }
}
