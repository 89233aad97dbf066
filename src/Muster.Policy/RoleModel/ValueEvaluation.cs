using Muster.Configuration.Model;
using Muster.Expressions;
using Muster.Expressions.Resources;
using Muster.Policy.Compilation;
using Muster.Policy.Transitions;
using Muster.Repository.Assignments;

namespace Muster.Policy.RoleModel;

/// <summary>The values that an evaluation gave.</summary>
/// <param name="Stored">How many of them are stored rows that stay as they are.</param>
internal readonly record struct EvaluatedValues(
    IReadOnlyList<AssignedResourceScalar> Scalars, IReadOnlyList<AssignedResourceNavigation> Navigations, int Stored)
{
    public static EvaluatedValues None { get; } = new([], [], 0);
}

/// <summary>The values of one assigned resource type: scalars, mono-valued and multi-valued navigations (rolemodel.md 5.4, 6.3, 6.4).</summary>
/// <param name="plan">What rules want, and when.</param>
internal sealed class ValueEvaluation(
    CompiledResourceType type,
    OwnerInput owner,
    ValuePlan plan,
    BatchFacts facts,
    OwnerFindings findings,
    AssignedResourceType row,
    AssignedType? stored,
    bool isBlocked,
    IResource? target,
    SlotTrace? trace = null)
{
    private const int MaximumTextLength = 4000;

    private int _kept;

    /// <summary>Now, or the first instant of an assignment that begins later: what holds then is what a creation ahead of time writes.</summary>
    private DateTime Instant => facts.Now < row.StartDate ? row.StartDate : facts.Now;

    public EvaluatedValues Evaluate()
    {
        var scalars = Scalars();
        var navigations = Navigations();
        return new EvaluatedValues(scalars, navigations, _kept);
    }

    private List<AssignedResourceScalar> Scalars()
    {
        var values = new List<AssignedResourceScalar>(plan.Scalars.Count);
        var context = facts.Evaluation with { Assignment = new AssignmentInformation(row.StartDate, row.EndDate, row.ParametersValues) };
        for (var index = 0; index < plan.Scalars.Count; index++)
        {
            if (plan.Scalars[index] is { } choice && Scalar(choice.Rule, choice.Period, StoredScalar(type.ScalarGroups[index].Property.Identifier), context) is { } value)
            {
                values.Add(value);
            }
        }

        return values;
    }

    private AssignedResourceScalar? StoredScalar(string property)
    {
        if (stored is not null)
        {
            for (var index = 0; index < stored.Scalars.Count; index++)
            {
                if (stored.Scalars[index].Property == property)
                {
                    return stored.Scalars[index];
                }
            }
        }

        return null;
    }

    private T Told<T>(T value, string transition, string source)
        where T : class
    {
        if (trace is not null)
        {
            facts.Trace?.Row(value, transition, source);
        }

        return value;
    }

    private AssignedResourceScalar? Scalar(CompiledScalarRule rule, Period period, AssignedResourceScalar? existing, EvaluationContext context)
    {
        var definition = rule.Definition;
        var property = definition.Property;
        var result = rule.Value.Evaluate(owner.Resource, context);
        var current = definition.IsMapped ? target?.GetScalar(property) : existing?.CurrentValue;
        var error = result.Error ?? (result.Value?.Length > MaximumTextLength ? $"the value is longer than {MaximumTextLength} characters." : null);
        if (error is not null)
        {
            findings.Errors.Add($"'{property.QualifiedName}' of resource type '{type.Identifier}' for '{owner.Key}': {error}");
            return Told(
                Value(existing?.PolicyValue, existing?.WorkflowState ?? WorkflowState.PolicyApproved, ProvisioningState.RuntimeErrored, error), "the expression failed", "6.1");
        }

        bool Same(string? left, string? right) => ValueComparison.AreEqual(property.Type, definition.ComparisonType, left, right);
        var situation = Situation(
            existing is not null,
            existing?.WorkflowState ?? WorkflowState.PolicyApproved,
            existing?.ProvisioningState ?? ProvisioningState.None,
            existing?.OrderAt) with
        {
            IsMapped = definition.IsMapped,
            PolicyChanged = existing is not null && !Same(result.Value, existing.PolicyValue),
            CurrentIsPolicy = Same(current, result.Value),
            CurrentIsPrevious = existing is not null && Same(current, existing.PolicyValue),
            CurrentChanged = existing is not null && !Same(current, existing.CurrentValue),
        };
        var transition = ValueTransitions.For(situation);
        return transition.Next == Next.Drop
            ? null
            : Told(
                Value(
                    result.Value,
                    transition.Workflow ?? situation.W,
                    transition.Next.Resolve(situation.S, isBlocked),
                    MessageOf(transition.Next, situation.S, existing?.Message, existing?.ProvisioningState)),
                transition.Name,
                transition.Source);

        // The stored row, where nothing of it changes.
        AssignedResourceScalar Value(string? policy, WorkflowState workflow, ProvisioningState state, string? message)
        {
            if (existing is not null
                && existing.WorkflowState == workflow
                && existing.ProvisioningState == state
                && existing.StartDate == period.Start
                && existing.EndDate == period.End
                && existing.PolicyValue == policy
                && existing.CurrentValue == current
                && existing.Message == message
                && existing.AssignedResourceType == row.Id)
            {
                _kept++;
                return existing;
            }

            return new AssignedResourceScalar
            {
                Id = existing?.Id ?? 0,
                AssignedResourceType = row.Id,
                Property = property.Identifier,
                PolicyValue = policy,
                CurrentValue = current,
                WorkflowState = workflow,
                ProvisioningState = state,
                StartDate = period.Start,
                EndDate = period.End,
                Message = message,
                Order = existing?.Order,
                OrderAt = existing?.OrderAt,
            };
        }
    }

    private List<AssignedResourceNavigation> Navigations()
    {
        var values = new List<AssignedResourceNavigation>(stored?.Navigations.Count ?? 0);
        for (var index = 0; index < plan.Links.Count; index++)
        {
            var property = type.GovernedNavigations[index];
            if (property.Kind != PropertyKind.MonoNavigation)
            {
                Multi(property, plan.Links[index], values);
            }
            else if (Mono(property, plan.Links[index]) is { } value)
            {
                values.Add(value);
            }
        }

        return values;
    }

    private AssignedResourceNavigation? Mono(EntityProperty property, IReadOnlyList<WantedLink> expected)
    {
        var existing = stored?.Navigations.FirstOrDefault(n => n.Property == property.Identifier);

        // Where several contexts want something else, the first of them decides (rolemodel.md 5.3).
        var wanted = expected.OrderBy(w => w.Period.Contains(Instant) ? 0 : 1).ThenBy(w => w.Rank).ThenBy(w => w.Context).FirstOrDefault();
        return IsLapsed(existing, wanted) ? Mono(property, existing, null) ?? Mono(property, null, wanted) : Mono(property, existing, wanted);
    }

    /// <summary>What was wanted until now is wanted again later, and not in between.</summary>
    private bool IsLapsed(AssignedResourceNavigation? existing, WantedLink? wanted) =>
        existing is not null && existing.StartDate <= facts.Now && wanted is not null && wanted.Period.Start > Instant;

    private AssignedResourceNavigation? Mono(EntityProperty property, AssignedResourceNavigation? existing, WantedLink? wanted)
    {
        if (wanted is null && existing is null)
        {
            return null;
        }

        var current = target?.GetOne(property)?.Id;

        // The link ended with the resource that it led to: nobody changed it in the managed system.
        var isEmptied = current is null && existing?.Resource is { } former && facts.Gone.Contains(former);
        var situation = Situation(
            existing is not null,
            existing?.WorkflowState ?? WorkflowState.PolicyApproved,
            existing?.ProvisioningState ?? ProvisioningState.None,
            existing?.OrderAt) with
        {
            IsMapped = true,
            PolicyChanged = existing is not null && wanted?.Resource != existing.Resource,
            CurrentIsPolicy = current == wanted?.Resource,
            CurrentIsPrevious = existing is not null && (current == existing.Resource || isEmptied),
            CurrentChanged = existing is not null && current != existing.CurrentResource && !isEmptied,
        };
        if (wanted is { IsOfFoundRole: true } && current == wanted.Resource && existing is null or { WorkflowState: WorkflowState.Found or WorkflowState.Historic })
        {
            return Told(
                Link(property, existing, wanted, wanted!.Resource, current, existing?.WorkflowState ?? WorkflowState.Found, ProvisioningState.Blocked, null),
                "of a role that was deduced",
                "5.5");
        }

        var transition = ValueTransitions.For(situation);
        var state = transition.Next.Resolve(situation.S, IsBlocked(wanted));

        // A property that no rule wants a value for has a row only until it is empty (rolemodel.md 6.3, row 17).
        if (transition.Next == Next.Drop || (wanted is null && (target is null || state == ProvisioningState.Verified)))
        {
            return null;
        }

        return Told(
            Link(
                property,
                existing,
                wanted,
                wanted?.Resource,
                current,
                transition.Workflow ?? situation.W,
                state,
                MessageOf(transition.Next, situation.S, existing?.Message, existing?.ProvisioningState)),
            transition.Name,
            transition.Source);
    }

    /// <summary>Wanted, stored and present links are in order of their resources, and looked at side by side.</summary>
    private void Multi(EntityProperty property, IReadOnlyList<WantedLink> wanted, List<AssignedResourceNavigation> values)
    {
        var current = target?.GetMany(property) ?? [];
        var rows = StoredLinks(property.Identifier);

        // Links to resources that no rule mentions are not tracked (rolemodel.md 5.5).
        var tracked = facts.TrackedLinks[(type.Definition, property)];
        var (atWanted, atRow, atCurrent) = (0, 0, 0);
        while (true)
        {
            while (atCurrent + 1 < current.Count && current[atCurrent + 1].Id == current[atCurrent].Id)
            {
                atCurrent++;
            }

            var resource = Math.Min(
                atWanted < wanted.Count ? wanted[atWanted].Resource : long.MaxValue,
                Math.Min(atRow < rows.Count ? rows[atRow].Resource!.Value : long.MaxValue, atCurrent < current.Count ? current[atCurrent].Id : long.MaxValue));
            if (resource == long.MaxValue)
            {
                return;
            }

            var want = atWanted < wanted.Count && wanted[atWanted].Resource == resource ? wanted[atWanted++] : null;
            var existing = atRow < rows.Count && rows[atRow].Resource == resource ? rows[atRow++] : null;
            var isCurrent = atCurrent < current.Count && current[atCurrent].Id == resource;
            atCurrent += isCurrent ? 1 : 0;
            if (want is null && existing is null && !tracked.Contains(resource))
            {
                continue;
            }

            var value = IsLapsed(existing, want)
                ? Multi(property, resource, existing, null, isCurrent) ?? Multi(property, resource, null, want, isCurrent)
                : Multi(property, resource, existing, want, isCurrent);
            if (value is not null)
            {
                values.Add(value);
            }
        }
    }

    private List<AssignedResourceNavigation> StoredLinks(string property)
    {
        var rows = new List<AssignedResourceNavigation>(stored?.Navigations.Count ?? 0);
        for (var index = 0; index < (stored?.Navigations.Count ?? 0); index++)
        {
            if (stored!.Navigations[index] is { Resource: not null } link && link.Property == property)
            {
                rows.Add(link);
            }
        }

        rows.Sort(static (left, right) => left.Resource!.Value.CompareTo(right.Resource!.Value));
        return rows;
    }

    private AssignedResourceNavigation? Multi(
        EntityProperty property, long resource, AssignedResourceNavigation? existing, WantedLink? wanted, bool isCurrent)
    {
        var state = existing?.ProvisioningState ?? ProvisioningState.None;
        var situation = new LinkSituation
        {
            IsExpected = wanted is not null,
            IsCurrent = isCurrent,
            HasRow = existing is not null,
            W = existing?.WorkflowState ?? WorkflowState.PolicyApproved,
            S = Elapsed.Is(type.Definition, state, existing?.OrderAt, facts.Now) ? ProvisioningState.Errored : state,
            TargetExists = target is not null,
            WasCurrent = existing?.CurrentResource is not null,
            SynchronizedSince = facts.IsSynchronizedSince(type.Definition, state == ProvisioningState.Executed ? existing?.OrderAt : null),
            HasDeparted = owner.Contexts.HasDeparted(facts.Now),
            IsOfFoundRole = wanted?.IsOfFoundRole == true,
        };
        var transition = LinkTransitions.For(situation);
        return transition.Next == Next.Drop
            ? null
            : Told(
                Link(
                    property,
                    existing,
                    wanted,
                    resource,
                    isCurrent ? resource : null,
                    transition.Workflow ?? situation.W,
                    transition.Next.Resolve(situation.S, IsBlocked(wanted)),
                    MessageOf(transition.Next, situation.S, existing?.Message, existing?.ProvisioningState)),
                transition.Name,
                transition.Source);
    }

    /// <summary>A link; the stored row, where nothing of it changes.</summary>
    private AssignedResourceNavigation Link(
        EntityProperty property,
        AssignedResourceNavigation? existing,
        WantedLink? wanted,
        long? resource,
        long? current,
        WorkflowState workflow,
        ProvisioningState state,
        string? message)
    {
        var start = wanted?.Period.Start ?? existing?.StartDate ?? row.StartDate;
        var end = wanted?.Period.End ?? existing?.EndDate ?? row.EndDate;
        var confidence = wanted is null ? existing?.Confidence : wanted.Confidence;
        if (existing is not null
            && existing.Resource == resource
            && existing.CurrentResource == current
            && existing.WorkflowState == workflow
            && existing.ProvisioningState == state
            && existing.StartDate == start
            && existing.EndDate == end
            && existing.Confidence == confidence
            && existing.Message == message
            && existing.AssignedResourceType == row.Id)
        {
            _kept++;
            return existing;
        }

        return new AssignedResourceNavigation
        {
            Id = existing?.Id ?? 0,
            AssignedResourceType = row.Id,
            Property = property.Identifier,
            Resource = resource,
            CurrentResource = current,
            WorkflowState = workflow,
            ProvisioningState = state,
            StartDate = start,
            EndDate = end,
            Confidence = confidence,
            IsIndirect = existing?.IsIndirect ?? false,
            Message = message,
            Order = existing?.Order,
            OrderAt = existing?.OrderAt,
        };
    }

    private bool IsBlocked(WantedLink? wanted) => isBlocked || wanted?.Confidence is < Correlation.Candidate.Automatic;

    private ValueSituation Situation(bool hasRow, WorkflowState workflow, ProvisioningState state, DateTime? orderAt) => new()
    {
        HasRow = hasRow,
        W = workflow,
        S = Elapsed.Is(type.Definition, state, orderAt, facts.Now) ? ProvisioningState.Errored : state,
        TargetExists = target is not null,
        Discards = type.Definition.DiscardManualAssignments,
        SynchronizedSince = facts.IsSynchronizedSince(type.Definition, state == ProvisioningState.Executed ? orderAt : null),
    };

    private static string? MessageOf(Next next, ProvisioningState now, string? message, ProvisioningState? before) =>
        next != Next.Keep ? null
        : now == ProvisioningState.Errored && before != ProvisioningState.Errored ? Elapsed.Message
        : message;
}
