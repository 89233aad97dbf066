using System.Globalization;
using Muster.Configuration.Model;
using Muster.Expressions.Dependencies;
using Muster.Expressions.Resources;

namespace Muster.Policy.Compilation;

/// <summary>Resources by the value of their identity property, or by their number where they have none.</summary>
internal static class ResourceNames
{
    /// <summary>For people, and to find again.</summary>
    public static string Of(IResource resource) => Identity(resource) ?? Number(resource.Id);

    /// <summary>To decide ties by, so that they do not depend on ids: those without identity come first, by their number.</summary>
    public static string ForOrder(IResource resource) => Identity(resource) ?? string.Create(CultureInfo.InvariantCulture, $"#{resource.Id:D19}");

    public static string Number(long id) => string.Create(CultureInfo.InvariantCulture, $"#{id}");

    /// <summary>What must be loaded of resources of a type to name them.</summary>
    public static IEnumerable<ReadPath> PathsOf(EntityType type) =>
        type.IdentityProperty is { Kind: PropertyKind.Scalar } identity ? [new ReadPath(type, [identity])] : [];

    private static string? Identity(IResource resource) =>
        resource.EntityType.IdentityProperty is { Kind: PropertyKind.Scalar } identity ? resource.GetScalar(identity) : null;
}
