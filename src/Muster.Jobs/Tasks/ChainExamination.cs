using Muster.Configuration.Model;
using Muster.Preparation;

namespace Muster.Jobs.Tasks;

/// <summary>Asks the preparation's examiner.</summary>
public sealed class ChainExamination(ChainExaminer examiner) : IChainExamination
{
    public async Task<string?> WhyBrokenAsync(Connector connector, CancellationToken cancellationToken)
    {
        var health = await examiner.ExamineAsync(connector, cancellationToken).ConfigureAwait(false);
        return health.IsHealthy ? null : health.Because?.TrimEnd('.', ' ');
    }
}
