using Muster.Equivalence.Tests.Model;

namespace Muster.Equivalence.Tests.Generation;

/// <summary>A way along links from an entity type.</summary>
internal sealed record Walk(string Root, IReadOnlyList<LinkEnd> Ends, IReadOnlyList<LinkEnd> Opposites)
{
    public string Last => Ends.Count == 0 ? Root : Opposites[^1].Entity;

    public bool IsToOne => Ends.All(e => !e.IsMany);

    public IEnumerable<string> Uses => Ends.Select(e => $"{e.Entity}.{e.Property}");

    public string Dotted => string.Join('.', Ends.Select(e => e.Property));

    /// <summary>The navigation as C#: <c>x.A?.B</c>.</summary>
    public string CSharp(string variable) => variable + string.Concat(Ends.Select((e, i) => (i == 0 ? "." : "?.") + e.Property));

    /// <summary>A binding to a property at the end.</summary>
    public string Binding(string property) => $"{Root}:{(Ends.Count == 0 ? "" : Dotted + ".")}{property}";

    /// <summary>The value of a property at the end.</summary>
    public string Value(string variable, string property) => CSharp(variable) + (Ends.Count == 0 ? "." : "?.") + property;

    public static Walk? Random(Draw draw, IReadOnlyList<LinkPart> links, string root, int steps, Func<LinkEnd, bool> allows)
    {
        var (ends, opposites, at) = (new List<LinkEnd>(), new List<LinkEnd>(), root);
        for (var step = 0; step < steps; step++)
        {
            var choices = links.SelectMany(l => new[] { (l.One, l.Two), (l.Two, l.One) }).Where(c => c.Item1.Entity == at && allows(c.Item1)).ToList();
            if (choices.Count == 0)
            {
                return null;
            }

            var (end, opposite) = draw.Of<(LinkEnd, LinkEnd)>(choices);
            ends.Add(end);
            opposites.Add(opposite);
            at = opposite.Entity;
        }

        return new Walk(root, ends, opposites);
    }
}
