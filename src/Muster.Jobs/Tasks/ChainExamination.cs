using System.Collections.Concurrent;
using Muster.Configuration.Model;
using Muster.Preparation;

namespace Muster.Jobs.Tasks;

/// <summary>
/// Asks the preparation's examiner, one question at a time per connector: the exports of its connections run together, and the examiner
/// holds the connector's snapshot while it looks.
/// </summary>
public sealed class ChainExamination(ChainExaminer examiner) : IChainExamination
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);

    public async Task<string?> WhyBrokenAsync(Connector connector, CancellationToken cancellationToken)
    {
        var turn = _turns.GetOrAdd(connector.Identifier, _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var health = await examiner.ExamineAsync(connector, cancellationToken).ConfigureAwait(false);
            return health.IsHealthy ? null : health.Because?.TrimEnd('.', ' ');
        }
        finally
        {
            turn.Release();
        }
    }
}
