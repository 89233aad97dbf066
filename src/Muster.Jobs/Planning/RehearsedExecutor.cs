using Muster.Configuration.Exchange;
using Muster.Configuration.Work;
using Muster.Connectors.Fulfilment;

namespace Muster.Jobs.Planning;

/// <summary>Touches no managed system: every order counts as executed, as it would if the system agreed to all.</summary>
public sealed class RehearsedExecutor(TimeProvider time) : IOrderExecutor
{
    private static readonly Dictionary<string, string> NoKeys = [];

    public async IAsyncEnumerable<OrderResult> FulfillAsync(
        IReadOnlyList<ProvisioningOrder> orders,
        FulfillTaskRequest request,
        ITaskReporter reporter,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (Fulfiller.IsDeactivated(request.Connection, reporter))
        {
            yield break;
        }

        foreach (var order in orders)
        {
            cancellationToken.ThrowIfCancellationRequested();
            reporter.Count("ordersExecuted", 1);
            yield return new OrderResult(order.Id, true, null, NoKeys, time.GetUtcNow());
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }
}
