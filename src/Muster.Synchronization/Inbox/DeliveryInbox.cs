using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Muster.Configuration.Exchange;
using Muster.Configuration.Jobs;
using Muster.Configuration.Work;
using Muster.Repository;
using Muster.Repository.Synchronization;

namespace Muster.Synchronization.Inbox;

/// <summary>
/// The server's side of handing over a delivery (synchronization.md 8.9): receives files into <c>Synchronization/&lt;id&gt;/</c>, and
/// accepts or refuses the whole. What is accepted is on disk and in the store before the agent is told. Every call may be repeated with
/// the same arguments. Thread-safe; deliveries of one connector are expected one at a time.
/// </summary>
public sealed class DeliveryInbox(RepositoryDatabase database, IWorkFolder work, ILogger<DeliveryInbox> logger)
{
    private const int ReadLength = 1 << 17;
    private const string ManifestName = "manifest.json";

    /// <summary>The folder of a delivery, relative to the work folder.</summary>
    public static string FolderOf(Guid delivery) => $"{AgentFolders.Synchronization}/{delivery:N}";

    /// <summary>What the agent must know of a connector's chain before it reads the source.</summary>
    public ConnectorChain GetChain(string connector)
    {
        using var transaction = database.BeginRead();
        var state = new DeliveryStore(transaction).State(connector);
        return new ConnectorChain { LastAccepted = state.LastAccepted, CompleteRequiredBecause = state.CompleteRequired };
    }

    /// <summary>
    /// Receives one file. Throws <see cref="TaskFailedException"/> if its content does not have the announced hash, if its name is not one
    /// of ours, or if the delivery is not open any more.
    /// </summary>
    public async Task ReceiveFileAsync(
        Guid delivery, string connector, DeliveryFile file, Stream content, CancellationToken cancellationToken)
    {
        CheckName(file.Name);
        if (!OpenDelivery(delivery, connector, cancellationToken))
        {
            return;
        }

        using var pending = work.Create($"{FolderOf(delivery)}/{file.Name}");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferLength.For(content, ReadLength)];
        int read;
        while ((read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            await pending.Stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        }

        var received = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (received != file.Sha256)
        {
            throw new TaskFailedException(
                $"The file '{file.Name}' of the delivery '{delivery:N}' for connector '{connector}' arrived with the SHA-256 {received}"
                + $" instead of {file.Sha256}. Run the preparation again.");
        }

        pending.Commit();
    }

    /// <summary>Accepts or refuses a delivery whose files are all received.</summary>
    public DeliveryAnswer Close(DeliveryManifest manifest, CancellationToken cancellationToken)
    {
        using (var transaction = database.BeginRead())
        {
            if (new DeliveryStore(transaction).Find(manifest.Id) is { State: not DeliveryState.Open } known)
            {
                return AnswerAgain(known);
            }
        }

        foreach (var file in manifest.Files)
        {
            CheckReceived(manifest, file, cancellationToken);
        }

        using (var pending = work.Create($"{FolderOf(manifest.Id)}/{ManifestName}"))
        {
            pending.Stream.Write(Encoding.UTF8.GetBytes(manifest.ToJson()));
            pending.Commit();
        }

        return Decide(manifest, cancellationToken);
    }

    /// <summary>Remembers that sources were read and nothing had changed since a delivery, if that is the last accepted one.</summary>
    public void ConfirmUnchanged(
        string connector, Guid buildsOn, IReadOnlyDictionary<string, DateTimeOffset> exportStartedAt, CancellationToken cancellationToken)
    {
        using var transaction = database.BeginBookkeeping(cancellationToken);
        var store = new DeliveryStore(transaction);
        var state = store.State(connector);
        if (state.LastAccepted != buildsOn)
        {
            return;
        }

        var exports = new Dictionary<string, DateTimeOffset>(state.Exports);
        foreach (var (connection, startedAt) in exportStartedAt)
        {
            exports[connection] = exports.TryGetValue(connection, out var known) && known > startedAt ? known : startedAt;
        }

        store.Confirm(connector, exports);
        transaction.Commit();
    }

    /// <summary>Takes back a delivery that was not closed; one that was accepted stays.</summary>
    public void Abandon(Guid delivery, string connector, CancellationToken cancellationToken)
    {
        using (var transaction = database.BeginBookkeeping(cancellationToken))
        {
            var store = new DeliveryStore(transaction);
            if (store.Find(delivery) is not { State: DeliveryState.Open } open || open.Connector != connector)
            {
                return;
            }

            store.Cancel(delivery, "The agent took it back.");
            transaction.Commit();
        }

        work.Delete(FolderOf(delivery));
    }

