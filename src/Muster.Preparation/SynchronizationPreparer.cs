using Microsoft.Extensions.Logging;
using Muster.Configuration.Exchange;
using Muster.Configuration.Jobs;
using Muster.Configuration.Work;
using Muster.Preparation.Delivering;
using Muster.Preparation.Snapshots;
using Muster.Preparation.Sources;

namespace Muster.Preparation;

/// <summary>
/// PrepareSynchronization, the agent's half of a synchronization (synchronization.md 8, jobs.md 4.2): cleanses the extracts of a connector,
/// finds what changed since the previous ones, and hands the result to the server as one delivery. Only when the server has accepted it do the
/// new snapshot and the exports' watermarks become current, so that a change is neither lost nor taken twice, whatever dies when.
/// </summary>
public sealed class SynchronizationPreparer(
    AgentFolders folders, IServerGateway gateway, TimeProvider time, ILogger<SynchronizationPreparer> logger)
{
    internal PreparationLimits Limits { get; init; } = PreparationLimits.Default;

    /// <summary>
    /// Prepares one connector. Counters: <c>rowsRead</c>, <c>rowsRejected</c>, <c>nullKeys</c>, <c>duplicates</c>, <c>coalesced</c>,
    /// <c>rowsSent</c>, <c>inserts</c>, <c>updates</c>, <c>deletes</c>, <c>merges</c>, <c>bytesSent</c>. An incremental request that finds no
    /// change sends nothing and gives <see cref="TaskResult.NothingToDo"/>.
    /// </summary>
    /// <exception cref="TaskFailedException">Nothing was sent, or the server refused; the message says what to do.</exception>
    public async Task<TaskResult> PrepareAsync(PreparationRequest request, ITaskReporter reporter, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(reporter);
        var connector = request.Connector;
        var plans = MappingPlan.Of(connector);
        if (plans.Count == 0)
        {
            reporter.Message($"Connector '{connector.Identifier}' has no mappings with source columns: there is nothing to prepare.");
            return TaskResult.NothingToDo;
        }

        var store = new SnapshotStore(folders.Work, connector.Identifier);
        using var exclusive = await store.LockAsync(TimeSpan.Zero, ct).ConfigureAwait(false);
        await store.RecoverAsync(gateway, ct).ConfigureAwait(false);
        var sources = SourceCatalogue.Load(connector, folders.Temp, plans);
        var examiner = new ChainExaminer(folders, gateway);
        var intent = await PreparationIntent.DecideAsync(
            request, [.. sources.Values], verify => examiner.ExamineAsync(store, connector, plans, verify, ct)).ConfigureAwait(false);
        while (true)
        {
            SayIfHealed(intent, reporter);
            var (result, brokenBecause) = await AttemptAsync(intent, store, plans, sources, reporter, ct).ConfigureAwait(false);
            if (result is not null)
            {
                return result;
            }

            // At most once: what fails as a complete delivery throws.
            intent = intent.Heal(brokenBecause!, [.. sources.Values]);
        }
    }

    private async Task<(TaskResult? Result, string? BrokenBecause)> AttemptAsync(
        PreparationIntent intent,
        SnapshotStore store,
        IReadOnlyList<MappingPlan> plans,
        IReadOnlyDictionary<string, SourceFile> sources,
        ITaskReporter reporter,
        CancellationToken ct)
    {
        var contents = new DeliveryContents(
            folders, intent.Request.WorkingDirectory ?? AgentFolders.Collect, store, intent, plans, sources, Limits, reporter);
        try
        {
            await Task.Run(() => contents.Make(ct), ct).ConfigureAwait(false);
        }
        catch (ChainBrokenException broken)
        {
            return (null, broken.Message);
        }

        var watermarks = store.WatermarksOf(sources.Values.Select(s => s.Manifest).OfType<ExportManifest>().Distinct());
        var files = contents.Prepared.Where(p => p.File is { } file && (intent.Mode != SynchronizationMode.Incremental || file.Rows > 0)).ToList();
        if (files.Count == 0)
        {
            if (intent.Mode == SynchronizationMode.Incremental && intent.Chain?.Delivery is { } last)
            {
                await gateway.ConfirmUnchangedAsync(intent.Request.Connector.Identifier, last, StartedAt(sources.Values), ct).ConfigureAwait(false);
            }

            return (NothingChanged(intent, contents, store, watermarks, reporter), null);
        }

        var manifest = ManifestOf(intent, sources.Values, files);
        var refusal = await DeliverAsync(intent, manifest, files, contents, store, new PendingDelivery(manifest.Id, watermarks), plans, ct).ConfigureAwait(false);
        if (refusal is null)
        {
            contents.RemoveWholeExtracts();
            Report(contents, files, reporter);
            Log.Accepted(logger, intent.Request.Connector.Identifier, manifest.Id, manifest.Mode, files.Sum(f => f.File!.Rows));
            return (TaskResult.Done, null);
        }

        Log.Refused(logger, intent.Request.Connector.Identifier, manifest.Id, refusal);
        return intent.Mode == SynchronizationMode.Incremental
            ? (null, refusal.TrimEnd('.'))
            : throw new TaskFailedException($"The server refused the {intent.Mode.ToString().ToLowerInvariant()} delivery of connector '{intent.Request.Connector.Identifier}': {refusal}");
    }

    private static TaskResult NothingChanged(
        PreparationIntent intent, DeliveryContents contents, SnapshotStore store, IReadOnlyList<PendingWatermark> watermarks, ITaskReporter reporter)
    {
        store.RollBack();
        foreach (var watermark in watermarks)
        {
            store.Promote(watermark);
        }

        Report(contents, [], reporter);
        reporter.Message($"Connector '{intent.Request.Connector.Identifier}': nothing has changed since the previous extract.");
        return TaskResult.NothingToDo;
    }

    private DeliveryManifest ManifestOf(PreparationIntent intent, IEnumerable<SourceFile> sources, IReadOnlyList<PreparedMapping> files) => new()
    {
        Id = Guid.CreateVersion7(time.GetUtcNow()),
        Connector = intent.Request.Connector.Identifier,
        Mode = intent.Mode,
        Type = intent.Request.Type,
        BuildsOn = intent.Mode == SynchronizationMode.Incremental ? intent.Chain!.Delivery : null,
        HealedBecause = intent.HealedBecause,
        ExportStartedAt = StartedAt(sources),
        Files = [.. files.Select(f => f.File!)],
    };

    private Dictionary<string, DateTimeOffset> StartedAt(IEnumerable<SourceFile> sources) =>
        sources.Where(s => s.Path is not null)
            .GroupBy(s => s.Connection?.Identifier ?? s.Table, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(g => g.Key, g => g.Min(s => s.Manifest?.StartedAt ?? folders.Temp.LastWriteTime(s.Path!)));

    /// <summary>Sends, closes, and on acceptance makes snapshot and watermarks current. Gives the server's refusal, null if it accepted.</summary>
    private async Task<string?> DeliverAsync(
        PreparationIntent intent,
        DeliveryManifest manifest,
        IReadOnlyList<PreparedMapping> files,
        DeliveryContents contents,
        SnapshotStore store,
        PendingDelivery pending,
        IReadOnlyList<MappingPlan> plans,
        CancellationToken ct)
    {
        try
        {
            foreach (var file in files)
            {
                using var content = folders.Work.OpenRead(file.Path!);
                await gateway.SendFileAsync(manifest.Id, manifest.Connector, file.File!, content, ct).ConfigureAwait(false);
            }

            StageSnapshot(intent, manifest, contents, store, pending, plans);
        }
        catch
        {
            await AbandonAsync(manifest).ConfigureAwait(false);
            throw;
        }

        // From here on only the server knows: an exception leaves the pending delivery for the next start to ask about.
        var answer = await gateway.CloseDeliveryAsync(manifest, ct).ConfigureAwait(false);
        if (!answer.Accepted)
        {
            store.RollBack();
            await AbandonAsync(manifest).ConfigureAwait(false);
            return answer.RefusedBecause ?? "the server gave no reason.";
        }

        store.Commit(pending);
        return null;
    }

    private void StageSnapshot(
        PreparationIntent intent,
        DeliveryManifest manifest,
        DeliveryContents contents,
        SnapshotStore store,
        PendingDelivery pending,
        IReadOnlyList<MappingPlan> plans)
    {
        store.Stage(
            new SnapshotChain
            {
                Format = SnapshotChain.CurrentFormat,
                Delivery = manifest.Id,
                Schema = SnapshotChain.SchemaOf(intent.Request.Connector, plans),
                Mode = intent.Mode,
                Date = time.GetUtcNow(),
                IsIncomplete = contents.Prepared.Any(p => p.IsIncomplete),
                Files = [.. contents.Prepared.Select(p => p.Snapshot).OfType<SnapshotFile>(), .. contents.Untouched],
            },
            pending);
    }

    /// <summary>So that a delivery that failed does not hold up those after it; the server forgets it by itself if it cannot be reached.</summary>
    private async Task AbandonAsync(DeliveryManifest manifest)
    {
        try
        {
            await gateway.AbandonDeliveryAsync(manifest.Id, manifest.Connector, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Log.NotAbandoned(logger, manifest.Connector, manifest.Id, exception);
        }
    }

    private void SayIfHealed(PreparationIntent intent, ITaskReporter reporter)
    {
        if (intent.HealedBecause is { } because)
        {
            var connector = intent.Request.Connector.Identifier;
            reporter.Message($"The chain of connector '{connector}' is a complete one this time: {because.TrimEnd('.')}. Thresholds guard it as always.");
            Log.Healed(logger, connector, because);
        }
    }

    private static void Report(DeliveryContents contents, IReadOnlyList<PreparedMapping> files, ITaskReporter reporter)
    {
        reporter.Count("rowsRead", contents.Rows);
        reporter.Count("rowsRejected", contents.Rejected);
        reporter.Count("nullKeys", contents.Prepared.Sum(p => p.NullKeys));
        reporter.Count("duplicates", contents.Prepared.Sum(p => p.Counts.Duplicates));
        reporter.Count("coalesced", contents.Prepared.Sum(p => p.Counts.Coalesced));
        reporter.Count("rowsSent", files.Sum(f => f.File!.Rows));
        reporter.Count("inserts", files.Sum(f => f.Counts.Inserts));
        reporter.Count("updates", files.Sum(f => f.Counts.Updates));
        reporter.Count("deletes", files.Sum(f => f.Counts.Deletes));
        reporter.Count("merges", files.Sum(f => f.Counts.Merges));
        reporter.Count("bytesSent", files.Sum(f => f.Bytes));
    }
}
