using Muster.Repository.Assignments;

namespace Muster.Policy.RoleModel;

/// <summary>
/// Of an owner, all that its roles and the wants that follow from them depend on within one run: the contexts, and the roles as they are stored. Two
/// owners in the same situation have the same roles, and want the same at the same times. Equality is by content.
/// </summary>
internal sealed class OwnerSituation : IEquatable<OwnerSituation>
{
    private readonly long[] _numbers;
    private readonly string?[] _texts;
    private readonly int _hash;

    private OwnerSituation(OwnerInput owner)
    {
        var contexts = owner.Contexts.Contexts;
        var (roles, composites) = (owner.Stored.Roles, owner.Stored.CompositeRoles);
        _numbers = new long[SizeOf(contexts) + 1 + (4 * (roles.Count + composites.Count))];
        _texts = new string?[3 * (roles.Count + composites.Count)];
        var at = 0;
        foreach (var context in contexts)
        {
            at = Write(context, at);
        }

        _numbers[at++] = roles.Count;
        var text = 0;
        foreach (var role in roles)
        {
            Write(role, ref at, ref text);
        }

        foreach (var role in composites)
        {
            Write(role, ref at, ref text);
        }

        var hash = new HashCode();
        foreach (var number in _numbers)
        {
            hash.Add(number);
        }

        // What roles these are; that their rules are the same is seen when they are compared.
        for (var index = 0; index < _texts.Length; index += 3)
        {
            hash.Add(_texts[index], StringComparer.Ordinal);
        }

        _hash = hash.ToHashCode();
    }

    public static OwnerSituation Of(OwnerInput owner) => new(owner);

    public bool Equals(OwnerSituation? other) =>
        other is not null && _hash == other._hash && _numbers.AsSpan().SequenceEqual(other._numbers) && _texts.AsSpan().SequenceEqual(other._texts);

    public override bool Equals(object? obj) => Equals(obj as OwnerSituation);

    public override int GetHashCode() => _hash;

    private static int SizeOf(IReadOnlyList<OwnerContext> contexts)
    {
        var size = 0;
        foreach (var context in contexts)
        {
            size += 3;
            foreach (var (_, values) in context.Values)
            {
                size += 2 + values.Count;
            }
        }

        return size;
    }

    private int Write(OwnerContext context, int at)
    {
        _numbers[at++] = context.Period.Start.Ticks;
        _numbers[at++] = context.Period.End.Ticks;
        _numbers[at++] = context.Values.Count;
        foreach (var (dimension, values) in context.Values)
        {
            _numbers[at++] = dimension.Index;
            _numbers[at++] = values.Count;
            foreach (var value in values)
            {
                _numbers[at++] = value.Id;
            }
        }

        return at;
    }

    private void Write(AssignedRole role, ref int at, ref int text)
    {
        _numbers[at++] = role.StartDate.Ticks;
        _numbers[at++] = role.EndDate.Ticks;
        _numbers[at++] = (int)role.WorkflowState;
        _numbers[at++] = (role.IsIndirect ? 1 : 0) + (role.IsContextBound ? 2 : 0) + (role.AsksRemoval ? 4 : 0);
        _texts[text++] = role.Role;
        _texts[text++] = role.Rules;
        _texts[text++] = role.ParametersValues;
    }
}
