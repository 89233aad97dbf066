using Muster.Configuration.Model;
using Muster.Expressions.Resources;

namespace Muster.Policy.RoleModel;

/// <summary>What the synchronised data say about the links of a target.</summary>
internal static class CurrentLinks
{
    public static bool Has(IResource target, EntityProperty navigation, long resource) =>
        navigation.Kind == PropertyKind.MonoNavigation
            ? target.GetOne(navigation)?.Id == resource
            : target.GetMany(navigation).Any(t => t.Id == resource);
}
