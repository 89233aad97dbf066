using System.Globalization;
using Muster.Configuration.Values;

namespace Muster.Expressions.Runtime;

/// <summary>
/// <c>System.Convert</c> by hand where its result depends on the host; the conversions between numbers and texts are registered by name in
/// <see cref="CSharp.MemberTable"/>.
/// </summary>
[MembersOf("System.Convert")]
internal static class ConvertMembers
{
    public static DateTime ToDateTime(string? text) => Date(text);

    public static DateTime ToDateTime(string? text, IFormatProvider? provider) => Date(text);

    public static string ToBase64String(EvaluationFrame f, byte[] octets)
    {
        f.AllocateText(octets.Length * 2L);
        return Convert.ToBase64String(octets);
    }

    public static byte[] FromBase64String(EvaluationFrame f, string text)
    {
        f.AllocateText(text.Length);
        return Convert.FromBase64String(text);
    }

    public static string ToHexString(EvaluationFrame f, byte[] octets)
    {
        f.AllocateText(octets.Length * 2L);
        return Convert.ToHexString(octets);
    }

    public static byte[] FromHexString(EvaluationFrame f, string text)
    {
        f.AllocateText(text.Length);
        return Convert.FromHexString(text);
    }

    private static DateTime Date(string? text) => text is null
        ? DateTime.MinValue
        : DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}

/// <summary><c>System.Int32</c>.</summary>
[MembersOf("System.Int32")]
internal static class Int32Members
{
    public static int Parse(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    public static int Parse(string text, IFormatProvider? provider) => int.Parse(text, CultureInfo.InvariantCulture);

    public static int Parse(string text, NumberStyles styles) => int.Parse(text, styles, CultureInfo.InvariantCulture);

    public static bool TryParse(string? text, out int value) => int.TryParse(text, CultureInfo.InvariantCulture, out value);

    public static int Max(int left, int right) => Math.Max(left, right);

    public static int Min(int left, int right) => Math.Min(left, right);

    public static int Abs(int value) => Math.Abs(value);
}

/// <summary><c>System.Guid</c>.</summary>
[MembersOf("System.Guid")]
internal static class GuidMembers
{
    public static string ToString(Guid self) => self.ToString();

    public static string ToString(EvaluationFrame f, Guid self, string? format) => FormatSafety.Format(f, self, format);

    public static bool Equals(Guid self, Guid other) => self == other;

    public static int CompareTo(Guid self, Guid other) => self.CompareTo(other);
}

/// <summary><c>System.Boolean</c>.</summary>
[MembersOf("System.Boolean")]
internal static class BooleanMembers
{
    public static string ToString(bool self) => self ? "True" : "False";

    public static bool Equals(bool self, bool other) => self == other;

    public static int CompareTo(bool self, bool other) => self.CompareTo(other);
}

/// <summary><c>System.Nullable</c>.</summary>
[MembersOf("System.Nullable`1")]
internal static class NullableMembers
{
    [Getter]
    public static bool HasValue<T>(T? self)
        where T : struct => self.HasValue;

    [Getter]
    public static T Value<T>(T? self)
        where T : struct => self ?? throw EvaluationFault.Null("Value");

    public static T GetValueOrDefault<T>(T? self)
        where T : struct => self.GetValueOrDefault();

    public static T GetValueOrDefault<T>(T? self, T other)
        where T : struct => self.GetValueOrDefault(other);

    public static string ToString<T>(T? self)
        where T : struct => self is null ? "" : EvaluationFrame.Text(self.Value);
}

/// <summary><c>object</c>: only what every value has and that tells nothing of its class.</summary>
[MembersOf("System.Object")]
internal static class ObjectMembers
{
    public static string ToString(object self) => EvaluationFrame.Text(self is DateTime date ? CanonicalText.Format(date) : self);
}

/// <summary><c>System.Random</c>; <c>new Random()</c> gives the same numbers for the same expression and resource.</summary>
[MembersOf("System.Random")]
internal static class RandomMembers
{
    [Constructor]
    public static Random New(EvaluationFrame f) => f.Random;

    [Constructor]
    public static Random New(EvaluationFrame f, int seed)
    {
        f.Allocate(512);
        return EvaluationFrame.NewRandom(seed);
    }

    [Getter]
    public static Random Shared(EvaluationFrame f) => f.Random;

    public static int Next(Random self) => self.Next();

    public static int Next(Random self, int limit) => self.Next(limit);

    public static int Next(Random self, int minimum, int limit) => self.Next(minimum, limit);

    public static long NextInt64(Random self) => self.NextInt64();

