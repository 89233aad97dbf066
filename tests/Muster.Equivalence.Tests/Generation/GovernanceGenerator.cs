using Muster.Equivalence.Tests.Model;

namespace Muster.Equivalence.Tests.Generation;

/// <summary>Makes what decides about roles and resource types beside their rules: automation, dependencies, arguments of orders, risks.</summary>
internal sealed class GovernanceGenerator(Draw draw, List<RulePart> rules)
{
    private readonly List<(string Owner, string Type, string Property, string Resource)> _entitlements = [];

    /// <summary>The type of a rule of a role or of a resource type: mostly <c>Required</c>.</summary>
    public static string RuleType(Draw draw) => draw.Chance(0.08) ? " Type=\"Suggested\"" : draw.Chance(0.08) ? " Type=\"RequestedAutomatically\"" : "";

    /// <summary>How a context rule brings the scores of risks together.</summary>
    public static string Scores(Draw draw) => draw.Chance(0.4) ? $" RiskFactorType=\"{draw.Of("Max", "Average")}\"" : "";

    /// <summary>Rules that decide about requests of a role when they waited long enough.</summary>
    public void Automation(string role)
    {
        if (!draw.Chance(0.3))
        {
            return;
        }

        var first = Rule();
        rules.Add((draw.Chance(0.3) ? first with { Other = Rule() } : first) with { IsOff = draw.Chance(0.2) });

        RulePart Rule() => new(
            role + "_Automation",
            $"<SingleRoleAutomationRule SingleRole=\"{role}\" WorkflowState=\"{draw.Of("PendingApproval", "PendingApproval1", "Found")}\" HoursToWait=\"{draw.Of(0, 1, 24, 48)}\" Decision=\"{draw.Of("Approve", "Decline")}\" />",
            ["#" + role]);
    }

    /// <summary>What a resource type asks of its owner before it orders, and when and with which arguments it does.</summary>
    public (string Xml, IReadOnlyList<string> Uses) Conditions(EntityPart owner, EntityPart target)
    {
        var xml = draw.Chance(0.1) ? $" FulfillHoursAheadOfTime=\"{draw.Of(12, 24, 72)}\"" : "";
        var uses = new List<string>();
        var others = rules.Where(r => r.Xml.StartsWith("<ResourceType ", StringComparison.Ordinal) && r.Uses[0] == owner.Name).ToList();
        if (others.Count > 0 && draw.Chance(0.35))
        {
            var other = draw.Of<RulePart>(others);
            xml += $" DependsOn=\"{other.Name}\"";
            uses.Add("#" + other.Name);
        }

        if (draw.Chance(0.12))
        {
            xml += $" DependsOnOwnerProperty=\"{owner.Name}:Note\"";
            uses.Add($"{owner.Name}.Note");
        }

        if (draw.Chance(0.12))
        {
            var text = target.Key == "dn" ? "cn" : "Name";
            var body = $"var a = new Dictionary<string, string>(); a.Add(\"name\", x.{text}); if (x.C1 != null) {{ a.Add(\"c\", x.C1); }} return a;";
            xml += $" ArgumentsExpression=\"{ComputedGenerator.CSharp(body)}\"";
            uses.AddRange([$"{target.Name}.{text}", $"{target.Name}.C1"]);
        }

        return (xml, uses);
    }

    /// <summary>A naming rule that makes roles of what a navigation leads to.</summary>
    public void Naming(string type, string property, EntityPart values, string navigation)
    {
        if (!draw.Chance(0.3))
        {
            return;
        }

        var name = $"Named_{type}_{property}";
        var text = values.Key == "dn" ? "cn" : "Name";
        var first = Make();
        rules.Add((draw.Chance(0.3) ? first with { Other = Make() } : first) with { IsOff = draw.Chance(0.15) });

        RulePart Make()
        {
            var identifier = draw.Of(text, text, values.Key);
            var category = draw.Chance(0.3) ? $" CategoryIdentifierBinding=\"{values.Name}:{text}\" ParentCategoryIdentifierExpression=\"Literal:Named\"" : "";
            var condition = draw.Chance(0.3) ? $"<Rule><Item Property=\"{text}\" Operator=\"{draw.Of("NotEqual", "NotEndWith")}\" Value=\"{draw.Of("n1", "2")}\" /></Rule>" : "";
            var approval = draw.Chance(0.5) ? " ApprovalRequired=\"true\"" : "";
            return new RulePart(
                name,
                $"<RoleMapping Identifier=\"{name}\" Policy=\"P\" ResourceType=\"{type}\" Property=\"{property}\" IdentifierBinding=\"{values.Name}:{identifier}\"{category}{approval}>{condition}</RoleMapping>",
                ["#" + type, navigation, $"{values.Name}.{text}", $"{values.Name}.{values.Key}"]);
        }
    }

    /// <summary>Remembers a right that risks may name.</summary>
    public void Entitlement(string owner, string type, string property, string resource) => _entitlements.Add((owner, type, property, resource));

    /// <summary>Risks of the rights that resource types may give.</summary>
    public void Risks()
    {
        foreach (var group in _entitlements.GroupBy(e => e.Owner).Where(_ => draw.Chance(0.4)))
        {
            for (var number = draw.Int(1, 2); number > 0; number--)
            {
                Risk($"Risk_{group.Key}_{number}", group.Key, [.. group]);
            }
        }
    }

    private void Risk(string name, string owner, List<(string Owner, string Type, string Property, string Resource)> entitlements)
    {
        var first = Make();
        rules.Add(draw.Chance(0.3) ? first with { Other = Make() } : first);

        RulePart Make()
        {
            var isSeparation = entitlements.Count > 1 && draw.Chance(0.5);
            var uses = new List<string> { owner };
            var alternatives = Enumerable.Range(0, draw.Int(1, 2)).Select(_ => "<Rule>" + string.Concat(Enumerable.Range(0, isSeparation ? 2 : 1).Select(_ => Item(uses))) + "</Rule>");
            return new RulePart(
                name,
                $"<Risk Identifier=\"{name}\" DisplayName_L1=\"{name}\" EntityType=\"{owner}\" Policy=\"P\" RiskType=\"{(isSeparation ? "SoD" : "HighPrivileges")}\""
                + $" ExemptionPolicy=\"{draw.Of("Warning", "Warning", "Blocking", "ApprovalRequired")}\" Level=\"{draw.Of(4, 50, 100)}\">{string.Concat(alternatives)}</Risk>",
                uses);
        }

        string Item(List<string> uses)
        {
            var (_, type, property, resource) = draw.Of<(string Owner, string Type, string Property, string Resource)>(entitlements);
            uses.AddRange(["#" + type, property]);
            var pointed = draw.Chance(0.75) ? $" Resource=\"{resource}\"" : "";
            return $"<Item ResourceType=\"{type}\" Property=\"{property[(property.IndexOf('.', StringComparison.Ordinal) + 1)..]}\"{pointed} />";
        }
    }
}
