using Muster.Configuration.Model;
using Muster.Repository.Decisions;

namespace Muster.Policy.Decisions;

/// <summary>
/// Risks that a request raises, and those of them that somebody with the right to it turns into warnings (rolemodel.md 5.8). Who does so is noted with
/// the decision, and the steps that follow do not hold the request up for the same risk again.
/// </summary>
/// <param name="Raised">All of them.</param>
/// <param name="Now">Those that are overridden by who decides now.</param>
internal sealed record RiskOverrides(IReadOnlyList<Risk> Raised, IReadOnlyList<Risk> Now)
{
    public static RiskOverrides None { get; } = new([], []);

    /// <summary>Those that are only warnings: overridden now, or in the steps before.</summary>
    public IReadOnlyList<Risk> Overridden { get; private init; } = Now;

    /// <summary>Those that hold the request up.</summary>
    public IReadOnlyList<Risk> Held => [.. Raised.Except(Overridden)];

    /// <summary>For people, with the outcome.</summary>
    public string Text => string.Concat(
        Sentence(Held, "It would raise", "."),
        Sentence(Overridden, "It raises", ", which is overridden and only a warning."));

    /// <summary>What the decision says of it.</summary>
    public string? DetailWith(string? detail) =>
        Now.Count == 0 ? detail : string.Join("; ", Now.Select(Note).Prepend(detail).Where(t => !string.IsNullOrEmpty(t)));

    /// <summary>With those that were overridden in the steps before.</summary>
    /// <param name="decisions">On the assignment, in their order.</param>
    public RiskOverrides After(IReadOnlyList<Decision> decisions)
    {
        var since = decisions.Select((d, index) => (d.Kind, Index: index)).LastOrDefault(d => d.Kind == DecisionKind.Request).Index;
        var noted = Raised.Where(r => decisions.Skip(since).Any(d => d.Detail?.Split("; ").Contains(Note(r)) == true));
        return this with { Overridden = [.. Overridden.Union(noted)] };
    }

    private static string Note(Risk risk) => $"risk '{risk.Identifier}' overridden";

    private static string Sentence(IReadOnlyList<Risk> risks, string begin, string end) =>
        risks.Count == 0 ? "" : $"{begin} {string.Join(" and ", risks.Select(r => $"the risk '{r.Identifier}' (level {r.Level})"))}{end} ";
}
