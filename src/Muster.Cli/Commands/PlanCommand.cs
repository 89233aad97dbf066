using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Muster.Cli.Hosting;
using Muster.Cli.Output;
using Muster.Jobs.Planning;
using Muster.Repository.Assignments;
using Muster.Repository.Dump;
using Muster.Repository.Schema;

namespace Muster.Cli.Commands;

/// <summary><c>muster job plan</c>.</summary>
internal static class PlanCommand
{
    public static Command Create(CommandHost host)
    {
        var job = new Argument<string>("JOB") { Description = "Identifier of the job." };
        var acting = new ActingUser();
        var command = new Command("plan", "What a run of a job would change. Keeps nothing and writes to no managed system.") { job };
        acting.AddTo(command);
        host.Handle(command, async (result, installation, cancellationToken) =>
        {
            acting.Require(result, installation, rights => rights.RequireLaunch(JobCommands.Find(installation.Deployed, result.GetRequiredValue(job))));
            using var copy = ScratchCopy.Of(installation, withWork: true);
            var found = acting.Of(result) is null
                ? JobRunCommands.Prepare(copy.Installation, result.GetRequiredValue(job))
                : JobRunCommands.Deployed(copy.Installation, result.GetRequiredValue(job));
            var planning = copy.Installation.Services().GetRequiredService<JobPlanning>();
            var plan = await JobRunCommands.WatchAsync(
                host,
                installation,
                observer => planning.RunAsync(found, acting.Initiator(result), () => Before(installation), observer, cancellationToken)).ConfigureAwait(false);
            if (acting.Of(result) is not null)
            {
                using var transaction = installation.Database.BeginRead();
                plan = new SeenPlan(acting.Guard(result, installation, transaction), transaction, installation.Deployed).Of(plan);
            }

            if (installation.Settings.Json)
            {
                PlanJson.Write(plan, host.Terminal.Out);
            }
            else
            {
                PlanText.Write(plan, host.Terminal.Out);
            }

            return ExitCode.Of(plan.Instance.State);
        });
        return command;
    }

    /// <summary>The dump of the store as it is; empty where nothing is deployed yet.</summary>
    private static IEnumerable<DumpLine> Before(Installation installation)
    {
        if (!installation.HasStore || installation.FindDeployed() is not { } model)
        {
            yield break;
        }

        using var transaction = installation.Database.BeginRead();
        foreach (var line in AssignmentDump.Whole(new EntitySchema(model)).Lines(transaction))
        {
            yield return line;
        }
    }
}
