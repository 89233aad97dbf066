using System.Globalization;
using Muster.Configuration.Work;
using Muster.Expressions;
using Muster.Expressions.Resources;
using Muster.Policy.Compilation;
using Muster.Repository.Assignments;

namespace Muster.Policy.Profiles;

/// <summary>The rules of one context, on one user.</summary>
internal sealed class ProfileRules(CompiledProfileContext context, EvaluationContext evaluation, ITaskReporter reporter)
{
    private int _errors;

    public int Apply(IResource user, IResource? account, List<AssignedProfile> wanted)
    {
        var roots = Resources(context.Root, user) ?? [user];
        var subs = context.Sub is null
            ? [account ?? user]
            : Resources(context.Sub, user) ?? [];
        foreach (var rule in context.Rules)
        {
            foreach (var root in roots.Where(r => Holds(rule.RootExpression, r)))
            {
                foreach (var sub in subs.Where(s => Holds(rule.SubExpression, s)))
                {
                    wanted.Add(new AssignedProfile
                    {
                        User = user.Id,
                        Profile = rule.Definition.Profile.Identifier,
                        Dimensions = Dimensions(rule, context.Definition.IsAppliedToRoot ? root : sub),
                        IsDenied = rule.Definition.IsDenied,
                        IsAutomatic = true,
                        AccessState = AssignedProfile.PolicyApproved,
                        RuleContext = context.Definition.Identifier,
                    });
                }
            }
        }

        return _errors;
    }

    private IReadOnlyList<IResource>? Resources(CompiledValue? binding, IResource user)
    {
        if (binding is null)
        {
            return null;
        }

        var result = binding.Evaluate(user, evaluation);
        Report(result);
        return result.Resources;
    }

    private bool Holds(CompiledValue? expression, IResource resource)
    {
        if (expression is null)
        {
            return true;
        }

        var result = expression.Evaluate(resource, evaluation);
        Report(result);
        return !result.IsError && result.Flag;
    }

    private string Dimensions(CompiledProfileRule rule, IResource resource) =>
        string.Join(';', rule.Bindings
            .OrderBy(b => b.Dimension.Index)
            .Select(b => (b.Dimension.Index, Value: b.Value is null ? resource.Id : b.Value.Evaluate(resource, evaluation).Resources is [var first, ..] ? first.Id : (long?)null))
            .Where(b => b.Value is not null)
            .Select(b => string.Create(CultureInfo.InvariantCulture, $"{b.Index}={b.Value}")));

    private void Report(EvaluationResult result)
    {
        if (result.Error is { } error)
        {
            _errors++;
            reporter.Warning($"The profile rule context '{context.Definition.Identifier}' failed for one user: {error}");
        }
    }
}
