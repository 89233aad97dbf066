using Muster.Configuration.Model;
using Muster.Expressions.Resources;

namespace Muster.Policy.RoleModel;

/// <summary>What the synchronised data say about the links of a target.</summary>
internal static class CurrentLinks
{
    public static bool Has(IResource target, EntityProperty navigation, long resource) => Of(target, navigation).Contains(resource);

    public static IEnumerable<long> Of(IResource target, EntityProperty navigation) =>
        navigation.Kind != PropertyKind.MonoNavigation ? target.GetMany(navigation).Select(t => t.Id)
        : target.GetOne(navigation) is { } one ? [one.Id]
        : [];
}
