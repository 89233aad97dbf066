using Muster.Configuration.Model;
using Muster.Expressions.Dependencies;
using Muster.Repository.Schema;

namespace Muster.Repository.Assignments;

/// <summary>
/// Resources that may have to be classified again although none was flagged: an assignment that kept them from it has ended, or is open now
/// (rolemodel.md 5.11). Written together with what causes it, and only once a classification has finished: the first one looks at everything.
/// </summary>
public sealed class ClassificationDueStore(RepositoryTransaction transaction)
{
    private bool? _isNeeded;

    private bool IsNeeded => _isNeeded ??= transaction.Count(
        "SELECT EXISTS (SELECT 1 FROM consumer WHERE kind = @kind)", ("@kind", ConsumerKinds.UpdateClassification)) == 1;

    internal static IEnumerable<string> Statements() =>
    [
        "CREATE TABLE IF NOT EXISTS classification_due (resource INTEGER NOT NULL PRIMARY KEY)",
    ];

    /// <summary>The resources of an entity type that are due, ascending.</summary>
    public IReadOnlyList<long> Of(EntitySchema schema, EntityType type) => transaction.Query(
        $"SELECT resource FROM classification_due d WHERE EXISTS (SELECT 1 FROM {TableOf(schema, type)} r WHERE r.id = d.resource) ORDER BY resource",
        row => row.GetInt64(0));

    /// <summary>Whether anything is due that <see cref="Forget"/> would forget.</summary>
    public bool Any(EntitySchema schema, EntityType type, IEnumerable<EntityType> classified) =>
        transaction.Count($"SELECT EXISTS (SELECT 1 FROM classification_due WHERE {NotOfOthers(schema, type, classified)})") == 1;

    /// <summary>The resources of an entity type have been looked at; those that do not exist any more are forgotten with them.</summary>
    /// <param name="classified">All entity types that have classification rules.</param>
    public void Forget(EntitySchema schema, EntityType type, IEnumerable<EntityType> classified) =>
        transaction.Execute($"DELETE FROM classification_due WHERE {NotOfOthers(schema, type, classified)}");

    /// <summary>Marks the targets that assignments kept from a classification before, and these assignments do not any more.</summary>
    internal void Mark(IEnumerable<AssignedResourceType> before, IEnumerable<AssignedResourceType> after)
    {
        var kept = TargetsOf(before);
        if (kept.Count == 0 || !IsNeeded)
        {
            return;
        }

        kept.ExceptWith(TargetsOf(after));
        foreach (var target in kept)
        {
            transaction.Prepare("INSERT INTO classification_due (resource) VALUES (@resource) ON CONFLICT DO NOTHING", "@resource").Execute(target);
        }
    }

    private static HashSet<long> TargetsOf(IEnumerable<AssignedResourceType> rows) =>
        [.. rows.Where(r => r.Resource is not null && !r.IsOpenToClassification()).Select(r => r.Resource!.Value)];

    private string NotOfOthers(EntitySchema schema, EntityType type, IEnumerable<EntityType> classified) => string.Concat(classified
        .Where(t => t != type)
        .Select(t => $"NOT EXISTS (SELECT 1 FROM {TableOf(schema, t)} r WHERE r.id = classification_due.resource) AND ")) + "true";

    private string TableOf(EntitySchema schema, EntityType type) => transaction.Quote(schema.TableOf(type).Name);
}
