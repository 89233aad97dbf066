using Muster.Configuration.Model;
using Muster.Policy.Compilation;
using Muster.Repository.Assignments;

namespace Muster.Policy.RoleModel;

/// <summary>Offsets of rules (rolemodel.md 7.2): when a rule holds, measured from the period that gave it.</summary>
internal static class RuleOffsets
{
    /// <summary>
    /// The period that an offset makes of a reference period. The bounds that stand for "no date" are never moved, and nothing is moved beyond
    /// them; a rule that is measured from a date that does not exist never holds.
    /// </summary>
    public static IEnumerable<Period> Of(Period reference, TimeOffset offset)
    {
        var period = offset.Reference switch
        {
            TimeOffsetReference.Around => new Period(Moved(reference.Start, offset.BeforeMinutes), Moved(reference.End, offset.AfterMinutes)),
            TimeOffsetReference.Before => new Period(Moved(reference.Start, offset.BeforeMinutes), Moved(reference.Start, offset.AfterMinutes)),
            TimeOffsetReference.After => new Period(Moved(reference.End, offset.BeforeMinutes), Moved(reference.End, offset.AfterMinutes)),
            _ => reference,
        };
        return period.IsEmpty ? [] : [period];
    }

    /// <summary>
    /// Which of several rules for one property holds at one time: one without offset comes before one around the period, that before one before
    /// it, that before one after it.
    /// </summary>
    public static int Rank(TimeOffset offset) => offset.Reference switch
    {
        TimeOffsetReference.Around => 1,
        TimeOffsetReference.Before => 2,
        TimeOffsetReference.After => 3,
        _ => 0,
    };

    /// <summary>
    /// What the rules for the properties of a resource type make of a period in which it is wanted: a value that is due before or after it
    /// extends it.
    /// </summary>
    public static Period Extended(CompiledResourceType type, Period period, OwnerInput owner, IReadOnlyList<HeldRole> held, BatchFacts facts)
    {
        var all = OfProperties(type, period, owner, held, facts).Append(period).ToList();
        return new Period(all.Min(p => p.Start), all.Max(p => p.End));
    }

    /// <summary>When the values hold whose rules have an offset of their own.</summary>
    public static IEnumerable<Period> OfProperties(
        CompiledResourceType type, Period within, OwnerInput owner, IReadOnlyList<HeldRole> held, BatchFacts facts)
    {
        foreach (var rule in type.ScalarRules.Select(r => r.Definition).Where(HasOffset))
        {
            foreach (var period in TypeExpectations.Periods(rule.SingleRole, within, held).SelectMany(p => Of(p, rule.Offset)))
            {
                yield return period;
            }
        }

        foreach (var rule in type.Definition.NavigationRules.Where(r => HasOffset(r) && !r.IsDenied))
        {
            foreach (var period in Of(type, rule, [within], owner, held, facts))
            {
                yield return period;
            }
        }

        foreach (var period in type.QueryRules.Select(r => r.Definition).Where(HasOffset).SelectMany(r => Of(within, r.Offset)))
        {
            yield return period;
        }
    }

    /// <summary>When a navigation rule with an offset holds.</summary>
    public static IEnumerable<Period> Of(
        CompiledResourceType type, NavigationRule rule, IEnumerable<Period> within, OwnerInput owner, IReadOnlyList<HeldRole> held, BatchFacts facts)
    {
        var applies = Period.Union(TypeExpectations.Of(type, rule, owner, held, facts));
        return within.SelectMany(w => applies.Select(p => p.Intersect(w))).Where(p => !p.IsEmpty).SelectMany(p => Of(p, rule.Offset));
    }

    public static bool HasOffset(ResourceTypeRule rule) => rule.Offset.Reference != TimeOffsetReference.Default;

    private static DateTime Moved(DateTime date, int minutes)
    {
        if (date <= SentinelDates.Minimum || date >= SentinelDates.Maximum)
        {
            return date;
        }

        var span = TimeSpan.FromMinutes(minutes);
        return span > SentinelDates.Maximum - date ? SentinelDates.Maximum
            : span < SentinelDates.Minimum - date ? SentinelDates.Minimum
            : date + span;
    }
}
