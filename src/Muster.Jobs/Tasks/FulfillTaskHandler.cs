using Muster.Configuration.Exchange;
using Muster.Configuration.Jobs;
using Muster.Configuration.Model;
using Muster.Configuration.Packages;
using Muster.Configuration.Work;
using Muster.Connectors.Fulfilment;
using Muster.Policy.Fulfillment;

namespace Muster.Jobs.Tasks;

/// <summary>
/// FulfillTask (jobs.md 4.9): asks the server for orders, has each executed by the connection of its resource type, and reports the
/// results. Orders of resources that Muster owns are fulfilled into the repository itself.
/// </summary>
public sealed class FulfillTaskHandler(
    ConfigurationModel model, IServerGateway gateway, IOrderExecutor executor, Lazy<InternalFulfillment> internalFulfillment) : ITaskHandler
{
    /// <summary>Results are reported together up to so many; what was executed and not reported is repeated harmlessly.</summary>
    private const int ReportSize = 100;

    /// <summary>Orders that are in memory together: many, because a file is rewritten once for all that come together, and about 15 KB each.</summary>
    private const int PageSize = 2_000;

    public string Kind => "FulfillTask";

    public async Task<TaskResult> RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var task = (FulfillTask)context.Task;
        var types = TaskSettings.ResourceTypesOf(task, model);
        var connections = types.ToDictionary(t => t.Identifier, t => ConnectionOf(task, t), StringComparer.Ordinal);
        var own = types.Where(t => IsInternal(connections[t.Identifier])).ToList();
        var result = own.Count == 0
            ? TaskResult.NothingToDo
            : internalFulfillment.Value.Run(
                new InternalFulfillmentRequest
                {
                    ResourceTypes = own,
                    FlagsDirty = task.Dirty,
                    IgnoreHistorization = task.IgnoreHistorization,
                    BatchSize = task.BatchSize,
                    JobInstance = context.JobInstance,
                },
                context.Reporter,
                cancellationToken);
        var others = types.Except(own).ToDictionary(t => t.Identifier, StringComparer.Ordinal);
        if (others.Count == 0)
        {
            return result;
        }

        var garbage = new Garbage();
        var (taken, executed, failed) = (0, 0, 0);
        Guid? last = null;
        IReadOnlyList<ProvisioningOrder> orders;
        bool isLast;
        do
        {
            orders = await gateway.TakeOrdersAsync(others.Keys, last, PageSize, cancellationToken).ConfigureAwait(false);
            var done = await FulfillAsync(orders, others, connections, context.Reporter, cancellationToken).ConfigureAwait(false);
            (taken, executed, failed) = (taken + orders.Count, executed + done.Executed, failed + done.Failed);
            last = orders.Count == 0 ? null : orders[^1].Id;
            isLast = orders.Count == 0;
            orders = [];
            garbage.Release();
        }
        while (!isLast);

        if (taken > executed + failed)
        {
            context.Reporter.Count("ordersRemaining", taken - executed - failed);
        }

        return new TaskResult { Processed = result.Processed || executed + failed > 0, PartlyFailed = result.PartlyFailed || failed > 0 };
    }

    /// <summary>The task's connection, else that of the resource type's mapping, else the only one of the connector that can fulfil.</summary>
    private static Connection ConnectionOf(FulfillTask task, ResourceType type)
    {
        if ((task.Connection ?? type.Mapping?.Connection) is { } named)
        {
            return named;
        }

        var candidates = type.Connector?.Connections.Where(c => PackageCatalogue.Find(c.Package)?.CanFulfill == true).ToList() ?? [];
        return candidates.Count == 1
            ? candidates[0]
            : throw new TaskFailedException(
                candidates.Count == 0
                    ? $"The resource type '{type.Identifier}' has no connection that can fulfil its orders. Give its connector one, or name one in its resource type mapping."
                    : $"The resource type '{type.Identifier}' has {candidates.Count} connections that could fulfil its orders ({string.Join(", ", candidates.Select(c => $"'{c.Identifier}'"))}). Name one in its resource type mapping, or in the task '{task.Identifier}'.");
    }

    private static bool IsInternal(Connection connection) => PackageCatalogue.Find(connection.Package) is { IsInternal: true };

    /// <summary>Executes orders in their order; neighbours of one connection go together.</summary>
    private async Task<(int Executed, int Failed)> FulfillAsync(
        IReadOnlyList<ProvisioningOrder> orders,
        Dictionary<string, ResourceType> types,
        Dictionary<string, Connection> connections,
        ITaskReporter reporter,
        CancellationToken cancellationToken)
    {
        var (executed, failed) = (0, 0);
        for (var start = 0; start < orders.Count;)
        {
            var connection = connections[orders[start].ResourceType];
            var run = orders.Skip(start).TakeWhile(o => connections[o.ResourceType] == connection).ToList();
            var request = new FulfillTaskRequest { Connection = connection, ResourceTypes = types };
            var results = new List<OrderResult>();
            try
            {
                await foreach (var result in executor.FulfillAsync(run, request, reporter, cancellationToken).ConfigureAwait(false))
                {
                    executed += result.Executed ? 1 : 0;
                    failed += result.Executed ? 0 : 1;
                    results.Add(result);
                    if (results.Count == ReportSize)
                    {
                        await gateway.ReportResultsAsync(results, cancellationToken).ConfigureAwait(false);
                        results = [];
                    }
                }
            }
            finally
            {
                // What is done is told, also when the task is cancelled or the system goes away in the middle.
                await gateway.ReportResultsAsync(results, CancellationToken.None).ConfigureAwait(false);
            }

            start += run.Count;
        }

        return (executed, failed);
    }
}
