using Muster.Configuration.Model;
using Muster.Equivalence.Tests.Model;
using Muster.Policy.Decisions;
using Muster.Policy.Transitions;
using Muster.Repository;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Equivalence.Tests.Worlds;

/// <summary>Those who ask, approve, decline and review in one repository.</summary>
internal sealed class People(RepositoryDatabase database, Loaded loaded)
{
    private static readonly DecisionAuthor Author = new("ann", null);
    private readonly EntitySchema _schema = new(loaded.Model);

    /// <summary>What came of a decision, without ids, which differ from one repository to another.</summary>
    public string Decide(Decision decision)
    {
        if (loaded.Model.FindEntityType(decision.Entity) is not { } type)
        {
            return "";
        }

        try
        {
            return decision.Verb switch
            {
                DecisionVerb.Request or DecisionVerb.RequestRemoval => Request(decision, type),
                DecisionVerb.Approve => Answer(decision, type, AssignmentVerdict.Approve),
                DecisionVerb.Decline => Answer(decision, type, AssignmentVerdict.Decline),
                DecisionVerb.ApproveOrders => Review(decision, type, ReviewVerdict.Approve),
                DecisionVerb.DeclineOrders => Review(decision, type, ReviewVerdict.Decline),
                DecisionVerb.KeepFound => Review(decision, type, ReviewVerdict.Keep),
                _ => Review(decision, type, ReviewVerdict.Remove),
            };
        }
        catch (DecisionRefusedException)
        {
            return "refused";
        }
    }

    private string Request(Decision decision, EntityType type) => Show(Assignments().Request(new AssignmentRequest
    {
        OwnerType = type,
        OwnerKey = decision.Key,
        Kind = AssignmentKind.SingleRole,
        Item = decision.Item,
        IsRemoval = decision.Verb == DecisionVerb.RequestRemoval,
        Author = Author,
    }));

    private string Answer(Decision decision, EntityType type, AssignmentVerdict verdict) => Show(Assignments().Decide(
        new AssignmentAddress { OwnerType = type, OwnerKey = decision.Key, Kind = AssignmentKind.SingleRole, Item = decision.Item }, verdict, Author));

    private string Review(Decision decision, EntityType type, ReviewVerdict verdict)
    {
        long? owner;
        using (var transaction = database.BeginRead())
        {
            owner = new ResourceReader(transaction, _schema).FindByKey(type, decision.Key);
        }

        if (owner is null || !loaded.Policy.ResourceTypesByIdentifier.ContainsKey(decision.Item))
        {
            return "";
        }

        var decided = new OrderReview(database, _schema, loaded.Policy)
            .DecideAll(new ReviewFilter { ResourceTypes = [decision.Item], Owner = owner }, verdict, Author);
        return string.Join(", ", decided.Select(v => $"{v.Kind} {v.Target} {v.Property} {v.Policy} {v.Current}").Order(StringComparer.Ordinal));
    }

    private AssignmentDecisions Assignments() => new(database, _schema, loaded.Policy);

    private static string Show(DecisionOutcome outcome) => $"{outcome.From} {outcome.Next}";
}
