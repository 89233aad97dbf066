using Muster.Configuration.Diagnostics;

namespace Muster.Configuration.Jobs;

/// <summary>The warnings that catch the classic mistakes of incremental jobs: JOB-W01 to JOB-W08 (jobs.md 2.7), and 4.10.</summary>
internal sealed class JobWarnings(Job job, IReadOnlyList<ResolvedStep> steps, Crontab? schedule, DiagnosticBag bag)
{
    public void Report()
    {
        CheckChangeLists();
        CheckDirtySources();
        CheckPreparations();
        CheckClassification();
        if (schedule is { IsMoreThanHourly: true })
        {
            CheckFrequentJob();
        }

        // An initialization job repeats its rounds and forces its orders by design.
        if (!job.IsInitializationJob)
        {
            CheckComputedTwice();
            CheckForcedOrders();
        }
    }

    private void CheckChangeLists()
    {
        var flags = steps.Where(s => s.Task is SetRecentlyModifiedFlagTask).ToList();
        foreach (var step in steps)
        {
            if (step.Task is SynchronizeTask { DoNotDeleteChanges: false } && flags.Count > 0)
            {
                Warn(
                    JobDiagnostics.ChangesNeverFlagged, "JOB-W01", step,
                    $"The synchronization '{step.Task.Identifier}' does not keep its changes, so that '{flags[0].Task.Identifier}' never flags them. " +
                    "Write DoNotDeleteChanges=\"true\".");
            }
            else if (step.Task is SynchronizeTask { DoNotDeleteChanges: true } && !flags.Exists(f => f.Level > step.Level))
            {
                Warn(
                    JobDiagnostics.ChangesNeverTaken, "JOB-W03", step,
                    $"The synchronization '{step.Task.Identifier}' keeps its changes, but no SetRecentlyModifiedFlagTask after it in the job takes them. " +
                    "Add one, or remove 'DoNotDeleteChanges'.");
            }
        }
    }

    private void CheckDirtySources()
    {
        foreach (var step in steps.Where(s => IsComputation(s) && IsDirty(s)))
        {
            var isFed = steps.Any(s => s.Task is SetRecentlyModifiedFlagTask or FulfillTask { Dirty: true } && s.Level < step.Level);
            if (!isFed)
            {
                Warn(
                    JobDiagnostics.NothingMakesDirty, "JOB-W02", step,
                    $"The task '{step.Task.Identifier}' works on dirty resources only, but nothing before it in the job makes resources dirty. " +
                    "Put a SetRecentlyModifiedFlagTask or a FulfillTask with Dirty=\"true\" before it, or remove 'Dirty'.");
            }
        }
    }

    private void CheckPreparations()
    {
        foreach (var step in steps)
        {
            if (step.Task is not PrepareSynchronizationTask { SynchronizationMode: not SynchronizationMode.Incremental } prepare)
            {
                continue;
            }

            if (job.IsIncremental)
            {
                Warn(
                    JobDiagnostics.FullPreparationInIncremental, "JOB-W04", step,
                    $"The preparation '{prepare.Identifier}' of an incremental job has the mode '{prepare.SynchronizationMode}'. " +
                    "Write 'Incremental', unless the system gives no changes.");
                continue;
            }

            foreach (var keeper in steps.Where(s => s.Task is SynchronizeTask { DoNotDeleteChanges: true } && s.Task.Connector == prepare.Connector))
            {
                Warn(
                    JobDiagnostics.CompleteKeepsChanges, "JOB-W06", keeper,
                    $"The synchronization '{keeper.Task.Identifier}' follows a preparation of the mode '{prepare.SynchronizationMode}' and keeps its changes, " +
                    "which is for incremental jobs only. Remove 'DoNotDeleteChanges'.");
            }
        }
    }

    private void CheckFrequentJob()
    {
        foreach (var step in steps)
        {
            var fault = step.Task switch
            {
                ExportTask { IgnoreCookieFile: true } => "exports everything (IgnoreCookieFile)",
                PrepareSynchronizationTask { SynchronizationMode: not SynchronizationMode.Incremental } => "prepares in full",
                SynchronizeTask { DoNotDeleteChanges: false } => "synchronizes without keeping its changes",
                SetInternalUserProfilesTask or OtherTask { ElementName: "ActivityInstanceActorTask" } => "belongs into a rarer job",
                _ when HasAllEntityTypes(step.Task) => "works on all entity types (AllEntityType)",
                _ when IsComputation(step) && !IsDirty(step) => "works on all resources (without Dirty)",
                _ => null,
            };
            if (fault is not null)
            {
                Warn(
                    JobDiagnostics.FrequentJob, "JOB-W05", step,
                    $"The job '{job.Identifier}' runs more than once an hour, but its task '{step.Task.Identifier}' {fault}. Change the task, or run the job less often.");
            }
        }
    }

    private void CheckComputedTwice()
    {
        var seen = new Dictionary<string, ResolvedStep>(StringComparer.Ordinal);
        foreach (var step in steps.Where(IsComputation))
        {
            var scope = HasAllEntityTypes(step.Task)
                ? "*"
                : string.Join('\n', step.Task.EntityTypes.Select(e => e.Identifier).Order(StringComparer.Ordinal));
            if (!seen.TryAdd($"{step.Task.Kind}\n{scope}", step))
            {
                Warn(
                    JobDiagnostics.ComputedTwice, "JOB-W07", step,
                    $"The task '{step.Task.Identifier}' does in the job '{job.Identifier}' what '{seen[$"{step.Task.Kind}\n{scope}"].Task.Identifier}' does already. " +
                    "Remove one of the two.");
            }
        }
    }

    private void CheckForcedOrders()
    {
        foreach (var step in steps.Where(s => s.Task is GenerateProvisioningOrdersTask { ForceProvisioning: true }))
        {
            Warn(
                JobDiagnostics.ForcedProvisioning, "JOB-W08", step,
                $"The order generation '{step.Task.Identifier}' ignores the provisioning thresholds (ForceProvisioning), which is for the engine to do when a " +
                "person resumes a blocked job. Remove 'ForceProvisioning'.");
        }
    }

    private void CheckClassification()
    {
        foreach (var classification in steps.Where(s => s.Task is UpdateClassificationTask))
        {
            if (steps.FirstOrDefault(s => s.Task is ComputeCorrelationKeysTask && s.Level >= classification.Level) is { } keys)
            {
                bag.Warning(
                    JobDiagnostics.ClassificationBeforeKeys, classification.Element.Location,
                    $"The classification '{classification.Task.Identifier}' needs fresh correlation keys, but '{keys.Task.Identifier}' does not run before it. " +
                    "Give the classification a higher level.");
            }
        }
    }

    private static bool IsComputation(ResolvedStep step) => step.Task is UpdateEntityPropertyExpressionsTask or ComputeCorrelationKeysTask
        or ComputeRoleModelTask or UpdateClassificationTask or ComputeRiskScoresTask;

    private static bool IsDirty(ResolvedStep step) => AttributeText.IsTrue(step.Declared.Element["Dirty"]);

    private static bool HasAllEntityTypes(JobTask task) =>
        task is UpdateEntityPropertyExpressionsTask { AllEntityType: true } or ComputeCorrelationKeysTask { AllEntityType: true };

    private void Warn(string code, string name, ResolvedStep step, string text) =>
        bag.Warning(code, step.Element.Location, $"{text} ({name})");
}