    public static double NextDouble(Random self) => self.NextDouble();
}

/// <summary><c>System.Int32</c>: texts and comparisons.</summary>
[MembersOf("System.Int32")]
internal static class Int32TextMembers
{
    public static string ToString(EvaluationFrame f, int self) => FormatSafety.Format(f, self, null);

    public static string ToString(EvaluationFrame f, int self, string? format) => FormatSafety.Format(f, self, format);

    public static string ToString(EvaluationFrame f, int self, IFormatProvider? provider) => FormatSafety.Format(f, self, null);

    public static string ToString(EvaluationFrame f, int self, string? format, IFormatProvider? provider) => FormatSafety.Format(f, self, format);

    public static bool Equals(int self, int other) => self.Equals(other);

    public static int CompareTo(int self, int other) => self.CompareTo(other);
}

/// <summary><c>System.Int64</c>: texts and comparisons.</summary>
[MembersOf("System.Int64")]
internal static class Int64TextMembers
{
    public static string ToString(EvaluationFrame f, long self) => FormatSafety.Format(f, self, null);

    public static string ToString(EvaluationFrame f, long self, string? format) => FormatSafety.Format(f, self, format);

    public static string ToString(EvaluationFrame f, long self, IFormatProvider? provider) => FormatSafety.Format(f, self, null);

    public static string ToString(EvaluationFrame f, long self, string? format, IFormatProvider? provider) => FormatSafety.Format(f, self, format);

    public static bool Equals(long self, long other) => self.Equals(other);

    public static int CompareTo(long self, long other) => self.CompareTo(other);
}

/// <summary><c>System.Int16</c>: texts and comparisons.</summary>
[MembersOf("System.Int16")]
internal static class Int16TextMembers
{
    public static string ToString(EvaluationFrame f, short self) => FormatSafety.Format(f, self, null);

    public static string ToString(EvaluationFrame f, short self, string? format) => FormatSafety.Format(f, self, format);

    public static string ToString(EvaluationFrame f, short self, IFormatProvider? provider) => FormatSafety.Format(f, self, null);

    public static string ToString(EvaluationFrame f, short self, string? format, IFormatProvider? provider) => FormatSafety.Format(f, self, format);

    public static bool Equals(short self, short other) => self.Equals(other);

    public static int CompareTo(short self, short other) => self.CompareTo(other);
}

/// <summary><c>System.Byte</c>: texts and comparisons.</summary>
[MembersOf("System.Byte")]
internal static class ByteTextMembers
{
    public static string ToString(EvaluationFrame f, byte self) => FormatSafety.Format(f, self, null);

    public static string ToString(EvaluationFrame f, byte self, string? format) => FormatSafety.Format(f, self, format);

    public static string ToString(EvaluationFrame f, byte self, IFormatProvider? provider) => FormatSafety.Format(f, self, null);

    public static string ToString(EvaluationFrame f, byte self, string? format, IFormatProvider? provider) => FormatSafety.Format(f, self, format);

    public static bool Equals(byte self, byte other) => self.Equals(other);

    public static int CompareTo(byte self, byte other) => self.CompareTo(other);
}

/// <summary><c>System.Double</c>: texts and comparisons.</summary>
[MembersOf("System.Double")]
internal static class DoubleTextMembers
{
    public static string ToString(EvaluationFrame f, double self) => FormatSafety.Format(f, self, null);

    public static string ToString(EvaluationFrame f, double self, string? format) => FormatSafety.Format(f, self, format);

    public static string ToString(EvaluationFrame f, double self, IFormatProvider? provider) => FormatSafety.Format(f, self, null);

    public static string ToString(EvaluationFrame f, double self, string? format, IFormatProvider? provider) => FormatSafety.Format(f, self, format);

    public static bool Equals(double self, double other) => self.Equals(other);

    public static int CompareTo(double self, double other) => self.CompareTo(other);
}

/// <summary><c>System.Decimal</c>: texts and comparisons.</summary>
[MembersOf("System.Decimal")]
internal static class DecimalTextMembers
{
    public static string ToString(EvaluationFrame f, decimal self) => FormatSafety.Format(f, self, null);

    public static string ToString(EvaluationFrame f, decimal self, string? format) => FormatSafety.Format(f, self, format);

    public static string ToString(EvaluationFrame f, decimal self, IFormatProvider? provider) => FormatSafety.Format(f, self, null);

    public static string ToString(EvaluationFrame f, decimal self, string? format, IFormatProvider? provider) => FormatSafety.Format(f, self, format);

    public static bool Equals(decimal self, decimal other) => self.Equals(other);

    public static int CompareTo(decimal self, decimal other) => self.CompareTo(other);
}
