using Muster.Configuration.Model;

namespace Muster.Expressions.Dependencies;

/// <summary>
/// What a computation reads, as a path: from a resource of <see cref="Root"/> along navigations to a last property. A change of any step's
/// property on a resource that the path reaches may change the result for the root resource.
/// </summary>
public sealed class ReadPath : IEquatable<ReadPath>
{
    public ReadPath(EntityType root, IReadOnlyList<EntityProperty> steps)
    {
        Root = root;
        Steps = steps;
    }

    public EntityType Root { get; }

    /// <summary>Navigations, then a scalar, binary or navigation; at least one.</summary>
    public IReadOnlyList<EntityProperty> Steps { get; }

    public bool Equals(ReadPath? other) => other is not null && Root == other.Root && Steps.SequenceEqual(other.Steps);

    public override bool Equals(object? obj) => Equals(obj as ReadPath);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Root);
        foreach (var step in Steps)
        {
            hash.Add(step);
        }

        return hash.ToHashCode();
    }

    public override string ToString() => $"{Root.Identifier}:{string.Join('.', Steps.Select(s => s.Identifier))}";
}

/// <summary>All that one computation reads.</summary>
/// <param name="Paths">The paths that analysis found.</param>
/// <param name="EnumeratedEntityTypes">
/// Entity types that are enumerated as a whole (<c>queryHandler</c>): any change there may change any result. Not empty means that
/// <c>config check</c> reports a notice and that the computation is done in full when one of them changed.
/// </param>
/// <param name="ReadsClock">True if the result may change by the passing of time alone (<c>DateTime.Now</c>).</param>
public sealed record ReadSet(IReadOnlySet<ReadPath> Paths, IReadOnlySet<EntityType> EnumeratedEntityTypes, bool ReadsClock)
{
    public static ReadSet Empty { get; } = new(new HashSet<ReadPath>(), new HashSet<EntityType>(), false);

    public bool IsExact => EnumeratedEntityTypes.Count == 0 && !ReadsClock;
}
