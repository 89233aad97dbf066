using System.CommandLine;
using Muster.Cli.Hosting;
using Muster.Cli.Output;
using Muster.Configuration.Jobs;
using Muster.Configuration.Model;
using Muster.Jobs.Graph;
using Muster.Jobs.Records;
using Muster.Jobs.Schedules;
using Muster.Policy.Access;
using Muster.Repository;
using Muster.Repository.Jobs;
using Muster.Repository.Resources;
using Muster.Repository.Schema;
using Muster.Repository.Synchronization;

namespace Muster.Cli.Commands;

/// <summary><c>muster job …</c>: lists, steps and past instances; what runs is in <see cref="JobRunCommands"/>.</summary>
internal static class JobCommands
{
    public static Command Create(CommandHost host)
    {
        var command = new Command("job", "Jobs and their instances.");
        command.Add(List(host));
        command.Add(Steps(host));
        command.Add(JobRunCommands.Run(host));
        command.Add(PlanCommand.Create(host));
        command.Add(History(host));
        command.Add(Show(host));
        command.Add(JobRunCommands.Resume(host));
        command.Add(JobRunCommands.Discard(host));
        command.Add(JobRunCommands.Cancel(host));
        return command;
    }

    /// <summary>The job of an identifier. Throws with the nearest name if there is none.</summary>
    public static Job Find(ConfigurationModel model, string identifier) =>
        model.FindJob(identifier)
        ?? throw CommandException.Wrong(
            $"There is no job '{identifier}'.{Suggestion.For(identifier, model.Jobs.Select(j => j.Identifier))} 'muster job list' shows all jobs.");

