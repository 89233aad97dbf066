using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Muster.Cli.Hosting;
using Muster.Cli.Output;
using Muster.Configuration;
using Muster.Configuration.Jobs;
using Muster.Jobs.Leases;
using Muster.Jobs.Records;
using Muster.Jobs.Running;
using Muster.Jobs.Tasks;
using Muster.Policy.Access;
using Muster.Repository.Jobs;
using Spectre.Console;

namespace Muster.Cli.Commands;

/// <summary><c>muster job run|resume|discard|cancel</c>.</summary>
internal static class JobRunCommands
{
    private static readonly TimeSpan CancelWait = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan CancelPolling = TimeSpan.FromMilliseconds(200);

    public static Command Run(CommandHost host)
    {
        var job = new Argument<string>("JOB") { Description = "Identifier of the job." };
        var scheduled = new Option<bool>("--scheduled") { Description = "Start it for the scheduler: UserStartDenied does not hold. [off]" };
        var keepFiles = new Option<bool>("--keep-files") { Description = "Leave the whole prepared extracts in Collect, sorted, not only the changes. [off]" };
        var acting = new ActingUser();
        var command = new Command("run", "Runs a job here. Deploys the configuration first when it differs from what is deployed.") { job, scheduled, keepFiles };
        acting.AddTo(command);
        host.Handle(command, async (result, installation, cancellationToken) =>
        {
            installation.KeepsPreparedFiles = result.GetValue(keepFiles);
            var found = acting.Of(result) is null ? Prepare(installation, result.GetRequiredValue(job)) : Deployed(installation, result.GetRequiredValue(job));
            acting.Require(result, installation, rights => rights.RequireLaunch(found));
            if (found is { UserStartDenied: true, IsInitializationJob: false } && !result.GetValue(scheduled))
            {
                throw CommandException.Wrong(
                    $"The job '{found.Identifier}' may not be started by hand: its UserStartDenied is true. It runs by its schedule; a script that stands for the scheduler says --scheduled.");
            }

            var instance = await WatchAsync(
                host, installation, observer => installation.Runner().RunAsync(found, acting.Initiator(result), observer, cancellationToken)).ConfigureAwait(false);
            Print(host, installation, instance);
            return ExitCode.Of(instance.State);
        });
        return command;
    }

    public static Command Resume(CommandHost host)
    {
        var connector = new Argument<string>("CONNECTOR") { Description = "Connector whose changes are blocked, or number of the job instance." };
        var acting = new ActingUser();
        var command = new Command("resume", "Applies what a threshold has blocked, then goes on with the job.") { connector };
        acting.AddTo(command);
        host.Handle(command, async (result, installation, cancellationToken) =>
        {
            var name = result.GetRequiredValue(connector);
            installation.Services().GetRequiredService<JobLeases>().RecoverInterrupted(cancellationToken);
            var blocked = FindBlocked(installation, name) ?? throw NothingBlocked(installation, name);
            var job = JobCommands.Find(installation.Deployed, blocked.Job);
            acting.Require(result, installation, rights => rights.RequireRepair(job, BlockedTasks(blocked)));
            await host.Terminal.Error.WriteLineAsync(
                $"Resuming job instance {blocked.Id} of job '{blocked.Job}': {string.Join(", ", BlockedTasks(blocked))}.").ConfigureAwait(false);
            var instance = await WatchAsync(
                host, installation, observer => installation.Runner().ResumeAsync(job, blocked, observer, cancellationToken)).ConfigureAwait(false);
            Print(host, installation, instance);
            var hasFailed = instance.Tasks.LastOrDefault(t => t.Replaces is not null) is { State: TaskState.Error };
            return hasFailed ? ExitCode.Failed : ExitCode.Of(instance.State);
        });
        return command;
    }

