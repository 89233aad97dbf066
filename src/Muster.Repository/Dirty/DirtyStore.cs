using Muster.Configuration.Model;
using Muster.Expressions.Dependencies;
using Muster.Repository.Schema;

namespace Muster.Repository.Dirty;

/// <summary>What a consumer has to do for one entity type; see <see cref="DirtyStore.Select"/>.</summary>
/// <param name="Kind">The consumer.</param>
/// <param name="After">The epoch that it has finished.</param>
/// <param name="UpTo">The last epoch at the start of the run: what is flagged later is for the next run.</param>
/// <param name="FullBecause">Not null: everything must be computed, and why.</param>
/// <param name="Signature">What is remembered when the consumer finishes.</param>
public sealed record DirtySelection(string Kind, EntityType EntityType, long After, long UpTo, string? FullBecause, string Signature)
{
    public bool IsFull => FullBecause is not null;

    /// <summary>The consumer never finished, or has not since the entity type, or one that it reads, was loaded as a whole.</summary>
    public bool IsFirst { get; init; }
}

/// <summary>A resource in the list of recently modified ones, and why it is there.</summary>
public sealed record FlaggedResource(string EntityType, long Resource, long Epoch, string Reason);

/// <summary>
/// Which resources were recently modified and not yet seen by each computation: an epoch per resource, and per consumer the epoch that
/// it finished (rolemodel.md 5.0, "lowering the flag"). A failing or skipped consumer loses nothing.
/// </summary>
public sealed class DirtyStore(RepositoryTransaction transaction, EntitySchema schema, DependencyGraph graph)
{
    /// <summary>At least so many flags of a type are forgotten by a pruning, if they can be.</summary>
    private const long LeastPruned = 100;

    /// <summary>The signature of no computations at all.</summary>
    private const string OtherSignature = "other";

    public long CurrentEpoch() => transaction.Count("SELECT last FROM epoch_sequence");

    /// <summary>Starts a flagging action of its own.</summary>
    public long NextEpoch()
    {
        transaction.Execute("UPDATE epoch_sequence SET last = last + 1");
        return CurrentEpoch();
    }

    /// <summary>
    /// What is to be done by a consumer. Everything, if the consumer is asked for a complete run, never finished, or its computations
    /// changed or read the clock or enumerate; otherwise the resources flagged since it finished.
    /// </summary>
    public DirtySelection Select(string kind, EntityType type, bool isComplete)
    {
        var signature = graph.SignatureOf(kind, type);
        var (epoch, finished) = Marker(kind, type);
        var because = isComplete ? "complete run"
            : epoch is null ? "never computed before, or everything it reads may have changed"
            : finished != signature ? "its expressions or rules have changed"
            : graph.ReadsClock(kind, type) ? "an expression reads the clock"
            : null;
        return new DirtySelection(kind, type, epoch ?? 0, CurrentEpoch(), because, signature) { IsFirst = epoch is null };
    }

    /// <summary>
    /// The ids to compute, in batches, ascending: of all resources when the selection is full, else of the flagged ones, those that are
    /// deleted meanwhile among them (their consumers have to clean up). Resources that are flagged during the run up to
    /// <paramref name="upTo"/> are included.
    /// </summary>
    public IEnumerable<IReadOnlyList<long>> Batches(DirtySelection selection, int batchSize, long? upTo = null)
    {
        var last = long.MinValue;

        // Found by epoch: flags that have been passed stay for a while, and must not be looked at.
        var byEpoch = transaction.Dialect.Unindexed("resource");
        while (true)
        {
            var batch = selection.IsFull
                ? transaction.Query(
                    $"SELECT id FROM {transaction.Quote(schema.TableOf(selection.EntityType).Name)} WHERE id > @last ORDER BY id LIMIT @size",
                    row => row.GetInt64(0),
                    ("@last", last),
                    ("@size", batchSize))
                : transaction.Query(
                    $"SELECT resource FROM dirty WHERE entity_type = @type AND {byEpoch} > @last AND epoch > @after AND epoch <= @upto"
                    + $" ORDER BY {byEpoch} LIMIT @size",
                    row => row.GetInt64(0),
                    ("@type", selection.EntityType.Identifier),
                    ("@last", last),
                    ("@after", selection.After),
                    ("@upto", upTo ?? selection.UpTo),
                    ("@size", batchSize));
            if (batch.Count == 0)
            {
                yield break;
            }

            yield return batch;
            last = batch[^1];
        }
    }

