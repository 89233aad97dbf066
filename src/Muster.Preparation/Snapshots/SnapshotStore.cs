using System.Security.Cryptography;
using System.Text.Json;
using Muster.Configuration.Exchange;
using Muster.Configuration.Work;

namespace Muster.Preparation.Snapshots;

/// <summary>
/// The files of one connector's snapshot below <c>Work/Collect</c>. <c>previous/&lt;Connector&gt;/chain.json</c> says what is current and names the files
/// beside it that belong to it; they are written once, so that a new snapshot may share them with the one before, and those that no snapshot
/// names are removed. <c>previous.new/&lt;Connector&gt;/chain.json</c> waits for the server's acceptance, <c>&lt;Connector&gt;.pending.json</c> names the
/// delivery that is being closed (architecture.md, "Deliveries, watermarks, and applying once").
/// </summary>
internal sealed class SnapshotStore(IWorkFolder work, string connector)
{
    private const string ChainFile = "chain.json";
    private const long MaximumChainLength = 256L << 20;
    private static readonly TimeSpan LockPolling = TimeSpan.FromMilliseconds(20);

    public string Current { get; } = $"{AgentFolders.Collect}/previous/{connector}";

    private string Next { get; } = $"{AgentFolders.Collect}/previous.new/{connector}";

    private string PendingPath { get; } = $"{AgentFolders.Collect}/{connector}.pending.json";

