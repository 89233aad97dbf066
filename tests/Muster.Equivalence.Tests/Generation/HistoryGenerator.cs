using Muster.Equivalence.Tests.Model;
using Muster.Equivalence.Tests.Worlds;

namespace Muster.Equivalence.Tests.Generation;

/// <summary>Makes random histories of a configuration's sources.</summary>
internal sealed class HistoryGenerator(Draw draw, Setup setup)
{
    private static readonly string[] Persons = ["uid=k1,ou=people,dc=d", "uid=k2,ou=people,dc=d", "uid=x1,ou=people,dc=d", "cn=p1,ou=people,dc=d"];
    private static readonly string[] Groups = ["cn=g1,ou=groups,dc=d", "cn=g2,ou=groups,dc=d"];
    private readonly IReadOnlyList<SourceTable> _tables = SourceTable.Of(setup);
    private readonly SourceTable? _tree = SourceTable.Of(setup).FirstOrDefault(t => t.Columns.Contains(LinkPart.Above));
    private readonly SourceTable? _records = SourceTable.Of(setup).FirstOrDefault(t => t.Columns.Contains(RecordGenerator.OwnerLink));
    private readonly IReadOnlyList<RulePart> _roles = [.. setup.Rules.Where(r => r.Xml.StartsWith("<SingleRole ", StringComparison.Ordinal))];
    private readonly IReadOnlyList<RulePart> _types = [.. setup.Rules.Where(r => r.Xml.StartsWith("<ResourceType ", StringComparison.Ordinal))];
    private readonly IReadOnlyList<string> _switches =
    [
        .. setup.Rules.Select(r => "#" + r.Name),
        .. setup.Rules.Where(r => r.Other is not null).SelectMany(r => Enumerable.Repeat("~" + r.Name, 3)),
        .. setup.Rules.Where(r => r.Xml.StartsWith("<RecordSection ", StringComparison.Ordinal))
            .SelectMany(r => Enumerable.Repeat(r.Other is null ? "#" + r.Name : "~" + r.Name, 4)),
        .. setup.Entities.Where(e => e.IsCsv).SelectMany(e => e.Scalars.Where(s => s.IsInSource && s.Name != "Key" && !s.IsUnique).Select(s => $"{e.Name}.{s.Name}")),
        .. setup.Links.Where(l => l.IsInSource && !l.Name.StartsWith("Dir", StringComparison.Ordinal)).Select(l => l.Name),
    ];

    public IReadOnlyList<Step> Generate()
    {
        var steps = new List<Step> { First() };
        for (var count = draw.Int(2, 6); count > 0; count--)
        {
            steps.Add(Next());
        }

        return steps;
    }

    private Step First()
    {
        var changes = new List<SourceChange>();
        foreach (var table in _tables)
        {
            for (var count = draw.Int(1, 4); count > 0; count--)
            {
                changes.Add(Put(table));
            }
        }

        if (_tree is not null && draw.Chance(0.7))
        {
            // Places that are there can be moved.
            changes.AddRange(Enumerable.Range(1, 4).Select(k => Put(_tree) with { Values = [$"k{k}", .. _tree.Columns.Skip(1).Select(c => Value(_tree, c))] }));
        }

        return new Step(draw.Of(StepKind.Complete, StepKind.Complete, StepKind.Job, StepKind.Collect)) { Changes = changes };
    }

    private Step Next()
    {
        var kinds = new List<StepKind> { StepKind.Job, StepKind.Job, StepKind.Job, StepKind.Job, StepKind.Job, StepKind.Complete, StepKind.Collect };
        if (setup.Rules.Any(r => r.Xml.StartsWith("<ResourceType ", StringComparison.Ordinal)))
        {
            kinds.AddRange(StepKind.Fulfil, StepKind.Fulfil);
            if (setup.HasDirectory)
            {
                kinds.Add(StepKind.FulfilInVain);
            }
        }

        return new Step(draw.Of<StepKind>(kinds))
        {
            Changes = Changes(),
            Minutes = draw.Of(1, 1, 30, 1440, 4320),
            Decisions = _roles.Count + _types.Count > 0 && draw.Chance(0.25) ? [.. Enumerable.Range(0, draw.Int(1, 3)).Select(_ => Decide())] : [],
            Connector = setup.Connectors.Count > 1 && draw.Chance(0.2) ? draw.Of<string>(setup.Connectors) : null,
            Switches = _switches.Count > 0 && draw.Chance(0.15) ? [.. Enumerable.Range(0, draw.Int(1, 2)).Select(_ => draw.Of<string>(_switches)).Distinct()] : [],
            Listed = draw.Of(0, 1, 2, 3) switch
            {
                0 => [],
                1 => [.. setup.CsvConnectors],
                2 => draw.Some(setup.CsvConnectors, 0.5),
                _ => draw.Some(_tables.Select(t => t.Name), 0.5),
            },
        };
    }

    private List<SourceChange> Changes()
    {
        if (_tree is not null && draw.Chance(0.25))
        {
            // Alone, because any other change might bring those to evaluation whom only the places above them concern.
            return [Move(_tree)];
        }

        return draw.Chance(0.1) ? [] : [.. Enumerable.Range(0, draw.Int(1, 4)).Select(_ => Change())];
    }

    private SourceChange Move(SourceTable tree) => Set(tree, $"k{draw.Int(1, 4)}", LinkPart.Above);

