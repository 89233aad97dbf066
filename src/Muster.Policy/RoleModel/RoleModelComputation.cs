using Microsoft.Extensions.Logging;
using Muster.Configuration.Work;
using Muster.Expressions;
using Muster.Policy.Compilation;
using Muster.Policy.Naming;
using Muster.Policy.Queries;
using Muster.Repository;
using Muster.Repository.Dirty;
using Muster.Repository.Schema;

namespace Muster.Policy.RoleModel;

/// <summary>
/// ComputeRoleModel (rolemodel.md 5.4): evaluates owners and writes the differences. A dirty run evaluates the flagged owners, the owners
/// and claimants of flagged targets, those whose dates have come, and those whose executed orders a delivery could confirm; it gives what a
/// complete run would. One transaction.
/// </summary>
public sealed partial class RoleModelComputation(
    RepositoryDatabase database, EntitySchema schema, CompiledPolicy policy, ILogger<RoleModelComputation> logger)
{
    public TaskResult Run(RoleModelRequest request, ITaskReporter reporter, CancellationToken cancellationToken)
    {
        using var transaction = database.BeginWrite(cancellationToken);
        if (!request.IsDirty)
        {
            new DirtyClosure(transaction, schema, policy.Graph).FlagBeforeCompleteRun();
        }

        var run = new RoleModelRun(transaction, schema, policy.At(transaction), request, reporter, Evaluation(transaction));
        run.Run(cancellationToken);
        Evaluated(run.Evaluated, run.HasChanged);
        cancellationToken.ThrowIfCancellationRequested();
        transaction.Commit();
        return new TaskResult { Processed = run.HasChanged, PartlyFailed = run.Errors > 0 };
    }

    private EvaluationContext Evaluation(RepositoryTransaction transaction) => new()
    {
        Now = transaction.Now,
        Logger = logger,
        Query = new StoredResourceQuery(transaction, schema, policy),
    };

    [LoggerMessage(4101, LogLevel.Debug, "Role model: {Owners} owners evaluated, changed: {Changed}.")]
    private partial void Evaluated(long owners, bool changed);
}