    /// <summary>
    /// One preparation or examination at a time reads and replaces a connector's snapshot (synchronization.md 8.9, rule 6).
    /// </summary>
    /// <param name="patience">How long to wait for the others; none refuses at once.</param>
    public async Task<IDisposable> LockAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var path = work.PathOf($"{AgentFolders.Collect}/{connector}.lock");
        for (var waited = TimeSpan.Zero; ; waited += LockPolling)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (UnauthorizedAccessException exception)
            {
                throw new TaskFailedException(
                    $"The folder '{work.Root}' is read-only or not accessible to the account that runs Muster. Give that account the right to write there.", exception);
            }
            catch (IOException exception) when (waited >= patience || !File.Exists(path))
            {
                throw new TaskFailedException(
                    $"Connector '{connector}' cannot be locked on this agent: {exception.Message} If another preparation of it is running, wait for its end; "
                    + $"otherwise check the folder '{work.Root}'.",
                    exception);
            }
            catch (IOException)
            {
                await Task.Delay(LockPolling, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The current snapshot; null if there is none or its description cannot be read, with the reason.</summary>
    public SnapshotChain? Load(out string? because)
    {
        because = null;
        var path = $"{Current}/{ChainFile}";
        if (!work.Exists(path))
        {
            because = $"there is no previous extract of connector '{connector}' to compare with";
            return null;
        }

        try
        {
            if (Read<FormatOnly>(path).Format != SnapshotChain.CurrentFormat)
            {
                because = $"the snapshot of connector '{connector}' was written by another version of Muster";
                return null;
            }

            return Read<SnapshotChain>(path);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            because = $"the snapshot of connector '{connector}' was changed by hand ('{path}' cannot be read)";
            return null;
        }
    }

    /// <summary>Null if the files are what was written; otherwise what is wrong.</summary>
    public string? Verify(SnapshotFile file) =>
        file.Base is null ? $"the snapshot of connector '{connector}' lacks a table of '{file.Name}'" : file.Parts().Select(Verify).FirstOrDefault(fault => fault is not null);

    /// <summary>Where a file of a snapshot is.</summary>
    public string PathOf(SnapshotPart part) => work.PathOf($"{Current}/{part.Name}");

    /// <summary>Start of the names of new files for a mapping.</summary>
    public string NewPath(string name) => $"{Current}/{name}.{Guid.NewGuid():N}";

    /// <summary>Removes what no snapshot names: files of former ones, and of one that was not accepted.</summary>
    public void RemoveUnused()
    {
        var chain = Load(out _);
        if (chain is null && work.Exists($"{Current}/{ChainFile}"))
        {
            // It may belong to another version of Muster: the next snapshot that is accepted takes its place.
            return;
        }

        var used = (chain?.Files ?? []).SelectMany(f => f.Parts()).Select(p => $"{Current}/{p.Name}").Append($"{Current}/{ChainFile}").ToHashSet(StringComparer.Ordinal);
        foreach (var path in work.Files(Current).Where(p => !used.Contains(p)))
        {
            work.Delete(path);
        }
    }

    /// <summary>Describes the next snapshot, durably, before the server is told of the delivery.</summary>
    public void Stage(SnapshotChain chain, PendingDelivery pending)
    {
        Write($"{Next}/{ChainFile}", chain);
        Write(PendingPath, pending);
    }

    /// <summary>Finishes what an agent that died in between left: forward if the server accepted the delivery, else back.</summary>
    public async Task RecoverAsync(IServerGateway gateway, CancellationToken cancellationToken)
    {
        if (work.Exists(PendingPath))
        {
            if (ReadPending() is { } pending)
            {
                var chain = await gateway.GetChainAsync(connector, cancellationToken).ConfigureAwait(false);
                if (chain.LastAccepted == pending.Delivery)
                {
                    Commit(pending);
                    return;
                }
            }
        }

        RollBack();
    }

    /// <summary>Makes the next snapshot and the watermarks current. May be repeated after it was interrupted at any point.</summary>
    public void Commit(PendingDelivery pending)
    {
        if (work.Exists($"{Next}/{ChainFile}"))
        {
            work.Move($"{Next}/{ChainFile}", $"{Current}/{ChainFile}");
        }

        work.Delete(Next);
        RemoveUnused();
        foreach (var watermark in pending.Watermarks)
        {
            Promote(watermark);
        }

        work.Delete(PendingPath);
    }

    public void RollBack()
    {
        work.Delete(PendingPath);
        work.Delete(Next);
        RemoveUnused();
    }

    /// <summary>Makes one watermark current, unless a later export has replaced it.</summary>
    public void Promote(PendingWatermark watermark)
    {
        if (work.Exists(watermark.Path) && HashOf(watermark.Path) == watermark.Sha256)
        {
            work.Move(watermark.Path, watermark.Current);
        }
    }

    /// <summary>The watermark files that a manifest names; those that are there no more were made current before.</summary>
    public IReadOnlyList<PendingWatermark> WatermarksOf(IEnumerable<ExportManifest> manifests)
    {
        var prefix = AgentFolders.ExportCookies + "/";
        return
        [
            .. manifests.SelectMany(m => m.PendingWatermarks)
                .Where(name => name.EndsWith(PendingWatermark.Suffix, StringComparison.Ordinal))
                .Select(name => name.StartsWith(prefix, StringComparison.Ordinal) ? name : prefix + name)
                .Where(work.Exists)
                .Select(path => new PendingWatermark(path, HashOf(path))),
        ];
    }

    private string? Verify(SnapshotPart part)
    {
        var path = $"{Current}/{part.Name}";
        if (part.Name.Contains('/', StringComparison.Ordinal) || !work.Exists(path))
        {
            return $"the snapshot of connector '{connector}' lacks the file '{part.Name}'";
        }

        using var stream = work.OpenRead(path);
        return stream.Length == part.Length && BlockChecksum.Of(stream) == part.Checksum
            ? null
            : $"the snapshot of connector '{connector}' was changed by hand (file '{part.Name}')";
    }

    private string HashOf(string path)
    {
        using var stream = work.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private PendingDelivery? ReadPending()
    {
        try
        {
            return Read<PendingDelivery>(PendingPath);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            // Not readable means changed by hand: rolled back; if the server did accept, the chain's gap is noticed and heals.
            return null;
        }
    }

    private T Read<T>(string path)
    {
        if (work.Length(path) > MaximumChainLength)
        {
            throw new JsonException("The file is too long.");
        }

        using var stream = work.OpenRead(path);
        return (T?)JsonSerializer.Deserialize(stream, typeof(T), SnapshotJson.Default) ?? throw new JsonException("The file is empty.");
    }

    private void Write<T>(string path, T value)
    {
        using var file = work.Create(path);
        JsonSerializer.Serialize(file.Stream, value, typeof(T), SnapshotJson.Default);
        file.Commit();
    }
}