    public static Command Discard(CommandHost host)
    {
        var connector = new Argument<string>("CONNECTOR") { Description = "Connector whose changes are blocked." };
        var acting = new ActingUser();
        var command = new Command("discard", "Drops what a threshold has blocked. The connector's next chain is a complete one.") { connector };
        acting.AddTo(command);
        host.Handle(command, (result, installation) =>
        {
            var name = result.GetRequiredValue(connector);
            _ = installation.Deployed.FindConnector(name) ?? throw UnknownConnector(installation, name);
            acting.Require(result, installation, rights => RequireDiscard(rights, installation, name));
            var message = installation.Services().GetRequiredService<IBlockedDeliveries>().Discard(name);
            JobInstance? instance;
            using (var transaction = installation.Database.BeginBookkeeping())
            {
                instance = BlockedInstances.Find(transaction, name);
                if (instance is not null)
                {
                    instance = BlockedInstances.Discard(
                        transaction, instance, name, $"Discarded by {acting.Initiator(result)}.", TimeProvider.System.GetUtcNow());
                }

                transaction.Commit();
            }

            if (message is null && instance is null)
            {
                throw NothingBlocked(installation, name);
            }

            message ??= $"The blocked orders of connector '{name}' were not generated. They are pending, and the next generation counts them again.";
            if (installation.Settings.Json)
            {
                Json.Write(host.Terminal.Out, new { Connector = name, Instance = instance?.Id, instance?.State, Message = message });
            }
            else
            {
                host.Terminal.Out.WriteLine(message);
            }

            return ExitCode.Done;
        });
        return command;
    }

