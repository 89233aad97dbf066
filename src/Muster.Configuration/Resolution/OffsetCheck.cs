using Muster.Configuration.Diagnostics;
using Muster.Configuration.Model;

namespace Muster.Configuration.Resolution;

/// <summary>
/// Rules for one value of which two hold at the same time by offsets of the same kind: the one that is declared first wins (rolemodel.md 7.2).
/// Rules of different roles, or with different criteria, may be meant for different people and are left alone.
/// </summary>
internal static class OffsetCheck
{
    public static void Check(ResourceType type, DiagnosticBag bag)
    {
        Check(type, [.. type.ScalarRules.Select(r => ((ResourceTypeRule)r, $"{r.Property.Identifier}|{r.SingleRole?.Identifier}"))], bag);
        Check(
            type,
            [.. type.NavigationRules.Where(r => r.Property.Kind == PropertyKind.MonoNavigation && !r.IsDenied)
                .Select(r => ((ResourceTypeRule)r, $"{r.Property.Identifier}|{r.SingleRole?.Identifier}|{string.Join(',', r.Criteria.Select(c => $"{c.Dimension.Index}={c.Value}"))}"))],
            bag);
    }

    private static void Check(ResourceType type, IReadOnlyList<(ResourceTypeRule Rule, string For)> rules, DiagnosticBag bag)
    {
        foreach (var group in rules.GroupBy(r => (r.For, r.Rule.Offset.Reference)))
        {
            var same = group.Select(r => r.Rule).ToList();
            for (var index = 1; index < same.Count; index++)
            {
                if (same.Take(index).FirstOrDefault(r => Overlap(r.Offset, same[index].Offset)) is { } first)
                {
                    bag.Warning(
                        DiagnosticCodes.OverlappingRules,
                        same[index].Location,
                        $"The rule '{same[index].Identifier}' and the rule '{first.Identifier}' (at {first.Location}) of resource type '{type}' give one value at the same time "
                        + $"(TimeOffsetReference {group.Key.Reference}): the first one wins. Take one away, or let their times not overlap.");
                }
            }
        }
    }

    private static bool Overlap(TimeOffset left, TimeOffset right) =>
        left.Reference is not (TimeOffsetReference.Before or TimeOffsetReference.After)
        || (left.BeforeMinutes < right.AfterMinutes && right.BeforeMinutes < left.AfterMinutes);
}