    /// <summary>
    /// Remembers that a consumer has done its selection; writes nothing where nothing moved.
    /// </summary>
    /// <param name="ownEpochs">
    /// How many epochs the consumer itself has raised during the run and has already taken into account: if nobody else raised any,
    /// they count as finished, so that it does not meet its own changes again.
    /// </param>
    public void Finish(DirtySelection selection, int ownEpochs = 0)
    {
        if (selection.IsFull)
        {
            new KeyReferenceStore(transaction, schema).Remember(graph.ComputationsOf(selection.Kind, selection.EntityType));
        }

        var current = CurrentEpoch();
        var upTo = current - selection.UpTo == ownEpochs ? current : selection.UpTo;
        var (epoch, signature) = Marker(selection.Kind, selection.EntityType);
        if (epoch == upTo && signature == selection.Signature)
        {
            return;
        }

        if (epoch is not null && signature == selection.Signature && !AnyFlagged(selection.EntityType, epoch.Value, upTo))
        {
            return;
        }

        transaction.Execute(
            "INSERT INTO consumer (kind, entity_type, epoch, signature) VALUES (@kind, @type, @epoch, @signature)"
            + " ON CONFLICT (kind, entity_type) DO UPDATE SET epoch = excluded.epoch, signature = excluded.signature",
            ("@kind", selection.Kind),
            ("@type", selection.EntityType.Identifier),
            ("@epoch", upTo),
            ("@signature", selection.Signature));
    }

    /// <summary>
    /// Makes consumers compute in full that finished other computations than this configuration's, should those ever come back: who flags by
    /// this configuration flags nothing by what they read, and who cleans up by it takes away what they computed. What has nothing to compute
    /// any more passes nothing either, and is forgotten.
    /// </summary>
    public void ForgetOthers()
    {
        var types = graph.Computations.Select(c => c.EntityType).Distinct().ToDictionary(t => t.Identifier);
        foreach (var (kind, type, signature) in transaction.Query(
            "SELECT kind, entity_type, signature FROM consumer", row => (Kind: row.GetString(0), Type: row.GetString(1), Signature: row.GetString(2))))
        {
            var current = types.TryGetValue(type, out var known) ? graph.SignatureOf(kind, known) : "";
            if (current.Length == 0)
            {
                transaction.Prepare("DELETE FROM consumer WHERE kind = @kind AND entity_type = @type", "@kind", "@type").Execute(kind, type);
            }
            else if (signature != current && signature != OtherSignature)
            {
                transaction.Prepare("UPDATE consumer SET signature = @other WHERE kind = @kind AND entity_type = @type", "@other", "@kind", "@type")
                    .Execute(OtherSignature, kind, type);
            }
        }
    }

    /// <summary>Makes the next run of a consumer a full one.</summary>
    public void Reset(string kind, EntityType type) =>
        transaction.Execute(
            "DELETE FROM consumer WHERE kind = @kind AND entity_type = @type", ("@kind", kind), ("@type", type.Identifier));

    /// <summary>
    /// Whether changes wait for SetRecentlyModifiedFlag, or dirty resources (or a full run) for one of the consumers: left by another job,
    /// a deployment, a fulfilment, or an interrupted run.
    /// </summary>
    public bool HasWaiting(IEnumerable<(string Kind, EntityType Type)> consumers) => HasUnflaggedChanges() || IsAnyWaiting(consumers);

