using Muster.Configuration.Model;

namespace Muster.Repository.Resources;

/// <summary>
/// A loaded resource of which some scalars were computed anew: their values are those in memory (<see cref="StoredResource.Override"/>). Positions are those of the
/// properties that a <see cref="ScalarUpdateWriter"/> writes.
/// </summary>
public sealed class ScalarUpdate(StoredResource resource, int properties)
{
    private readonly string?[] _before = new string?[properties];
    private readonly bool[] _changed = new bool[properties];

    public StoredResource Resource => resource;

    /// <summary>The properties with another value than the store has.</summary>
    public ReadOnlySpan<bool> Changed => _changed;

    /// <summary>Whether nothing is overwritten: what changed had no value.</summary>
    internal bool IsAddition { get; private set; } = true;

    public int Count { get; private set; }

    /// <summary>The value that the store has of a changed property.</summary>
    internal string? Before(int position) => _before[position];

    /// <summary>Notes what a property had before it was overridden, the first time.</summary>
    public void Note(int position, string? before)
    {
        if (!_changed[position])
        {
            _changed[position] = true;
            _before[position] = before;
            IsAddition &= before is null;
            Count++;
        }
    }

    /// <summary>Forgets what has the value of the store again after all. Returns how many properties have changed.</summary>
    public int Settle(IReadOnlyList<EntityProperty> properties)
    {
        for (var position = 0; position < properties.Count; position++)
        {
            if (_changed[position] && resource.GetScalar(properties[position]) == _before[position])
            {
                _changed[position] = false;
                Count--;
            }
        }

        return Count;
    }
}
