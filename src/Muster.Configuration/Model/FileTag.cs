using System.Globalization;
using Muster.Configuration.Values;

namespace Muster.Configuration.Model;

/// <summary>
/// The scalar <c>&lt;property&gt;Tag</c> that accompanies a file and tells its <see cref="FileReference.DataHash"/> (synchronization.md 6.4):
/// where an entity type declares one, it follows the file by itself.
/// </summary>
/// <param name="File">Of type Binary.</param>
/// <param name="Tag">A number or a text.</param>
public sealed record FileTag(EntityProperty File, EntityProperty Tag)
{
    /// <summary>Those of an entity type, in order of declaration. One that a source column or an expression feeds is left to it.</summary>
    public static IReadOnlyList<FileTag> Of(EntityType type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return
        [
            .. from file in type.Properties
               where file.Kind == PropertyKind.Binary
               let tag = type.FindProperty(file.Identifier + "Tag")
               where tag is { Kind: PropertyKind.Scalar, IsComputed: false, Type: PropertyType.Int32 or PropertyType.Int64 or PropertyType.String }
                   && type.Mapping?.Properties.Any(p => p.Property == tag) != true
               select new FileTag(file, tag),
        ];
    }

    /// <summary>What the tag tells of a file; null for none.</summary>
    public static string? ValueOf(string? reference) =>
        string.IsNullOrEmpty(reference) ? null : FileReference.DataHash(reference).ToString(CultureInfo.InvariantCulture);
}