    /// <summary>Whether dirty resources, or a full run, wait for one of the consumers.</summary>
    public bool IsAnyWaiting(IEnumerable<(string Kind, EntityType Type)> consumers) => consumers.Any(IsWaiting);

    /// <summary>Whether a consumer has ever finished, since it was last made to compute in full.</summary>
    public bool HasFinished(string kind, EntityType type) => Marker(kind, type).Epoch is not null;

    public bool HasUnflaggedChanges() => transaction.Count("SELECT EXISTS (SELECT 1 FROM change WHERE is_flagged = 0)") == 1;

    /// <summary>Whether a resource is flagged and not yet seen by every consumer of its entity type.</summary>
    public bool IsDirty(EntityType type, long resource)
    {
        var epoch = transaction.Scalar(
            "SELECT epoch FROM dirty WHERE entity_type = @type AND resource = @id", ("@type", type.Identifier), ("@id", resource));
        return epoch is long value && graph.KindsOf(type).Any(kind => Passed(kind, type) < value);
    }

    /// <summary>The flagged resources of an entity type that some consumer has not seen, ascending.</summary>
    public IReadOnlyList<long> Dirty(EntityType type)
    {
        return transaction.Query(
            $"SELECT resource FROM dirty WHERE entity_type = @type AND epoch > @oldest ORDER BY {transaction.Dialect.Unindexed("resource")}",
            row => row.GetInt64(0),
            ("@type", type.Identifier),
            ("@oldest", PassedByAll(type)));
    }

    /// <summary>The resources that were flagged after an epoch, with why; ids only, a deleted resource among them.</summary>
    public IReadOnlyList<FlaggedResource> FlaggedAfter(long epoch) => transaction.Query(
        $"SELECT entity_type, resource, epoch, reason FROM dirty WHERE {transaction.Dialect.IsInTexts("entity_type", "@types")} AND epoch > @epoch"
        + $" ORDER BY entity_type, {transaction.Dialect.Unindexed("resource")}",
        row => new FlaggedResource(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.IsDBNull(3) ? "" : row.GetString(3)),
        ("@types", transaction.Dialect.TextList(schema.Tables.Select(t => t.EntityType.Identifier))),
        ("@epoch", epoch));

    /// <summary>How many resources were flagged by an epoch, by entity type.</summary>
    internal IReadOnlyDictionary<string, long> CountsOf(long epoch) =>
        transaction.Query(
                $"SELECT entity_type, COUNT(*) FROM dirty WHERE {transaction.Dialect.IsInTexts("entity_type", "@types")} AND epoch = @epoch GROUP BY entity_type",
                row => (Type: row.GetString(0), Count: row.GetInt64(1)),
                ("@types", transaction.Dialect.TextList(schema.Tables.Select(t => t.EntityType.Identifier))),
                ("@epoch", epoch))
            .ToDictionary(c => c.Type, c => c.Count);

    /// <summary>
    /// Flags resources directly, without the closure over readers, for the computations that come after correlation keys. Returns how many;
    /// none where all of those will compute in full anyway.
    /// </summary>
    public int FlagForMatching(EntityType type, IEnumerable<long> ids, long epoch, string reason) =>
        !AnyMatchingConsumerHasRun(type) ? 0 : Flag(
            $"SELECT DISTINCT @type, value, @epoch, @reason FROM {transaction.Dialect.IdRows("@ids")} WHERE true",
            ("@type", type.Identifier),
            ("@epoch", epoch),
            ("@reason", reason),
            ("@ids", transaction.Dialect.IdList(ids)));

