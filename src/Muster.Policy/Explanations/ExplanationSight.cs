using Muster.Configuration.Model;
using Muster.Expressions;
using Muster.Expressions.Dependencies;
using Muster.Expressions.Resources;
using Muster.Policy.Access;
using Muster.Policy.Compilation;
using Muster.Policy.RoleModel;

namespace Muster.Policy.Explanations;

/// <summary>What whoever reads an explanation may see (rolemodel.md 9): the rest is left out of it.</summary>
internal sealed record ExplanationSight(ResourceRights Resources, SeenAssignments Assignments)
{
    /// <summary>Stands for a key that the reader may not know.</summary>
    public const string NotShown = "(not shown)";

    public bool IsVisible(EntityType type, long? id, string property) =>
        type.FindProperty(property) is not { } found || Resources.IsVisible(type, id, found);

    /// <summary>Some of what an expression reads from a resource may not be read.</summary>
    public bool Hides(CompiledValue? value, IResource? root) => value is not null && root is not null && Hides(value.Reads, root);

    public bool Hides(ReadSet reads, IResource root) =>
        !Resources.IsOperator && reads.Paths.Any(p => p.Root == root.EntityType && !Resources.CanRead(p, root));

    /// <summary>As <see cref="Hides(CompiledValue, IResource)"/>, for a resource that is not in memory.</summary>
    public bool Hides(ExpressionKey key, long id) => !Resources.CanRead(key.Value.Reads, key.EntityType, id);

    /// <summary>A dimension's values in a context come from something that may not be read.</summary>
    public bool Hides(Dimension dimension, OwnerContext context, CompiledPolicy policy, EntityType source) =>
        !Resources.IsOperator
        && policy.ContextRules.GetValueOrDefault(source)?.Bindings.FirstOrDefault(b => b.Dimension == dimension)?.Value is { } binding
        && context.From.Any(r => Hides(binding, r));
}
