using Muster.Equivalence.Tests.Model;

namespace Muster.Equivalence.Tests.Generation;

/// <summary>Makes composite roles that need one another, by context and by rule.</summary>
internal static class CompositeRoleGenerator
{
    /// <summary>The names of the composite roles of an owner; often none.</summary>
    /// <param name="criteria">Dimension values of a rule, with what they use.</param>
    public static List<string> Generate(Draw draw, List<RulePart> rules, string owner, Func<(string Xml, IReadOnlyList<string> Uses)> criteria)
    {
        var roles = new List<string>();
        for (var count = draw.Chance(0.35) ? draw.Int(1, 2) : 0; count > 0; count--)
        {
            var name = $"Comp_{owner}_{roles.Count + 1}";
            rules.Add(new RulePart(name, $"<CompositeRole Identifier=\"{name}\" DisplayName_L1=\"{name}\" EntityType=\"{owner}\" Policy=\"P\" />", [owner]));
            for (var number = draw.Int(1, 2); number > 0; number--)
            {
                var first = Rule($"{name}_{number}", name);
                rules.Add(draw.Chance(0.3) ? first with { Other = Rule(first.Name, name) } : first);
            }

            roles.Add(name);
        }

        return roles;

        RulePart Rule(string identifier, string role)
        {
            var (xml, uses) = criteria();
            var parent = roles.Count > 0 && draw.Chance(0.5) ? draw.Of<string>(roles) : null;
            var needs = parent is null ? "" : $" ParentRole=\"{parent}\"";
            var denied = draw.Chance(0.12) ? " IsDenied=\"true\"" : "";
            return new RulePart(
                identifier,
                $"<CompositeRoleRule Role=\"{role}\" Policy=\"P\"{xml}{needs}{denied}{(draw.Chance(0.15) ? " Priority=\"1\"" : "")} />",
                ["#" + role, .. uses, .. parent is null ? Array.Empty<string>() : ["#" + parent]])
            {
                IsOff = draw.Chance(0.1),
            };
        }
    }
}
