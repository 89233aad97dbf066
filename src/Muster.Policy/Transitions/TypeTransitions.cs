using Muster.Repository.Assignments;
using static Muster.Repository.Assignments.ProvisioningState;
using static Muster.Repository.Assignments.WorkflowState;

namespace Muster.Policy.Transitions;

/// <summary>Why a resource type is wanted.</summary>
internal enum Expectation
{
    None,
    TypeRule,
    Role,
    Manual,

    /// <summary>Not wanted yet: a rule gives it, and a required parameter has no value.</summary>
    MissingParameters,

    /// <summary>Not wanted: a rule only asks for it, for somebody who is here or who is yet to arrive.</summary>
    RequestedForExisting,
    RequestedForNew,

    /// <summary>Not wanted: a rule only suggests it.</summary>
    Suggested,
}

/// <summary>What is known of the target of an assigned resource type.</summary>
internal enum TargetKnowledge
{
    /// <summary>None is known.</summary>
    None,

    /// <summary>It exists and is owned, or correlated with confidence 100 and more.</summary>
    Correlated,

    /// <summary>It exists and is proposed, with a confidence under 100.</summary>
    Proposed,

    /// <summary>There was one, and it does not exist any more.</summary>
    Gone,
}

/// <summary>What is known about one assigned resource type (rolemodel.md 6.2).</summary>
internal readonly record struct TypeSituation
{
    public Expectation Expectation { get; init; }

    public TargetKnowledge Target { get; init; }

    public bool HasRow { get; init; }

    public WorkflowState W { get; init; }

    public ProvisioningState S { get; init; }

    public bool AllowAdd { get; init; }

    public bool AllowRemove { get; init; }

    public bool RemoveOrphans { get; init; }

    public bool OwnerDeleted { get; init; }

    public bool HasDeparted { get; init; }

    public bool SynchronizedSince { get; init; }

    /// <summary>What waits is the removal by hand, or a person has declined what is being removed: rules do not bring it back.</summary>
    public bool AsksRemoval { get; init; }

    /// <summary>Given by hand, and the period that was given is not now.</summary>
    public bool IsManualOver { get; init; }

    public bool IsExpected => Expectation is Expectation.TypeRule or Expectation.Role or Expectation.Manual;

    public bool IsSuggestion => W is WorkflowState.None or WorkflowState.Suggested or SuggestedExisting or RequestedAutomatically or CalculatedMissingParameters;

    public bool IsDeclined => HasRow && W == Cancellation && AsksRemoval && !OwnerDeleted;

    public bool Exists => Target is TargetKnowledge.Correlated or TargetKnowledge.Proposed;

    public bool In(params ReadOnlySpan<ProvisioningState> states) => states.Contains(S);
}

/// <summary>One row of the table.</summary>
/// <param name="Workflow">Null: unchanged. <see cref="WorkflowState.None"/>: that of the expectation, 16 staying 16.</param>
internal sealed record TypeTransition(string Name, string Source, Func<TypeSituation, bool> When, WorkflowState? Workflow, Next Next);

/// <summary>The table of rolemodel.md 6.2. The first row that fits decides.</summary>
internal static class TypeTransitions
{
    /// <summary>Stands for the workflow state of the expectation: 18, 118 or 16.</summary>
    private const WorkflowState Wanted = WorkflowState.None;

