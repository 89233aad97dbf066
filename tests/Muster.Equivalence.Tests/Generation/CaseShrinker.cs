using Muster.Equivalence.Tests.Model;

namespace Muster.Equivalence.Tests.Generation;

/// <summary>Smaller cases: big cuts first, then single parts.</summary>
internal static class CaseShrinker
{
    public static IEnumerable<Case> Shrink(Case @case) => Steps(@case).Concat(Parts(@case)).Concat(Details(@case));

    private static IEnumerable<Case> Steps(Case @case)
    {
        var steps = @case.Steps;
        for (var size = steps.Count / 2; size >= 1; size /= 2)
        {
            for (var start = 0; start + size <= steps.Count; start += size)
            {
                // The changes of a step that goes may be needed: first together with the next step, then without them.
                if (start + size < steps.Count)
                {
                    var moved = steps.Skip(start).Take(size).SelectMany(s => s.Changes).Concat(steps[start + size].Changes).ToList();
                    yield return @case with { Steps = [.. steps.Take(start), steps[start + size] with { Changes = moved }, .. steps.Skip(start + size + 1)] };
                }

                yield return @case with { Steps = [.. steps.Take(start), .. steps.Skip(start + size)] };
            }
        }
    }

    private static IEnumerable<Case> Parts(Case @case)
    {
        var setup = @case.Setup;
        foreach (var entity in setup.Entities)
        {
            yield return @case with { Setup = (setup with { Entities = [.. setup.Entities.Where(e => e != entity)] }).Closed() };
        }

        foreach (var size in new[] { setup.Rules.Count / 2, setup.Rules.Count / 4, 1 }.Where(s => s > 0).Distinct())
        {
            for (var start = 0; start < setup.Rules.Count; start += size)
            {
                yield return @case with { Setup = (setup with { Rules = [.. setup.Rules.Take(start), .. setup.Rules.Skip(start + size)] }).Closed() };
            }
        }

        foreach (var link in setup.Links)
        {
            yield return Narrow(@case, (setup with { Links = [.. setup.Links.Where(l => l != link)] }).Closed());
        }

        foreach (var entity in setup.Entities)
        {
            foreach (var scalar in entity.Scalars.Where(s => s.Name != entity.Key))
            {
                var smaller = entity with { Scalars = [.. entity.Scalars.Where(s => s != scalar)] };
                yield return Narrow(@case, (setup with { Entities = [.. setup.Entities.Select(e => e == entity ? smaller : e)] }).Closed());
            }
        }
    }

    private static IEnumerable<Case> Details(Case @case)
    {
        for (var index = 0; index < @case.Steps.Count; index++)
        {
            foreach (var smaller in Smaller(@case.Steps[index], index))
            {
                yield return @case with { Steps = [.. @case.Steps.Take(index), smaller, .. @case.Steps.Skip(index + 1)] };
            }
        }

        foreach (var rule in @case.Setup.Rules.Where(r => r.Other is not null || r.IsOff))
        {
            yield return @case with { Setup = @case.Setup with { Rules = [.. @case.Setup.Rules.Select(r => r == rule ? r with { Other = null, IsOff = false } : r)] } };
        }
    }

    private static IEnumerable<Step> Smaller(Step step, int index)
    {
        if (step.Changes.Count > 3)
        {
            yield return step with { Changes = [.. step.Changes.Take(step.Changes.Count / 2)] };
            yield return step with { Changes = [.. step.Changes.Skip(step.Changes.Count / 2)] };
        }

        foreach (var change in step.Changes)
        {
            yield return step with { Changes = [.. step.Changes.Where(c => c != change)] };
        }

        if (step.Switches.Count > 0)
        {
            yield return step with { Switches = [] };
        }

        foreach (var name in step.Switches.Count > 1 ? step.Switches : [])
        {
            yield return step with { Switches = [name] };
        }

        foreach (var decision in step.Decisions)
        {
            yield return step with { Decisions = [.. step.Decisions.Where(d => d != decision)] };
        }

        if (step.Listed.Count > 0)
        {
            yield return step with { Listed = [] };
        }

        if (step.Connector is not null)
        {
            yield return step with { Connector = null };
        }

        if (step.Minutes > 1)
        {
            yield return step with { Minutes = 1 };
        }

        if (step.Kind != StepKind.Collect && step.Kind != StepKind.Complete)
        {
            yield return step with { Kind = StepKind.Collect };
        }

        if (index == 0 && step.Kind != StepKind.Complete)
        {
            yield return step with { Kind = StepKind.Complete };
        }
    }

    /// <summary>Takes the columns that a smaller configuration no longer has out of the changes.</summary>
    private static Case Narrow(Case @case, Setup setup)
    {
        var before = SourceTable.Of(@case.Setup).ToDictionary(t => t.Name);
        var after = SourceTable.Of(setup).ToDictionary(t => t.Name);
        return new Case(setup, [.. @case.Steps.Select(s => s with { Changes = [.. s.Changes.Select(Narrowed)] })]);

        SourceChange Narrowed(SourceChange change) =>
            change.Kind == ChangeKind.Put && before.TryGetValue(change.Table, out var old) && after.TryGetValue(change.Table, out var now) && change.Values.Count == old.Columns.Count
                ? change with { Values = [.. change.Values.Where((_, i) => now.Columns.Contains(old.Columns[i]))] }
                : change;
    }
}
