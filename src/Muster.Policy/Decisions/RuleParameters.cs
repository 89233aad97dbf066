using Muster.Configuration.Model;
using Muster.Repository.Assignments;

namespace Muster.Policy.Decisions;

/// <summary>Which of the found rows of a parametrised role a navigation rule's link belongs to (rolemodel.md 5.5).</summary>
internal static class RuleParameters
{
    /// <summary>The rows of the role to which a rule gives its link: those whose values are what the rule asks for, else those without values.</summary>
    public static IReadOnlyList<AssignedRole> RowsOf(NavigationRule rule, IEnumerable<AssignedRole> found)
    {
        var rows = found.Where(r => r.Role == rule.SingleRole?.Identifier && Fits(rule, r.ParametersValues)).ToList();
        var withValues = rows.Where(r => r.ParametersValues is not null).ToList();
        return withValues.Count > 0 ? withValues : rows;
    }

    /// <summary>False if a value is another one than the rule asks for; where the rule asks for all below a value too, the values alone do not tell.</summary>
    private static bool Fits(NavigationRule rule, string? parameters)
    {
        var known = AssignmentParameters.Parse(parameters);
        return rule.Criteria.All(c => c.IsInherited || !known.TryGetValue(c.Dimension.Identifier, out var value) || value == c.Value);
    }
}
