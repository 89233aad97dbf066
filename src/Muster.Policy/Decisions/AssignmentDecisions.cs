using Muster.Configuration.Elements;
using Muster.Configuration.Model;
using Muster.Policy.Access;
using Muster.Policy.Compilation;
using Muster.Policy.Naming;
using Muster.Policy.Queries;
using Muster.Policy.RoleModel;
using Muster.Policy.Transitions;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.Decisions;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Policy.Decisions;

/// <summary>
/// Requests for roles and resource types, and people's decisions on them (rolemodel.md 6.5, 7.1, 7.4). Each is one transaction: the
/// assignment, the record of who decided and why, and the change that makes the next job evaluate the owner. What follows from it (accounts,
/// values, orders) that job computes. Throws <see cref="DecisionRefusedException"/>.
/// </summary>
public sealed class AssignmentDecisions(RepositoryDatabase database, EntitySchema schema, CompiledPolicy declared)
{
    public DecisionOutcome Request(AssignmentRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var transaction = database.BeginWrite(cancellationToken);
        var policy = declared.At(transaction);
        var item = Requestable(request, policy);
        var reader = new ResourceReader(transaction, schema);
        var guard = new AccessGuard(transaction, schema, policy.Model, request.Author.ActingUser);
        var rights = new AssignmentRights(guard);
        rights.RequireRequests(item.Kind, request.IsRemoval);
        var owner = Owners.Find(reader, item.OwnerType, request.OwnerKey);
        var draft = new RequestDraft(transaction, schema, policy, item, rights.Settle(request, item, owner), owner, rights);
        var writer = new DecisionWriter(transaction, schema, policy);
        var stored = new AssignmentStore(transaction).Load([owner])[owner];
        var (before, after, kind) = request.IsRemoval ? draft.Removal(stored) : draft.Addition(stored);
        rights.RequireRequest(item, before, after, kind, request.OwnerKey);
        var saved = writer.Save(stored, after.In(stored, policy), after);
        Note(writer, item, request.OwnerKey, kind, before?.WorkflowState, saved, request.Author, draft.Risks);
        var outcome = Outcome(transaction, policy, item, saved, before?.WorkflowState, draft.Risks, guard);
        transaction.Commit();
        return outcome;
    }

    public DecisionOutcome Decide(AssignmentAddress address, AssignmentVerdict verdict, DecisionAuthor author, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(author);
        using var transaction = database.BeginWrite(cancellationToken);
        var policy = declared.At(transaction);
        var (stored, entry, item) = Locate(transaction, policy, address, verdict);
        var key = OwnerKey(transaction, policy, item, entry);
        var guard = new AccessGuard(transaction, schema, policy.Model, author.ActingUser);
        var rights = new AssignmentRights(guard);
        rights.RequireVerdict(item, entry, verdict, key);
        RequireComment(item.Requests, verdict, author, $"{item.Title} of '{key}'");
        var risks = verdict == AssignmentVerdict.Approve && (entry.WorkflowState.IsPending() || RequestTransitions.IsSuggestion(entry.WorkflowState)) && !entry.AsksRemoval
            ? rights.Override(new RequestedRisks(transaction, schema, policy).RaisedBy(item.OwnerType, stored, entry)).After(new DecisionStore(transaction).OfAssignments([entry.Id]))
            : RiskOverrides.None;
        var situation = new RequestSituation
        {
            Risk = risks.Held.Verdict(),
            Event = verdict switch
            {
                AssignmentVerdict.Approve => RequestEvent.Approve,
                AssignmentVerdict.Decline => RequestEvent.Decline,
                AssignmentVerdict.Keep => RequestEvent.Keep,
                _ => RequestEvent.Remove,
            },
            W = entry.WorkflowState,
            Approval = item.Requests.Approval,
            AsksRemoval = entry.AsksRemoval,
            IsProvisioned = entry.IsProvisioned,
        };
        var transition = RequestTransitions.For(situation);
        var after = DecidedEntry.Of(entry, transition, situation, policy)
            ?? throw new DecisionRefusedException($"The {item.Title} of '{key}' ({entry.WorkflowState}) {transition.Refusal}.");
        var writer = new DecisionWriter(transaction, schema, policy);
        var wanted = after.In(stored, policy);
        if (verdict == AssignmentVerdict.Remove && entry.Kind == AssignmentKind.SingleRole && entry.WorkflowState.IsNonConforming())
        {
            var reader = new ResourceReader(transaction, schema);
            wanted = FoundRoleLinks.Remove(wanted, entry.Item, entry.ParametersValues, policy, reader.Find);
        }

        if (verdict == AssignmentVerdict.Remove && entry.Kind == AssignmentKind.CompositeRole && entry.WorkflowState.IsNonConforming())
        {
            var reader = new ResourceReader(transaction, schema);
            wanted = FoundRoleLinks.RemoveComposite(wanted, entry.Item, policy, reader.Find);
        }

        var saved = writer.Save(stored, wanted, after);
        Note(writer, item, key, KindOf(verdict), entry.WorkflowState, saved, author, risks);
        var outcome = Outcome(transaction, policy, item, saved, entry.WorkflowState, risks, guard);
        transaction.Commit();
        return outcome;
    }

