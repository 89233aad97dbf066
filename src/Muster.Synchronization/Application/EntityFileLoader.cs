using System.Text;
using Muster.Configuration.Exchange;
using Muster.Configuration.Model;
using Muster.Configuration.Values;
using Muster.Configuration.Work;
using Muster.Repository.Files;
using Muster.Repository.Synchronization;
using Muster.Synchronization.Files;

namespace Muster.Synchronization.Application;

/// <summary>
/// Brings one delivered entity file into the staging of its entity type: first keys and hashes of all rows, then the values of those rows
/// only that are new or differ (synchronization.md 9.3 to 9.5).
/// </summary>
internal sealed partial class EntityFileLoader
{
    private const int CancellationInterval = 4096;

    private readonly ResourceStaging _staging;
    private readonly DeliveryFile _file;
    private readonly Func<DeliveredFileReader> _open;
    private readonly SourceHash _hash;
    private readonly int[] _fields;
    private readonly int _key;
    private readonly int _command;

    /// <summary>By column: that of the file whose tag it is; -1 for all others.</summary>
    private readonly int[] _tagOf;

    private readonly bool[] _isFile;
    private readonly bool _hasFiles;

    /// <summary>Whether rows, but for their commands, are as the hash takes them.</summary>
    private readonly bool _isLine;

    private readonly FileStore _files;
    private byte[] _content = [];

    public EntityFileLoader(ResourceStaging staging, FileStore files, DeliveryFile file, Func<DeliveredFileReader> open)
    {
        _files = files;
        _staging = staging;
        _file = file;
        _open = open;
        _hash = staging.NewHash();
        using var reader = open();
        var header = reader.Header.ToList();
        var isChanges = file.Kind == DeliveryFileKind.EntityChanges;
        _command = isChanges && header[0] == "command" ? 0 : -1;
        _fields = [.. staging.Columns.Select(c => header.IndexOf(c.Identifier, isChanges ? 1 : 0))];
        var tags = FileTag.Of(staging.Mapping.EntityType).ToDictionary(t => t.Tag, t => staging.Columns.ToList().IndexOf(t.File));
        _tagOf = [.. staging.Columns.Select(c => tags.GetValueOrDefault(c, -1))];
        _isFile = [.. staging.Columns.Select(c => c.Kind == PropertyKind.Binary)];
        _hasFiles = _isFile.Contains(true);
        _isLine = !_hasFiles && header.Skip(isChanges ? 1 : 0).SequenceEqual(_hash.Order.Select(i => staging.Columns[i].Identifier));
        _key = header.IndexOf(staging.Mapping.PrimaryKey.Property.Identifier, isChanges ? 1 : 0);
        if (_key < 0)
        {
            throw new TaskFailedException(
                $"The delivered file '{file.Name}' lacks the key column '{staging.Mapping.PrimaryKey.Property.Identifier}'. Run a complete job for '{staging.Mapping.Connector}'.");
        }

        if (isChanges && _command < 0)
        {
            throw new TaskFailedException($"The delivered file '{file.Name}' lacks the column 'command'. Run a complete job for '{staging.Mapping.Connector}'.");
        }

    }

    public long Rows { get; private set; }

    public long Unchanged => Rows - _staging.Inserted - _staging.Updated - _deleteCommands - Orphans.Count - _staging.Skipped;

    /// <summary>Rows whose command found no resource, or one that it did not expect (synchronization.md 8.2): command, key, reason.</summary>
    public List<(RowCommand Command, string Key, string Reason)> Orphans { get; } = [];

    public long InsertsOnExisting { get; private set; }

    /// <summary>Whether the file has all mapped columns: only then rows can be compared by their hash.</summary>
    private bool IsWhole => Enumerable.Range(0, _fields.Length).All(i => _fields[i] >= 0 || _tagOf[i] >= 0);

    private long _deleteCommands;

