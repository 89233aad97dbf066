using Muster.Configuration.Values;
using Muster.Repository.Synchronization;
using Muster.Synchronization.Files;

namespace Muster.Synchronization.Application;

/// <summary>
/// Compares the rows of a delivered file with those that the store knows, by hash: another thread reads and hashes the file while the caller goes through the store.
/// Both sides may have any order; where it is nearly the same, nearly nothing is held.
/// </summary>
internal sealed class RowComparison : IDisposable
{
    /// <summary>Rows of either side that may wait for their equal: about 130 MB.</summary>
    private const int MostUnmatched = 3_000_000;

    private readonly UnmatchedRows _rows = new(MostUnmatched);
    private readonly ReadAhead<HashBatch> _batches;
    private readonly CancellationToken _cancellationToken;
    private readonly List<long> _deliveredBeyond = [];
    private readonly List<(long First, long Second)> _storedBeyond = [];
    private bool _hasDelivered = true;
    private int _storedSince;

    /// <param name="fill">As for <see cref="ReadAhead{T}"/>.</param>
    public RowComparison(Func<HashBatch, bool> fill, CancellationToken cancellationToken)
    {
        _cancellationToken = cancellationToken;
        _batches = new ReadAhead<HashBatch>(fill, cancellationToken);
    }

    /// <summary>Whether all rows could be held that had to wait. If not, <see cref="Stored"/> and <see cref="Delivered"/> have rows that are equal.</summary>
    public bool IsExact => _deliveredBeyond.Count + _storedBeyond.Count == 0;

    /// <summary>The stored rows that were not delivered, by what was given with them.</summary>
    public IEnumerable<(long First, long Second)> Stored => _rows.Stored.Concat(_storedBeyond);

    /// <summary>Where the delivered rows are that are not stored, in order.</summary>
    public IReadOnlyList<long> Delivered => IsExact ? _rows.Delivered : [.. _rows.Delivered.Concat(_deliveredBeyond).Order()];

    /// <summary>Whether a stored row with the hash has not been delivered.</summary>
    public bool HasStored(HashValue hash) => _rows.HasStored(hash);

    /// <summary>Adds a stored row, and now and then takes of the file as much as came from the store.</summary>
    public void AddStored(HashValue hash, long first, long second)
    {
        if (!_rows.AddStored(hash, first, second))
        {
            _storedBeyond.Add((first, second));
        }

        if (++_storedSince == HashBatch.MostRows)
        {
            _storedSince = 0;
            Take();
        }
    }

    /// <summary>Takes the rest of the file. All stored rows are given.</summary>
    public void Complete()
    {
        while (_hasDelivered)
        {
            Take();
        }
    }

    public void Dispose() => _batches.Dispose();

    private void Take()
    {
        _cancellationToken.ThrowIfCancellationRequested();
        if (!_hasDelivered || !(_hasDelivered = _batches.TryTake(out var batch)))
        {
            return;
        }

        var offsets = batch!.Offsets;
        var hashes = batch.Hashes;
        for (var row = 0; row < hashes.Length; row++)
        {
            if (!_rows.AddDelivered(hashes[row], offsets[row]))
            {
                _deliveredBeyond.Add(offsets[row]);
            }
        }

        _batches.Release(batch);
    }
}
