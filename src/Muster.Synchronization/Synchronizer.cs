using System.Data.Common;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Muster.Configuration.Jobs;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Repository;
using Muster.Repository.Changes;
using Muster.Repository.Schema;
using Muster.Repository.Synchronization;
using Muster.Synchronization.Application;
using Muster.Synchronization.Inbox;

namespace Muster.Synchronization;

/// <summary>What a synchronization is asked to do.</summary>
public sealed record SynchronizeRequest
{
    public required Connector Connector { get; init; }

    /// <summary>Keep the changes in the list that a person can look at, until SetRecentlyModifiedFlag.</summary>
    public bool DoNotDeleteChanges { get; init; }

    /// <summary>Thresholds do not count.</summary>
    public bool Force { get; init; }

    /// <summary>Write the rows that found no resource to files (synchronization.md 9.6).</summary>
    public bool Orphans { get; init; }

    /// <summary>The run that does it; carried by every change.</summary>
    public long? JobInstance { get; init; }
}

/// <summary>
/// Applies the waiting deliveries of a connector, in order, each in one transaction together with its changes and with the mark that it is
/// applied: killed at any moment, a delivery is applied wholly or not at all (synchronization.md 8.9, 9). Thread-safe; one run at a time per
/// connector is the caller's business (its lease), one writer at a time the store's.
/// </summary>
public sealed class Synchronizer(RepositoryDatabase database, EntitySchema schema, IWorkFolder work, ILogger<Synchronizer> logger)
{
    /// <summary>
    /// Applies what waits. <see cref="TaskResult.Processed"/> says whether anything changed; with <see cref="TaskResult.Block"/> a delivery
    /// exceeds a threshold and neither it nor any after it is applied. Throws <see cref="TaskFailedException"/> if a delivery cannot be applied;
    /// it stays and is tried again by the next run.
    /// </summary>
    public Task<TaskResult> SynchronizeAsync(SynchronizeRequest request, ITaskReporter reporter, CancellationToken cancellationToken) =>
        Task.Run(() => Synchronize(request, reporter, cancellationToken), cancellationToken);

    /// <summary>
    /// Applies a connector's blocked delivery without asking the thresholds again, and then what waits behind it (synchronization.md 10.3).
    /// Throws <see cref="TaskFailedException"/> if the connector is not blocked.
    /// </summary>
    public Task<TaskResult> ResumeAsync(SynchronizeRequest request, ITaskReporter reporter, CancellationToken cancellationToken)
    {
        var blocked = FindBlocked(request.Connector.Identifier) ?? throw NotBlocked(request.Connector.Identifier, "resume");
        return Task.Run(
            () =>
            {
                var changed = ApplyOne(blocked, request with { Force = true }, reporter, cancellationToken, out _);
                var rest = Synchronize(request, reporter, cancellationToken);
                return rest with { Processed = changed || rest.Processed };
            },
            cancellationToken);
    }

    /// <summary>
    /// Cancels a connector's blocked delivery: only a complete one is accepted then, because the agent already took the refused state for
    /// known. Throws <see cref="TaskFailedException"/> if the connector is not blocked. Returns the sentence for a person.
    /// </summary>
    public string Discard(string connector, CancellationToken cancellationToken)
    {
        List<Guid> cancelled;
        var because = $"A delivery of connector '{connector}' was discarded.";
        using (var transaction = database.BeginWrite(cancellationToken))
        {
            var store = new DeliveryStore(transaction);
            if (store.Blocked(connector) is null)
            {
                throw NotBlocked(connector, "discard");
            }

            // What waits behind it builds on it.
            cancelled = [.. store.Unfinished(connector).Select(d => d.Id)];
            foreach (var id in cancelled)
            {
                store.Cancel(id, because);
            }

            store.RequireComplete(connector, because);
            transaction.Commit();
        }

        cancelled.ForEach(id => work.Delete(DeliveryInbox.FolderOf(id)));
        return $"The blocked delivery of connector '{connector}' is discarded; nothing of it was applied. The next chain of '{connector}' will be a complete one.";
    }

