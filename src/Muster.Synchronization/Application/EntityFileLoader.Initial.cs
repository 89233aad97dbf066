using System.Text;
using System.Text.Unicode;
using Muster.Configuration.Work;
using Muster.Repository.Synchronization;
using Muster.Synchronization.Files;

namespace Muster.Synchronization.Application;

internal sealed partial class EntityFileLoader
{
    /// <summary>
    /// Loads the whole file into an empty table: one thread reads and hashes the rows, this one writes them (synchronization.md 9.5). Not for types with files, whose contents
    /// go another way.
    /// </summary>
    /// <param name="links">Associations whose links the rows carry.</param>
    private void LoadBulk(IReadOnlyList<LinksAlongside> links, CancellationToken cancellationToken)
    {
        var parked = _file.ParkedKeys.ToHashSet(StringComparer.Ordinal);
        using var reader = _open();
        using var load = _staging.BeginLoad(_file.Rows, [.. links.Select(l => l.Association)]);
        using (var batches = new ReadAhead<RowBatch>(batch => Fill(batch, reader, links), cancellationToken))
        {
            while (batches.TryTake(out var batch))
            {
                cancellationToken.ThrowIfCancellationRequested();
                Write(load, batch, links.Count, parked);
                Rows += batch.Rows;
                batches.Release(batch);
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        CheckRows(reader);
        load.Complete();
    }

    private bool Fill(RowBatch batch, DeliveredFileReader reader, IReadOnlyList<LinksAlongside> links)
    {
        batch.Clear(_fields.Length, links.Count, reader.Rows + 1);
        while (!batch.IsFull && reader.Read())
        {
            CheckText(reader);
            if (reader.Octets(_key) is { IsEmpty: false } key)
            {
                for (var index = 0; index < links.Count; index++)
                {
                    batch.Link(index, links[index].Find(key));
                }
            }
            else
            {
                KeyOf(reader);
            }

            foreach (var field in _fields)
            {
                batch.Add(field < 0 ? [] : reader.Octets(field));
            }

            batch.EndRow(HashOf(reader));
        }

        return batch.Rows > 0;
    }

    private void Write(ResourceLoad load, RowBatch batch, int links, HashSet<string> parked)
    {
        var key = Array.IndexOf(_fields, _key);
        for (var row = 0; row < batch.Rows; row++)
        {
            if (parked.Count > 0 && parked.Contains(Encoding.UTF8.GetString(batch.Value(row, key))))
            {
                continue;
            }

            try
            {
                load.Start(batch.Hash(row), load.DisplayColumn < 0 ? [] : batch.Value(row, load.DisplayColumn));
                for (var column = 0; column < _fields.Length; column++)
                {
                    load.Value(batch.Value(row, column));
                }

                for (var index = 0; index < links; index++)
                {
                    load.Link(batch.LinkOf(row, index));
                }

                load.EndRow();
            }
            catch (FormatException exception)
            {
                throw CannotBeStored(Encoding.UTF8.GetString(batch.Value(row, key)), exception);
            }
        }
    }

    /// <summary>Texts go into the store as they are: what is not text must not.</summary>
    private void CheckText(DeliveredFileReader reader)
    {
        if (!Utf8.IsValid(reader.Row))
        {
            throw new TaskFailedException(
                $"Line {reader.Line} of the delivered file '{_file.Name}' is not valid UTF-8. The file was changed after it was prepared: run a complete job for '{_staging.Mapping.Connector}'.");
        }
    }
}
