using System.Globalization;
using System.Text;

namespace Muster.Expressions.Runtime;

/// <summary>
/// <c>System.String</c>. Searching is ordinal and comparing invariant where the caller does not say otherwise, so that results do not depend on
/// the host.
/// </summary>
[MembersOf("System.String")]
internal static class StringMembers
{
    private delegate string Change(string text);

    [Getter]
    public static int Length(string self) => self.Length;

    [Getter]
    public static char Item(string self, int index) => self[index];

    [Constructor]
    public static string New(EvaluationFrame frame, char letter, int count)
    {
        frame.AllocateText(count);
        return new string(letter, count);
    }

    [Constructor]
    public static string New(EvaluationFrame frame, char[] letters)
    {
        frame.AllocateText(letters.Length);
        return new string(letters);
    }

    [Constructor]
    public static string New(EvaluationFrame frame, char[] letters, int start, int length)
    {
        frame.AllocateText(length);
        return new string(letters, start, length);
    }

    public static bool IsNullOrEmpty(string? text) => string.IsNullOrEmpty(text);

    public static bool IsNullOrWhiteSpace(EvaluationFrame frame, string? text)
    {
        frame.Work(text?.Length ?? 0);
        return string.IsNullOrWhiteSpace(text);
    }

    public static string ToUpper(EvaluationFrame frame, string self) => Same(frame, self, t => t.ToUpperInvariant());

    public static string ToUpper(EvaluationFrame frame, string self, CultureInfo culture) => Same(frame, self, t => t.ToUpperInvariant());

    public static string ToUpperInvariant(EvaluationFrame frame, string self) => Same(frame, self, t => t.ToUpperInvariant());

    public static string ToLower(EvaluationFrame frame, string self) => Same(frame, self, Functions.TextFunctions.ToLower);

    public static string ToLower(EvaluationFrame frame, string self, CultureInfo culture) => Same(frame, self, Functions.TextFunctions.ToLower);

    public static string ToLowerInvariant(EvaluationFrame frame, string self) => Same(frame, self, Functions.TextFunctions.ToLower);

    public static string Trim(EvaluationFrame frame, string self) => Same(frame, self, t => t.Trim());

    public static string Trim(EvaluationFrame frame, string self, char letter) => Same(frame, self, t => t.Trim(letter));

    public static string Trim(EvaluationFrame frame, string self, char[]? letters) => Trimmed(frame, self, letters, t => t.Trim(letters));

    public static string TrimStart(EvaluationFrame frame, string self) => Same(frame, self, t => t.TrimStart());

    public static string TrimStart(EvaluationFrame frame, string self, char letter) => Same(frame, self, t => t.TrimStart(letter));

    public static string TrimStart(EvaluationFrame frame, string self, char[]? letters) => Trimmed(frame, self, letters, t => t.TrimStart(letters));

    public static string TrimEnd(EvaluationFrame frame, string self) => Same(frame, self, t => t.TrimEnd());

    public static string TrimEnd(EvaluationFrame frame, string self, char letter) => Same(frame, self, t => t.TrimEnd(letter));

    public static string TrimEnd(EvaluationFrame frame, string self, char[]? letters) => Trimmed(frame, self, letters, t => t.TrimEnd(letters));

    public static string Substring(EvaluationFrame frame, string self, int start) => Same(frame, self, t => t[start..]);

    public static string Substring(EvaluationFrame frame, string self, int start, int length)
    {
        frame.AllocateText(length);
        return self.Substring(start, length);
    }

    public static string Remove(EvaluationFrame frame, string self, int start) => Same(frame, self, t => t.Remove(start));

    public static string Remove(EvaluationFrame frame, string self, int start, int count) => Same(frame, self, t => t.Remove(start, count));

    public static string Insert(EvaluationFrame frame, string self, int start, string value)
    {
        frame.AllocateText((long)self.Length + value.Length);
        return self.Insert(start, value);
    }

    public static string PadLeft(EvaluationFrame frame, string self, int width) => PadLeft(frame, self, width, ' ');

    public static string PadLeft(EvaluationFrame frame, string self, int width, char letter)
    {
        frame.AllocateText(width);
        return self.PadLeft(width, letter);
    }

    public static string PadRight(EvaluationFrame frame, string self, int width) => PadRight(frame, self, width, ' ');

    public static string PadRight(EvaluationFrame frame, string self, int width, char letter)
    {
        frame.AllocateText(width);
        return self.PadRight(width, letter);
    }

    public static string Replace(EvaluationFrame frame, string self, char old, char replacement) => Same(frame, self, t => t.Replace(old, replacement));

    public static string Replace(EvaluationFrame frame, string self, string old, string? replacement) =>
        Replace(frame, self, old, replacement, StringComparison.Ordinal);

    public static string Replace(EvaluationFrame frame, string self, string old, string? replacement, StringComparison comparison)
    {
        var most = old.Length == 0 ? 0 : self.Length / old.Length;
        frame.AllocateText(self.Length + ((long)most * Math.Max(0, (replacement?.Length ?? 0) - old.Length)));
        return self.Replace(old, replacement, comparison);
    }

    public static string Normalize(EvaluationFrame frame, string self) => Normalize(frame, self, NormalizationForm.FormC);

