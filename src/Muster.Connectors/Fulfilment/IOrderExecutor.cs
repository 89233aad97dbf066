using Muster.Configuration.Exchange;
using Muster.Configuration.Work;

namespace Muster.Connectors.Fulfilment;

/// <summary>The boundary behind which orders reach managed systems: <see cref="Fulfiller"/>, or what only rehearses them.</summary>
public interface IOrderExecutor
{
    /// <summary>
    /// Executes orders in the given order and yields one result for each. An order that fails never stops the others. Throws
    /// <see cref="TaskFailedException"/> if the system cannot be reached at all. A deactivated connection executes nothing and yields nothing.
    /// </summary>
    IAsyncEnumerable<OrderResult> FulfillAsync(
        IReadOnlyList<ProvisioningOrder> orders, FulfillTaskRequest request, ITaskReporter reporter, CancellationToken cancellationToken);
}
