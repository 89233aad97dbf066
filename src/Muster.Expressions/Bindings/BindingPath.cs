using Muster.Configuration.Model;
using Muster.Expressions.Dependencies;
using Muster.Expressions.Resources;

namespace Muster.Expressions.Bindings;

/// <summary>A resolved binding: the way from a resource to a property (rolemodel.md 4.1).</summary>
internal sealed class BindingPath(EntityType root, IReadOnlyList<EntityProperty> steps)
{
    private readonly EntityProperty[] _navigations = [.. steps.SkipLast(1)];
    private readonly EntityProperty _last = steps[^1];
    private readonly bool _isSingle = steps.All(s => s.Kind != PropertyKind.MultiNavigation);

    public EntityType Root { get; } = root;

    public IReadOnlyList<EntityProperty> Steps { get; } = steps;

    public EntityProperty Last => _last;

    public bool EndsInNavigation => _last.Kind is PropertyKind.MonoNavigation or PropertyKind.MultiNavigation;

    public bool IsMultiValued => !_isSingle;

    public ReadPath ToReadPath() => new(Root, Steps);

    /// <summary>The one value, or the one of the lowest id with <paramref name="isAmbiguous"/>; for a navigation its resource's id.</summary>
    public string? Scalar(IResource input, out bool isAmbiguous)
    {
        isAmbiguous = false;
        if (_isSingle)
        {
            var holder = Walk(input);
            return holder is null ? null : ValueOf(holder);
        }

        if (EndsInNavigation)
        {
            var targets = Resources(input);
            isAmbiguous = targets.Count > 1;
            return targets.Count == 0 ? null : Id(targets[0]);
        }

        var holders = Distinct(WalkMany(input));
        isAmbiguous = holders.Count > 1;
        return holders.Count == 0 ? null : holders[0].GetScalar(_last);
    }

    /// <summary>The resources that a binding with a last navigation leads to, by ascending id, each once.</summary>
    public IReadOnlyList<IResource> Resources(IResource input)
    {
        if (_isSingle)
        {
            return Walk(input)?.GetOne(_last) is { } target ? [target] : [];
        }

        IEnumerable<IResource> found = WalkMany(input);
        found = _last.Kind == PropertyKind.MultiNavigation
            ? found.SelectMany(r => r.GetMany(_last))
            : found.Select(r => r.GetOne(_last)).OfType<IResource>();
        return Distinct(found);
    }

    private static string Id(IResource resource) => resource.Id.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static List<IResource> Distinct(IEnumerable<IResource> resources) => [.. resources.DistinctBy(r => r.Id).OrderBy(r => r.Id)];

    private string? ValueOf(IResource holder)
    {
        if (EndsInNavigation)
        {
            return holder.GetOne(_last) is { } target ? Id(target) : null;
        }

        return holder.GetScalar(_last);
    }

    private IResource? Walk(IResource input)
    {
        var current = input;
        foreach (var step in _navigations)
        {
            if (current.GetOne(step) is not { } next)
            {
                return null;
            }

            current = next;
        }

        return current;
    }

    private List<IResource> WalkMany(IResource input)
    {
        List<IResource> current = [input];
        foreach (var step in _navigations)
        {
            var next = new List<IResource>();
            foreach (var resource in current)
            {
                if (step.Kind == PropertyKind.MultiNavigation)
                {
                    next.AddRange(resource.GetMany(step));
                }
                else if (resource.GetOne(step) is { } target)
                {
                    next.Add(target);
                }
            }

            current = next;
        }

        return current;
    }
}
