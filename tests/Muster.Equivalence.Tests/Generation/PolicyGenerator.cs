using Muster.Equivalence.Tests.Model;

namespace Muster.Equivalence.Tests.Generation;

/// <summary>Makes a role model: dimensions, contexts, roles, resource types with their rules, correlation, classification, profiles.</summary>
internal sealed class PolicyGenerator(Draw draw, List<EntityPart> entities, List<LinkPart> links, List<RulePart> rules)
{
    private readonly List<(string Owner, string Role)> _roles = [];
    private readonly Dictionary<string, (string Rule, string Dimension)> _contexts = [];
    private readonly GovernanceGenerator _governance = new(draw, rules);
    private int _types;

    public void Generate()
    {
        var csv = entities.Where(e => e.IsCsv).ToList();
        var owner = links.Find(l => l.Name == LinkPart.Place) is { } place && draw.Chance(0.7)
            ? csv.First(e => e.Name == place.Two.Entity)
            : draw.Of<EntityPart>(csv);
        if (links.Find(l => l.Name == RecordGenerator.OwnerLink) is { } records && draw.Chance(0.8))
        {
            owner = csv.First(e => e.Name == records.One.Entity);
        }

        Context(owner);
        Roles(owner);
        foreach (var target in draw.Some(entities.Where(e => e != owner && (e.IsCsv || e.Connector == EntityPart.Own)), 0.5).Take(2))
        {
            ResourceType(owner, target);
        }

        Competitor(owner, csv);
        var own = entities.FirstOrDefault(e => e.Connector == EntityPart.Own);
        if (entities.Find(e => e.Connector == EntityPart.Directory) is { } directory)
        {
            var from = own is not null && rules.Any(r => r.Xml.Contains($"TargetEntityType=\"{own.Name}\"", StringComparison.Ordinal)) && draw.Chance(0.6) ? own : owner;
            if (from != owner)
            {
                Context(from);
                Roles(from);
            }

            ResourceType(from, directory);
        }

        _governance.Risks();
    }

    /// <summary>Owners of another entity type who want the same targets.</summary>
    private void Competitor(EntityPart owner, List<EntityPart> csv)
    {
        var targets = entities.Where(e => rules.Any(r => r.Xml.Contains($"TargetEntityType=\"{e.Name}\"", StringComparison.Ordinal))).ToList();
        if (targets.Count == 0 || !draw.Chance(0.4))
        {
            return;
        }

        var target = draw.Of<EntityPart>(targets);
        if (csv.Where(e => e != owner && e != target).ToList() is { Count: > 0 } others)
        {
            var other = draw.Of<EntityPart>(others);
            Context(other);
            Roles(other);
            ResourceType(other, target);
        }
    }

    private void Context(EntityPart owner)
    {
        if (draw.Chance(0.15))
        {
            return;
        }

        if (RecordGenerator.PlaceOf(links, owner.Name) is { } desk)
        {
            var (place, index) = Dimension(desk);
            rules.AddRange(RecordGenerator.Rules(draw, links, owner.Name, place, index));
            _contexts[owner.Name] = ("Ctx_" + owner.Name, place);
            return;
        }

        var walk = Walk.Random(draw, links, owner.Name, draw.Int(1, 2), _ => true);
        for (var again = 0; again < 3 && (walk is null || ParentOf(walk.Last) is null); again++)
        {
            // Hierarchies are worth some attempts.
            walk = Walk.Random(draw, links, owner.Name, draw.Int(1, 2), _ => true) ?? walk;
        }

        if (links.Find(l => l.Name == LinkPart.Place && l.Two.Entity == owner.Name) is { } there && draw.Chance(0.7))
        {
            walk = new Walk(owner.Name, [there.Two], [there.One]);
        }

        (string Name, int Index)? dimension = walk is null ? null : Dimension(walk.Last);
        var dates = owner.Scalars.Any(s => s.Name == "Since") && draw.Chance(0.7)
            ? $" ResourcesStartBinding=\"{owner.Name}:Since\" ResourcesEndBinding=\"{owner.Name}:Until\""
            : "";
        var binding = dimension is null ? "" : $" B{dimension.Value.Index}=\"{owner.Name}:{walk!.Dotted}\"";
        var exclude = draw.Chance(0.15) && owner.Scalars.Any(s => s.Name == "Flag") ? $" ExcludeExpression=\"{ComputedGenerator.CSharp("return x.Flag == true;")}\"" : "";
        var name = "Ctx_" + owner.Name;
        rules.Add(new RulePart(
            name,
            $"<ContextRule Identifier=\"{name}\" DisplayName_L1=\"{name}\" Policy=\"P\" SourceEntityType=\"{owner.Name}\"{binding}{dates}{exclude}{GovernanceGenerator.Scores(draw)} />",
            [
                owner.Name,
                .. dimension is null ? [] : walk!.Uses.Append("#" + dimension.Value.Name),
                .. dates.Length > 0 ? [$"{owner.Name}.Since", $"{owner.Name}.Until"] : Array.Empty<string>(),
                .. exclude.Length > 0 ? [$"{owner.Name}.Flag"] : Array.Empty<string>(),
            ]));
        if (dimension is not null)
        {
            _contexts[owner.Name] = (name, dimension.Value.Name);
        }
    }

