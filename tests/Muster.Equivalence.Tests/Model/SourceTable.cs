namespace Muster.Equivalence.Tests.Model;

/// <summary>A CSV file of a source: an entity type's rows with its links to one, or the pairs of a link of many to many.</summary>
internal sealed record SourceTable(string Name, string Connector, IReadOnlyList<string> Columns, int KeyLength)
{
    public static IReadOnlyList<SourceTable> Of(Setup setup) =>
    [
        .. setup.Entities.Where(e => e.IsCsv).Select(e => new SourceTable(
            e.Name,
            e.Connector,
            [
                .. e.Scalars.Where(s => s.IsInSource).Select(s => s.Name),
                .. setup.Links.Where(l => l.IsInSource && !l.IsManyToMany && l.Holder.Entity == e.Name).Select(l => l.Name),
            ],
            1)),
        .. setup.Links.Where(l => l.IsInSource && l.IsManyToMany && setup.Entity(l.One.Entity).IsCsv)
            .Select(l => new SourceTable(l.Name, setup.Entity(l.One.Entity).Connector, ["key1", "key2"], 2)),
    ];

    public string KeyOf(IReadOnlyList<string> row) => string.Join('|', row.Take(KeyLength));
}
