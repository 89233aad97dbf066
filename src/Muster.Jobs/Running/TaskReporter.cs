using Muster.Configuration.Work;
using Muster.Jobs.Logs;

namespace Muster.Jobs.Running;

/// <summary>Collects what one running task reports, bounded in number, and writes it to the task's log. Thread-safe.</summary>
internal sealed class TaskReporter(JobLog log) : ITaskReporter
{
    /// <summary>So many warnings and messages are kept with the task; the log has all.</summary>
    public const int Bound = 100;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly List<string> _warnings = [];
    private readonly List<string> _messages = [];
    private long _warningCount;

    public void Count(string name, long amount)
    {
        lock (_gate)
        {
            _counts[name] = _counts.GetValueOrDefault(name) + amount;
        }
    }

    public void Message(string text)
    {
        lock (_gate)
        {
            if (_messages.Count < Bound)
            {
                _messages.Add(text);
            }
        }

        log.Write("message", new { text });
    }

    public void Warning(string text)
    {
        lock (_gate)
        {
            _warningCount++;
            if (_warnings.Count < Bound)
            {
                _warnings.Add(text);
            }
        }

        log.Write("warning", new { text });
    }

    /// <summary>The counters as they stand now, by name.</summary>
    public IReadOnlyDictionary<string, long> Counts()
    {
        lock (_gate)
        {
            return new SortedDictionary<string, long>(_counts, StringComparer.Ordinal);
        }
    }

    public (IReadOnlyList<string> Warnings, long WarningCount, IReadOnlyList<string> Messages) Notes()
    {
        lock (_gate)
        {
            return ([.. _warnings], _warningCount, [.. _messages]);
        }
    }
}
