using Muster.Configuration.Elements;
using Muster.Configuration.Model;
using Muster.Policy.Compilation;
using Muster.Policy.RoleModel;
using Muster.Policy.Transitions;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.Decisions;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Policy.Decisions;

/// <summary>What a request makes of the assignments that the owner has.</summary>
internal sealed class RequestDraft(
    RepositoryTransaction transaction, EntitySchema schema, CompiledPolicy policy, AssignmentItem item, AssignmentRequest request, long owner, AssignmentRights rights)
{
    /// <summary>What the request raises; known once it has been drafted.</summary>
    public RiskOverrides Risks { get; private set; } = RiskOverrides.None;

    private string Subject => $"The {item.Title} of '{request.OwnerKey}'";

    public (AssignmentEntry? Before, AssignmentEntry After, DecisionKind Kind) Addition(OwnerAssignments stored)
    {
        var parameters = Parameters();
        var period = Requested();
        var met = Met(stored, parameters, period);
        if (met is { WorkflowState: var held } && held.IsManual() && request.End is { } end)
        {
            return Prolonged(met, end);
        }

        if (met is { WorkflowState: WorkflowState.CalculatedMissingParameters } && parameters.Count > 0)
        {
            return (met, met with { ParametersValues = Merged(met, parameters) }, DecisionKind.Amend);
        }

        var values = met is { WorkflowState: WorkflowState.RequestedMissingParameters } ? Merged(met, parameters) : AssignmentParameters.Format(parameters);
        var lacks = item.RequiredParameters.Any(d => !AssignmentParameters.Parse(values).ContainsKey(d.Identifier));
        var isAmended = met is { WorkflowState: WorkflowState.RequestedMissingParameters };
        var keepsPeriod = isAmended && request.Start is null && request.End is null;
        var entry = (met ?? new AssignmentEntry { Kind = item.Kind, Owner = owner, Item = item.Identifier, StartDate = period.Start, EndDate = period.End }) with
        {
            ParametersValues = values,
            StartDate = keepsPeriod ? met!.StartDate : period.Start,
            EndDate = keepsPeriod ? met!.EndDate : period.End,
            IsContextBound = keepsPeriod ? met!.IsContextBound : IsContextBound(period),
        };
        Risks = lacks ? RiskOverrides.None : rights.Override(new RequestedRisks(transaction, schema, policy).RaisedBy(item.OwnerType, stored, entry));
        var situation = Situation(RequestEvent.Request, met) with { LacksParameters = lacks, Risk = Risks.Held.Verdict() };
        var transition = RequestTransitions.For(situation);
        return (met, DecidedEntry.Of(entry, transition, situation, policy) ?? throw Refused(transition, met), isAmended ? DecisionKind.Amend : DecisionKind.Request);
    }

    public (AssignmentEntry? Before, AssignmentEntry After, DecisionKind Kind) Removal(OwnerAssignments stored)
    {
        var parameters = Parameters();
        var held = Own(stored)
            .Where(e => e.WorkflowState is not (WorkflowState.Declined or WorkflowState.Cancellation))
            .Where(e => parameters.Count == 0 || e.ParametersValues == AssignmentParameters.Format(parameters))
            .Where(e => request.Start is null || e.StartDate == request.Start)
            .ToList();
        var met = held.Where(e => e.WorkflowState.IsManual()).ToList() is [var manual] ? manual
            : held is [var only] ? only
            : held.Count == 0 ? throw new DecisionRefusedException($"'{request.OwnerKey}' does not have the {item.Title}. 'muster assignment list' shows what there is.")
            : throw new DecisionRefusedException($"'{request.OwnerKey}' has the {item.Title} {held.Count} times. Name one with --start or --parameter.");
        var situation = Situation(RequestEvent.RequestRemoval, met);
        var transition = RequestTransitions.For(situation);
        return (met, DecidedEntry.Of(met, transition, situation, policy) ?? throw Refused(transition, met), DecisionKind.RequestRemoval);
    }

    private DecisionRefusedException Refused(RequestTransition transition, AssignmentEntry? met) =>
        new($"{Subject}{(met is null ? "" : $" ({met.WorkflowState})")} {transition.Refusal}.");

    private IEnumerable<AssignmentEntry> Own(OwnerAssignments stored) =>
        AssignmentEntry.Of(stored).Where(e => e.Kind == item.Kind && e.Item == item.Identifier);

    /// <summary>The row that the request is about: one with the same parameters in the same period, or one that still lacks some.</summary>
    private AssignmentEntry? Met(OwnerAssignments stored, Dictionary<string, string> parameters, Period period)
    {
        var own = Own(stored).ToList();
        if (own.Find(e => e.WorkflowState is WorkflowState.RequestedMissingParameters or WorkflowState.CalculatedMissingParameters) is { } incomplete)
        {
            return incomplete;
        }

        var text = AssignmentParameters.Format(parameters);
        bool IsSame(AssignmentEntry e) => item.Kind == AssignmentKind.ResourceType || item.RequiredParameters.Count == 0 || e.ParametersValues == text;
        var met = own.Where(e => IsSame(e) && (period.Overlaps(new Period(e.StartDate, e.EndDate)) || e.WorkflowState == WorkflowState.Declined)).ToList();
        return met.Find(e => e.WorkflowState is not (WorkflowState.Declined or WorkflowState.Cancellation)) ?? met.FirstOrDefault();
    }

    private RequestSituation Situation(RequestEvent happens, AssignmentEntry? met)
    {
        if (request.IsImplicit && !item.Requests.IsApprovalImplicit)
        {
            throw new DecisionRefusedException(
                $"{Subject} is not approved by the right to review: neither the {item.Title} (ImplicitApproval) nor its policy (HasImplicitApproval) allows it. Leave --implicit out.");
        }

        return new RequestSituation
        {
            Event = happens,
            W = met?.WorkflowState ?? WorkflowState.None,
            Approval = item.Requests.Approval,
            IsImplicit = request.IsImplicit,
            AsksRemoval = met?.AsksRemoval ?? false,
            IsProvisioned = met?.IsProvisioned ?? false,
        };
    }

    /// <summary>Moves the end of an assignment by hand: earlier at once, later where no approval is needed for it (rolemodel.md 7.5).</summary>
    private (AssignmentEntry? Before, AssignmentEntry After, DecisionKind Kind) Prolonged(AssignmentEntry met, DateTime end)
    {
        if (end > met.EndDate && item.Requests is { ProlongsWithoutApproval: false, Approval: not ApprovalWorkflowType.None } && !request.IsImplicit)
        {
            throw new DecisionRefusedException(
                $"{Subject} ends {met.EndDate:yyyy-MM-dd}, and moving the end later needs an approval (ProlongationWithoutApproval). Request it again with --start {met.EndDate:yyyy-MM-ddTHH:mm:ssZ}.");
        }

        var hull = Hull();
        var moved = end < hull.End ? end : hull.End;
        return moved <= met.StartDate
            ? throw DecisionRefusedException.Wrong($"{Subject} starts {met.StartDate:yyyy-MM-dd}: it cannot end before. To take it away, use --remove.")
            : (met, met with { EndDate = moved, IsContextBound = false }, DecisionKind.Amend);
    }

    private Dictionary<string, string> Parameters()
    {
        var reader = new ResourceReader(transaction, schema);
        foreach (var (name, value) in request.Parameters)
        {
            var dimension = policy.Model.Dimensions.First(d => d.Identifier == name);
            if (reader.FindByKey(dimension.EntityType, value) is null)
            {
                throw DecisionRefusedException.Wrong(
                    $"There is no '{dimension.EntityType}' with the key '{value}', which --parameter gives for '{name}'. 'muster resource list {dimension.EntityType}' shows all.");
            }
        }

        return new Dictionary<string, string>(request.Parameters, StringComparer.Ordinal);
    }

    private static string? Merged(AssignmentEntry met, Dictionary<string, string> parameters)
    {
        var values = new Dictionary<string, string>(AssignmentParameters.Parse(met.ParametersValues), StringComparer.Ordinal);
        foreach (var (name, value) in parameters)
        {
            values[name] = value;
        }

        return AssignmentParameters.Format(values);
    }

    private Period Requested()
    {
        var hull = Hull();
        if (item.Requests.EndDateLock == EndDateLock.Always && request.End is not null)
        {
            throw DecisionRefusedException.Wrong($"{Subject} ends with the owner's contexts (ManualAssignmentEndDateLockedToContextMode is Always). Leave --end out.");
        }

        if (item.Requests.EndDateLock == EndDateLock.Never && request.IsContextBound == true)
        {
            throw DecisionRefusedException.Wrong($"{Subject} never follows the owner's contexts (ManualAssignmentEndDateLockedToContextMode is Never). Give --end a date, or leave it out.");
        }

        var period = OwnerValidity.Cut(hull, request.Start, request.End, item.MaxDuration, transaction.Now);
        return period.End <= transaction.Now || period.IsEmpty
            ? throw DecisionRefusedException.Wrong(
                $"{Subject} would last from {period.Start:yyyy-MM-dd} to {period.End:yyyy-MM-dd} within the owner's validity: nothing is left of it. Give other dates with --start and --end.")
            : period;
    }

    private Period Hull()
    {
        var hull = OwnerValidity.Of(transaction, schema, policy, item.OwnerType, owner)
            ?? throw new DecisionRefusedException($"'{request.OwnerKey}' takes no part in the role model: there is no context, or it is excluded.");
        return hull.End > transaction.Now
            ? hull
            : throw new DecisionRefusedException($"'{request.OwnerKey}' has left: the validity ended {hull.End:yyyy-MM-dd}.");
    }

    /// <summary>Whether the end follows the contexts: only an end that is theirs, not one cut by the longest duration.</summary>
    private bool IsContextBound(Period period)
    {
        var wanted = item.Requests.EndDateLock switch
        {
            EndDateLock.Always => true,
            EndDateLock.Never => false,
            EndDateLock.ExplicitContextBoundByDefault => request.IsContextBound ?? request.End is null,
            _ => request.IsContextBound ?? false,
        };
        return wanted && period.End == Hull().End;
    }
}
