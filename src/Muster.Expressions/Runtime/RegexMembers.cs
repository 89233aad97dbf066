using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Muster.Expressions.Runtime;

/// <summary><c>Regex</c>. Every match runs under the budget's time limit; no pattern is ever compiled to code.</summary>
[MembersOf("System.Text.RegularExpressions.Regex")]
internal static class RegexMembers
{
    private const int MaxCached = 1000;
    private const int MaxPattern = 4096;
    private const int MatchBytes = 256;

    private static readonly ConcurrentDictionary<(string Pattern, RegexOptions Options, TimeSpan Timeout), Regex> Cache = new();

    [Constructor]
    public static Regex New(EvaluationFrame f, string pattern) => New(f, pattern, RegexOptions.None);

    [Constructor]
    public static Regex New(EvaluationFrame f, string pattern, RegexOptions options)
    {
        if (pattern.Length > MaxPattern)
        {
            throw new EvaluationFault($"A regular expression cannot be longer than {MaxPattern} characters.");
        }

        f.Work(pattern.Length);
        var key = (pattern, (options & ~(RegexOptions.Compiled | RegexOptions.NonBacktracking)) | RegexOptions.CultureInvariant, f.Context.Budget.RegexTimeout);
        if (Cache.TryGetValue(key, out var known))
        {
            return known;
        }

        f.Allocate(pattern.Length * 64L);
        f.Work(pattern.Length * 256L);
        var regex = new Regex(pattern, key.Item2, key.Item3);
        if (Cache.Count < MaxCached)
        {
            Cache.TryAdd(key, regex);
        }

        return regex;
    }

    public static bool IsMatch(EvaluationFrame f, string input, string pattern) => IsMatch(f, New(f, pattern), input);

    public static bool IsMatch(EvaluationFrame f, string input, string pattern, RegexOptions options) => IsMatch(f, New(f, pattern, options), input);

    public static bool IsMatch(EvaluationFrame f, Regex self, string input)
    {
        Charge(f, input);
        return Timed(f, () => self.IsMatch(input));
    }

    public static Match Match(EvaluationFrame f, string input, string pattern) => Match(f, New(f, pattern), input);

    public static Match Match(EvaluationFrame f, string input, string pattern, RegexOptions options) => Match(f, New(f, pattern, options), input);

    public static Match Match(EvaluationFrame f, Regex self, string input)
    {
        Charge(f, input);
        return Timed(f, () => self.Match(input));
    }

    public static MatchCollection Matches(EvaluationFrame f, string input, string pattern) => Matches(f, New(f, pattern), input);

    public static MatchCollection Matches(EvaluationFrame f, string input, string pattern, RegexOptions options) =>
        Matches(f, New(f, pattern, options), input);

    public static MatchCollection Matches(EvaluationFrame f, Regex self, string input)
    {
        f.Allocate((input.Length + 1L) * MatchBytes);
        Charge(f, input);
        var matches = self.Matches(input);
        var each = ((IEnumerable<Match>)matches).GetEnumerator();
        while (Timed(f, each.MoveNext))
        {
            f.Step();
        }

        return matches;
    }

    public static string Replace(EvaluationFrame f, string input, string pattern, string replacement) => Replace(f, New(f, pattern), input, replacement);

    public static string Replace(EvaluationFrame f, string input, string pattern, string replacement, RegexOptions options) =>
        Replace(f, New(f, pattern, options), input, replacement);

    public static string Replace(EvaluationFrame f, Regex self, string input, string replacement) =>
        ReplaceEach(f, self, input, match => Expand(f, match, input, replacement));

    public static string Replace(EvaluationFrame f, string input, string pattern, MatchEvaluator evaluator) => Replace(f, New(f, pattern), input, evaluator);

    public static string Replace(EvaluationFrame f, string input, string pattern, MatchEvaluator evaluator, RegexOptions options) =>
        Replace(f, New(f, pattern, options), input, evaluator);

    public static string Replace(EvaluationFrame f, Regex self, string input, MatchEvaluator evaluator) =>
        ReplaceEach(f, self, input, match => evaluator(match));

    public static string[] Split(EvaluationFrame f, string input, string pattern) => Split(f, New(f, pattern), input);

    public static string[] Split(EvaluationFrame f, string input, string pattern, RegexOptions options) => Split(f, New(f, pattern, options), input);

    public static string[] Split(EvaluationFrame f, Regex self, string input)
    {
        f.Allocate((input.Length + 1L) * MatchBytes);
        Charge(f, input);

        // Splitting looks at all matches in one call; walking over them first lets the time limit see each.
        Matches(f, self, input);
        return Timed(f, () => self.Split(input));
    }