    public static string Normalize(EvaluationFrame frame, string self, NormalizationForm form)
    {
        frame.AllocateText(self.Length * 18L);
        return self.Normalize(form);
    }

    public static char[] ToCharArray(EvaluationFrame frame, string self)
    {
        frame.AllocateText(self.Length);
        return self.ToCharArray();
    }

    public static string ToString(string self) => self;

    public static bool Contains(EvaluationFrame frame, string self, string value) => Contains(frame, self, value, StringComparison.Ordinal);

    public static bool Contains(EvaluationFrame frame, string self, string value, StringComparison comparison)
    {
        SearchWork(frame, self, value);
        return self.Contains(value, comparison);
    }

    public static bool Contains(EvaluationFrame frame, string self, char value)
    {
        frame.Work(self.Length);
        return self.Contains(value);
    }

    public static bool StartsWith(EvaluationFrame frame, string self, string value) => StartsWith(frame, self, value, StringComparison.Ordinal);

    public static bool StartsWith(EvaluationFrame frame, string self, string value, StringComparison comparison)
    {
        frame.Work(value.Length);
        return self.StartsWith(value, comparison);
    }

    public static bool StartsWith(string self, char value) => self.StartsWith(value);

    public static bool EndsWith(EvaluationFrame frame, string self, string value) => EndsWith(frame, self, value, StringComparison.Ordinal);

    public static bool EndsWith(EvaluationFrame frame, string self, string value, StringComparison comparison)
    {
        frame.Work(value.Length);
        return self.EndsWith(value, comparison);
    }

    public static bool EndsWith(string self, char value) => self.EndsWith(value);

    public static int IndexOf(EvaluationFrame frame, string self, char value) => IndexOf(frame, self, value, 0);

    public static int IndexOf(EvaluationFrame frame, string self, char value, int start)
    {
        frame.Work(self.Length);
        return self.IndexOf(value, start);
    }

    public static int IndexOf(EvaluationFrame frame, string self, string value) => IndexOf(frame, self, value, 0, StringComparison.Ordinal);

    public static int IndexOf(EvaluationFrame frame, string self, string value, int start) =>
        IndexOf(frame, self, value, start, StringComparison.Ordinal);

    public static int IndexOf(EvaluationFrame frame, string self, string value, StringComparison comparison) => IndexOf(frame, self, value, 0, comparison);

    public static int IndexOf(EvaluationFrame frame, string self, string value, int start, StringComparison comparison)
    {
        SearchWork(frame, self, value);
        return self.IndexOf(value, start, comparison);
    }

    public static int IndexOfAny(EvaluationFrame frame, string self, char[] letters)
    {
        frame.Work((long)self.Length * Math.Max(1, letters.Length));
        return self.IndexOfAny(letters);
    }

    public static int LastIndexOf(EvaluationFrame frame, string self, char value)
    {
        frame.Work(self.Length);
        return self.LastIndexOf(value);
    }

    public static int LastIndexOf(EvaluationFrame frame, string self, string value) => LastIndexOf(frame, self, value, StringComparison.Ordinal);

    public static int LastIndexOf(EvaluationFrame frame, string self, string value, StringComparison comparison)
    {
        SearchWork(frame, self, value);
        return self.LastIndexOf(value, comparison);
    }

    public static bool Equals(EvaluationFrame frame, string self, string? other)
    {
        frame.Work(self.Length);
        return string.Equals(self, other, StringComparison.Ordinal);
    }

    public static bool Equals(EvaluationFrame frame, string? self, string? other, StringComparison comparison)
    {
        frame.Work(self?.Length ?? 0);
        return string.Equals(self, other, comparison);
    }

    public static int Compare(EvaluationFrame frame, string? left, string? right) => Compare(frame, left, right, StringComparison.InvariantCulture);

    public static int Compare(EvaluationFrame frame, string? left, string? right, bool ignoreCase) =>
        Compare(frame, left, right, ignoreCase ? StringComparison.InvariantCultureIgnoreCase : StringComparison.InvariantCulture);

    public static int Compare(EvaluationFrame frame, string? left, string? right, StringComparison comparison)
    {
        frame.Work(((long?)left?.Length + right?.Length) ?? 0);
        return string.Compare(left, right, comparison);
    }

    public static int CompareOrdinal(EvaluationFrame frame, string? left, string? right) => Compare(frame, left, right, StringComparison.Ordinal);

    public static int CompareTo(EvaluationFrame frame, string self, string? other) => Compare(frame, self, other);

    public static int GetHashCode(EvaluationFrame frame, string self)
    {
        // Hash codes of texts differ from process to process; results must not.
        frame.Work(self.Length);
        return self.Aggregate(17, (hash, letter) => unchecked((hash * 31) + letter));
    }

    private static string Same(EvaluationFrame frame, string self, Change change)
    {
        frame.AllocateText(self.Length);
        return change(self);
    }

    private static string Trimmed(EvaluationFrame frame, string self, char[]? letters, Change change)
    {
        frame.Work((long)self.Length * Math.Max(1, letters?.Length ?? 1));
        return Same(frame, self, change);
    }

    /// <summary>The naive search may compare the value at each place.</summary>
    private static void SearchWork(EvaluationFrame frame, string self, string value) =>
        frame.Work((long)self.Length * Math.Max(1, Math.Min(value.Length, 64)));
}
