using System.Numerics;
using System.Runtime.CompilerServices;

namespace Muster.Preparation.Snapshots;

/// <summary>A set of slots of one table: a bit each.</summary>
internal sealed class SlotSet(int slots)
{
    private readonly ulong[] _words = new ulong[(slots + 63) / 64];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(int slot) => (_words[slot >> 6] & (1UL << slot)) != 0;

    /// <summary>False if the slot was in it already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Add(int slot)
    {
        ref var word = ref _words[slot >> 6];
        var bit = 1UL << slot;
        var isNew = (word & bit) == 0;
        word |= bit;
        return isNew;
    }

    /// <summary>Adds all of another set; gives how many of them were there already.</summary>
    public long Add(SlotSet other)
    {
        var common = 0L;
        for (var i = 0; i < _words.Length; i++)
        {
            common += BitOperations.PopCount(_words[i] & other._words[i]);
            _words[i] |= other._words[i];
        }

        return common;
    }

    /// <summary>Leaves only those that are in the other set too.</summary>
    public void KeepCommon(SlotSet other)
    {
        for (var i = 0; i < _words.Length; i++)
        {
            _words[i] &= other._words[i];
        }
    }

    public bool IsEmpty => !_words.AsSpan().ContainsAnyExcept(0UL);

    /// <summary>The slots that are not in it, ascending.</summary>
    public IEnumerable<int> Others()
    {
        for (var i = 0; i < _words.Length; i++)
        {
            var left = ~_words[i];
            while (left != 0)
            {
                var slot = (i * 64) + BitOperations.TrailingZeroCount(left);
                if (slot >= slots)
                {
                    yield break;
                }

                yield return slot;
                left &= left - 1;
            }
        }
    }

    /// <summary>The slots that are in it, ascending.</summary>
    public IEnumerable<int> All()
    {
        for (var i = 0; i < _words.Length; i++)
        {
            for (var left = _words[i]; left != 0; left &= left - 1)
            {
                yield return (i * 64) + BitOperations.TrailingZeroCount(left);
            }
        }
    }
}