    /// <summary>Flags the rows (entity type, resource, epoch, reason) that a query gives; the latest epoch of a resource counts. Returns how many.</summary>
    internal int Flag(string rows, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        transaction.Execute(
            $"INSERT INTO dirty (entity_type, resource, epoch, reason) {rows}"
            + " ON CONFLICT (entity_type, resource) DO UPDATE SET epoch = excluded.epoch, reason = excluded.reason",
            parameters);

    /// <summary>Whether a consumer has finished before, and nothing that is flagged waits for it.</summary>
    public bool HasPassed(string kind, EntityType type) => Marker(kind, type).Epoch is { } epoch && !AnyFlagged(type, epoch, long.MaxValue);

    /// <summary>Lets consumers that had passed all before an epoch pass that one too, whose flags are not for them.</summary>
    public void Pass(IEnumerable<(string Kind, EntityType Type)> consumers, long epoch)
    {
        foreach (var (kind, type) in consumers.Where(c => AnyFlagged(c.Type, epoch - 1, epoch)))
        {
            transaction.Execute(
                "UPDATE consumer SET epoch = @epoch WHERE kind = @kind AND entity_type = @type",
                ("@epoch", epoch),
                ("@kind", kind),
                ("@type", type.Identifier));
        }
    }

    /// <summary>
    /// Forgets the flags that every consumer of their entity type has passed, the oldest first, and some times as many as were added at most:
    /// after a load the cost still follows the number of changes.
    /// </summary>
    /// <param name="added">How many resources were flagged since the last pruning, by this configuration.</param>
    public void Prune(long added)
    {
        foreach (var table in schema.Tables)
        {
            var type = table.EntityType;
            transaction.Execute(
                "DELETE FROM dirty WHERE entity_type = @type AND resource IN"
                + " (SELECT resource FROM dirty WHERE entity_type = @type AND epoch <= @oldest ORDER BY epoch LIMIT @limit)",
                ("@type", type.Identifier),
                ("@oldest", PassedByAll(type)),
                ("@limit", LeastPruned + (2 * added)));
        }
    }

    /// <summary>The epoch that every consumer of a type has finished; the highest there is where it has none.</summary>
    private long PassedByAll(EntityType type) => graph.KindsOf(type).Select(kind => Passed(kind, type)).DefaultIfEmpty(long.MaxValue).Min();

    /// <summary>
    /// The epoch that a consumer has finished. Profiles and naming rules need no flags before they were computed for the first
    /// time, and in many configurations no task ever does.
    /// </summary>
    private long Passed(string kind, EntityType type) =>
        Marker(kind, type).Epoch ?? (ConsumerKinds.MayNeverRun(kind) ? long.MaxValue : 0);

    private bool AnyMatchingConsumerHasRun(EntityType type) =>
        graph.KindsOf(type)
            .Where(kind => kind is not (ConsumerKinds.UpdateEntityPropertyExpressions or ConsumerKinds.ComputeCorrelationKeys))
            .Any(kind => Marker(kind, type).Epoch is not null);

    private bool IsWaiting((string Kind, EntityType Type) consumer)
    {
        var signature = graph.SignatureOf(consumer.Kind, consumer.Type);
        if (signature.Length == 0)
        {
            return false;
        }

        var (epoch, finished) = Marker(consumer.Kind, consumer.Type);
        return epoch is null || finished != signature || graph.ReadsClock(consumer.Kind, consumer.Type) || AnyFlagged(consumer.Type, epoch.Value, long.MaxValue);
    }

    private bool AnyFlagged(EntityType type, long after, long upTo) =>
        transaction.Count(
            "SELECT EXISTS (SELECT 1 FROM dirty WHERE entity_type = @type AND epoch > @after AND epoch <= @upto)",
            ("@type", type.Identifier),
            ("@after", after),
            ("@upto", upTo)) == 1;

    private (long? Epoch, string? Signature) Marker(string kind, EntityType type) =>
        transaction.Query(
            "SELECT epoch, signature FROM consumer WHERE kind = @kind AND entity_type = @type",
            row => ((long?)row.GetInt64(0), (string?)row.GetString(1)),
            ("@kind", kind),
            ("@type", type.Identifier)).FirstOrDefault();
}