    public static Command Cancel(CommandHost host)
    {
        var id = new Argument<long>("ID") { Description = "Number of the job instance." };
        var acting = new ActingUser();
        var command = new Command("cancel", "Stops a running job instance cleanly.") { id };
        acting.AddTo(command);
        host.Handle(command, async (result, installation, cancellationToken) =>
        {
            var number = result.GetRequiredValue(id);
            acting.Require(result, installation, rights => rights.RequireCancel(JobOf(installation, number), number));
            new JobLeases(installation.Database, ProcessIdentity.Current(), TimeProvider.System).RecoverInterrupted(cancellationToken);
            bool isRequested;
            using (var transaction = installation.Database.BeginBookkeeping(cancellationToken))
            {
                isRequested = new JobStore(transaction).RequestCancel(number);
                transaction.Commit();
            }

            var instance = Read(installation, number)
                ?? throw CommandException.Wrong($"There is no job instance {number}. 'muster job history' shows all.");
            if (!isRequested)
            {
                throw new CommandException(ExitCode.Failed, $"The job instance {number} does not run: it is {instance.State}.");
            }

            var since = TimeProvider.System.GetUtcNow();
            while (instance.State is JobState.InProgress or JobState.Pending && TimeProvider.System.GetUtcNow() - since < CancelWait)
            {
                await Task.Delay(CancelPolling, TimeProvider.System, cancellationToken).ConfigureAwait(false);
                instance = Read(installation, number)!;
            }

            if (installation.Settings.Json)
            {
                await host.Terminal.Out.WriteLineAsync(JobInstanceJson.Write(instance)).ConfigureAwait(false);
            }
            else
            {
                await host.Terminal.Out.WriteLineAsync(instance.State == JobState.InProgress
                    ? $"The job instance {number} was asked to stop, and will as soon as its running tasks can."
                    : $"The job instance {number} is {instance.State}.").ConfigureAwait(false);
            }

            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>The job as it is deployed, for a user: to deploy is the operator's, so that nobody gets rights from files.</summary>
    public static Job Deployed(Installation installation, string job)
    {
        if (installation.HasFiles && installation.RequireQuietly(installation.Load()).Fingerprint != installation.Deployed.Fingerprint)
        {
            throw CommandException.Wrong(
                $"The configuration in '{installation.Settings.Config}' differs from what is deployed, and with --as nothing is deployed. Run 'muster config deploy' as the operator first.");
        }

        return JobCommands.Find(installation.Deployed, job);
    }

    private static IEnumerable<string> BlockedTasks(JobInstance instance) => instance.Tasks.Where(t => t.State == TaskState.Blocked).Select(t => t.Identifier);

    /// <summary>Without an instance that could be resumed, every job of the connector is concerned.</summary>
    private static void RequireDiscard(JobRights rights, Installation installation, string connector)
    {
        if (FindBlocked(installation, connector) is { } blocked)
        {
            rights.RequireRepair(JobCommands.Find(installation.Deployed, blocked.Job), BlockedTasks(blocked));
            return;
        }

        foreach (var job in installation.Deployed.Jobs)
        {
            var tasks = job.Steps.Where(s => s.Task.Connector?.Identifier == connector).Select(s => s.Task.Identifier).ToList();
            if (tasks.Count > 0)
            {
                rights.RequireRepair(job, tasks);
            }
        }
    }

    private static Job JobOf(Installation installation, long id) => JobCommands.Find(
        installation.Deployed, (Read(installation, id) ?? throw CommandException.Wrong($"There is no job instance {id}. 'muster job history' shows all.")).Job);

    /// <summary>Deploys the configuration if it differs from what is deployed, and finds the job in it.</summary>
    public static Job Prepare(Installation installation, string job)
    {
        if (installation.HasFiles)
        {
            var loaded = installation.Load();
            JobCommands.Find(installation.RequireQuietly(loaded), job);
            Deploy(installation, loaded);
        }

        return JobCommands.Find(installation.Deployed, job);
    }

    private static void Deploy(Installation installation, LoadResult loaded)
    {
        var model = installation.RequireQuietly(loaded);
        using (var transaction = installation.Database.BeginRead())
        {
            if (new Repository.ConfigurationStore(transaction).Read()?.Fingerprint == model.Fingerprint)
            {
                installation.Deploy(model, allowDataLoss: false);
                return;
            }
        }

        var policy = installation.Compile(installation.Require(loaded));
        if (installation.Deploy(model, allowDataLoss: false) is { } difference)
        {
            installation.Terminal.Error.WriteLine(
                $"Deployed the configuration of '{installation.Settings.Config}': {difference.Added.Count()} added, {difference.Changed.Count()} changed, {difference.Removed.Count()} removed.");
        }

        installation.Services(policy);
    }

    /// <summary>Does what runs a job, watched in the way that suits the terminal.</summary>
    public static async Task<T> WatchAsync<T>(CommandHost host, Installation installation, Func<IJobObserver, Task<T>> work)
    {
        if (installation.Settings.LogLevel > LogLevel.Information)
        {
            return await work(new NoObserver()).ConfigureAwait(false);
        }

        if (!host.Terminal.IsInteractive)
        {
            return await work(new LineObserver(host.Terminal.Error)).ConfigureAwait(false);
        }

        var live = new LiveObserver(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }));
        return await live.ShowAsync(() => work(live)).ConfigureAwait(false);
    }

    private static void Print(CommandHost host, Installation installation, JobInstance instance)
    {
        if (installation.Settings.Json)
        {
            host.Terminal.Out.WriteLine(JobInstanceJson.Write(instance));
        }
        else
        {
            InstanceText.Write(instance, host.Terminal.Out);
        }
    }

    private static JobInstance? FindBlocked(Installation installation, string connectorOrId)
    {
        using var transaction = installation.Database.BeginRead();
        if (long.TryParse(connectorOrId, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && new JobStore(transaction).Find(id) is { } instance)
        {
            return instance;
        }

        return BlockedInstances.Find(transaction, connectorOrId);
    }

    private static CommandException NothingBlocked(Installation installation, string name)
    {
        if (installation.Deployed.FindConnector(name) is null)
        {
            return UnknownConnector(installation, name);
        }

        var isBlocked = installation.Services().GetRequiredService<IBlockedConnectors>().IsBlocked(name);
        return new CommandException(
            ExitCode.Failed,
            isBlocked
                ? $"The job instance that was blocked for connector '{name}' can no longer be resumed. Run a complete job for it, or discard the blocked delivery with 'muster job discard {name}'."
                : $"Nothing is blocked for the connector '{name}'. 'muster job history' shows what ran.");
    }

    private static CommandException UnknownConnector(Installation installation, string name) => CommandException.Wrong(
        $"There is no connector '{name}'.{Suggestion.For(name, installation.Deployed.Connectors.Select(c => c.Identifier))}");

    private static JobInstance? Read(Installation installation, long id)
    {
        using var transaction = installation.Database.BeginRead();
        return new JobStore(transaction).Find(id);
    }

    /// <summary>Who starts a run from this command line.</summary>
    public static string Initiator() => $"person:{Environment.UserName}";
}