    /// <summary>Whether <see cref="Load"/> can write links along with the rows.</summary>
    public bool IsBulk => !_hasFiles && _staging.IsEmpty();

    /// <summary>Whether <see cref="Stage"/> can compare links along with the rows.</summary>
    public bool IsCompared => _file.Kind == DeliveryFileKind.Entities && IsWhole;

    /// <summary>Loads the whole file, of an initial delivery.</summary>
    /// <param name="links">Associations whose links the rows carry, with <see cref="IsBulk"/>.</param>
    public void Load(IReadOnlyList<LinksAlongside> links, CancellationToken cancellationToken)
    {
        if (IsBulk)
        {
            LoadBulk(links, cancellationToken);
        }
        else
        {
            LoadInitial(cancellationToken);
        }
    }

    /// <summary>Stages what is not as in the store.</summary>
    /// <param name="links">Associations whose links the stored resources carry, with <see cref="IsCompared"/>: their files are compared, and not staged yet.</param>
    public void Stage(IReadOnlyList<LinkComparison> links, CancellationToken cancellationToken)
    {
        if (IsCompared)
        {
            CompareHashes(links, cancellationToken);
        }
        else
        {
            DeliverKeys(cancellationToken);
        }

        CompareCandidates(cancellationToken);
        if (_file.Kind == DeliveryFileKind.Entities && !_file.HoldDeletions)
        {
            _staging.DeleteMissing();
        }
    }

    private void LoadInitial(CancellationToken cancellationToken)
    {
        using var reader = _open();
        var parked = _file.ParkedKeys.ToHashSet(StringComparer.Ordinal);
        while (Next(reader, cancellationToken))
        {
            if (!parked.Contains(KeyOf(reader)))
            {
                Guard(reader, () =>
                {
                    var values = Values(reader, null);
                    _staging.Load(values, HashOf(reader, values));
                });
            }
        }

        CheckRows(reader);
    }

    private void DeliverKeys(CancellationToken cancellationToken)
    {
        using var reader = _open();
        var isWhole = IsWhole;
        while (Next(reader, cancellationToken))
        {
            var command = _command < 0 ? RowCommand.Merge : ReadCommand(reader);
            Guard(reader, () => _staging.Deliver(KeyOf(reader), command, isWhole && command != RowCommand.Delete ? HashOf(reader) : null, reader.RowOffset));
        }

        CheckRows(reader);
        ParkKeys();
    }

    private void CompareCandidates(CancellationToken cancellationToken)
    {
        using var reader = _open();
        foreach (var candidate in _staging.Candidates())
        {
            reader.Seek(candidate.Offset);
            if (!reader.Read())
            {
                throw new TaskFailedException($"The delivered file '{_file.Name}' was changed while it was read. Run the synchronization again.");
            }

            cancellationToken.ThrowIfCancellationRequested();
            Guard(reader, () => Compare(reader, candidate));
        }
    }

    private void Compare(DeliveredFileReader reader, StagedCandidate candidate)
    {
        if (candidate.Command == RowCommand.Delete)
        {
            if (candidate.Resource is { } id)
            {
                _deleteCommands++;
                _staging.Delete(id, candidate.Stored);
            }
            else
            {
                Orphans.Add((candidate.Command, KeyOf(reader), "DeleteOnMissing"));
            }

            return;
        }

        if (candidate.Resource is null && candidate.Command == RowCommand.Update)
        {
            Orphans.Add((candidate.Command, KeyOf(reader), "UpdateOnMissing"));
            return;
        }

        if (candidate.Resource is null)
        {
            var values = Values(reader, null);
            _staging.Insert(values, HashOf(reader, values));
            return;
        }

        InsertsOnExisting += candidate.Command == RowCommand.Insert ? 1 : 0;
        var wanted = Values(reader, candidate.Stored);
        _staging.Update(candidate, wanted, HashOf(reader, wanted));
    }

