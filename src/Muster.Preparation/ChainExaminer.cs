using Muster.Configuration.Exchange;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Preparation.Snapshots;
using Muster.Preparation.Sources;

namespace Muster.Preparation;

/// <summary>Whether the next chain of a connector may be incremental.</summary>
/// <param name="Because">Why not, as the end of a sentence for a person; null if it may.</param>
public sealed record ChainHealth(bool IsHealthy, string? Because)
{
    public static ChainHealth Healthy { get; } = new(true, null);

    public static ChainHealth Broken(string because) => new(false, because);
}

/// <summary>
/// Compares what the agent keeps of a connector (its snapshot) with what the server accepted last, before a source is read: a restored
/// repository, a snapshot edited by hand, changed mappings and another agent's delivery are noticed here (synchronization.md 8.6;
/// architecture.md, "Deliveries, watermarks, and applying once"). First it finishes what a killed agent left.
/// </summary>
public sealed class ChainExaminer(AgentFolders folders, IServerGateway gateway)
{
    /// <summary>The exports of a connector's connections run side by side, and each examines the chain.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Waits for a preparation of the connector that is running on this agent.</summary>
    public async Task<ChainHealth> ExamineAsync(Connector connector, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(connector);
        var store = new SnapshotStore(folders.Work, connector.Identifier);
        using var exclusive = await store.LockAsync(Patience, ct).ConfigureAwait(false);
        await store.RecoverAsync(gateway, ct).ConfigureAwait(false);
        var (health, _) = await ExamineAsync(store, connector, MappingPlan.Of(connector), verify: true, ct).ConfigureAwait(false);
        return health;
    }

    /// <summary>The same for a caller that holds the lock; gives the snapshot's description too, also where the chain is broken.</summary>
    /// <param name="verify">False: the content of the snapshot's files is not looked at.</param>
    internal async Task<(ChainHealth Health, SnapshotChain? Chain)> ExamineAsync(
        SnapshotStore store, Connector connector, IReadOnlyList<MappingPlan> plans, bool verify, CancellationToken ct)
    {
        var server = await gateway.GetChainAsync(connector.Identifier, ct).ConfigureAwait(false);
        var chain = store.Load(out var because);
        if (server.CompleteRequiredBecause is { } required)
        {
            because = required.TrimEnd('.', ' ');
        }
        else if (chain is not null)
        {
            because = WhatIsWrong(store, chain, server, connector, plans)
                ?? (verify ? chain.Files.Select(store.Verify).FirstOrDefault(fault => fault is not null) : null);
        }

        return (because is null ? ChainHealth.Healthy : ChainHealth.Broken(because), chain);
    }

    private static string? WhatIsWrong(
        SnapshotStore store, SnapshotChain chain, ConnectorChain server, Connector connector, IReadOnlyList<MappingPlan> plans)
    {
        if (chain.Schema != SnapshotChain.SchemaOf(connector, plans))
        {
            return $"the mappings or transformations of connector '{connector.Identifier}' have changed since its previous extract";
        }

        if (chain.Delivery != server.LastAccepted)
        {
            return server.LastAccepted is { } accepted
                ? $"the snapshot of connector '{connector.Identifier}' is of delivery {chain.Delivery}, but the server accepted {accepted} last "
                    + "(the repository may have been restored, or another agent has delivered)"
                : $"the server knows no delivery of connector '{connector.Identifier}' (the repository may have been restored or made anew)";
        }

        return chain.IsIncomplete
            ? $"the last complete extract of connector '{connector.Identifier}' had rows whose keys could not be read"
            : null;
    }
}
