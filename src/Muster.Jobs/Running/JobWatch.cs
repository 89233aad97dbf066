using System.Data.Common;
using Microsoft.Extensions.Logging;
using Muster.Configuration.Work;
using Muster.Jobs.Leases;
using Muster.Repository;
using Muster.Repository.Jobs;

namespace Muster.Jobs.Running;

/// <summary>Beside a running job: renews its leases, and stops it when somebody asks or when another run took its leases over.</summary>
internal sealed class JobWatch(RepositoryDatabase database, JobLeases leases, JobRunnerOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>Runs until <paramref name="end"/>; cancels <paramref name="stop"/> where the job must stop.</summary>
    /// <returns>Why the job was stopped; null if it was not.</returns>
    public async Task<string?> RunAsync(long instance, Guid token, int leaseCount, CancellationTokenSource stop, CancellationToken end)
    {
        var renewed = time.GetUtcNow();
        while (!end.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(options.CancelPolling, time, end).ConfigureAwait(false);
                if (IsCancelRequested(instance))
                {
                    await stop.CancelAsync().ConfigureAwait(false);
                    return "Cancelled on request.";
                }

                if (time.GetUtcNow() - renewed < JobLeases.Renewal)
                {
                    continue;
                }

                if (!leases.Renew(token, leaseCount, end))
                {
                    JobMessages.LeaseLost(logger, instance);
                    await stop.CancelAsync().ConfigureAwait(false);
                    return "Stopped, because another run took over its leases after they had expired.";
                }

                renewed = time.GetUtcNow();
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                return null;
            }
            catch (Exception exception) when (exception is DbException or TaskFailedException)
            {
                // A busy store: the next round tries again, well before the lease expires.
                JobMessages.RenewalFailed(logger, instance, exception.Message);
            }
        }

        return null;
    }

    private bool IsCancelRequested(long instance)
    {
        using var transaction = database.BeginRead();
        return new JobStore(transaction).IsCancelRequested(instance);
    }
}
