using Muster.Configuration.Exchange;
using Muster.Repository.Synchronization;
using Muster.Synchronization.Files;

namespace Muster.Synchronization.Application;

/// <summary>
/// Compares a full link file with the rows that the store knows, by the hashes of their keys, and stages the difference as changes (synchronization.md 9.6). The stored links come
/// from <see cref="LinkStaging.ScanLinks"/>, or along with the resources that carry them. Used once.
/// </summary>
internal sealed class LinkComparison : IDisposable
{
    private readonly DeliveryFile _file;
    private readonly DeliveredFileReader _reader;
    private readonly PairHash _hash;
    private readonly int _key1;
    private readonly int _key2;
    private readonly RowComparison _rows;
    private readonly List<(long R1, long R2)> _keyless = [];

    /// <param name="reader">Owned by this comparison.</param>
    /// <param name="carried">How the links are read along with the resources that carry them; null if they are not.</param>
    public LinkComparison(
        LinkStaging staging, DeliveryFile file, DeliveredFileReader reader, PairHash hash, CarriedLinks? carried, CancellationToken cancellationToken)
    {
        Staging = staging;
        Carried = carried;
        _file = file;
        _reader = reader;
        _hash = hash;
        (_key1, _key2) = LinkFileLoader.Columns(reader, file);
        _rows = new RowComparison(Fill, cancellationToken);
    }

    public LinkStaging Staging { get; }

    public CarriedLinks? Carried { get; }

    /// <summary>Adds a stored link.</summary>
    public void AddStored(StoredLinkHash link)
    {
        if (link.Hash is { } hash)
        {
            _rows.AddStored(hash, link.R1, link.R2);
        }
        else
        {
            _keyless.Add((link.R1, link.R2));
        }
    }

    /// <summary>Stages the difference; all stored links are given. False if there is too much of it: nothing is staged then.</summary>
    public bool TryStage(CancellationToken cancellationToken)
    {
        foreach (var row in Staging.WaitingRows())
        {
            _rows.AddStored(_hash.Of(row.Key1!, row.Key2!), 0, 0);
        }

        _rows.Complete();
        if (!_rows.IsExact)
        {
            return false;
        }

        LinkFileLoader.CheckRows(_reader, _file);
        Staging.BeginComparison();
        if (!_file.HoldDeletions)
        {
            DeleteStored();
        }

        foreach (var offset in _rows.Delivered)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _reader.Seek(offset);
            _reader.Read();
            Staging.Deliver(RowCommand.Merge, _reader.Text(_key1), _reader.Text(_key2));
        }

        return true;
    }

    public void Dispose()
    {
        _rows.Dispose();
        _reader.Dispose();
    }

    private bool Fill(HashBatch batch)
    {
        batch.Clear();
        while (!batch.IsFull && _reader.Read())
        {
            // Rows without one of their keys are none.
            if (Staging.HasPlainKeys)
            {
                var key1 = _reader.Octets(_key1);
                var key2 = _reader.Octets(_key2);
                if (!key1.IsEmpty && !key2.IsEmpty)
                {
                    batch.Add(_hash.Of(key1, key2), _reader.RowOffset);
                }
            }
            else if (Staging.Match(1, _reader.Text(_key1)) is { } match1 && Staging.Match(2, _reader.Text(_key2)) is { } match2)
            {
                batch.Add(_hash.Of(match1, match2), _reader.RowOffset);
            }
        }

        return batch.Rows > 0;
    }

    private void DeleteStored()
    {
        var parked = _file.ParkedKeys.Select(Staging.MatchIdentity).OfType<string>().ToHashSet(StringComparer.Ordinal);
        _keyless.ForEach(l => Staging.DeleteKeyless(l.R1, l.R2));
        var isWaiting = false;
        foreach (var (r1, r2) in _rows.Stored)
        {
            if (r1 == 0)
            {
                isWaiting = true;
                continue;
            }

            Delete(Staging.RowOf(r1, r2));
        }

        if (!isWaiting)
        {
            return;
        }

        foreach (var row in Staging.WaitingRows())
        {
            if (_rows.HasStored(_hash.Of(row.Key1!, row.Key2!)))
            {
                Delete(row);
            }
        }

        void Delete(StoredLinkRow row)
        {
            if (!parked.Contains(Staging.IdentityOf(row)))
            {
                Staging.Deliver(RowCommand.Delete, row.Key1, row.Key2);
            }
        }
    }
}
