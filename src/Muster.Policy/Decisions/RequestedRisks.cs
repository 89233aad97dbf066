using Muster.Configuration.Model;
using Muster.Expressions;
using Muster.Policy.Compilation;
using Muster.Policy.Queries;
using Muster.Policy.RoleModel;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.Schema;

namespace Muster.Policy.Decisions;

/// <summary>Which risks a request would raise if it were granted (rolemodel.md 5.8).</summary>
internal sealed class RequestedRisks(RepositoryTransaction transaction, EntitySchema schema, CompiledPolicy policy)
{
    private static readonly Dictionary<string, DateTime> NoExports = [];

    public IReadOnlyList<Risk> RaisedBy(EntityType ownerType, OwnerAssignments stored, AssignmentEntry entry)
    {
        if (!policy.RisksBySource.Contains(ownerType))
        {
            return [];
        }

        var granted = (entry with { WorkflowState = WorkflowState.Approved, AsksRemoval = false }).In(stored, policy);
        var context = new EvaluationContext { Now = transaction.Now, Query = new StoredResourceQuery(transaction, schema, policy) };
        var reader = new OwnerBatchReader(transaction, schema, policy, ownerType, context);
        var (before, factsBefore) = Read(reader, stored);
        var (after, factsAfter) = Read(reader, granted);
        return RaisedRisks.Of(before, factsBefore, after, factsAfter);
    }

    private static (OwnerInput Owner, BatchFacts Facts) Read(OwnerBatchReader reader, OwnerAssignments assignments)
    {
        var (owners, facts) = reader.Read(
            [assignments.Owner], new BlockOptions(false, false), NoExports, [], new Dictionary<long, OwnerAssignments> { [assignments.Owner] = assignments });
        return (owners[0], facts);
    }
}