    public static IReadOnlyList<TypeTransition> Table { get; } =
    [
        new("declined by hand", "5.4", s => s.HasRow && s.W == Declined && !s.OwnerDeleted && s.Target != TargetKnowledge.Gone, null, Next.Keep),

        new("declined by reviewer, still there after synchronisation", "6.2 (11)", s => s.IsDeclined && s.Exists && s.S == Executed && s.SynchronizedSince, null, Next.Retry),
        new("declined by reviewer, removal under way", "6.2 (11)", s => s.IsDeclined && s.Exists, null, Next.Keep),
        new("declined by reviewer, target gone", "6.2 (11)", s => s.IsDeclined && s.Target == TargetKnowledge.Gone, Declined, Next.None),
        new("requested, not decided", "6.5", s => (s.W.IsPending() || s.W == BlockedByRisk) && !s.AsksRemoval && !s.IsExpected && s.Target == TargetKnowledge.None && !s.OwnerDeleted && !s.HasDeparted, null, Next.None),

        // Wanted.
        new("wanted, deletion executed, target gone", "6.2 (10)", s => s.IsExpected && s.W == Cancellation && s.Target == TargetKnowledge.Gone, null, Next.Replace),
        new("wanted, target deleted outside", "6.4 (3)", s => s.IsExpected && s.Target == TargetKnowledge.Gone, Wanted, Next.Review),
        new("wanted, no row, no target", "6.2 (1)-(3)", s => s.IsExpected && s.Target == TargetKnowledge.None && !s.HasRow && s.AllowAdd, Wanted, Next.Due),
        new("wanted, no row, people create it", "6.2 (1)", s => s.IsExpected && s.Target == TargetKnowledge.None && !s.HasRow, Wanted, Next.None),
        new("wanted again, deletion under way", "6.1", s => s.IsExpected && s.W == Cancellation && s.S == Transmitted, null, Next.Keep),
        new("wanted again, deletion executed", "6.1", s => s.IsExpected && s.W == Cancellation && s.S == Executed && !s.SynchronizedSince, null, Next.Keep),
        new("wanted, proposed target", "6.2 (5)", s => s.IsExpected && s.Target == TargetKnowledge.Proposed, Wanted, Next.Review),
        new("wanted, correlated", "6.2 (4)", s => s.IsExpected && s.Target == TargetKnowledge.Correlated, Wanted, Next.Consolidate),
        new("wanted again, not created yet", "6.2 (1)", s => s.IsExpected && s.W == Cancellation, Wanted, Next.Due),
        new("wanted, created, not seen after synchronisation", "sync 17", s => s.IsExpected && s.S == Executed && s.SynchronizedSince, Wanted, Next.Retry),
        new("wanted, creation under way", "6.1", s => s.IsExpected && s.In(Pending, Blocked, Transmitted, Errored, Executed), Wanted, Next.Keep),
        new("wanted, people create it", "6.2 (1)", s => s.IsExpected && !s.AllowAdd, Wanted, Next.None),
        new("wanted, any other state", "6.2 (1)", s => s.IsExpected, Wanted, Next.Due),

        // Only suggested, or asked for by a rule.
        new("given by a rule, parameter missing", "6.5", s => s.Expectation == Expectation.MissingParameters && s.Target == TargetKnowledge.None && s.IsSuggestion, CalculatedMissingParameters, Next.None),
        new("suggested", "5.4", s => s.Expectation == Expectation.Suggested && s.Target == TargetKnowledge.None && s.IsSuggestion, WorkflowState.Suggested, Next.None),
        new("requested automatically before", "5.4", s => (s.Expectation is Expectation.RequestedForExisting or Expectation.RequestedForNew) && s.Target == TargetKnowledge.None && (s.W is SuggestedExisting or RequestedAutomatically), null, Next.None),
        new("requested automatically for a present worker", "5.4", s => s.Expectation == Expectation.RequestedForExisting && s.Target == TargetKnowledge.None && s.IsSuggestion, SuggestedExisting, Next.None),
        new("requested automatically for a new worker", "5.4", s => s.Expectation == Expectation.RequestedForNew && s.Target == TargetKnowledge.None && s.IsSuggestion, RequestedAutomatically, Next.None),

        // Not wanted, and nothing there.
        new("target gone", "6.2 (10)", s => s.Target == TargetKnowledge.Gone, null, Next.Drop),
        new("lost, creation under way", "6.1: 2 policy value changes", s => s.Target == TargetKnowledge.None && s.HasRow && (s.S == Transmitted || (s.S == Executed && !s.SynchronizedSince)), Cancellation, Next.Keep),
        new("never provisioned", "6.2 (9)", s => s.Target == TargetKnowledge.None, null, Next.Drop),

        // Not wanted, and there.
        new("removal executed, still there after synchronisation", "sync 17", s => s.W == Cancellation && s.S == Executed && s.SynchronizedSince, null, Next.Retry),
        new("removal under way", "6.2 (10)", s => s.W == Cancellation && s.In(Pending, Blocked, Transmitted, Errored, Executed), null, Next.Keep),
        new("owner deleted, orphans are removed", "6.2 (12)", s => s.OwnerDeleted && s.RemoveOrphans && s.AllowRemove && s.Target == TargetKnowledge.Correlated, Cancellation, Next.Due),
        new("owner deleted", "6.2 (12)", s => s.OwnerDeleted && s.Target == TargetKnowledge.Correlated, Found, Next.Orphan),
        new("owner deleted, only proposed", "6.2 (12)", s => s.OwnerDeleted, null, Next.Drop),
        new("lost, creation executed and found later", "6.2 (8)", s => s.W == Cancellation && s.AllowRemove, null, Next.Due),
        new("found, owner departed", "7.6", s => s.W.IsNonConforming() && s.HasDeparted && s.AllowRemove && s.Target == TargetKnowledge.Correlated, Cancellation, Next.Due),
        new("unauthorised account", "6.2 (6)", s => !s.HasRow, Found, Next.Review),
        new("pre-existing, kept as it is", "5.13", s => s.W == Historic && s.S == Verified, null, Next.Keep),
        new("found", "6.2 (7)", s => s.W.IsNonConforming(), null, Next.Review),
        new("rule lost", "6.2 (8)", s => s.AllowRemove && s.Target == TargetKnowledge.Correlated, Cancellation, Next.Due),
        new("rule lost, people remove it", "6.2 (8)", _ => true, Found, Next.Review),
    ];

    public static TypeTransition For(TypeSituation situation)
    {
        foreach (var transition in Table)
        {
            if (transition.When(situation))
            {
                return transition;
            }
        }

        throw new InvalidOperationException("The last row fits everything.");
    }

    /// <summary>The workflow state that a transition gives a row.</summary>
    public static WorkflowState Resolve(this TypeTransition transition, TypeSituation situation)
    {
        if (transition.Workflow is not { } workflow)
        {
            return situation.W;
        }

        if (workflow != Wanted)
        {
            return workflow;
        }

        if (situation is { Expectation: Expectation.Manual } && situation.W.IsPending())
        {
            return situation.W;
        }

        return situation.W.IsManual() && !situation.IsManualOver ? situation.W : situation.Expectation == Expectation.Role ? GivenByRole : PolicyApproved;
    }
}
