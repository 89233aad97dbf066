using Muster.Repository.Synchronization;
using Muster.Synchronization.Files;

namespace Muster.Synchronization.Application;

internal sealed partial class EntityFileLoader
{
    /// <summary>Rows of either side that may wait for their equal: about 130 MB. More go through the store.</summary>
    private const int MostUnmatched = 3_000_000;

    /// <summary>
    /// Compares a full file with the store by the hashes of rows (synchronization.md 9.3): one thread reads and hashes the file, this one reads the store. Only what has no equal
    /// on the other side is staged.
    /// </summary>
    private void CompareHashes(CancellationToken cancellationToken)
    {
        var rows = new UnmatchedRows(MostUnmatched);
        using var reader = _open();
        using (var batches = new ReadAhead<RowBatch>(batch => FillHashes(batch, reader), cancellationToken))
        using (var stored = _staging.StoredHashes().GetEnumerator())
        {
            var (hasStored, hasDelivered) = (true, true);
            while (hasStored || hasDelivered)
            {
                cancellationToken.ThrowIfCancellationRequested();
                hasDelivered = hasDelivered && Deliver(batches, rows);
                for (var count = 0; hasStored && count < RowBatch.MostRows; count++)
                {
                    hasStored = stored.MoveNext();
                    if (hasStored && (stored.Current.Hash is not { } hash || !rows.AddStored(hash, stored.Current.Id, 0)))
                    {
                        _staging.Miss(stored.Current.Id);
                    }
                }
            }
        }

        CheckRows(reader);
        foreach (var (id, _) in rows.Stored)
        {
            _staging.Miss(id);
        }

        foreach (var offset in rows.Delivered)
        {
            cancellationToken.ThrowIfCancellationRequested();
            reader.Seek(offset);
            reader.Read();
            Guard(reader, () => _staging.Deliver(KeyOf(reader), RowCommand.Merge, HashOf(reader), offset));
        }

        _staging.EndComparison();
        ParkKeys();
    }

    private bool FillHashes(RowBatch batch, DeliveredFileReader reader)
    {
        batch.Clear(1, 0, reader.Rows + 1);
        while (!batch.IsFull && reader.Read())
        {
            if (reader.Octets(_key).IsEmpty)
            {
                KeyOf(reader);
            }

            batch.Add(reader.Octets(_key));
            batch.EndRow(HashOf(reader), reader.RowOffset);
        }

        return batch.Rows > 0;
    }

    private bool Deliver(ReadAhead<RowBatch> batches, UnmatchedRows rows)
    {
        if (!batches.TryTake(out var batch))
        {
            return false;
        }

        for (var row = 0; row < batch.Rows; row++)
        {
            if (!rows.AddDelivered(UnmatchedRows.Number(batch.Hash(row)), batch.Offset(row)))
            {
                _staging.Deliver(
                    System.Text.Encoding.UTF8.GetString(batch.Value(row, 0)), RowCommand.Merge, batch.Hash(row).ToArray(), batch.Offset(row));
            }
        }

        Rows += batch.Rows;
        batches.Release(batch);
        return true;
    }

    private void ParkKeys()
    {
        foreach (var key in _file.ParkedKeys)
        {
            _staging.Park(key);
        }
    }
}