    private bool Next(DeliveredFileReader reader, CancellationToken cancellationToken)
    {
        if (Rows % CancellationInterval == 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        if (!reader.Read())
        {
            return false;
        }

        Rows++;
        return true;
    }

    private string KeyOf(DeliveredFileReader reader) =>
        reader.Text(_key) ?? throw new TaskFailedException(
            $"Line {reader.Line} of the delivered file '{_file.Name}' has no key. Run a complete job for '{_staging.Mapping.Connector}'.");

    /// <summary>The row's values; where the file lacks a property, the stored one.</summary>
    private string?[] Values(DeliveredFileReader reader, string?[]? stored)
    {
        var values = new string?[_fields.Length];
        for (var index = 0; index < _fields.Length; index++)
        {
            values[index] = _tagOf[index] >= 0 ? FileTag.ValueOf(values[_tagOf[index]])
                : _fields[index] < 0 ? stored?[index]
                : _isFile[index] ? _files.Add(ContentOf(reader, index))
                : reader.Text(_fields[index]);
        }

        return values;
    }

    /// <summary>The hash of a row that has all columns.</summary>
    private HashValue HashOf(DeliveredFileReader reader)
    {
        if (_isLine)
        {
            // A command needs no quotes.
            return _hash.OfLine(_command < 0 ? reader.Row : reader.Row[(reader.Row.IndexOf((byte)',') + 1)..]);
        }

        foreach (var column in _hash.Order)
        {
            var field = _fields[column];
            if (field < 0)
            {
                _hash.Add([]);
            }
            else if (_isFile[column])
            {
                _hash.Add(Encoding.ASCII.GetBytes(FileReference.Of(ContentOf(reader, column)) ?? ""));
            }
            else
            {
                _hash.Add(reader.Octets(field));
            }
        }

        return _hash.Finish();
    }

    /// <summary>The hash of a row that gave values; where it lacks some, that of the line that would give them all.</summary>
    private HashValue HashOf(DeliveredFileReader reader, string?[] values) => _isLine ? HashOf(reader) : _hash.Of(values);

    /// <summary>The octets of a file, valid until the next one is asked for.</summary>
    private ReadOnlySpan<byte> ContentOf(DeliveredFileReader reader, int column) => FileReference.Decode(reader.Octets(_fields[column]), ref _content);

    private RowCommand ReadCommand(DeliveredFileReader reader) => DeliveredCommand.Parse(reader.Text(_command), _file.Name, reader.Line);

    private void Guard(DeliveredFileReader reader, Action action)
    {
        try
        {
            action();
        }
        catch (FormatException exception)
        {
            throw CannotBeStored(KeyOf(reader), exception);
        }
    }

    private TaskFailedException CannotBeStored(string key, FormatException exception) => new(
        $"The row '{key}' of the delivered file '{_file.Name}' cannot be stored: {exception.Message}"
        + $" Correct the property's type or its source, and run a complete job for '{_staging.Mapping.Connector}'.",
        exception);

    private void CheckRows(DeliveredFileReader reader)
    {
        if (reader.Rows != _file.Rows)
        {
            throw new TaskFailedException(
                $"The delivered file '{_file.Name}' has {reader.Rows} rows instead of {_file.Rows}. Run a complete job for '{_staging.Mapping.Connector}'.");
        }
    }
}

/// <summary>The commands of change lists (synchronization.md 5, 8.2).</summary>
internal static class DeliveredCommand
{
    public static RowCommand Parse(string? text, string file, long line) => text?.ToUpperInvariant() switch
    {
        "INSERT" or "ADD" => RowCommand.Insert,
        "UPDATE" or "MODIFY" or "MODIFIED" => RowCommand.Update,
        "MERGE" => RowCommand.Merge,
        "DELETE" => RowCommand.Delete,
        _ => throw new TaskFailedException(
            $"Line {line} of the delivered file '{file}' has the command '{text}'. Commands are insert, update, merge and delete."),
    };
}
