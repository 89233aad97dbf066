using System.Text;
using Muster.Preparation.Csv;
using Muster.Preparation.Sorting;
using Muster.Preparation.Sources;

namespace Muster.Preparation.Snapshots;

/// <summary>
/// The rows of the previous extract in order of identity, and among them the ghosts: identities of which it is not known whether the server
/// holds them, because their rows were set aside when there was nothing to compare with.
/// </summary>
internal sealed class SnapshotRows : IDisposable
{
    private readonly MappingPlan _plan;
    private readonly CsvReader? _reader;
    private readonly byte[][] _ghosts;
    private byte[] _pair = new byte[256];
    private int _pairLength;
    private int _ghost = -1;
    private bool _hasRow;
    private bool _isStarted;

    public SnapshotRows(MappingPlan plan, Stream? file, string fileName, IEnumerable<string> ghosts)
    {
        _plan = plan;
        _ghosts = [.. ghosts.Select(Encoding.UTF8.GetBytes)];
        Array.Sort(_ghosts, (a, b) => RowIdentity.Compare(a, b));
        if (file is not null)
        {
            _reader = new CsvReader(file, fileName, (byte)',');
            _reader.ReadRow();
        }
    }

    public bool IsGhost { get; private set; }

    public ReadOnlySpan<byte> Identity => IsGhost ? _ghosts[_ghost] : RowIdentityBytes;

    /// <summary>Empty for a ghost.</summary>
    public ReadOnlySpan<byte> Line => IsGhost ? [] : _reader!.Raw;

    private ReadOnlySpan<byte> RowIdentityBytes => _plan.IsPair ? _pair.AsSpan(0, _pairLength) : _reader!.Field(_plan.IdentityColumns[0]);

    private bool HasGhost => _ghost + 1 < _ghosts.Length;

    public bool MoveNext()
    {
        if (!_isStarted || !IsGhost)
        {
            _isStarted = true;
            ReadNext();
        }

        if (!_hasRow && !HasGhost)
        {
            return false;
        }

        IsGhost = HasGhost && (!_hasRow || RowIdentity.Compare(_ghosts[_ghost + 1], RowIdentityBytes) < 0);
        if (IsGhost)
        {
            _ghost++;
        }

        return true;
    }

    public void Dispose() => _reader?.Dispose();

    private void ReadNext()
    {
        _hasRow = _reader?.ReadRow() == true;
        if (!_hasRow || !_plan.IsPair)
        {
            return;
        }

        var first = _reader!.Field(0);
        var second = _reader.Field(1);
        _pairLength = first.Length + 1 + second.Length;
        if (_pair.Length < _pairLength)
        {
            _pair = new byte[_pairLength * 2];
        }

        first.CopyTo(_pair);
        _pair[first.Length] = RowIdentity.Separator;
        second.CopyTo(_pair.AsSpan(first.Length + 1));
    }
}
