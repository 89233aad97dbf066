using Muster.Configuration.Jobs;
using Muster.Configuration.Model;

namespace Muster.Policy.RoleModel;

/// <summary>
/// With which reviews the owners of each source entity type are evaluated: as the first task that computes them says. A run for one entity type
/// also evaluates owners of others, who lose or may have a target by it, and must not use its own for them.
/// </summary>
public static class RoleModelBlocks
{
    /// <param name="jobs">Those that count first come first.</param>
    public static IReadOnlyDictionary<EntityType, BlockOptions> Of(IEnumerable<Job> jobs)
    {
        var blocks = new Dictionary<EntityType, BlockOptions>();
        foreach (var task in jobs.SelectMany(j => j.Steps).Select(s => s.Task).OfType<ComputeRoleModelTask>())
        {
            foreach (var type in task.EntityTypes)
            {
                blocks.TryAdd(type, new BlockOptions(task.BlockProvisioning, task.BlockAllResourceTypeProvisioning));
            }
        }

        return blocks;
    }
}