    private static Command List(CommandHost host)
    {
        var acting = new ActingUser();
        var command = new Command("list", "The jobs with their schedule and last run.");
        acting.AddTo(command);
        host.Handle(command, (result, installation) =>
        {
            var model = acting.Of(result) is null ? installation.Current() : installation.Deployed;
            IReadOnlyList<bool>? visible = null;
            acting.Require(result, installation, rights => visible = rights.MayQuery(model.Jobs));
            Dictionary<string, JobInstance> last;
            using (var transaction = installation.Database.BeginRead())
            {
                last = new JobStore(transaction).LastOfEachJob().ToDictionary(i => i.Job);
            }

            var now = installation.Clock.GetUtcNow();
            var rows = model.Jobs.Where((_, index) => visible?[index] != false).Select(job => new
            {
                Job = job.Identifier,
                DisplayName = job.DisplayNames.Default,
                job.IsIncremental,
                Schedule = job.CronTabExpression,
                TimeZone = job.CronTabExpression is null ? null : job.CronTimeZone.ToString(),
                Next = NextOf(job, now),
                LastRun = last.GetValueOrDefault(job.Identifier) is { } run ? new { run.Id, run.State, run.StartedAt, run.EndedAt } : null,
            }).ToList();
            if (installation.Settings.Json)
            {
                Json.Write(host.Terminal.Out, rows);
                return ExitCode.Done;
            }

            var table = new TextTable("job", "name", "schedule", "next", "last", "state", "started");
            foreach (var row in rows)
            {
                table.Add(
                    row.Job,
                    row.DisplayName,
                    row.Schedule is null ? "" : $"{row.Schedule} {row.TimeZone}",
                    InstanceText.Time(row.Next),
                    row.LastRun?.Id.ToString(System.Globalization.CultureInfo.InvariantCulture),
                    row.LastRun?.State.ToString(),
                    InstanceText.Time(row.LastRun?.StartedAt));
            }

            table.Write(host.Terminal.Out);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Steps(CommandHost host)
    {
        var job = new Argument<string>("JOB") { Description = "Identifier of the job." };
        var acting = new ActingUser();
        var command = new Command("steps", "The tasks of a job by level, with their dependencies, in execution order.") { job };
        acting.AddTo(command);
        host.Handle(command, (result, installation) =>
        {
            var found = Find(acting.Of(result) is null ? installation.Current() : installation.Deployed, result.GetRequiredValue(job));
            HashSet<string>? visible = null;
            acting.Require(result, installation, rights => visible = [.. found.Steps.Zip(rights.RequireSteps(found)).Where(s => s.Second).Select(s => s.First.Task.Identifier)]);
            var rows = LaunchOrder.Of(found, installation.RunnerOptions.MaxTaskBatchSize).Where(s => visible?.Contains(s.Task.Identifier) != false).Select(step => new
            {
                step.Level,
                Task = step.Task.Kind,
                step.Task.Identifier,
                DisplayName = step.Task.DisplayNames.Default,
                Agent = step.Task.Agent?.Identifier,
                step.Task.DependsOn,
            }).ToList();
            if (installation.Settings.Json)
            {
                Json.Write(host.Terminal.Out, rows);
                return ExitCode.Done;
            }

            var table = new TextTable("level", "task", "identifier", "name", "agent", "depends on");
            foreach (var row in rows)
            {
                table.Add(
                    row.Level.ToString(System.Globalization.CultureInfo.InvariantCulture),
                    row.Task,
                    row.Identifier,
                    row.DisplayName,
                    row.Agent ?? "(server)",
                    string.Join(", ", row.DependsOn));
            }

            table.Write(host.Terminal.Out);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command History(CommandHost host)
    {
        var job = new Argument<string?>("JOB") { Description = "Only instances of this job.", Arity = ArgumentArity.ZeroOrOne };
        var limit = new Option<int>("--limit") { Description = "At most so many, the newest first.", DefaultValueFactory = _ => 50 };
        var acting = new ActingUser();
        var command = new Command("history", "Past job instances.") { job, limit };
        acting.AddTo(command);
        host.Handle(command, (result, installation) =>
        {
            using var transaction = installation.Database.BeginRead();
            var store = new JobStore(transaction);
            var most = Math.Max(1, result.GetValue(limit));
            var guard = acting.Guard(result, installation, transaction);

            // What the user may not see does not use up the limit.
            var all = store.History(result.GetValue(job), acting.Of(result) is null ? most : int.MaxValue);
            var shown = (guard.User is null ? all.Select(i => (Instance: i, WithLog: true)) : Seen(all, guard, installation.Deployed)).Take(most).ToList();
            var instances = shown.Select(s => s.WithLog ? s.Instance : s.Instance with { Message = null });
            if (installation.Settings.Json)
            {
                host.Terminal.Out.WriteLine(JobInstanceJson.Write(shown.Select(s => s.WithLog ? store.Find(s.Instance.Id)! : s.Instance with { Message = null })));
                return ExitCode.Done;
            }

            var table = new TextTable("id", "job", "state", "started", "elapsed", "rows written", "message");
            foreach (var instance in instances)
            {
                table.Add(
                    instance.Id.ToString(System.Globalization.CultureInfo.InvariantCulture),
                    instance.Job,
                    instance.State.ToString(),
                    InstanceText.Time(instance.StartedAt),
                    instance.EndedAt is { } end ? InstanceText.Elapsed(end - instance.StartedAt) : "",
                    instance.RowsWritten.ToString(System.Globalization.CultureInfo.InvariantCulture),
                    instance.Message);
            }

            table.Write(host.Terminal.Out);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Of a job that is gone from the configuration there is nothing to hold rights against.</summary>
    private static IEnumerable<(JobInstance Instance, bool WithLog)> Seen(IReadOnlyList<JobInstance> instances, AccessGuard guard, ConfigurationModel model)
    {
        var known = instances.Select(i => (Instance: i, Job: model.FindJob(i.Job)!)).Where(i => i.Job is not null).ToList();
        return known.Zip(new JobRights(guard).MaySee([.. known.Select(i => (i.Job, i.Instance.Id))]))
            .Where(i => i.Second.IsSeen)
            .Select(i => (i.First.Instance, i.Second.WithLog));
    }

    private static Command Show(CommandHost host)
    {
        var id = new Argument<long>("ID") { Description = "Number of the job instance." };
        var changes = new Option<bool>("--changes") { Description = "What it changed in resources and links, object by object, instead of its tasks." };
        var acting = new ActingUser();
        var command = new Command("show", "One job instance with its tasks.") { id, changes };
        acting.AddTo(command);
        host.Handle(command, (result, installation) =>
        {
            using var transaction = installation.Database.BeginRead();
            var instance = new JobStore(transaction).Find(result.GetRequiredValue(id))
                ?? throw CommandException.Wrong($"There is no job instance {result.GetRequiredValue(id)}. 'muster job history' shows all.");
            acting.Require(result, installation, rights => rights.RequireLog(Find(installation.Deployed, instance.Job), instance.Id));
            if (result.GetValue(changes))
            {
                WriteChanges(host, installation, transaction, instance.Id, new ResourceRights(acting.Guard(result, installation, transaction), installation.Deployed));
                return ExitCode.Done;
            }

            if (installation.Settings.Json)
            {
                host.Terminal.Out.WriteLine(JobInstanceJson.Write(instance));
            }
            else
            {
                InstanceText.Write(instance, host.Terminal.Out);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static void WriteChanges(CommandHost host, Installation installation, RepositoryTransaction transaction, long instance, ResourceRights rights)
    {
        var (model, schema) = (installation.Deployed, new EntitySchema(installation.Deployed));
        var form = new ChangeLines(model);
        var seen = new SeenChanges(rights, new ResourceReader(transaction, schema), model);
        var lines = new ChangeList(transaction, schema).OfJob(instance).Select(seen.Of).OfType<ChangeLine>().SelectMany(form.Of);
        if (!installation.Settings.Json)
        {
            ChangeLines.Write(lines, host.Terminal.Out);
            return;
        }

        foreach (var line in lines)
        {
            Json.WriteLine(host.Terminal.Out, line);
        }
    }

    private static DateTimeOffset? NextOf(Job job, DateTimeOffset now) =>
        job.CronTabExpression is { } expression
        && CronSchedule.TryParse(expression, CronSchedule.ZoneOf(job.CronTimeZone), out var schedule)
            ? schedule.Next(now)
            : null;
}
