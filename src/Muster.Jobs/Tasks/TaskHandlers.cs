using System.Collections.Frozen;
using Muster.Configuration.Jobs;

namespace Muster.Jobs.Tasks;

/// <summary>The closed registry of handlers, one per kind of task; kinds that Muster only keeps go to <see cref="OtherTaskHandler"/>.</summary>
public sealed class TaskHandlers(IEnumerable<ITaskHandler> handlers)
{
    private readonly FrozenDictionary<string, ITaskHandler> _handlers = handlers.ToFrozenDictionary(h => h.Kind, StringComparer.Ordinal);
    private readonly OtherTaskHandler _other = new();

    public ITaskHandler For(JobTask task) =>
        _handlers.TryGetValue(task.Kind, out var handler) ? handler : _other;
}