    private (string Name, int Index) Dimension(string entity)
    {
        var name = "Dim_" + entity;
        var index = rules.Count(r => r.Xml.StartsWith("<Dimension ", StringComparison.Ordinal));
        if (rules.Find(r => r.Name == name) is { } existing)
        {
            return (name, existing.Xml[existing.Xml.IndexOf("ColumnMapping=\"", StringComparison.Ordinal) + 15] - '0');
        }

        var parent = ParentOf(entity);
        var hierarchy = parent is null ? "" : $" IsHierarchical=\"true\" ParentProperty=\"{entity}:{parent.Property}\"";
        rules.Add(new RulePart(
            name,
            $"<Dimension Identifier=\"{name}\" DisplayName_L1=\"{name}\" EntityType=\"{entity}\" ColumnMapping=\"{index}\"{hierarchy} />",
            parent is null ? [entity] : [entity, $"{entity}.{parent.Property}"]));
        return (name, index);
    }

    /// <summary>The link from a value to the one above it, if the entity type has such a link.</summary>
    private LinkEnd? ParentOf(string entity) => links.SelectMany(l => new[] { (l.One, l.Two), (l.Two, l.One) })
        .Where(l => l.Item1.Entity == entity && l.Item2.Entity == entity && !l.Item1.IsMany).Select(l => l.Item1).FirstOrDefault();

    private void Roles(EntityPart owner)
    {
        var composites = CompositeRoleGenerator.Generate(draw, rules, owner.Name, () => Criteria(owner, 0.6));
        for (var count = draw.Int(1, 2); count > 0; count--)
        {
            var name = $"Role{_roles.Count + 1}";
            _roles.Add((owner.Name, name));
            rules.Add(new RulePart(name, $"<SingleRole Identifier=\"{name}\" DisplayName_L1=\"{name}\" EntityType=\"{owner.Name}\" Policy=\"P\" ApprovalWorkflowType=\"{draw.Of("None", "One", "Two")}\"{(draw.Chance(0.15) ? " GracePeriod=\"1440\"" : "")}{(draw.Chance(0.15) ? " MaxDuration=\"2880\"" : "")} />", [owner.Name]));
            _governance.Automation(name);
            for (var number = 1; number <= draw.Int(1, 2); number++)
            {
                var first = RoleRule();
                rules.Add(draw.Chance(0.3) ? first with { Other = RoleRule() } : first);

                RulePart RoleRule()
                {
                    var composite = composites.Count > 0 && draw.Chance(0.5) ? draw.Of<string>(composites) : null;
                    var (criteria, uses) = Criteria(owner, composite is null ? 0.7 : 0.3);
                    criteria += composite is null ? "" : $" CompositeRole=\"{composite}\"";
                    uses = composite is null ? uses : [.. uses, "#" + composite];
                    var denied = draw.Chance(0.15) ? " IsDenied=\"true\"" : "";
                    var priority = draw.Chance(0.2) ? " Priority=\"1\"" : "";
                    return new RulePart($"{name}_{number}", $"<SingleRoleRule Role=\"{name}\" Policy=\"P\"{criteria}{denied}{priority}{GovernanceGenerator.RuleType(draw)} />", ["#" + name, .. uses]) { IsOff = draw.Chance(0.1) };
                }
            }
        }
    }

    /// <summary>A dimension's value, sometimes one whose descendants count too.</summary>
    private (string Xml, IReadOnlyList<string> Uses) Criteria(EntityPart owner, double probability)
    {
        if (!_contexts.TryGetValue(owner.Name, out var context) || !draw.Chance(probability))
        {
            return ("", []);
        }

        var dimension = rules.First(r => r.Name == context.Dimension);
        var index = dimension.Xml[dimension.Xml.IndexOf("ColumnMapping=\"", StringComparison.Ordinal) + 15];
        var entity = entities.First(e => "Dim_" + e.Name == dimension.Name);
        var inherited = dimension.Xml.Contains("IsHierarchical", StringComparison.Ordinal) && draw.Chance(0.7) ? $" L{index}=\"true\"" : "";
        return ($" D{index}=\"{KeyValue(entity)}\"{inherited}", ["#" + context.Rule, "#" + context.Dimension]);
    }

