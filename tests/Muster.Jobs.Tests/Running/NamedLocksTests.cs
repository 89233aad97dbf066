using Muster.Jobs.Running;

namespace Muster.Jobs.Tests.Running;

public sealed class NamedLocksTests
{
    private readonly NamedLocks _locks = new();

    [Fact]
    public async Task Exclusive_WaitsForItsRelease()
    {
        var first = await _locks.AcquireAsync([new LockRequest("a", false)], default);
        var second = _locks.AcquireAsync([new LockRequest("a", false)], default);
        Assert.False(second.IsCompleted);

        first.Dispose();

        (await second).Dispose();
    }

    [Fact]
    public async Task Shared_IsHeldByMany_AndWaitsForExclusive()
    {
        var first = await _locks.AcquireAsync([new LockRequest("a", true)], default);
        var second = await _locks.AcquireAsync([new LockRequest("a", true)], default);
        var exclusive = _locks.AcquireAsync([new LockRequest("a", false)], default);
        var late = _locks.AcquireAsync([new LockRequest("a", true)], default);

        first.Dispose();
        second.Dispose();

        var held = await exclusive;
        Assert.False(late.IsCompleted);
        held.Dispose();
        (await late).Dispose();
    }

    [Fact]
    public async Task Cancelled_LeavesTheQueue()
    {
        var first = await _locks.AcquireAsync([new LockRequest("a", false)], default);
        using var stop = new CancellationTokenSource();
        var second = _locks.AcquireAsync([new LockRequest("a", false)], stop.Token);
        var third = _locks.AcquireAsync([new LockRequest("b", false)], default);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        (await third).Dispose();
        first.Dispose();
        (await _locks.AcquireAsync([new LockRequest("a", false)], default)).Dispose();
    }
}