    internal static DecisionKind KindOf(AssignmentVerdict verdict) => verdict switch
    {
        AssignmentVerdict.Approve => DecisionKind.Approve,
        AssignmentVerdict.Decline => DecisionKind.Decline,
        AssignmentVerdict.Keep => DecisionKind.Keep,
        _ => DecisionKind.Remove,
    };

    internal static void RequireComment(RequestRules rules, AssignmentVerdict verdict, DecisionAuthor author, string subject)
    {
        var (activation, attribute) = verdict switch
        {
            AssignmentVerdict.Approve => (rules.CommentOnApprove, "CommentActivationOnApproveInReview"),
            AssignmentVerdict.Decline => (rules.CommentOnDecline, "CommentActivationOnDeclineInReview"),
            AssignmentVerdict.Keep => (rules.CommentOnKeep, "CommentActivationOnKeepGapInReconciliation"),
            _ => (rules.CommentOnDelete, "CommentActivationOnDeleteGapInReconciliation"),
        };
        if (activation == CommentActivation.Required && string.IsNullOrWhiteSpace(author.Comment))
        {
            throw DecisionRefusedException.Wrong($"This decision on the {subject} needs a comment ({attribute} is Required). Give the reason with --comment.");
        }
    }

    private static AssignmentItem Requestable(AssignmentRequest request, CompiledPolicy policy)
    {
        var item = AssignmentItem.Find(policy.Model, request.Kind, request.Item);
        if (item.OwnerType != request.OwnerType)
        {
            throw DecisionRefusedException.Wrong($"The {item.Title} is for '{item.OwnerType}', not for '{request.OwnerType}'.");
        }

        RequireOurs(item);
        foreach (var name in request.Parameters.Keys.Where(n => policy.Model.Dimensions.All(d => d.Identifier != n)))
        {
            throw DecisionRefusedException.Wrong(
                $"There is no dimension '{name}', which --parameter names.{AssignmentItem.Nearest(name, policy.Model.Dimensions.Select(d => d.Identifier))}");
        }

        return item;
    }

    private static void RequireOurs(AssignmentItem item)
    {
        if (item.Policy.IsExternal)
        {
            throw new DecisionRefusedException($"The {item.Title} belongs to the policy '{item.Policy.Identifier}', which is managed elsewhere (IsExternal). Decide there.");
        }

        if (!item.Policy.IsProvisioningEnabled)
        {
            throw new DecisionRefusedException(
                $"The {item.Title} belongs to the policy '{item.Policy.Identifier}', which is not enabled: nothing of it is computed. Set IsProvisioningEnabled=\"true\".");
        }
    }