    private void ResourceType(EntityPart owner, EntityPart target)
    {
        var name = $"Rt{++_types}";
        var isDirectory = target.Connector == EntityPart.Directory;
        string[] flags =
        [
            Flag("RemoveOrphans", 0.4),
            isDirectory ? "" : Flag("CorrelateMultipleResources", 0.25),
            Flag("SuggestAllCorrelations", 0.15),
            Flag("DiscardManualAssignments", 0.25),
            draw.Chance(0.2) ? " TransmittedStateValidityPeriod=\"2880\"" : "",
        ];
        var removal = flags[0].Length == 0 && draw.Chance(0.2) ? " AllowRemove=\"false\"" : "";
        var adds = draw.Chance(0.12) ? " AllowAdd=\"false\"" : "";
        var (conditions, needs) = _governance.Conditions(owner, target);
        rules.Add(new RulePart(
            name,
            $"<ResourceType Identifier=\"{name}\" DisplayName_L1=\"{name}\" Policy=\"P\" SourceEntityType=\"{owner.Name}\" TargetEntityType=\"{target.Name}\""
            + $" BlockProvisioning=\"{(draw.Chance(0.2) ? "true" : "false")}\" ApprovalWorkflowType=\"ManualAssignmentNotAllowed\""
            + $" MaximumInsertPercent=\"0\" MaximumUpdatePercent=\"0\" MaximumDeletePercent=\"0\"{string.Concat(flags)}{removal}{adds}{conditions} />",
            [owner.Name, target.Name, .. needs]));
        var role = _roles.Where(r => r.Owner == owner.Name).Select(r => r.Role).ToList();
        if (draw.Chance(0.85))
        {
            var first = TypeRule(name, owner, role);
            rules.Add(draw.Chance(0.25) ? first with { Other = TypeRule(name, owner, role) } : first);
        }

        if (isDirectory)
        {
            Directory(name, owner, role);
        }
        else
        {
            Scalars(name, owner, target, role);
            Navigations(name, owner, target, role);
        }

        rules.AddRange(FileGenerator.Rules(draw, name, owner, target, entities, links, role));
        Correlations(name, owner, target);
        if (draw.Chance(0.4))
        {
            var property = isDirectory ? "sn" : draw.Of("Name", "Note");
            rules.Add(new RulePart(
                name + "_Class",
                $"<ResourceClassificationRule ResourceType=\"{name}\" Policy=\"P\" ResourceTypeIdentificationConfidenceLevel=\"{draw.Of(100, 80)}\" TargetExpression=\"{ComputedGenerator.CSharp($"return x.{property} == \"{draw.Of("n1", "k1", "aa")}\" || x.{property} == null;")}\" />",
                ["#" + name, $"{target.Name}.{property}"]));
        }

        if (draw.Chance(0.3))
        {
            var (expression, property) = owner.Scalars.Any(s => s.Name == "Flag") ? ("return x.Flag == true;", "Flag") : ("return x.Note != null;", "Note");
            rules.Add(new RulePart(name + "_Profiles", $"<ProfileRuleContext ResourceType=\"{name}\" />", ["#" + name]));
            rules.Add(new RulePart($"{name}_Profile", $"<ProfileRule Profile=\"{draw.Of("Pr1", "Pr2")}\" RootExpression=\"{ComputedGenerator.CSharp(expression)}\" />", ["#" + name, $"{owner.Name}.{property}"])
            {
                Parent = name + "_Profiles",
            });
        }
    }

    private string Flag(string name, double probability) => draw.Chance(probability) ? $" {name}=\"true\"" : "";

    private RulePart TypeRule(string type, EntityPart owner, List<string> roles)
    {
        var (criteria, uses) = Criteria(owner, 0.4);
        var role = roles.Count > 0 && draw.Chance(0.3) ? draw.Of<string>(roles) : null;
        return new RulePart($"{type}_Type", $"<TypeRule{criteria}{RecordGenerator.Offset(draw)}{Role(role)}{(draw.Chance(0.08) ? " IsDenied=\"true\"" : "")}{GovernanceGenerator.RuleType(draw)} />", [.. uses, .. Uses(role)]) { Parent = type };
    }

    private void Scalars(string type, EntityPart owner, EntityPart target, List<string> roles)
    {
        foreach (var property in target.Scalars.Where(s => s.Name is "Key" or "Name" or "Note" && (target.Connector == EntityPart.Own || s.IsInSource)))
        {
            if (property.Name == "Key" || draw.Chance(0.6))
            {
                var rule = ScalarRule(type, owner, target, property.Name, property.Name == "Key" ? [] : roles);
                rules.Add(property.Name != "Key" && draw.Chance(0.25) ? rule with { Other = ScalarRule(type, owner, target, property.Name, roles) } : rule);
            }
        }
    }

    private RulePart ScalarRule(string type, EntityPart owner, EntityPart target, string property, List<string> roles)
    {
        var (value, uses) = property == "Key" ? ($"Binding=\"{owner.Name}:{owner.Key}\"", [$"{owner.Name}.{owner.Key}"]) : OwnerText(owner);
        var role = roles.Count > 0 && draw.Chance(0.2) ? draw.Of<string>(roles) : null;
        var comparison = property != "Key" && draw.Chance(0.15) ? " ComparisonType=\"IgnoreCase\"" : "";
        var unmapped = (property != "Key" && draw.Chance(0.1) ? " IsMapped=\"false\"" : "") + (property != "Key" ? RecordGenerator.Offset(draw) : "");
        return new RulePart($"{type}_{property}", $"<ScalarRule Property=\"{property}\" {value}{comparison}{unmapped}{Role(role)} />", [.. uses, $"{target.Name}.{property}", .. Uses(role)]) { Parent = type };
    }

    private void Navigations(string type, EntityPart owner, EntityPart target, List<string> roles)
    {
        var ends = links.SelectMany(l => new[] { (End: l.One, Other: l.Two), (End: l.Two, Other: l.One) })
            .Where(e => e.End.Entity == target.Name && !rules.Any(r => r.Computes == $"{e.End.Entity}.{e.End.Property}" || r.Computes == $"{e.Other.Entity}.{e.Other.Property}")).ToList();
        foreach (var (end, other) in draw.Some(ends, 0.5))
        {
            var pointed = entities.First(e => e.Name == other.Entity);
            if (!end.IsMany && draw.Chance(0.6))
            {
                var (source, uses) = OwnerText(owner);
                var (targetValue, targetUses) = TargetText(pointed);
                rules.Add(new RulePart(
                    $"{type}_{end.Property}",
                    $"<QueryRule Property=\"{end.Property}\" {Prefixed("Source", source)} {Prefixed("Target", targetValue)} TargetMatchedConfidenceLevel=\"{draw.Of(100, 100, 80)}\"{RecordGenerator.Offset(draw)} />",
                    [$"{end.Entity}.{end.Property}", .. uses, .. targetUses])
                { Parent = type });
                continue;
            }

            for (var number = 1; number <= (end.IsMany ? 2 : 1); number++)
            {
                rules.Add(NavigationRule($"{type}_{end.Property}_{number}", type, owner, $"{end.Entity}.{end.Property}", KeyValue(pointed), roles));
            }

            _governance.Naming(type, end.Property, pointed, $"{end.Entity}.{end.Property}");
        }
    }

    private RulePart NavigationRule(string name, string type, EntityPart owner, string property, string key, List<string> roles)
    {
        var (criteria, uses) = Criteria(owner, 0.3);
        var role = roles.Count > 0 && draw.Chance(0.6) ? draw.Of<string>(roles) : null;
        _governance.Entitlement(owner.Name, type, property, key);
        return new RulePart(name, $"<NavigationRule Property=\"{property[(property.IndexOf('.', StringComparison.Ordinal) + 1)..]}\" Resource=\"{key}\"{criteria}{Role(role)}{RecordGenerator.Offset(draw)}{(draw.Chance(0.08) ? " IsDenied=\"true\"" : "")} />", [property, .. uses, .. Uses(role)])
        {
            Parent = type,
            IsOff = draw.Chance(0.08),
        };
    }

    private void Directory(string type, EntityPart owner, List<string> roles)
    {
        Child("uid", $"Binding=\"{owner.Name}:Key\"", [$"{owner.Name}.Key"]);
        var (cn, cnUses) = OwnerText(owner);
        Child("cn", cn, cnUses);
        var (description, uses) = OwnerText(owner);
        Child("description", description, uses);
        rules.Add(new RulePart(type + "_parent", "<NavigationRule Property=\"parent\" Resource=\"ou=people,dc=d\" />", ["Dir_Entry.parent"]) { Parent = type });
        rules.Add(NavigationRule(type + "_g1", type, owner, "Dir_Entry.memberOf", "cn=g1,ou=groups,dc=d", roles));
        rules.Add(NavigationRule(type + "_g2", type, owner, "Dir_Entry.memberOf", "cn=g2,ou=groups,dc=d", roles));
        _governance.Naming(type, "memberOf", entities.First(e => e.Name == "Dir_Entry"), "Dir_Entry.memberOf");
        rules.Add(new RulePart(
            type + "_Mapping",
            $"<LdapResourceTypeMapping Identifier=\"{type}\" Connection=\"dir\" DefaultObjectClass=\"top&#xA;person\" RDNAttributeIdentifier=\"uid\">"
            + "<Property Property=\"dn\" IsDNProperty=\"true\" /><Property Property=\"uid\" IsRDNProperty=\"true\" />"
            + "<Property Property=\"parent\" IsParentProperty=\"true\" /><Property Property=\"memberOf\" DataSourceBacklinkColumnName=\"member\" /></LdapResourceTypeMapping>",
            ["#" + type, $"#{type}_uid", $"#{type}_parent"]));

        void Child(string property, string value, IReadOnlyList<string> uses) =>
            rules.Add(new RulePart($"{type}_{property}", $"<ScalarRule Property=\"{property}\" {value} />", [.. uses, "Dir_Entry." + property]) { Parent = type });
    }

    private void Correlations(string type, EntityPart owner, EntityPart target)
    {
        for (var number = draw.Int(0, 2); number > 0; number--)
        {
            var (source, uses) = number == 1 && draw.Chance(0.5) ? ($"Binding=\"{owner.Name}:Key\"", [$"{owner.Name}.Key"]) : OwnerText(owner);
            var (targetValue, targetUses) = number == 1 && draw.Chance(0.5)
                ? ($"Binding=\"{target.Name}:{(target.Key == "dn" ? "uid" : "Key")}\"", [$"{target.Name}.{(target.Key == "dn" ? "uid" : "Key")}"])
                : TargetText(target);
            rules.Add(new RulePart(
                $"{type}_Correlation{number}",
                $"<ResourceCorrelationRule ResourceType=\"{type}\" Policy=\"P\" {Prefixed("Source", source)} {Prefixed("Target", targetValue)} SourceMatchedConfidenceLevel=\"{draw.Of(100, 100, 80, 110)}\" />",
                ["#" + type, .. uses, .. targetUses]));
        }
    }

    private static string Prefixed(string side, string attributes) =>
        side + attributes.Replace(" Expression=", $" {side}Expression=", StringComparison.Ordinal);

    /// <summary>A text of the owner, or of what it leads to.</summary>
    private (string Xml, IReadOnlyList<string> Uses) OwnerText(EntityPart owner)
    {
        if (owner.Scalars.Any(s => s.Name == FileGenerator.Tag) && draw.Chance(0.15))
        {
            return ($"Binding=\"{owner.Name}:{FileGenerator.Tag}\"", [$"{owner.Name}.{FileGenerator.Tag}"]);
        }

        var walk = draw.Chance(0.5) ? Walk.Random(draw, links, owner.Name, draw.Int(1, 3), e => !e.IsMany) : null;
        walk ??= new Walk(owner.Name, [], []);
        var property = Text(walk.Last);
        string[] uses = [.. walk.Uses, $"{walk.Last}.{property}"];
        return draw.Chance(0.3)
            ? ($"Expression=\"{ComputedGenerator.CSharp($"return {walk.Value("x", property)} ?? x.{owner.Key};")}\"", [.. uses, $"{owner.Name}.{owner.Key}"])
            : ($"Binding=\"{walk.Binding(property)}\"", uses);
    }

    private (string Xml, IReadOnlyList<string> Uses) TargetText(EntityPart target)
    {
        var walk = draw.Chance(0.2) ? Walk.Random(draw, links, target.Name, 1, e => !e.IsMany) : null;
        walk ??= new Walk(target.Name, [], []);
        var property = Text(walk.Last);
        return ($"Binding=\"{walk.Binding(property)}\"", [.. walk.Uses, $"{walk.Last}.{property}"]);
    }

    private string Text(string entity) =>
        draw.Of<string>([.. entities.First(e => e.Name == entity).Scalars.Where(s => s.Type == "String" && s.Name != "objectClass").Select(s => s.Name)]);

    private string KeyValue(EntityPart entity) => entity.Key == "dn" ? draw.Of("cn=g1,ou=groups,dc=d", "cn=g2,ou=groups,dc=d", "ou=people,dc=d") : $"k{draw.Int(1, 4)}";

    private static string Role(string? role) => role is null ? "" : $" SingleRole=\"{role}\"";

    private static IEnumerable<string> Uses(string? role) => role is null ? [] : ["#" + role];
}