    private static void CheckName(string name)
    {
        if (name.Length is 0 or > 200 || name[0] == '.' || name == ManifestName
            || !name.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '.' or ' '))
        {
            throw new TaskFailedException($"'{name}' is not the name of a delivered file. Names hold letters, digits, '_', '-', '.' and spaces only.");
        }
    }

    private static DeliveryAnswer AnswerAgain(StoredDelivery known) => known.State == DeliveryState.Cancelled
        ? Refuse($"The delivery '{known.Id:N}' for connector '{known.Connector}' is cancelled: {known.Failure} Run the chain of '{known.Connector}' again.")
        : new DeliveryAnswer { Accepted = true };

    private static DeliveryAnswer Refuse(string because) => new() { RefusedBecause = because };

    private bool OpenDelivery(Guid delivery, string connector, CancellationToken cancellationToken)
    {
        using var transaction = database.BeginBookkeeping(cancellationToken);
        var store = new DeliveryStore(transaction);
        var known = store.Find(delivery);
        if (known is not null && known.Connector != connector)
        {
            throw new TaskFailedException($"The delivery '{delivery:N}' belongs to connector '{known.Connector}', not to '{connector}'.");
        }

        if (known?.State == DeliveryState.Cancelled)
        {
            throw new TaskFailedException(
                $"The delivery '{delivery:N}' for connector '{connector}' is cancelled: {known.Failure} Run the chain of '{connector}' again.");
        }

        if (known is null)
        {
            store.Open(delivery, connector);
            transaction.Commit();
        }

        return known is null or { State: DeliveryState.Open };
    }

    private void CheckReceived(DeliveryManifest manifest, DeliveryFile file, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CheckName(file.Name);
        var path = $"{FolderOf(manifest.Id)}/{file.Name}";
        string? actual = null;
        if (work.Exists(path))
        {
            using var stream = work.OpenRead(path);
            actual = Convert.ToHexStringLower(SHA256.HashData(stream));
        }

        if (actual != file.Sha256)
        {
            throw new TaskFailedException(
                $"The file '{file.Name}' of the delivery '{manifest.Id:N}' for connector '{manifest.Connector}' "
                + (actual is null ? "was not received." : "is not the one that was announced.") + " Run the preparation again.");
        }
    }

    private DeliveryAnswer Decide(DeliveryManifest manifest, CancellationToken cancellationToken)
    {
        var cancelled = new List<Guid>();
        using (var transaction = database.BeginWrite(cancellationToken))
        {
            var store = new DeliveryStore(transaction);
            if (store.Find(manifest.Id) is not { } delivery)
            {
                store.Open(manifest.Id, manifest.Connector);
                delivery = store.Find(manifest.Id)!;
            }

            if (delivery.State != DeliveryState.Open)
            {
                return AnswerAgain(delivery);
            }

            if (delivery.Connector != manifest.Connector)
            {
                return Refuse($"The delivery '{manifest.Id:N}' belongs to connector '{delivery.Connector}', not to '{manifest.Connector}'.");
            }

            var state = store.State(manifest.Connector);
            if (RefusalOf(manifest, state, transaction.Now) is { } because)
            {
                SynchronizationMessages.DeliveryRefused(logger, manifest.Id, manifest.Connector, because);
                return Refuse(because);
            }

            cancelled.AddRange(CancelSuperseded(store, manifest, delivery.Sequence));
            var exports = new SortedDictionary<string, DateTimeOffset>(state.Exports.ToDictionary(), StringComparer.Ordinal);
            foreach (var (connection, started) in manifest.ExportStartedAt)
            {
                exports[connection] = started;
            }

            store.Accept(manifest, exports);
            transaction.Commit();
        }

        foreach (var id in cancelled)
        {
            work.Delete(FolderOf(id));
        }

        SynchronizationMessages.DeliveryAccepted(logger, manifest.Id, manifest.Connector, manifest.Mode);
        return new DeliveryAnswer { Accepted = true };
    }

    /// <summary>Why a delivery does not fit its connector's chain (synchronization.md 8.9, rules 1 and 6; asks.md 22); null if it does.</summary>
    private static string? RefusalOf(DeliveryManifest manifest, ConnectorState state, DateTime now)
    {
        var connector = manifest.Connector;
        if (manifest.Mode == SynchronizationMode.Incremental)
        {
            if (state.CompleteRequired is { } required)
            {
                return $"COMPLETE_REQUIRED: connector '{connector}' needs a complete delivery first: {required} Run a complete job for '{connector}'.";
            }

            if (manifest.BuildsOn != state.LastAccepted || manifest.BuildsOn is null)
            {
                return $"The delivery for connector '{connector}' builds on {Name(manifest.BuildsOn)}, but the last accepted one is"
                    + $" {Name(state.LastAccepted)} (the repository may have been restored). Run a complete job for '{connector}'.";
            }
        }

        foreach (var (connection, started) in manifest.ExportStartedAt.OrderBy(e => e.Key, StringComparer.Ordinal))
        {
            // A time that is still to come was written before the clock was set back: it says nothing about what is older.
            if (state.Exports.TryGetValue(connection, out var last) && started < last && last.UtcDateTime <= now)
            {
                return $"STALE_EXPORT: the export of connection '{connection}' started at {Instant(started)}, before the one that was already"
                    + $" accepted for connector '{connector}' ({Instant(last)}). Run the export of '{connection}' again.";
            }
        }

        return null;
    }

    /// <summary>
    /// Deliveries that will never be applied once this one is accepted: earlier ones that were never closed (their agent has not moved on),
    /// and for a complete delivery all that wait (rule 2).
    /// </summary>
    private static List<Guid> CancelSuperseded(DeliveryStore store, DeliveryManifest manifest, long sequence)
    {
        var cancelled = new List<Guid>();
        foreach (var earlier in store.Unfinished(manifest.Connector).Where(d => d.Sequence < sequence))
        {
            var isSuperseded = earlier.State is DeliveryState.Open
                || manifest.Mode == SynchronizationMode.Complete
                || (manifest.Mode == SynchronizationMode.Initial
                    && (earlier.Mode != SynchronizationMode.Complete || earlier.State == DeliveryState.Blocked));
            if (isSuperseded)
            {
                store.Cancel(earlier.Id, $"It was superseded by the delivery '{manifest.Id:N}'.");
                cancelled.Add(earlier.Id);
            }
        }

        return cancelled;
    }

    private static string Name(Guid? delivery) => delivery is { } id ? id.ToString("N") : "none";

    private static string Instant(DateTimeOffset instant) => instant.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);
}
