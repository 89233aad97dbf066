using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.Synchronization;

namespace Muster.Cli.Hosting;

/// <summary>
/// The clock of one invocation, that start and end dates are held against. With <c>--at</c> it starts there and runs on. Two commands that are
/// given the same time come one after the other all the same: the second starts after what the first has read and written, as it really did.
/// </summary>
internal sealed class InvocationClock(DateTimeOffset? at) : TimeProvider
{
    /// <summary>Whoever goes further back than this wants to be there.</summary>
    private static readonly TimeSpan LongestRun = TimeSpan.FromHours(1);

    private TimeSpan _shift = at is { } start ? start - System.GetUtcNow() : TimeSpan.Zero;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _shift;

    /// <summary>Starts after the last reading and the last order of managed systems, if that is what <c>--at</c> must mean.</summary>
    public void Follow(RepositoryDatabase database)
    {
        if (at is null)
        {
            return;
        }

        using var transaction = database.BeginRead();
        var last = new[] { new DeliveryStore(transaction).LastExport(), new OrderStore(transaction).LastResult() }.Max();
        if (last - GetUtcNow() is { } behind && behind >= TimeSpan.Zero && behind < LongestRun)
        {
            _shift += behind + TimeSpan.FromMilliseconds(1);
        }
    }
}
