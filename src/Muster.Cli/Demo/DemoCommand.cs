using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Muster.Cli.Hosting;
using Muster.Cli.Output;
using Muster.Jobs.Running;
using Muster.Repository;
using Muster.Repository.Jobs;

namespace Muster.Cli.Demo;

/// <summary>
/// <c>muster demo</c>: runs the Contoso example from nothing in a folder of its own, says what each job did, and leaves the folder for
/// inspection.
/// </summary>
internal static class DemoCommand
{
    private const string IncrementalJob = "Contoso_Incremental";

    public static Command Create(CommandHost host)
    {
        var people = new Option<int>("--people")
        {
            Description = "How many people the invented company has, 20 or more.",
            HelpName = "N",
            DefaultValueFactory = _ => 200,
        };
        var folder = new Option<string?>("--folder")
        {
            Description = "A folder that is empty or does not exist yet; a temporary one if absent.",
            HelpName = "DIR",
        };
        var command = new Command("demo", "Runs the Contoso example from nothing: loads, changes the sources, runs the incremental job, shows what happened.")
        {
            people,
            folder,
        };
        host.Handle(command, async (result, installation, cancellationToken) =>
        {
            var count = result.GetValue(people);
            if (count is < 20 or > 10_000_000)
            {
                throw CommandException.Wrong($"--people {count} is not possible. Give a number from 20 to 10000000.");
            }

            var run = new DemoRun(host.Terminal, installation.Settings, Prepare(result.GetValue(folder)), count);
            return await run.RunAsync(cancellationToken).ConfigureAwait(false);
        });
        return command;
    }

    private static string Prepare(string? folder)
    {
        if (folder is null)
        {
            return Directory.CreateTempSubdirectory("muster-demo-").FullName;
        }

        var path = Path.GetFullPath(folder);
        if (File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any()))
        {
            throw CommandException.Wrong($"The folder '{path}' is not empty. Give one that is, or that does not exist yet.");
        }

