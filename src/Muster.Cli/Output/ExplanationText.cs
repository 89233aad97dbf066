using System.Globalization;
using Muster.Policy.Explanations;
using Muster.Repository.Assignments;

namespace Muster.Cli.Output;

/// <summary>An explanation as indented lines, for administrators: what there is, and below it why.</summary>
internal sealed class ExplanationText(TextWriter writer)
{
    private const string Step = "  ";

    public void Write(ResourceExplanation explained)
    {
        var name = explained.DisplayName is { } display && display != explained.Key ? $" ({display})" : "";
        Line("", $"{explained.EntityType} '{explained.Key}'{name}, at {explained.At}");
        if (explained.IsChanged)
        {
            Line("", "Something has changed since the role model was computed last: this is what it gives now.");
        }

        if (explained.Owner is { } owner)
        {
            Write(owner, explained.Answer is null);
        }

        foreach (var ownership in explained.TargetOf)
        {
            Write(ownership);
        }

        if (explained.Owner is null && explained.TargetOf.Count == 0)
        {
            Line("", "No role and no resource type is for this entity type, neither as an owner nor as a target.");
        }

        if (explained.Answer is { } answer)
        {
            Title("");
            Write(answer, "");
        }
    }

    private void Write(OwnerExplanation owner, bool isWhole)
    {
        foreach (var note in owner.Notes)
        {
            Line("", note);
        }

        Title("Contexts");
        foreach (var context in owner.Contexts)
        {
            var from = context.From.Count == 0 ? "" : $", from {string.Join(" and ", context.From)}";
            Line(Step, $"{context.Number}. {Period(context.Start, context.End)}{from}");
            foreach (var dimension in context.Dimensions)
            {
                Line(Step + Step, $"{dimension.Dimension} is {Quoted(dimension.Values)}{(dimension.Source is null ? "" : $"  <- {dimension.Source}")}");
            }

            Write(context.Inputs, Step + Step);
        }

        if (!isWhole)
        {
            return;
        }

        Write("Composite roles", owner.CompositeRoles);
        Write("Single roles", owner.SingleRoles);
        Title("Resource types");
        foreach (var type in owner.ResourceTypes)
        {
            Write(type, Step);
        }

        if (owner.ResourceTypes.Count == 0)
        {
            Line(Step, "none");
        }

        if (owner.Risks.Count > 0 || owner.RiskScore is not null)
        {
            Title(owner.RiskScore is { } score ? $"Risks, score {score}" : "Risks");
        }

        foreach (var risk in owner.Risks)
        {
            Line(Step, $"{risk.Risk}{(risk.Name is null || risk.Name == risk.Risk ? "" : $" ({risk.Name})")}  {risk.Kind}, level {risk.Level}");
            foreach (var item in risk.Items)
            {
                Line(Step + Step, $"+ {item}");
            }
        }
    }

    private void Write(string title, IReadOnlyList<RoleExplanation> roles)
    {
        Title(title);
        foreach (var role in roles)
        {
            var parameters = role.Parameters is { } known ? $" with {string.Join(", ", known.Select(p => $"{p.Key}={p.Value}"))}" : "";
            Line(Step, $"{role.Role}{parameters}  {State(role.WorkflowState)}, {Period(role.Start, role.End)}{(role.IsIndirect ? ", by a composite role" : "")}");
            const string inner = Step + Step;
            Reason(inner, role.Reason, role.Section);
            Write(role.Rules, inner);
            foreach (var link in role.DeducedFrom)
            {
                Line(inner, $"because {link}");
            }

            Write(role.Decisions, inner);
            Write(role.Notes, inner);
        }

        if (roles.Count == 0)
        {
            Line(Step, "none");
        }
    }

    private void Write(TypeExplanation type, string indent)
    {
        var inner = indent + Step;
        Line(indent, $"{type.ResourceType}{(type.Target is null ? "" : $" {Named(type.Target, type.TargetName)}")}  {State(type.WorkflowState)}; {State(type.ProvisioningState)}; {Period(type.Start, type.End)}");
        Reason(inner, type.Reason, type.Section);
        Write(type.Rules, inner);
        if (type.Correlation.How.Length > 0)
        {
            Line(inner, $"target: {type.Correlation.How}");
        }

        Write(type.Correlation.Keys.Where(k => !k.Matches), inner + Step);
        foreach (var candidate in type.Correlation.Candidates)
        {
            Line(inner + Step, $"'{candidate.Target}' matches with confidence {candidate.Confidence}: {candidate.Outcome}");
        }

        Optional(inner, "blocked", type.BlockReason);
        Optional(inner, "message", type.Message);
        Write(type.Decisions, inner);
        Write(type.Notes, inner);
        foreach (var value in type.Values)
        {
            Write(value, inner);
        }
    }

