using Muster.Configuration.Exchange;
using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Repository.Synchronization;
using Muster.Synchronization.Files;

namespace Muster.Synchronization.Application;

/// <summary>
/// Reads the link file of an association beside the entity file of the type that carries its links, in an initial load, so that each row is written once and with its link. Both
/// files come from the same source and mostly have the same order; a window evens out what lacks here or there. What does not find its row in that way
/// is left over, for the general way. Not thread-safe; used by the thread that reads the entity file.
/// </summary>
internal sealed class LinksAlongside : IDisposable
{
    private const int Window = 4_096;

    /// <summary>With more left over, the files have different orders, and the rest is left over too.</summary>
    private const int MostLeftOver = 100_000;

    private readonly DeliveredFileReader _reader;
    private readonly LinkTargets _targets;
    private readonly int _owner;
    private readonly int _target;
    private readonly Dictionary<byte[], (long Target, long Offset)> _ahead = new(OctetComparer.Instance);
    private readonly Dictionary<byte[], (long Target, long Offset)>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private readonly List<long> _leftOver = [];
    private int _misses;
    private bool _isOver;

    public LinksAlongside(EntityAssociation association, DeliveryFile file, DeliveredFileReader reader, LinkTargets targets)
    {
        Association = association;
        File = file;
        _reader = reader;
        _targets = targets;
        _lookup = _ahead.GetAlternateLookup<ReadOnlySpan<byte>>();
        var header = reader.Header.ToList();
        var owner = association.Mapping!.RowOwner;
        (_owner, _target) = (header.IndexOf($"key{owner}"), header.IndexOf($"key{(owner == 1 ? 2 : 1)}"));
        if (_owner < 0 || _target < 0)
        {
            throw new TaskFailedException($"The delivered file '{file.Name}' lacks one of its columns. Run a complete job for its connector.");
        }
    }

    public EntityAssociation Association { get; }

    public DeliveryFile File { get; }

    /// <summary>The column of <c>key1</c>.</summary>
    public int Key1 => Association.Mapping!.RowOwner == 1 ? _owner : _target;

    /// <summary>The column of <c>key2</c>.</summary>
    public int Key2 => Association.Mapping!.RowOwner == 1 ? _target : _owner;

    /// <summary>Links that were given.</summary>
    public long Given { get; private set; }

    /// <summary>The rows of the file that gave none, to be called when all entities are read. The caller goes on with the reader behind them.</summary>
    public IEnumerable<DeliveredFileReader> LeftOver()
    {
        _leftOver.AddRange(_ahead.Values.Select(v => v.Offset));
        _leftOver.Sort();
        var read = _reader.Rows;
        var rest = _reader.Position;
        foreach (var offset in _leftOver)
        {
            _reader.Seek(offset);
            _reader.Read();
            yield return _reader;
        }

        _reader.Seek(rest);
        while (_reader.Read())
        {
            read++;
            yield return _reader;
        }

        if (read != File.Rows)
        {
            throw new TaskFailedException(
                $"The delivered file '{File.Name}' has {read} rows instead of {File.Rows}. Run a complete job for its connector.");
        }
    }

    /// <summary>The target of the resource with a key; 0 if there is none, or if the file does not say so here.</summary>
    public long Find(ReadOnlySpan<byte> key)
    {
        if (_lookup.TryGetValue(key, out var ahead))
        {
            _lookup.Remove(key);
            return Give(ahead.Target);
        }

        while (!_isOver && _ahead.Count < Window)
        {
            if (!_reader.Read())
            {
                _isOver = true;
                break;
            }

            var owner = _reader.Octets(_owner);
            var target = _reader.Octets(_target);
            if (owner.IsEmpty || target.IsEmpty)
            {
                continue;
            }

            if (_targets.Find(target) is not 0 and var id && !_lookup.ContainsKey(owner))
            {
                if (owner.SequenceEqual(key))
                {
                    return Give(id);
                }

                _lookup[owner] = (id, _reader.RowOffset);
            }
            else
            {
                Leave(_reader.RowOffset);
            }
        }

        if (++_misses >= Window && _ahead.Count >= Window)
        {
            foreach (var (_, offset) in _ahead.Values)
            {
                Leave(offset);
            }

            _ahead.Clear();
            _misses = 0;
        }

        return 0;
    }

    public void Dispose() => _reader.Dispose();

    private long Give(long target)
    {
        _misses = 0;
        Given++;
        return target;
    }

    private void Leave(long offset)
    {
        _leftOver.Add(offset);
        _isOver |= _leftOver.Count >= MostLeftOver;
    }
}
