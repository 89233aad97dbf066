using Muster.Configuration.Model;
using Muster.Expressions.Resources;

namespace Muster.Expressions.Runtime;

/// <summary>The variable <c>queryHandler</c> (rolemodel.md 4.5).</summary>
internal sealed class QueryHandler
{
    public static QueryHandler Instance { get; } = new();

    /// <summary>The resources of an entity type that meet the condition of a query text, by ascending id.</summary>
    public static IEnumerable<IResource> Select(EvaluationFrame frame, EntityType entityType, string text)
    {
        var query = frame.Context.Query
            ?? throw new EvaluationFault("queryHandler cannot be used here: this evaluation has no access to all resources.");
        frame.AllocateText(text.Length * 8L);
        var condition = QueryText.Parse(text, entityType);
        var found = new List<IResource>();
        foreach (var resource in query.All(entityType))
        {
            frame.Work(16);
            if (condition(resource))
            {
                frame.Allocate(16);
                found.Add(resource);
            }
        }

        return found;
    }
}
