using System.Buffers.Binary;
using Muster.Configuration.Exchange;
using Muster.Repository.Synchronization;
using Muster.Synchronization.Files;

namespace Muster.Synchronization.Application;

internal static partial class LinkFileLoader
{
    /// <summary>As for entities; beyond, the file is staged whole.</summary>
    private const int MostUnmatched = 3_000_000;

    private const int StoredAtOnce = 1024;

    /// <summary>
    /// Compares a full link file with the rows that the store knows, and stages the difference as changes. False if there is too much of it: nothing is
    /// staged then.
    /// </summary>
    public static bool TryCompare(LinkStaging staging, DeliveryFile file, Func<DeliveredFileReader> open, CancellationToken cancellationToken)
    {
        var rows = new UnmatchedRows(MostUnmatched);
        var hash = new PairHash();
        var keyless = new List<(long R1, long R2)>();
        using var reader = open();
        var columns = Columns(reader, file);
        if (!Match(staging, rows, hash, keyless, reader, columns, cancellationToken))
        {
            return false;
        }

        CheckRows(reader, file);
        staging.BeginComparison();
        if (!file.HoldDeletions)
        {
            DeleteStored(staging, file, rows, hash, keyless);
        }

        foreach (var offset in rows.Delivered)
        {
            cancellationToken.ThrowIfCancellationRequested();
            reader.Seek(offset);
            reader.Read();
            staging.Deliver(RowCommand.Merge, reader.Text(columns.Key1), reader.Text(columns.Key2));
        }

        return true;
    }

    private static bool Match(
        LinkStaging staging,
        UnmatchedRows rows,
        PairHash hash,
        List<(long R1, long R2)> keyless,
        DeliveredFileReader reader,
        (int Key1, int Key2) columns,
        CancellationToken cancellationToken)
    {
        using var batches = new ReadAhead<RowBatch>(batch => Fill(batch, staging, hash, reader, columns), cancellationToken);
        using var stored = staging.StoredRows(hash).GetEnumerator();
        var (hasStored, hasDelivered, hasRoom) = (true, true, true);
        while (hasRoom && (hasStored || hasDelivered))
        {
            cancellationToken.ThrowIfCancellationRequested();
            hasDelivered = hasDelivered && batches.TryTake(out var batch) && Deliver(batches, batch, rows, ref hasRoom);
            for (var count = 0; hasStored && hasRoom && count < StoredAtOnce; count++)
            {
                if (!(hasStored = stored.MoveNext()))
                {
                    break;
                }

                if (stored.Current is { Hash: { } pair } row)
                {
                    hasRoom = rows.AddStored(pair, row.R1, row.R2);
                }
                else
                {
                    keyless.Add((stored.Current.R1, stored.Current.R2));
                }
            }
        }

        return hasRoom;
    }

    private static bool Deliver(ReadAhead<RowBatch> batches, RowBatch batch, UnmatchedRows rows, ref bool hasRoom)
    {
        for (var row = 0; row < batch.Rows && hasRoom; row++)
        {
            // Rows without one of their keys are none.
            hasRoom = batch.Offset(row) < 0 || rows.AddDelivered(UnmatchedRows.Number(batch.Hash(row)), batch.Offset(row));
        }

        batches.Release(batch);
        return true;
    }

    private static bool Fill(RowBatch batch, LinkStaging staging, PairHash hash, DeliveredFileReader reader, (int Key1, int Key2) columns)
    {
        batch.Clear(0, 0, reader.Rows + 1);
        Span<byte> octets = stackalloc byte[UnmatchedRows.HashSize];
        while (!batch.IsFull && reader.Read())
        {
            var isRow = true;
            UInt128 pair = 0;
            if (staging.HasPlainKeys)
            {
                var (one, two) = (reader.Octets(columns.Key1).Length, reader.Octets(columns.Key2).Length);
                isRow = one > 0 && two > 0;
                pair = hash.Of(reader.Octets(columns.Key1), reader.Octets(columns.Key2));
            }
            else if (staging.Match(1, reader.Text(columns.Key1)) is { } key1 && staging.Match(2, reader.Text(columns.Key2)) is { } key2)
            {
                pair = hash.Of(key1, key2);
            }
            else
            {
                isRow = false;
            }

            BinaryPrimitives.WriteUInt128LittleEndian(octets, pair);
            batch.EndRow(octets, isRow ? reader.RowOffset : -1);
        }

        return batch.Rows > 0;
    }

    private static void DeleteStored(
        LinkStaging staging, DeliveryFile file, UnmatchedRows rows, PairHash hash, List<(long R1, long R2)> keyless)
    {
        var parked = file.ParkedKeys.Select(staging.MatchIdentity).OfType<string>().ToHashSet(StringComparer.Ordinal);
        keyless.ForEach(l => staging.DeleteKeyless(l.R1, l.R2));
        var isWaiting = false;
        foreach (var (r1, r2) in rows.Stored)
        {
            if (r1 == 0)
            {
                isWaiting = true;
                continue;
            }

            Delete(staging.RowOf(r1, r2));
        }

        if (!isWaiting)
        {
            return;
        }

        foreach (var row in staging.WaitingRows())
        {
            if (rows.HasStored(hash.Of(row.Key1!, row.Key2!)))
            {
                Delete(row);
            }
        }

        void Delete(StoredLinkRow row)
        {
            if (!parked.Contains(staging.IdentityOf(row)))
            {
                staging.Deliver(RowCommand.Delete, row.Key1, row.Key2);
            }
        }
    }
}