    /// <summary>The delivery that blocks a connector, with what it would change; null if the connector is not blocked.</summary>
    public StoredDelivery? FindBlocked(string connector)
    {
        using var transaction = database.BeginRead();
        return new DeliveryStore(transaction).Blocked(connector);
    }

    /// <summary>
    /// The changes that the delivery blocking a connector would make, computed by applying it and taking that back; empty if the connector
    /// is not blocked.
    /// </summary>
    public IReadOnlyList<ChangeLine> ListPending(Connector connector, int limit, CancellationToken cancellationToken)
    {
        using var transaction = database.BeginWrite(cancellationToken);
        if (new DeliveryStore(transaction).Blocked(connector.Identifier) is not { Manifest: { } manifest })
        {
            return [];
        }

        var origin = new ChangeOrigin(null, connector.Identifier, manifest.Id, false);
        new DeliveryApplication(transaction, schema, connector, manifest, work, origin).Apply(cancellationToken);
        return new ChangeList(transaction, schema).OfDelivery(manifest.Id, limit);
    }

    private static TaskFailedException NotBlocked(string connector, string verb) =>
        new($"Connector '{connector}' has no blocked delivery: there is nothing to {verb}.");

    private TaskResult Synchronize(SynchronizeRequest request, ITaskReporter reporter, CancellationToken cancellationToken)
    {
        var connector = request.Connector.Identifier;
        IReadOnlyList<StoredDelivery> waiting;
        using (var transaction = database.BeginRead())
        {
            waiting = [.. new DeliveryStore(transaction).Unfinished(connector).Where(d => d.State != DeliveryState.Open)];
        }

        if (!request.DoNotDeleteChanges)
        {
            Unlist(connector, cancellationToken);
        }

        var hasChanged = false;
        foreach (var delivery in waiting)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (delivery is { State: DeliveryState.Blocked, Block: { } block } && !request.Force)
            {
                return new TaskResult { Processed = hasChanged, Block = block.Threshold };
            }

            hasChanged |= ApplyOne(delivery, request, reporter, cancellationToken, out var found);
            if (found is not null)
            {
                return new TaskResult { Processed = hasChanged, Block = found };
            }
        }

