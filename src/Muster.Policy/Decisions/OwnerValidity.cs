using Muster.Configuration.Model;
using Muster.Expressions;
using Muster.Expressions.Dependencies;
using Muster.Policy.Compilation;
using Muster.Policy.Queries;
using Muster.Policy.RoleModel;
using Muster.Repository;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Policy.Decisions;

/// <summary>From when to when an owner takes part, as the role model sees it: the hull of the owner's contexts (rolemodel.md 7.1).</summary>
internal static class OwnerValidity
{
    /// <summary>Null: no context at all, or excluded.</summary>
    public static Period? Of(RepositoryTransaction transaction, EntitySchema schema, CompiledPolicy policy, EntityType type, long owner)
    {
        var paths = policy.Graph.ComputationsOf(ConsumerKinds.ComputeRoleModel, type).SelectMany(c => c.Reads.Paths).Where(p => p.Root == type).Distinct();
        if (new ResourceReader(transaction, schema).Load(type, [owner], paths) is not [var resource])
        {
            return null;
        }

        var evaluation = new EvaluationContext { Now = transaction.Now, Query = new StoredResourceQuery(transaction, schema, policy) };
        var contexts = ContextBuilder.Build(policy.ContextRules.GetValueOrDefault(type), resource, evaluation);
        return contexts.IsExcluded ? null : contexts.Hull;
    }

    /// <summary>The period of a manual assignment inside an owner's validity (rolemodel.md 7.1, 7.4).</summary>
    public static Period Cut(Period hull, DateTime? start, DateTime? end, TimeSpan longest, DateTime now)
    {
        var from = Max(Max(start ?? now.Date, now.Date), hull.Start);
        var until = Min(end ?? hull.End, hull.End);
        return new Period(from, longest > TimeSpan.Zero && until - from > longest ? from + longest : until);
    }

    private static DateTime Max(DateTime left, DateTime right) => left > right ? left : right;

    private static DateTime Min(DateTime left, DateTime right) => left < right ? left : right;
}
