namespace Muster.Policy.Access;

/// <summary>Says a decision to a person, with what it comes from.</summary>
public static class AccessText
{
    /// <summary>One sentence for the answer, then one for each reason.</summary>
    public static IReadOnlyList<string> Explain(AccessDecision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        return decision.IsAllowed ? [Answer(decision), .. decision.Grants.Select(Reason)]
            : [Answer(decision), Profiles(decision.User), .. decision.Misses.Select(Reason), .. Others(decision)];
    }

    /// <summary>Why somebody was refused, in one paragraph: what is missing, on what, and which profiles the user has.</summary>
    public static string Refusal(AccessDecision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        return string.Join(' ', [Answer(decision), Profiles(decision.User), .. decision.Misses.Take(3).Select(Reason), .. Others(decision), .. decision.Question.IsReading ? [] : (string[])["Nothing was changed."]]);
    }

    /// <summary>Why a user may not act at all.</summary>
    public static string NoProfile(AccessUser user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return $"{Profiles(user)} A user without a profile that counts may do nothing.";
    }

    private static string Answer(AccessDecision decision)
    {
        var (user, question) = (decision.User, decision.Question);
        var subject = question.IsOfType ? $"on entity type '{question.EntityType}'" : $"on {question.Subject} (entity type '{question.EntityType}')";
        return decision.IsAllowed ? $"'{user.Name}' has the permission '{question.Permission}' {subject}."
            : decision.Misses.Any(m => m.IsConditional) ? $"'{user.Name}' has the permission '{question.Permission}' on some entities of the type '{question.EntityType}' only."
            : $"'{user.Name}' lacks the permission '{question.Permission}' {subject}.";
    }

    private static string Profiles(AccessUser user)
    {
        var has = user.Profiles.Count == 0
            ? $"'{user.Name}' has no profile"
            : $"'{user.Name}' has the profile{(user.Profiles.Count == 1 ? "" : "s")} {string.Join(", ", user.Profiles)}";
        var others = user.Others.Select(o => $"{o.Profile} does not count: {o.Because}");
        return $"{string.Join("; ", others.Prepend(has))}.";
    }

    private static string Reason(AccessGrant grant) =>
        $"The rule '{grant.Rule}' at {grant.Rule.Location} gives '{grant.Entry.Permission}' to the profile {grant.Profile}, which the user has by {grant.Profile.Origin}.";

    private static string Reason(AccessMiss miss) => $"The rule '{miss.Rule}' of the profile {miss.Profile} {miss.Because}.";

    private static IEnumerable<string> Others(AccessDecision decision)
    {
        var had = decision.User.Profiles.Select(p => p.Profile).ToHashSet(StringComparer.Ordinal);
        var others = decision.GivenBy.Where(p => !had.Contains(p)).ToList();
        if (others.Count > 0)
        {
            yield return $"Profiles whose rules give it: {string.Join(", ", others.Select(p => $"'{p}'"))}.";
        }
        else if (decision.GivenBy.Count == 0)
        {
            yield return "No rule of the configuration gives it to any profile.";
        }
    }
}