        return hasChanged ? TaskResult.Done : TaskResult.NothingToDo;
    }

    private void Unlist(string connector, CancellationToken cancellationToken)
    {
        using (var read = database.BeginRead())
        {
            if (new ChangeList(read, schema).Listed(connector, 1).Count == 0)
            {
                return;
            }
        }

        using var transaction = database.BeginBookkeeping(cancellationToken);
        new ChangeList(transaction, schema).Unlist(connector);
        transaction.Commit();
    }

    /// <summary>Applies one delivery or blocks it. Returns whether anything changed.</summary>
    private bool ApplyOne(
        StoredDelivery delivery, SynchronizeRequest request, ITaskReporter reporter, CancellationToken cancellationToken, out ThresholdBlock? block)
    {
        var clock = Stopwatch.StartNew();
        DeliveryApplication application;
        IReadOnlyList<string> orphanFiles;
        try
        {
            (application, block, orphanFiles) = Apply(delivery, request, cancellationToken);
        }
        catch (Exception exception) when (exception is TaskFailedException or DbException or IOException or FormatException)
        {
            throw Fail(delivery, exception, cancellationToken);
        }

        if (block is not null)
        {
            Block(delivery, request, block, application.Counts, reporter, cancellationToken);
            return false;
        }

        CleanFolder(delivery, orphanFiles);
        Report(application, orphanFiles, reporter);
        SynchronizationMessages.DeliveryApplied(logger, delivery.Id, delivery.Connector, delivery.Mode!.Value, clock.Elapsed);
        return HasChanges(application.Counts);
    }

    private (DeliveryApplication Application, ThresholdBlock? Block, IReadOnlyList<string> OrphanFiles) Apply(
        StoredDelivery delivery, SynchronizeRequest request, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> orphanFiles = [];
        DeliveryApplication application;
        using (var transaction = database.BeginWrite(cancellationToken))
        {
            var origin = new ChangeOrigin(request.JobInstance, delivery.Connector, delivery.Id, request.DoNotDeleteChanges);
            application = new DeliveryApplication(transaction, schema, request.Connector, delivery.Manifest!, work, origin);
            application.Apply(cancellationToken);
            if (!request.Force && delivery.Mode != SynchronizationMode.Initial && application.FindBlock() is { } block)
            {
                return (application, block, orphanFiles);
            }

            if (request.Orphans)
            {
                orphanFiles = application.WriteOrphans();
            }

            if (application.HasWritten)
            {
                application.Complete();
                new DeliveryStore(transaction).Applied(delivery);
                transaction.Commit();
                return (application, null, orphanFiles);
            }
        }

        // Nothing differs: what was staged is dropped with its transaction, and only the mark is written.
        using var mark = database.BeginBookkeeping(cancellationToken);
        new DeliveryStore(mark).Applied(delivery);
        mark.Commit();
        return (application, null, orphanFiles);
    }

    private static bool HasChanges(SortedDictionary<string, long> counts) =>
        counts.Any(c => c.Value > 0 && c.Key is "resourcesInserted" or "resourcesUpdated" or "resourcesDeleted" or "linksInserted" or "linksDeleted");

    private static void Report(DeliveryApplication application, IReadOnlyList<string> orphanFiles, ITaskReporter reporter)
    {
        foreach (var (name, count) in application.Counts)
        {
            reporter.Count(name, count);
        }

        application.Warnings.ForEach(reporter.Warning);
        foreach (var file in orphanFiles)
        {
            reporter.Message($"Rows that found no resource are in '{file}' below the work folder.");
        }
    }

    private void Block(
        StoredDelivery delivery,
        SynchronizeRequest request,
        ThresholdBlock block,
        SortedDictionary<string, long> counts,
        ITaskReporter reporter,
        CancellationToken cancellationToken)
    {
        using var transaction = database.BeginBookkeeping(cancellationToken);
        new DeliveryStore(transaction).Block(delivery.Id, new BlockRecord(request.JobInstance, block, counts));
        transaction.Commit();
        SynchronizationMessages.DeliveryBlocked(
            logger, delivery.Id, delivery.Connector, block.Threshold, block.Level, block.Limit, block.Actual);
        var summary = string.Join(", ", counts.Where(c => c.Value > 0).Select(c => $"{c.Key} {c.Value}"));
        reporter.Message(
            $"Threshold exceeded: {block.Threshold} of {block.Level} is {block.Limit}, and the delivery has {block.Actual} (of {block.Total} stored)."
            + $" Nothing was applied. It would give: {summary}. Look at the changes, then run"
            + $" 'job resume {delivery.Connector}' or 'job discard {delivery.Connector}'.");
    }

    private TaskFailedException Fail(StoredDelivery delivery, Exception exception, CancellationToken cancellationToken)
    {
        var because = exception is TaskFailedException
            ? exception.Message
            : $"The delivery '{delivery.Id:N}' of connector '{delivery.Connector}' could not be applied: {(exception is DbException refused ? StoreFailure.Explain(refused) : exception.Message)}";
        SynchronizationMessages.DeliveryFailed(logger, delivery.Id, delivery.Connector, because);
        try
        {
            using var transaction = database.BeginBookkeeping(cancellationToken);
            new DeliveryStore(transaction).Fail(delivery.Id, because);
            transaction.Commit();
        }
        catch (Exception second) when (second is DbException or TaskFailedException)
        {
            // The store cannot even take the note (a full disk, a server that is gone): the delivery stays Ready, and the first cause is what people need.
        }

        return exception as TaskFailedException ?? new TaskFailedException(because, exception);
    }

    /// <summary>The files of an applied delivery have served; those for people stay. A leftover after a crash is harmless.</summary>
    private void CleanFolder(StoredDelivery delivery, IReadOnlyList<string> kept)
    {
        var folder = DeliveryInbox.FolderOf(delivery.Id);
        if (kept.Count == 0)
        {
            work.Delete(folder);
            return;
        }

        foreach (var file in work.Files(folder).Where(f => !f.EndsWith(OrphanFiles.Suffix, StringComparison.Ordinal)))
        {
            work.Delete(file);
        }
    }
}
