using Muster.Configuration.Model;
using Muster.Expressions;
using Muster.Expressions.Resources;
using Muster.Policy.Compilation;
using Muster.Policy.Transitions;
using Muster.Repository.Assignments;

namespace Muster.Policy.RoleModel;

/// <summary>The values of one assigned resource type: scalars, mono-valued and multi-valued navigations (rolemodel.md 5.4, 6.3, 6.4).</summary>
internal sealed class ValueEvaluation(
    CompiledResourceType type,
    OwnerInput owner,
    IReadOnlyList<HeldRole> held,
    BatchFacts facts,
    OwnerFindings findings,
    AssignedResourceType row,
    IReadOnlyList<Period> bases,
    AssignedType? stored,
    bool isBlocked,
    IResource? target,
    SlotTrace? trace = null)
{
    private const int MaximumTextLength = 4000;

    private Period Of => new(row.StartDate, row.EndDate);

    /// <summary>Now, or the first instant of an assignment that begins later: what holds then is what a creation ahead of time writes.</summary>
    private DateTime Instant => facts.Now < row.StartDate ? row.StartDate : facts.Now;

    public IReadOnlyList<AssignedResourceScalar> Scalars()
    {
        var values = new List<AssignedResourceScalar>();
        var context = facts.Evaluation with { Assignment = new AssignmentInformation(row.StartDate, row.EndDate, row.ParametersValues) };
        foreach (var rules in type.ScalarRules.GroupBy(r => r.Definition.Property))
        {
            // A rule with a role comes before one without; then by offset; then the one declared first.
            var holds = rules.SelectMany(r => Holds(r.Definition).Select(h => (Rule: r, h.Period, h.Rank))).ToList();
            var holding = holds
                .Where(h => h.Period.Contains(Instant))
                .OrderBy(h => h.Rule.Definition.SingleRole is null ? 1 : 0)
                .ThenBy(h => h.Rank)
                .Take(1)
                .ToList();
            Tell(rules, holds, holding);
            var existing = stored?.Scalars.FirstOrDefault(s => s.Property == rules.Key.Identifier);
            foreach (var (rule, period, _) in holding)
            {
                if (Scalar(rule, period, existing, context) is { } value)
                {
                    values.Add(value);
                }
            }
        }

        return values;
    }

    private void Tell(
        IEnumerable<CompiledScalarRule> rules, List<(CompiledScalarRule Rule, Period Period, int Rank)> holds, List<(CompiledScalarRule Rule, Period Period, int Rank)> chosen)
    {
        if (trace is null)
        {
            return;
        }

        foreach (var rule in rules)
        {
            var periods = Period.Union(holds.Where(h => h.Rule == rule).Select(h => h.Period));
            trace.Scalars.Add((rule, periods, periods.Exists(p => p.Contains(Instant)), chosen.Exists(c => c.Rule == rule)));
        }
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

    /// <summary>
    /// When a rule for a scalar holds. One without offset holds in the period that gave the resource type before all others, and where others
    /// extend that period, if none of them holds.
    /// </summary>
    private List<(Period Period, int Rank)> Holds(ScalarRule rule)
    {
        List<(Period Period, int Rank)> holds = RuleOffsets.HasOffset(rule)
            ? [.. bases.SelectMany(b => TypeExpectations.Periods(rule.SingleRole, b, held)).SelectMany(p => RuleOffsets.Of(p, rule.Offset)).Select(p => (p.Intersect(Of), RuleOffsets.Rank(rule.Offset)))]
            : [.. bases.SelectMany(b => TypeExpectations.Periods(rule.SingleRole, b.Intersect(Of), held)).Select(p => (p, 0)), .. TypeExpectations.Periods(rule.SingleRole, Of, held).Select(p => (p, 4))];
        findings.Bounds.UnionWith(holds.SelectMany(h => new[] { h.Period.Start, h.Period.End }));
        return holds;
    }

    private AssignedResourceScalar? Scalar(CompiledScalarRule rule, Period period, AssignedResourceScalar? existing, EvaluationContext context)
    {
        var definition = rule.Definition;
        var property = definition.Property;
        var result = rule.Value.Evaluate(owner.Resource, context);
        var current = definition.IsMapped ? target?.GetScalar(property) : existing?.CurrentValue;
        var error = result.Error ?? (result.Value?.Length > MaximumTextLength ? $"the value is longer than {MaximumTextLength} characters." : null);
        var value = new AssignedResourceScalar
        {
            Id = existing?.Id ?? 0,
            AssignedResourceType = row.Id,
            Property = property.Identifier,
            PolicyValue = error is null ? result.Value : existing?.PolicyValue,
            CurrentValue = current,
            WorkflowState = existing?.WorkflowState ?? WorkflowState.PolicyApproved,
            StartDate = period.Start,
            EndDate = period.End,
            Order = existing?.Order,
            OrderAt = existing?.OrderAt,
        };
        if (error is not null)
        {
            findings.Errors.Add($"'{property.QualifiedName}' of resource type '{type.Identifier}' for '{owner.Key}': {error}");
            return Told(value with { ProvisioningState = ProvisioningState.RuntimeErrored, Message = error }, "the expression failed", "6.1");
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
                value with
                {
                    WorkflowState = transition.Workflow ?? value.WorkflowState,
                    ProvisioningState = transition.Next.Resolve(situation.S, isBlocked),
                    Message = MessageOf(transition.Next, situation.S, existing?.Message, existing?.ProvisioningState),
                },
                transition.Name,
                transition.Source);
    }

    public IReadOnlyList<AssignedResourceNavigation> Navigations()
    {
        var values = new List<AssignedResourceNavigation>();
        var expectations = new LinkExpectations(type, owner, held, facts, findings, Of, bases, trace);
        foreach (var property in type.GovernedNavigations)
        {
            var expected = expectations.Of(property);
            if (property.Kind == PropertyKind.MonoNavigation)
            {
                if (Mono(property, expected) is { } value)
                {
                    values.Add(value);
                }
            }
            else
            {
                values.AddRange(Multi(property, expected));
            }
        }

        return values;
    }

    private AssignedResourceNavigation? Mono(EntityProperty property, List<WantedLink> expected)
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
                Link(property, existing, wanted) with
                {
                    Resource = wanted!.Resource,
                    CurrentResource = current,
                    WorkflowState = existing?.WorkflowState ?? WorkflowState.Found,
                    ProvisioningState = ProvisioningState.Blocked,
                },
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
            Link(property, existing, wanted) with
            {
                Resource = wanted?.Resource,
                CurrentResource = current,
                WorkflowState = transition.Workflow ?? situation.W,
                ProvisioningState = state,
                Message = MessageOf(transition.Next, situation.S, existing?.Message, existing?.ProvisioningState),
            },
            transition.Name,
            transition.Source);
    }

    private IEnumerable<AssignedResourceNavigation> Multi(EntityProperty property, List<WantedLink> expected)
    {
        var current = target?.GetMany(property).Select(t => t.Id).ToHashSet() ?? [];
        var rows = stored?.Navigations.Where(n => n.Property == property.Identifier && n.Resource is not null)
            .ToDictionary(n => n.Resource!.Value) ?? [];
        var wanted = expected.ToDictionary(w => w.Resource);

        // Links to resources that no rule mentions are not tracked (rolemodel.md 5.5).
        var tracked = facts.TrackedLinks[(type.Definition, property)];
        foreach (var resource in wanted.Keys.Concat(rows.Keys).Concat(current.Where(tracked.Contains)).Distinct().Order())
        {
            var existing = rows.GetValueOrDefault(resource);
            var want = wanted.GetValueOrDefault(resource);
            var isCurrent = current.Contains(resource);
            var value = IsLapsed(existing, want)
                ? Multi(property, resource, existing, null, isCurrent) ?? Multi(property, resource, null, want, isCurrent)
                : Multi(property, resource, existing, want, isCurrent);
            if (value is not null)
            {
                yield return value;
            }
        }
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
                Link(property, existing, wanted) with
                {
                    Resource = resource,
                    CurrentResource = isCurrent ? resource : null,
                    WorkflowState = transition.Workflow ?? situation.W,
                    ProvisioningState = transition.Next.Resolve(situation.S, IsBlocked(wanted)),
                    Message = MessageOf(transition.Next, situation.S, existing?.Message, existing?.ProvisioningState),
                },
                transition.Name,
                transition.Source);
    }

    private AssignedResourceNavigation Link(EntityProperty property, AssignedResourceNavigation? existing, WantedLink? wanted) => new()
    {
        Id = existing?.Id ?? 0,
        AssignedResourceType = row.Id,
        Property = property.Identifier,
        StartDate = wanted?.Period.Start ?? existing?.StartDate ?? row.StartDate,
        EndDate = wanted?.Period.End ?? existing?.EndDate ?? row.EndDate,
        Confidence = wanted is null ? existing?.Confidence : wanted.Confidence,
        IsIndirect = existing?.IsIndirect ?? false,
        Order = existing?.Order,
        OrderAt = existing?.OrderAt,
    };

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
