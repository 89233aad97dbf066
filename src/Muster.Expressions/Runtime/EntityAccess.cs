using System.Globalization;
using Muster.Configuration.Model;
using Muster.Configuration.Values;
using Muster.Expressions.Resources;

namespace Muster.Expressions.Runtime;

/// <summary>Reads properties of resources as values of the CLR.</summary>
internal static class EntityAccess
{
    public static long Id(IResource? resource) => NotNull(resource, "Id").Id;

    public static string? Text(IResource? resource, EntityProperty property) => NotNull(resource, property.Identifier).GetScalar(property);

    public static IResource? One(IResource? resource, EntityProperty property) => NotNull(resource, property.Identifier).GetOne(property);

    public static IEnumerable<IResource> Many(IResource? resource, EntityProperty property) =>
        NotNull(resource, property.Identifier).GetMany(property);

    public static bool Same(IResource? left, IResource? right) =>
        ReferenceEquals(left, right) || (left is not null && right is not null && left.Id == right.Id);

    public static int? ToInt32(string? text) => Integer(text) is { } number ? checked((int)number) : null;

    public static long? ToInt64(string? text) => Integer(text);

    public static short? ToInt16(string? text) => Integer(text) is { } number ? checked((short)number) : null;

    public static byte? ToByte(string? text) => Integer(text) is { } number ? checked((byte)number) : null;

    public static bool? ToBool(string? text) => (bool?)CanonicalText.ToClr(PropertyType.Bool, text);

    public static double? ToDouble(string? text) => (double?)CanonicalText.ToClr(PropertyType.Double, text);

    public static Guid? ToGuid(string? text) => (Guid?)CanonicalText.ToClr(PropertyType.Guid, text);

    public static DateTime? ToDateTime(string? text) => (DateTime?)CanonicalText.ToClr(PropertyType.DateTime, text);

    public static byte[]? ToBytes(string? text) => (byte[]?)CanonicalText.ToClr(PropertyType.Bytes, text);

    private static long? Integer(string? text) => string.IsNullOrEmpty(text) ? null : long.Parse(text, CultureInfo.InvariantCulture);

    private static IResource NotNull(IResource? resource, string property) => resource ?? throw EvaluationFault.Null(property);
}
