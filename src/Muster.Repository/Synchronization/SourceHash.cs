using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Muster.Configuration.Model;

namespace Muster.Repository.Synchronization;

/// <summary>
/// The <c>source_hash</c> of a row: 128 bits over the mapped values as they came, and over which properties are mapped, so that a changed
/// mapping makes every row be looked at again. Equal hashes are taken as equal rows. Not thread-safe.
/// </summary>
public sealed class SourceHash
{
    /// <summary>Octets.</summary>
    public const int Size = 16;

    private readonly byte[] _seed;
    private byte[] _buffer = new byte[1 << 10];
    private int _length;

    /// <param name="columns">The properties, in the order in which values are added.</param>
    public SourceHash(IEnumerable<EntityProperty> columns)
    {
        _seed = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', columns.Select(c => c.QualifiedName))))[..Size];
        Start();
    }

    /// <summary>The hash of a whole row.</summary>
    public byte[] Of(ReadOnlySpan<string?> values)
    {
        foreach (var value in values)
        {
            if (value is null)
            {
                Add([]);
                continue;
            }

            var count = Encoding.UTF8.GetByteCount(value);
            Reserve(count + sizeof(int));
            BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_length), count);
            Encoding.UTF8.GetBytes(value, _buffer.AsSpan(_length + sizeof(int)));
            _length += count + sizeof(int);
        }

        return Finish();
    }

    /// <summary>Adds the next value, in UTF-8; empty for null.</summary>
    public void Add(ReadOnlySpan<byte> value)
    {
        Reserve(value.Length + sizeof(int));
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_length), value.Length);
        value.CopyTo(_buffer.AsSpan(_length + sizeof(int)));
        _length += value.Length + sizeof(int);
    }

    /// <summary>The hash of the values added since the last one.</summary>
    public byte[] Finish()
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_buffer.AsSpan(0, _length), digest);
        Start();
        return digest[..Size].ToArray();
    }

    private void Start()
    {
        _length = 0;
        Reserve(Size);
        _seed.CopyTo(_buffer, 0);
        _length = Size;
    }

    private void Reserve(int octets)
    {
        if (_length + octets > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + octets));
        }
    }
}