    private void Write(ValueExplanation value, string indent)
    {
        var inner = indent + Step;
        var current = value.Current == value.Policy ? "" : $", the target has {Named(value.Current, value.CurrentName)}";
        var isSettled = value is { WorkflowState.Name: nameof(WorkflowState.PolicyApproved), ProvisioningState.Name: nameof(ProvisioningState.Verified) };
        Line(indent, $"{value.Property} = {Named(value.Policy, value.PolicyName)}{current}{(isSettled ? "" : $"  {State(value.WorkflowState)}; {State(value.ProvisioningState)}")}");
        if (!isSettled)
        {
            Reason(inner, value.Reason, value.Section);
        }

        Write(value.Rules, inner);
        if (value.Expression is { } expression && !(value.Inputs is [var only] && only.Path == expression))
        {
            Line(inner, $"<- {expression}");
        }

        Write(value.Inputs, inner);
        Optional(inner, "message", value.Message);
        Write(value.Decisions, inner);
    }

    private void Write(OwnershipExplanation ownership)
    {
        Title($"As '{ownership.ResourceType}'");
        Line(Step, ownership.Verdict);
        if (ownership.Assignment is { } assignment)
        {
            Write(assignment, Step);
            return;
        }

        Write(ownership.Keys, Step);
        foreach (var candidate in ownership.Candidates)
        {
            Line(Step, $"{candidate.Target} has an equal key, confidence {candidate.Confidence}: {candidate.Outcome}");
        }

        Write(ownership.Classification, Step);
    }

    private void Write(AnswerExplanation answer, string indent)
    {
        Line(indent, $"{answer.Question}: {(answer.Has ? "yes" : "no")}. {answer.Verdict}");
        var inner = indent + Step;
        Write(answer.Rules, inner);
        Write(answer.Inputs, inner);
        Write(answer.Decisions, inner);
        foreach (var need in answer.Needs)
        {
            Write(need, inner);
        }
    }

    private void Write(IEnumerable<RuleExplanation> rules, string indent)
    {
        foreach (var rule in rules)
        {
            var context = rule.Context is { } number ? string.Create(CultureInfo.InvariantCulture, $", context {number}") : "";
            Line(indent, $"rule '{rule.Rule}' {rule.Outcome}{context}{(rule.Start is null && rule.End is null ? "" : $", {Period(rule.Start, rule.End)}")}");
            foreach (var condition in rule.Conditions)
            {
                Line(indent + Step, $"{(condition.Holds ? "+" : "-")} {condition.Condition}{(condition.Actual.Length == 0 ? "" : $": {condition.Actual}")}");
            }
        }
    }

    private void Write(IEnumerable<KeyExplanation> keys, string indent)
    {
        foreach (var key in keys)
        {
            Line(indent, $"rule '{key.Rule}', confidence {key.Confidence}: the owner's key is {Key(key.OwnerKey)}, the target's is {Key(key.TargetKey)}");
        }
    }

    private void Write(IReadOnlyList<InputExplanation> inputs, string indent)
    {
        foreach (var input in inputs)
        {
            Line(indent, $"{input.Path} is {Quoted(input.Values)}{(input.ComputedBy is { } by ? $"  (computed by {by})" : "")}");
        }
    }

    private void Write(IReadOnlyList<DecisionExplanation> decisions, string indent)
    {
        foreach (var decision in decisions)
        {
            var change = decision.To is null ? "" : $": {decision.From ?? "nothing"} -> {decision.To}";
            Line(indent, $"{decision.At} {decision.By}: {decision.Decision}{change}{(decision.Comment is { } why ? $", \"{why}\"" : "")}");
        }
    }

    private void Write(IReadOnlyList<string> notes, string indent)
    {
        foreach (var note in notes)
        {
            Line(indent, $"note: {note}");
        }
    }

    private void Reason(string indent, string? reason, string? section)
    {
        if (reason is not null)
        {
            Line(indent, $"because: {reason}{(section is null ? "" : $" (rolemodel {section})")}");
        }
    }

    private void Optional(string indent, string title, string? text)
    {
        if (text is not null)
        {
            Line(indent, $"{title}: {text}");
        }
    }

    private void Title(string title)
    {
        writer.WriteLine();
        if (title.Length > 0)
        {
            writer.WriteLine(title);
        }
    }

    private void Line(string indent, string text) => writer.WriteLine(indent + text.ReplaceLineEndings(" "));

    private static string State(StateExplanation state) => $"{state.Name} ({state.Number}: {state.Meaning})";

    private static string Named(string? key, string? name) => key is null ? "nothing" : name is null ? $"'{key}'" : $"'{key}' ({name})";

    private static string Key(string? key) => key is null ? "missing" : $"'{key}'";

    private static string Quoted(IReadOnlyList<string> values) => values.Count == 0 ? "empty" : string.Join(" and ", values.Select(v => $"'{v}'"));

    private static string Period(string? start, string? end) => (start, end) switch
    {
        (null, null) => "without dates",
        ({ } from, null) => $"from {from}",
        (null, { } until) => $"until {until}",
        var (from, until) => $"{from} to {until}",
    };
}
