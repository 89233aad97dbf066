using Muster.Configuration.Exchange;
using Muster.Configuration.Jobs;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Preparation.Snapshots;
using Muster.Preparation.Sources;

namespace Muster.Preparation.Delivering;

/// <summary>
/// What a preparation sets out to do: the mode that its delivery will have and what it may compare with. A chain's mode is decided where the
/// source is read; an incremental request follows a complete export, a complete request never follows an incremental one (architecture.md).
/// </summary>
/// <param name="Chain">The current snapshot as far as it may be used; null otherwise.</param>
/// <param name="Known">The current snapshot also where it may not be compared with; null if there is none.</param>
internal sealed record PreparationIntent(
    PreparationRequest Request, SynchronizationMode Mode, string? HealedBecause, SnapshotChain? Chain, SnapshotChain? Known)
{
    public static async Task<PreparationIntent> DecideAsync(
        PreparationRequest request,
        IReadOnlyCollection<SourceFile> sources,
        Func<bool, Task<(ChainHealth Health, SnapshotChain? Chain)>> examine)
    {
        var manifests = sources.Select(s => s.Manifest).OfType<ExportManifest>().Distinct().ToList();
        if (request.Mode != SynchronizationMode.Incremental)
        {
            RefuseIncrementalExports(request, manifests);
            var (state, snapshot) = await examine(false).ConfigureAwait(false);
            return new PreparationIntent(request, request.Mode, null, state.IsHealthy ? snapshot : null, snapshot);
        }

        if (manifests.Find(m => m.Mode == SynchronizationMode.Complete) is { } complete)
        {
            var (state, snapshot) = await examine(false).ConfigureAwait(false);
            var intent = new PreparationIntent(request, SynchronizationMode.Incremental, null, state.IsHealthy ? snapshot : null, snapshot);
            return intent.AsComplete(complete.HealedBecause ?? $"the export of connection '{complete.Connection}' was a complete one", manifests);
        }

        var (health, chain) = await examine(true).ConfigureAwait(false);
        var incremental = new PreparationIntent(request, SynchronizationMode.Incremental, null, health.IsHealthy ? chain : null, chain);
        return health.IsHealthy ? incremental : incremental.Heal(health.Because!, sources);
    }

    /// <summary>
    /// Whether a source may be a list of changes: the task's type says so, or its export does, whatever the type, because a list of changes read
    /// as a full extract would delete all the rest.
    /// </summary>
    public bool TakesChanges(SourceFile source) =>
        Mode == SynchronizationMode.Incremental
        && (Request.Type != PreparationType.None || source.Manifest?.Content == ExtractContent.Changes);

    /// <summary>The same as a complete chain; throws if the connector wants to stop or the sources hold only changes.</summary>
    public PreparationIntent Heal(string because, IReadOnlyCollection<SourceFile> sources)
    {
        var connector = Request.Connector;
        return connector.OnWatermarkLost == WatermarkLost.Stop
            ? throw new TaskFailedException(
                $"The chain of connector '{connector.Identifier}' cannot be incremental: {because.TrimEnd('.')}. Run a complete job for '{connector.Identifier}' "
                + "(its OnWatermarkLost is 'Stop', so that this job does not heal it).")
            : AsComplete(because, [.. sources.Select(s => s.Manifest).OfType<ExportManifest>().Distinct()]) with { Chain = null };
    }

    private PreparationIntent AsComplete(string because, IReadOnlyList<ExportManifest> manifests) =>
        manifests.FirstOrDefault(m => m.Content == ExtractContent.Changes) is { } changes
            ? throw new TaskFailedException(
                $"The chain of connector '{Request.Connector.Identifier}' must be complete: {because.TrimEnd('.')}; but the export of connection "
                + $"'{changes.Connection}' holds changes only. Run a complete job for '{Request.Connector.Identifier}'.")
            : this with { Mode = SynchronizationMode.Complete, HealedBecause = because };

    /// <summary>The most destructive mix-up: every unchanged resource would be deleted (synchronization.md 7.0, MODE_MISMATCH).</summary>
    private static void RefuseIncrementalExports(PreparationRequest request, List<ExportManifest> manifests)
    {
        if (manifests.Find(m => m.Mode == SynchronizationMode.Incremental || m.Content == ExtractContent.Changes) is { } incremental)
        {
            throw new TaskFailedException(
                $"MODE_MISMATCH: the export of connection '{incremental.Connection}' was incremental, but its preparation for connector "
                + $"'{request.Connector.Identifier}' is {request.Mode.ToString().ToLowerInvariant()}: everything that has not changed would be deleted. "
                + "Nothing was sent. Export in the same mode (IgnoreCookieFile=\"true\" in the export task) and run the job again.");
        }
    }
}
