using Muster.Configuration.Jobs;
using Muster.Configuration.Model;

namespace Muster.Policy.Access;

/// <summary>
/// Which permissions the actions on jobs need (rolemodel.md 9.3). Throws <see cref="Decisions.DecisionRefusedException"/> where one is missing.
/// The computations that a job runs need no further right: they run under who launched it.
/// </summary>
public sealed class JobRights(AccessGuard guard)
{
    /// <summary>To run a job: an instance of it, and the launch of each of its tasks.</summary>
    public void RequireLaunch(Job job) => guard.Require(
    [
        AccessQuestion.Creation(PermissionPaths.Job("JobInstance", "Create"), AccessedEntity.OfInstance(job)),
        .. job.Steps.Select(s => AccessQuestion.Of(PermissionPaths.LaunchJob, AccessedEntity.Of(s.Task, job))),
    ]);

    /// <summary>To go on with a job that a threshold has blocked, or to drop what is blocked.</summary>
    /// <param name="tasks">Identifiers of the blocked ones.</param>
    public void RequireRepair(Job job, IEnumerable<string> tasks)
    {
        var wanted = tasks.ToHashSet(StringComparer.Ordinal);
        List<JobStep> steps = [.. job.Steps.Where(s => wanted.Contains(s.Task.Identifier))];
        guard.Require([.. (steps.Count == 0 ? job.Steps : steps).Select(s => AccessQuestion.Of(PermissionPaths.RepairJob, AccessedEntity.Of(s.Task, job)))]);
    }

    /// <summary>To stop an instance that runs.</summary>
    public void RequireCancel(Job job, long instance) =>
        guard.Require(AccessQuestion.Of(PermissionPaths.Job("JobInstance", "Update"), AccessedEntity.OfInstance(job, instance)));

    /// <summary>To read what an instance did, with its messages.</summary>
    public void RequireLog(Job job, long instance) => guard.Require(AccessQuestion.Of(PermissionPaths.JobLog, AccessedEntity.OfInstance(job, instance)));

    /// <summary>To see what a job consists of: the job, and its tasks that are seen.</summary>
    public IReadOnlyList<bool> RequireSteps(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        guard.Require(AccessQuestion.Of(PermissionPaths.Job("Job", "Query"), AccessedEntity.Of(job)));
        return guard.May([.. job.Steps.Select(s => AccessQuestion.Of(PermissionPaths.Job("Task", "Query"), AccessedEntity.Of(s.Task, job)))]);
    }

    /// <summary>Past instances of jobs, each with whether it is seen, and whether with its tasks and messages.</summary>
    public IReadOnlyList<(bool IsSeen, bool WithLog)> MaySee(IReadOnlyList<(Job Job, long Instance)> instances)
    {
        IReadOnlyList<bool> May(string permission) => guard.May([.. instances.Select(i => AccessQuestion.Of(permission, AccessedEntity.OfInstance(i.Job, i.Instance)))]);
        return [.. May(PermissionPaths.Job("JobInstance", "Query")).Zip(May(PermissionPaths.JobLog), (isSeen, withLog) => (isSeen || withLog, withLog))];
    }

    /// <summary>Which jobs may be seen.</summary>
    public IReadOnlyList<bool> MayQuery(IReadOnlyList<Job> jobs) =>
        guard.May([.. jobs.Select(j => AccessQuestion.Of(PermissionPaths.Job("Job", "Query"), AccessedEntity.Of(j)))]);
}
