namespace Muster.Configuration.Work;

/// <summary>
/// Gives back what a large step has used. What lived through a step counts as old, and the runtime has no reason to look at old objects
/// before others have used as much again: the process would keep the memory of two steps. One is made where the step begins, and asked
/// between steps, when nothing of the last one is needed any more.
/// </summary>
public sealed class Garbage
{
    /// <summary>Octets below which it is not worth the time: a step that took less cannot have left more.</summary>
    private const long Worthwhile = 48L << 20;

    private long _since = GC.GetTotalAllocatedBytes();

    /// <summary>Collects all garbage if much was allocated since the beginning, or since this was done last.</summary>
    public void Release()
    {
        if (GC.GetTotalAllocatedBytes() - _since > Worthwhile)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            _since = GC.GetTotalAllocatedBytes();
        }
    }
}
