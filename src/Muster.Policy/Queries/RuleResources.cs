using Muster.Configuration.Model;
using Muster.Repository.Resources;

namespace Muster.Policy.Queries;

/// <summary>Finds what navigation rules give.</summary>
internal static class RuleResources
{
    /// <summary>The resource that a rule names, by key or, where a naming rule has made it, by id; null where it is declared and there is none.</summary>
    public static long? Find(this ResourceReader reader, NavigationRule rule) =>
        rule.ResourceId ?? (rule.Property.TargetEntityType is { } type ? reader.FindByKey(type, rule.Resource) : null);
}