    private Decision Decide()
    {
        if (_roles.Count == 0 || (_types.Count > 0 && draw.Chance(0.4)))
        {
            var type = draw.Of<RulePart>(_types);
            var verdict = draw.Of(DecisionVerb.ApproveOrders, DecisionVerb.ApproveOrders, DecisionVerb.DeclineOrders, DecisionVerb.KeepFound, DecisionVerb.RemoveFound);
            return new Decision(verdict, type.Uses[0], $"k{draw.Int(1, 4)}", type.Name);
        }

        var role = draw.Of<RulePart>(_roles);
        var verb = draw.Of(DecisionVerb.Request, DecisionVerb.Request, DecisionVerb.RequestRemoval, DecisionVerb.Approve, DecisionVerb.Approve, DecisionVerb.Decline);
        return new Decision(verb, role.Uses[0], $"k{draw.Int(1, 4)}", role.Name);
    }

    private SourceChange Change()
    {
        if (setup.HasDirectory && draw.Chance(0.25))
        {
            return OfDirectory();
        }

        if (_tree is not null && draw.Chance(0.2))
        {
            // What a tree's reader sees changes only with the places above him.
            return Move(_tree);
        }

        var table = _records is not null && draw.Chance(0.3) ? _records : draw.Of<SourceTable>(_tables);
        var key = string.Join('|', Enumerable.Range(0, table.KeyLength).Select(i => Value(table, table.Columns[i])));
        return draw.Int(0, 19) switch
        {
            0 => new SourceChange(ChangeKind.Clear, table.Name),
            1 or 2 => new SourceChange(ChangeKind.Restore, table.Name),
            >= 3 and <= 6 => new SourceChange(ChangeKind.Remove, table.Name, key),
            7 => Set(table, key, table.Columns[0]),
            >= 8 and <= 14 when table.Columns.Count > table.KeyLength => Set(table, key, draw.Of<string>([.. table.Columns.Skip(table.KeyLength)])),
            _ => Put(table),
        };
    }

    private SourceChange Set(SourceTable table, string key, string column) =>
        new(ChangeKind.Set, table.Name, key, column, Value(table, column)) { IsMerge = draw.Chance(0.2) };

    private SourceChange Put(SourceTable table) =>
        new(ChangeKind.Put, table.Name) { Values = [.. table.Columns.Select(c => Value(table, c))], IsMerge = draw.Chance(0.2) };

    private string Value(SourceTable table, string column)
    {
        if (table.KeyLength == 2)
        {
            var pairs = setup.Links.First(l => l.Name == table.Name);
            return column == "key1" ? KeyOf(pairs.One, pairs.Key1) : KeyOf(pairs.Two, pairs.Key2);
        }

        if (setup.Links.FirstOrDefault(l => l.Name == column) is { } link)
        {
            if (column == RecordGenerator.OwnerLink && draw.Chance(0.7))
            {
                // Several records of one owner are what makes contexts.
                return draw.Of("k1", "k2");
            }

            return draw.Chance(0.2) ? "" : link.Holder == link.Two ? KeyOf(link.One, link.Key1) : KeyOf(link.Two, link.Key2);
        }

        return column switch
        {
            "Key" => $"k{draw.Int(1, 4)}",
            "Name" => draw.Chance(0.1) ? "" : draw.Of("n1", "n2", "n3", "k1", "k2"),
            "Flag" => draw.Of("true", "false", ""),
            "Photo" => FileGenerator.Cell(draw),
            "Count" => draw.Chance(0.08) ? SourceSystem.Unreadable : draw.Of("0", "1", "2", ""),
            "From" or "To" => RecordGenerator.Date(draw),
            "Since" or "Until" => draw.Of("", "20260101000000", "20260110090000", "20260111120000", "20260113000000", "20260120000000"),
            _ => draw.Of("", "k1", "n2", "aa", "b"),
        };
    }

    /// <summary>A key that a link names: mostly of something that is there, or will be.</summary>
    private string KeyOf(LinkEnd end, string key) => key switch
    {
        "dn" => draw.Of<string>([.. Persons, .. Groups]),
        "Name" => draw.Of("n1", "n2", "n3", "k1"),
        _ => $"k{draw.Int(1, 5)}",
    };

    private SourceChange OfDirectory()
    {
        var entry = draw.Of<string>(Persons);
        if (FileGenerator.IsInDirectory(setup) && draw.Chance(0.25))
        {
            return new SourceChange(ChangeKind.Set, EntityPart.Directory, entry, "jpegPhoto", FileGenerator.Value(draw));
        }

        return draw.Int(0, 9) switch
        {
            0 or 1 => new SourceChange(ChangeKind.Put, EntityPart.Directory, entry)
            {
                Values = ["objectClass=top", "objectClass=person", $"{entry[..3].TrimEnd('=')}={entry[(entry.IndexOf('=', StringComparison.Ordinal) + 1)..entry.IndexOf(',', StringComparison.Ordinal)]}", $"sn={draw.Of("n1", "k1", "k2")}"],
            },
            2 => new SourceChange(ChangeKind.Remove, EntityPart.Directory, entry),
            3 => new SourceChange(ChangeKind.Remove, EntityPart.Directory, draw.Of("ou=people,dc=d", "cn=g2,ou=groups,dc=d")),
            4 => new SourceChange(ChangeKind.Put, EntityPart.Directory, "ou=people,dc=d") { Values = ["objectClass=organizationalUnit", "ou=people"] },
            5 or 6 => new SourceChange(ChangeKind.Set, EntityPart.Directory, draw.Of<string>(Groups), "member", entry),
            _ => new SourceChange(ChangeKind.Set, EntityPart.Directory, entry, draw.Of("description", "cn", "sn"), draw.Of("n1", "n2", "k1", "aa")),
        };
    }
}
