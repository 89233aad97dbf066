using Muster.Equivalence.Tests.Model;

namespace Muster.Equivalence.Tests.Generation;

/// <summary>Makes records: an entity type with two pairs of dates, whose rows have an owner and a place, and the sections that contexts are made by.</summary>
internal static class RecordGenerator
{
    /// <summary>The link of records to their owner.</summary>
    public const string OwnerLink = "RecordOwner";

    private const string PlaceLink = "Desk";

    /// <summary>Adds the records of one of the entity types, sometimes.</summary>
    public static void Entities(Draw draw, List<EntityPart> entities, List<LinkPart> links)
    {
        var csv = entities.Where(e => e.IsCsv).ToList();
        if (csv.Count < 2 || !draw.Chance(0.45))
        {
            return;
        }

        var place = links.Find(l => l.Name == LinkPart.Above) is { } tree && draw.Chance(0.8) ? csv.First(e => e.Name == tree.One.Entity) : draw.Of<EntityPart>(csv);
        var owner = draw.Of<EntityPart>([.. csv.Where(e => e != place)]);
        var name = $"{draw.Of(owner, place).Connector}_R";
        entities.Add(new EntityPart(
            name,
            name[..^2],
            [
                new ScalarPart("Key"), new ScalarPart("Name"), new ScalarPart("Note"), new ScalarPart("Flag", "Bool"),
                .. new[] { "Since", "Until", "From", "To" }.Select(d => new ScalarPart(d, "DateTime")),
                new ScalarPart("C1", IsInSource: false, IsMapped: false),
            ]));
        links.Add(new LinkPart(OwnerLink, new LinkEnd(owner.Name, "Records", true), new LinkEnd(name, "Owner", false), true, "Key", "Key"));
        links.Add(new LinkPart(PlaceLink, new LinkEnd(place.Name, "Desks", true), new LinkEnd(name, "Desk", false), true, "Key", "Key"));
    }

    /// <summary>The entity type at which records have a place, if the owner has records.</summary>
    public static string? PlaceOf(List<LinkPart> links, string owner) =>
        links.Exists(l => l.Name == OwnerLink && l.One.Entity == owner) ? links.First(l => l.Name == PlaceLink).One.Entity : null;

    /// <summary>The context rule of an owner that has records, with its sections.</summary>
    public static IEnumerable<RulePart> Rules(Draw draw, List<LinkPart> links, string owner, string dimension, int index)
    {
        var records = links.First(l => l.Name == OwnerLink).Two.Entity;
        var name = "Ctx_" + owner;
        var exclude = draw.Chance(0.2) ? $" ExcludeExpression=\"{ComputedGenerator.CSharp("return x.Flag == true;")}\"" : "";
        yield return new RulePart(
            name,
            $"<ContextRule Identifier=\"{name}\" DisplayName_L1=\"{name}\" Policy=\"P\" SourceEntityType=\"{owner}\" ResourcesBinding=\"Records\" B{index}=\"{records}:Desk\""
            + $" ResourcesStartBinding=\"{records}:Since\" ResourcesEndBinding=\"{records}:Until\"{exclude}{GovernanceGenerator.Scores(draw)} />",
            [owner, $"{owner}.Records", $"{records}.Desk", $"{records}.Since", $"{records}.Until", $"{records}.Flag", "#" + dimension]);

        var boundaries = draw.Of("Contract", "Contract", "Position", "");
        yield return Switched(draw, () => Section(draw, owner, records, "Contract", ("Since", "Until"), boundaries == "Contract", ""));
        yield return Switched(draw, () => Section(
            draw, owner, records, "Position", ("From", "To"), boundaries == "Position",
            $"<Property Property=\"Desk\"{(draw.Chance(0.15) ? " ExtensionKind=\"None\"" : "")} /><Property Property=\"Note\" />"));
    }

    /// <summary>A date about the time in which histories play.</summary>
    public static string Date(Draw draw) =>
        draw.Of("", "", "20260101000000", "20260110090000", "20260111120000", "20260112000000", "20260113000000", "20260116000000", "20260120000000", "20260201000000");

    /// <summary>Attributes that move the period of a rule, sometimes.</summary>
    public static string Offset(Draw draw)
    {
        if (!draw.Chance(0.12))
        {
            return "";
        }

        int[] minutes = [-2880, -1440, 0, 0, 720, 4320];
        return $" TimeOffsetReference=\"{draw.Of("Around", "Before", "After")}\" TimeOffsetBeforeReference=\"{draw.Of<int>(minutes)}\" TimeOffsetAfterReference=\"{draw.Of<int>(minutes)}\"";
    }

    private static RulePart Switched(Draw draw, Func<RulePart> make)
    {
        var first = make();
        return (draw.Chance(0.4) ? first with { Other = make() } : first) with { IsOff = draw.Chance(0.1) };
    }

    private static RulePart Section(
        Draw draw, string owner, string records, string name, (string Start, string End) dates, bool isBoundaries, string properties)
    {
        var instance = draw.Of(null, null, "x.Name", "x.Note", "x.C1", "x.Key");
        var sortKey = draw.Of(null, "x.Name", "x.Note", draw.Chance(0.1) ? "x.Note.Substring(0, 1)" : "x.C1");
        string[] attributes =
        [
            isBoundaries ? " IsDefaultBoundariesSection=\"true\"" : "",
            name == "Position" && draw.Chance(0.4) ? " BoundaryKind=\"Kept\"" : "",
            draw.Chance(0.3) ? " ExtensionKind=\"None\"" : "",
            instance is null ? "" : $" InstanceKeyExpression=\"{ComputedGenerator.CSharp($"return {instance};")}\"",
            sortKey is null ? "" : $" SortKeyExpression=\"{ComputedGenerator.CSharp($"return {sortKey};")}\"",
            sortKey is not null && draw.Chance(0.25) ? " ExtendedSortKey=\"k2\"" : "",
        ];
        return new RulePart(
            $"{owner}_{name}",
            $"<RecordSection Identifier=\"{owner}_{name}\" DisplayName_L1=\"{name}\" SourceEntityType=\"{owner}\" ResourceEntityType=\"{records}\""
            + $" StartProperty=\"{dates.Start}\" EndProperty=\"{dates.End}\"{string.Concat(attributes)}>{properties}</RecordSection>",
            [$"#Ctx_{owner}", $"{records}.{dates.Start}", $"{records}.{dates.End}", $"{records}.Name", $"{records}.Note", $"{records}.C1", $"{records}.Desk"]);
    }
}