    private (OwnerAssignments Stored, AssignmentEntry Entry, AssignmentItem Item) Locate(
        RepositoryTransaction transaction, CompiledPolicy policy, AssignmentAddress address, AssignmentVerdict verdict)
    {
        var store = new AssignmentStore(transaction);
        if (address.Id is { } id)
        {
            var of = new AssignmentSearch(transaction).OwnerOf(id) ?? throw new DecisionRefusedException($"There is no assignment {id}. 'muster assignment list' shows all.");
            var assignments = store.Load([of])[of];
            var found = AssignmentEntry.Of(assignments).First(e => e.Id == id);
            var known = AssignmentItem.Find(policy.Model, found.Kind, found.Item);
            RequireOurs(known);
            return (assignments, found, known);
        }

        var item = AssignmentItem.Find(policy.Model, address.Kind ?? AssignmentKind.SingleRole, address.Item ?? "");
        RequireOurs(item);
        if (address.OwnerType is { } type && type != item.OwnerType)
        {
            throw DecisionRefusedException.Wrong($"The {item.Title} is for '{item.OwnerType}', not for '{type}'.");
        }

        var owner = Owners.Find(new ResourceReader(transaction, schema), item.OwnerType, address.OwnerKey ?? "");
        var stored = store.Load([owner])[owner];
        var entries = AssignmentEntry.Of(stored)
            .Where(e => e.Kind == item.Kind && e.Item == item.Identifier && (address.Start is null || e.StartDate == address.Start))
            .ToList();
        return (stored, Only(entries, address, item, verdict), item);
    }

    /// <summary>The one that is meant; among several the one that the verdict can be about.</summary>
    private static AssignmentEntry Only(List<AssignmentEntry> entries, AssignmentAddress address, AssignmentItem item, AssignmentVerdict verdict)
    {
        if (entries.Count == 0)
        {
            throw new DecisionRefusedException($"'{address.OwnerKey}' has no {item.Title}{(address.Start is null ? "" : " with that start")}. 'muster assignment list' shows what there is.");
        }

        var waiting = entries.Where(e => verdict is AssignmentVerdict.Approve or AssignmentVerdict.Decline ? e.WorkflowState.IsPending() : e.WorkflowState.IsNonConforming()).ToList();
        return waiting.Count == 1 ? waiting[0]
            : entries.Count == 1 ? entries[0]
            : throw new DecisionRefusedException(
                $"'{address.OwnerKey}' has the {item.Title} {entries.Count} times: {string.Join(", ", entries.Select(e => $"{e.Id} from {e.StartDate:yyyy-MM-dd} ({e.WorkflowState})"))}. Name one by its id, or with --start.");
    }

    private string OwnerKey(RepositoryTransaction transaction, CompiledPolicy policy, AssignmentItem item, AssignmentEntry entry) =>
        new DecisionWriter(transaction, schema, policy).KeyOf(item.OwnerType, entry.Owner) ?? $"#{entry.Owner}";

    private static void Note(
        DecisionWriter writer, AssignmentItem item, string ownerKey, DecisionKind kind, WorkflowState? from, AssignmentEntry saved, DecisionAuthor author, RiskOverrides risks)
    {
        writer.Record(new Decision
        {
            By = author.By,
            Comment = author.Comment,
            Kind = kind,
            EntityType = item.OwnerType.Identifier,
            Owner = saved.Owner,
            OwnerKey = ownerKey,
            Assignment = saved.Id,
            ItemKind = saved.Kind.ToString(),
            Item = saved.Item,
            Detail = risks.DetailWith(saved.ParametersValues),
            From = from?.ToString(),
            To = saved.WorkflowState.ToString(),
        });
        writer.Touch(item.OwnerType, saved.Owner, ownerKey);
        if (saved.Type?.Row.Resource is { } target && item.ResourceType is { } type)
        {
            writer.TouchTarget(type, target);
        }
    }

    private DecisionOutcome Outcome(
        RepositoryTransaction transaction, CompiledPolicy policy, AssignmentItem item, AssignmentEntry saved, WorkflowState? from, RiskOverrides risks, AccessGuard guard)
    {
        var view = new AssignmentList(transaction, schema, policy).View([saved], new ResourceRights(guard, policy.Model))[0];
        var missing = item.RequiredParameters.Select(d => d.Identifier).Except(view.Parameters.Keys);
        return new DecisionOutcome(view, from, risks.Text + (saved.WorkflowState switch
        {
            WorkflowState.BlockedByRisk => "That refuses the request: take away what it would come together with, and request it again.",
            WorkflowState.PendingApprovalRisk => "It waits for a decision on that: 'muster assignment approve' or 'decline'.",
            WorkflowState.RequestedMissingParameters => $"It lacks {string.Join(", ", missing.Select(m => $"'{m}'"))}: give it with 'muster assignment request … --parameter {missing.FirstOrDefault()}=VALUE'.",
            var state when state.IsPending() => "It waits for an approval: 'muster assignment approve' or 'decline'.",
            _ => "The next job that computes the role model carries it out.",
        }));
    }
}
