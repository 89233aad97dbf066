namespace Muster.Policy.Correlation;

/// <summary>A target that correlation rules found for an owner, with the highest confidence of the rules that match.</summary>
internal readonly record struct Candidate(long Resource, string Key, int Confidence)
{
    /// <summary>From this confidence on a match needs no review (rolemodel.md 11, no. 5).</summary>
    public const int Automatic = 100;

    public bool IsAutomatic => Confidence >= Automatic;
}

/// <summary>What becomes of a candidate.</summary>
internal readonly record struct CorrelationDecision(Candidate Candidate, bool IsSuggestion);

/// <summary>
/// The matrix of rolemodel.md 5.6: CorrelateMultipleResources, SuggestAllCorrelations and whether the owner has a target already decide
/// which candidates are correlated and which suggested.
/// </summary>
internal static class CorrelationMatrix
{
    private enum Take
    {
        Ignore,
        CorrelateBest,
        CorrelateAll,
        SuggestAll,

        /// <summary>Only without a candidate of 100 and more.</summary>
        SuggestBestIfNoneAutomatic,
        SuggestAllIfNoneAutomatic,
    }

    private sealed record Row(bool Multiple, bool SuggestAll, bool? Already, Take Automatic, Take Low);

    private static readonly Row[] Rows =
    [
        new(false, false, false, Take.CorrelateBest, Take.SuggestBestIfNoneAutomatic),
        new(false, false, true, Take.Ignore, Take.Ignore),
        new(false, true, false, Take.SuggestAll, Take.SuggestAll),
        new(false, true, true, Take.SuggestAll, Take.Ignore),
        new(true, false, false, Take.CorrelateAll, Take.SuggestAllIfNoneAutomatic),
        new(true, false, true, Take.CorrelateAll, Take.Ignore),
        new(true, true, null, Take.CorrelateAll, Take.SuggestAll),
    ];

    /// <summary>Decides; the result is ordered by confidence, then by the key of the resource, then by its id.</summary>
    public static IReadOnlyList<CorrelationDecision> Decide(
        bool multiple, bool suggestAll, bool alreadyCorrelated, IEnumerable<Candidate> candidates)
    {
        var row = Rows.First(r => r.Multiple == multiple && r.SuggestAll == suggestAll && (r.Already ?? alreadyCorrelated) == alreadyCorrelated);
        var ordered = candidates
            .OrderByDescending(c => c.Confidence)
            .ThenBy(c => c.Key, StringComparer.Ordinal)
            .ThenBy(c => c.Resource)
            .ToList();
        var automatic = ordered.Where(c => c.IsAutomatic).ToList();
        var low = ordered.Where(c => !c.IsAutomatic).ToList();
        return [.. Apply(row.Automatic, automatic, automatic.Count > 0), .. Apply(row.Low, low, automatic.Count > 0)];
    }

    private static IEnumerable<CorrelationDecision> Apply(Take take, IReadOnlyList<Candidate> candidates, bool anyAutomatic) => take switch
    {
        Take.CorrelateBest => candidates.Take(1).Select(c => new CorrelationDecision(c, false)),
        Take.CorrelateAll => candidates.Select(c => new CorrelationDecision(c, false)),
        Take.SuggestAll => candidates.Select(c => new CorrelationDecision(c, true)),
        Take.SuggestBestIfNoneAutomatic when !anyAutomatic => candidates.Take(1).Select(c => new CorrelationDecision(c, true)),
        Take.SuggestAllIfNoneAutomatic when !anyAutomatic => candidates.Select(c => new CorrelationDecision(c, true)),
        _ => [],
    };
}
