using System.Collections.Concurrent;

namespace Muster.Policy.RoleModel;

/// <summary>
/// The plans of the situations that owners of one run were in: many owners are in few situations. Thread-safe and bounded; where situations do not
/// repeat themselves, it stops remembering. What is found is what would be computed, so that it does not matter what is remembered.
/// </summary>
internal sealed class SituationPlans
{
    private const int Most = 4_096;

    private readonly ConcurrentDictionary<OwnerSituation, SituationPlan> _plans = [];
    private long _asked;
    private long _found;

    /// <summary>Whether it is worth to ask.</summary>
    public bool IsOn { get; private set; } = true;

    public SituationPlan? Find(OwnerSituation situation)
    {
        Interlocked.Increment(ref _asked);
        if (_plans.TryGetValue(situation, out var plan))
        {
            Interlocked.Increment(ref _found);
        }

        return plan;
    }

    public void Add(OwnerSituation situation, SituationPlan plan)
    {
        if (_plans.Count >= Most)
        {
            IsOn = Interlocked.Read(ref _found) * 5 > Interlocked.Read(ref _asked);
            _plans.Clear();
        }

        _plans.TryAdd(situation, plan);
    }
}
