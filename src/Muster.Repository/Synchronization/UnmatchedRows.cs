using System.Diagnostics;
using Muster.Configuration.Values;

namespace Muster.Repository.Synchronization;

/// <summary>
/// What of the stored rows is not delivered, and the other way round: rows of both sides come in by their hash, in any order, and two that are equal leave
/// together. Where both sides have nearly the same order, nearly nothing is held. Not thread-safe.
/// </summary>
/// <param name="most">More rows than this are not held.</param>
public sealed class UnmatchedRows(int most)
{
    private const int LeastCapacity = 1 << 12;

    private Slot[] _slots = new Slot[LeastCapacity];

    public int Count { get; private set; }

    /// <summary>The stored rows that were not delivered, by what was given with them.</summary>
    public IEnumerable<(long First, long Second)> Stored => _slots.Where(s => s.Mark > 0).Select(s => (s.Mark - 1, s.Second));

    /// <summary>The delivered rows that are not stored, in order.</summary>
    public IReadOnlyList<long> Delivered => [.. _slots.Where(s => s.Mark < 0).Select(s => -s.Mark - 1).Order()];

    /// <summary>Adds a stored row. False if it has no equal and is not held, because too many are.</summary>
    /// <param name="first">Not negative.</param>
    public bool AddStored(HashValue hash, long first, long second) => Add(hash, first + 1, second);

    /// <summary>As <see cref="AddStored"/>, for a delivered row.</summary>
    /// <param name="offset">Where it is.</param>
    public bool AddDelivered(HashValue hash, long offset) => Add(hash, -offset - 1, 0);

    /// <summary>Whether a stored row with the hash has not been delivered.</summary>
    public bool HasStored(HashValue hash) => _slots[Find(hash.Low, hash.High)].Mark > 0;

    private bool Add(HashValue hash, long mark, long second)
    {
        Debug.Assert(mark != 0, "a row has a place");
        var (low, high) = (hash.Low, hash.High);
        var at = Find(low, high);
        if (_slots[at].Mark != 0)
        {
            if (_slots[at].Mark > 0 != mark > 0)
            {
                Remove(at);
            }

            return true;
        }

        if (Count >= most)
        {
            return false;
        }

        _slots[at] = new Slot(low, high, mark, second);
        if (++Count > _slots.Length / 4 * 3)
        {
            Grow();
        }

        return true;
    }

    /// <summary>Where the hash is, or else would be.</summary>
    private int Find(ulong low, ulong high)
    {
        var mask = _slots.Length - 1;
        var at = Home(low) & mask;
        while (_slots[at].Mark != 0 && (_slots[at].Low != low || _slots[at].High != high))
        {
            at = (at + 1) & mask;
        }

        return at;
    }

    /// <summary>Rows that resemble one another have hashes in a pattern, which must not gather them in one place.</summary>
    private static int Home(ulong low) => (int)(((low ^ (low >> 32)) * 0x9E37_79B9_7F4A_7C15) >> 32);

    /// <summary>Frees a slot, and moves up what stands behind it only because it was taken.</summary>
    private void Remove(int hole)
    {
        var mask = _slots.Length - 1;
        for (var at = (hole + 1) & mask; _slots[at].Mark != 0; at = (at + 1) & mask)
        {
            var home = Home(_slots[at].Low) & mask;
            if (((at - home) & mask) >= ((at - hole) & mask))
            {
                _slots[hole] = _slots[at];
                hole = at;
            }
        }

        _slots[hole] = default;
        Count--;
    }

    private void Grow()
    {
        var former = _slots;
        _slots = new Slot[former.Length * 2];
        foreach (var slot in former)
        {
            if (slot.Mark != 0)
            {
                _slots[Find(slot.Low, slot.High)] = slot;
            }
        }
    }

    /// <param name="Mark">0: free; positive: stored, one more than what was given; negative: delivered.</param>
    private readonly record struct Slot(ulong Low, ulong High, long Mark, long Second);
}