        Directory.CreateDirectory(path);
        return path;
    }

    /// <summary>One run of the demo in its folder.</summary>
    private sealed class DemoRun(Terminal terminal, CommonSettings settings, string folder, int people)
    {
        private string Sources => Path.Combine(folder, "Sources");

        private string Ldif => Path.Combine(Sources, "directory.ldif");

        /// <summary>The directory as it was before a job, to compare with.</summary>
        private string FormerLdif => Path.Combine(folder, "directory.before.ldif");

        public async Task<int> RunAsync(CancellationToken cancellationToken)
        {
            Say($"The demo runs in {folder}.");
            CopyConfiguration();
            ContosoFiles.WriteFirstDay(new ContosoCompany(people, isNextDay: false), Sources);
            Say($"Contoso has {people.ToString("N0", CultureInfo.InvariantCulture)} people in HR, and an LDAP directory that knows most of them: {Ldif}");
            using var installation = new Installation(
                settings with
                {
                    LogLevel = settings.LogLevel == LogLevel.Information ? LogLevel.Warning : settings.LogLevel,
                    Config = Path.Combine(folder, "Conf"),
                    IsConfigNamed = true,
                    Work = Path.Combine(folder, "Work"),
                    Temp = Path.Combine(folder, "Temp"),
                    Database = settings.IsDatabaseNamed ? settings.Database : $"sqlite:{Path.Combine(folder, "Work", "muster.db")}",
                    SettingsFile = Path.Combine(folder, "appsettings.agent.json"),
                },
                terminal);
            if (installation.FindDeployed() is not null)
            {
                throw CommandException.Wrong(
                    $"The repository '{RepositoryDatabase.Describe(settings.Database)}' is in use already: a configuration is deployed to it. Give the demo an empty one, or none.");
            }

            var model = installation.Require(installation.Load());
            var policy = installation.Compile(model);
            installation.Deploy(model, allowDataLoss: false);
            installation.Services(policy);

            var isDone = await LoadAsync(installation, cancellationToken).ConfigureAwait(false)
                && await DayAsync(installation, cancellationToken).ConfigureAwait(false);
            return isDone ? ExitCode.Done : cancellationToken.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Failed;
        }

        private async Task<bool> LoadAsync(Installation installation, CancellationToken cancellationToken)
        {
            File.Copy(Ldif, FormerLdif);
            var isDone = await JobAsync(installation, "The first load", "Contoso_Initial", cancellationToken).ConfigureAwait(false);
            Say("What the first load wrote into the directory:");
            Summarize(3);
            return isDone && await SettleAsync(installation, "The incremental job reads back what was written", cancellationToken).ConfigureAwait(false);
        }

        private async Task<bool> DayAsync(Installation installation, CancellationToken cancellationToken)
        {
            var (joiners, movers, leavers, removed) = ContosoCompany.DayOf(people);
            Heading(
                $"The next day in HR: {joiners} people join, {movers} move, {leavers} leave, {removed} {(removed == 1 ? "is" : "are")} removed, and the team RND-MAT has another name");
            File.Copy(Ldif, FormerLdif);
            ContosoFiles.WriteNextDay(new ContosoCompany(people, isNextDay: true), Sources);
            if (!await JobAsync(installation, "The incremental job", IncrementalJob, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }

            Say("What the day did to the directory:");
            Summarize(8);
            ContosoFiles.WriteNoChanges(Sources);
            if (!await SettleAsync(installation, "The next run reads back what was written", cancellationToken).ConfigureAwait(false))
            {
                return false;
            }

            Say("");
            Say(settings.IsDatabaseNamed
                ? $"The repository is '{RepositoryDatabase.Describe(settings.Database)}'; the agent's files are in {folder}/Work, the sources and the directory in Sources. Go on there with the same --database, for example:"
                : $"Everything is in {folder}: the repository and the agent's files in Work, the sources and the directory in Sources. Go on there, for example:");
            Say($"  cd {folder} && muster job history && muster resource show Directory_User P000007");
            return true;
        }

        /// <summary>
        /// Runs the incremental job until a run writes nothing. What fulfilment wrote comes back as changes of the directory and verifies the
        /// assignments; the run after that has nothing to do.
        /// </summary>
        private async Task<bool> SettleAsync(Installation installation, string title, CancellationToken cancellationToken)
        {
            const int MostRuns = 5;
            for (var run = 1; run <= MostRuns; run++)
            {
                var instance = await RunAsync(installation, IncrementalJob, cancellationToken).ConfigureAwait(false);
                if (instance.State != JobState.Completed || run == 1 || instance.RowsWritten == 0)
                {
                    Heading(run == 1 ? title : "A run without changes: what depends on a change is skipped, nothing is dirty, nothing is written");
                    InstanceText.Write(instance, terminal.Out);
                }

                if (instance.State != JobState.Completed)
                {
                    return false;
                }

                if (run > 1 && instance.RowsWritten == 0)
                {
                    return true;
                }
            }

            Say($"The job '{IncrementalJob}' still writes after {MostRuns} runs without changes in the sources: that is a defect of Muster. Please report it.");
            return false;
        }

        private void Summarize(int most)
        {
            DirectorySummary.Between(FormerLdif, Ldif, most).Write(terminal.Out);
            File.Delete(FormerLdif);
        }

        private async Task<bool> JobAsync(Installation installation, string title, string job, CancellationToken cancellationToken)
        {
            Heading(title);
            var instance = await RunAsync(installation, job, cancellationToken).ConfigureAwait(false);
            InstanceText.Write(instance, terminal.Out);
            return instance.State == JobState.Completed;
        }

        private static Task<JobInstance> RunAsync(Installation installation, string job, CancellationToken cancellationToken) =>
            installation.Runner().RunAsync(
                installation.Deployed.FindJob(job) ?? throw new UnreachableException($"The example has no job '{job}'."),
                "demo",
                new NoObserver(),
                cancellationToken);

        private void CopyConfiguration()
        {
            var example = Path.Combine(AppContext.BaseDirectory, "examples", "contoso");
            foreach (var file in Directory.EnumerateFiles(example, "*", SearchOption.AllDirectories))
            {
                var target = Path.Combine(folder, Path.GetRelativePath(example, file));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }
        }

        private void Heading(string text)
        {
            Say("");
            Say(text);
            Say(new string('=', text.Length));
        }

        private void Say(string text)
        {
            terminal.Out.WriteLine(text);
            terminal.Out.Flush();
        }
    }
}
