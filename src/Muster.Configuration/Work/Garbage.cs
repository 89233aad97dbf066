namespace Muster.Configuration.Work;

/// <summary>
/// Gives back what a large step has used. What lived through a step counts as old, and the runtime has no reason to look at old objects
/// before others have used as much again: the process would keep the memory of two steps.
/// </summary>
public static class Garbage
{
    /// <summary>Octets below which it is not worth the time.</summary>
    private const long Worthwhile = 48L << 20;

    /// <summary>To be called between steps, when nothing of the last one is needed any more.</summary>
    public static void Release()
    {
        if (GC.GetTotalMemory(false) > Worthwhile)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }
}
