using Muster.Repository.Synchronization;
using Muster.Synchronization.Files;

namespace Muster.Synchronization.Application;

internal sealed partial class EntityFileLoader
{
    /// <summary>
    /// Compares a full file with the store by the hashes of rows (synchronization.md 9.3), and along with it the files of links that the stored rows carry: one thread for each
    /// file reads and hashes it, this one reads the store. Only what has no equal on the other side is staged.
    /// </summary>
    private void CompareHashes(IReadOnlyList<LinkComparison> links, CancellationToken cancellationToken)
    {
        using var reader = _open();
        using var rows = new RowComparison(batch => FillHashes(batch, reader), cancellationToken);
        var unknown = new List<long>();
        _staging.Scan(
            [.. links.Select(l => l.Carried!)],
            (id, hash) =>
            {
                if (hash is { } known)
                {
                    rows.AddStored(known, id, 0);
                }
                else
                {
                    unknown.Add(id);
                }
            },
            (index, link) => links[index].AddStored(link));
        rows.Complete();
        CheckRows(reader);
        Rows = reader.Rows;
        foreach (var id in unknown.Concat(rows.Stored.Select(r => r.First)))
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

    private bool FillHashes(HashBatch batch, DeliveredFileReader reader)
    {
        batch.Clear();
        while (!batch.IsFull && reader.Skim())
        {
            // A row that is as it was has the fields that it had: most need not be taken apart.
            if (!_isLine || reader.Row.IsEmpty || reader.Row[0] is (byte)',' or (byte)'"')
            {
                reader.Split();
                if (reader.Octets(_key).IsEmpty)
                {
                    KeyOf(reader);
                }
            }

            batch.Add(HashOf(reader), reader.RowOffset);
        }

        return batch.Rows > 0;
    }

    private void ParkKeys()
    {
        foreach (var key in _file.ParkedKeys)
        {
            _staging.Park(key);
        }
    }
}