    public static string Escape(EvaluationFrame f, string text)
    {
        f.AllocateText(2L * text.Length);
        return Regex.Escape(text);
    }

    public static string Unescape(EvaluationFrame f, string text)
    {
        f.AllocateText(text.Length);
        return Regex.Unescape(text);
    }

    private static void Charge(EvaluationFrame f, string input)
    {
        f.Allocate(MatchBytes);
        f.Work(input.Length * 16L);
    }

    /// <summary>The library limits the time of one match; the frame limits that of all together.</summary>
    internal static T Timed<T>(EvaluationFrame f, Func<T> match)
    {
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        try
        {
            return match();
        }
        finally
        {
            f.MatchedFor(System.Diagnostics.Stopwatch.GetElapsedTime(start));
        }
    }

    private static string ReplaceEach(EvaluationFrame f, Regex regex, string input, Func<Match, string?> replacement)
    {
        Charge(f, input);
        var result = new BoundedText(f);
        var end = 0;
        for (var match = Timed(f, () => regex.Match(input)); match.Success; match = MatchMembers.NextMatch(f, match))
        {
            f.Step();
            f.Allocate(MatchBytes);
            if (regex.RightToLeft)
            {
                throw new EvaluationFault("Regex.Replace from right to left is not supported. Remove RegexOptions.RightToLeft.");
            }

            result.Append(input[end..match.Index]).Append(replacement(match));
            end = match.Index + match.Length;
        }

        return result.Append(input[end..]).ToString();
    }

    /// <summary>Charges the largest text that the substitutions can give, then makes it.</summary>
    internal static string Expand(EvaluationFrame f, Match match, string? input, string replacement)
    {
        var substitutions = replacement.Count(c => c == '$');
        if (substitutions > 0)
        {
            var usesWholeInput = replacement.Contains("$_", StringComparison.Ordinal) || replacement.Contains("$`", StringComparison.Ordinal)
                || replacement.Contains("$'", StringComparison.Ordinal);
            var longest = usesWholeInput && input is not null ? input.Length : match.Groups.Values.Max(g => g.Length);
            f.AllocateText(replacement.Length + ((long)substitutions * longest));
            return match.Result(replacement);
        }

        return replacement;
    }
}

/// <summary><c>Match</c>.</summary>
[MembersOf("System.Text.RegularExpressions.Match")]
internal static class MatchMembers
{
    [Getter]
    public static GroupCollection Groups(Match self) => self.Groups;

    public static Match NextMatch(EvaluationFrame f, Match self)
    {
        f.Work(256);
        f.Allocate(256);
        return RegexMembers.Timed(f, self.NextMatch);
    }
}

/// <summary><c>Group</c>.</summary>
[MembersOf("System.Text.RegularExpressions.Group")]
internal static class GroupMembers
{
    [Getter]
    public static bool Success(Group self) => self.Success;

    [Getter]
    public static string Name(Group self) => self.Name;

    [Getter]
    public static CaptureCollection Captures(Group self) => self.Captures;
}

/// <summary><c>Capture</c>.</summary>
[MembersOf("System.Text.RegularExpressions.Capture")]
internal static class CaptureMembers
{
    [Getter]
    public static string Value(EvaluationFrame f, Capture self)
    {
        f.AllocateText(self.Length);
        return self.Value;
    }

    [Getter]
    public static int Index(Capture self) => self.Index;

    [Getter]
    public static int Length(Capture self) => self.Length;

    public static string ToString(EvaluationFrame f, Capture self) => Value(f, self);
}

/// <summary><c>MatchCollection</c>.</summary>
[MembersOf("System.Text.RegularExpressions.MatchCollection")]
internal static class MatchCollectionMembers
{
    [Getter]
    public static int Count(MatchCollection self) => self.Count;

    [Getter]
    public static Match Item(MatchCollection self, int index) => self[index];
}

/// <summary><c>GroupCollection</c>.</summary>
[MembersOf("System.Text.RegularExpressions.GroupCollection")]
internal static class GroupCollectionMembers
{
    [Getter]
    public static int Count(GroupCollection self) => self.Count;

    [Getter]
    public static Group Item(GroupCollection self, int index) => self[index];

    [Getter]
    public static Group Item(GroupCollection self, string name) => self[name];
}

/// <summary><c>CaptureCollection</c>.</summary>
[MembersOf("System.Text.RegularExpressions.CaptureCollection")]
internal static class CaptureCollectionMembers
{
    [Getter]
    public static int Count(CaptureCollection self) => self.Count;

    [Getter]
    public static Capture Item(CaptureCollection self, int index) => self[index];
}
