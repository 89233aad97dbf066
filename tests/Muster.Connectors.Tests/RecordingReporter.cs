using Muster.Configuration.Work;

namespace Muster.Connectors.Tests;

internal sealed class RecordingReporter : ITaskReporter
{
    public Dictionary<string, long> Counters { get; } = [];

    public List<string> Messages { get; } = [];

    public List<string> Warnings { get; } = [];

    public void Count(string name, long amount) => Counters[name] = Counters.GetValueOrDefault(name) + amount;

    public void Message(string text) => Messages.Add(text);

    public void Warning(string text) => Warnings.Add(text);
}
