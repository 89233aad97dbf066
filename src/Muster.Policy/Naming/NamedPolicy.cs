using Muster.Configuration.Model;
using Muster.Configuration.Naming;
using Muster.Policy.Compilation;
using Muster.Repository;
using Muster.Repository.Naming;

namespace Muster.Policy.Naming;

/// <summary>
/// A policy with the roles and rules that naming rules have made (rolemodel.md 3.15). They are data: whoever evaluates, explains or decides reads
/// them in the transaction in which it reads the assignments, so that it sees them as they are at that moment, whoever made them.
/// </summary>
public static class NamedPolicy
{
    /// <summary>The policy as it is in a transaction: the declared one where naming rules have made nothing.</summary>
    public static CompiledPolicy At(this CompiledPolicy policy, RepositoryTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var declared = policy.Declared ?? policy;
        if (declared.RoleMappings.Count == 0)
        {
            return declared;
        }

        var values = new NamedValueStore(transaction).All();
        return values.Count == 0 ? declared : With(declared, NamedRoles.Of(declared.Model, values));
    }

    /// <summary>The same of a configuration, for who evaluates nothing and only looks at what there is.</summary>
    public static ConfigurationModel At(this ConfigurationModel model, RepositoryTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.RoleMappings.Count == 0 ? model : model.With(NamedRoles.Of(model, new NamedValueStore(transaction).All()).Roles);
    }

    private static CompiledPolicy With(CompiledPolicy declared, NamedRoles named)
    {
        var rules = named.Rules.ToLookup(r => r.ResourceType);
        var types = declared.ResourceTypesBySource.SelectMany(g => g)
            .Select(t => rules.Contains(t.Definition) ? t.With([.. rules[t.Definition]]) : t)
            .ToList();
        var roles = declared.SingleRolesByIdentifier.Values.Concat(named.Roles).ToList();

        // What is computed does not change with the roles, so that the graph of the declared policy is that of this one too.
        _ = declared.Graph;
        return declared with
        {
            Declared = declared,
            Model = declared.Model.With(named.Roles),
            SingleRolesByIdentifier = roles.ToDictionary(r => r.Identifier, StringComparer.Ordinal),
            SingleRolesBySource = roles.OrderBy(r => r.Identifier, StringComparer.Ordinal).ToLookup(r => r.EntityType),
            ResourceTypesBySource = types.ToLookup(t => t.Definition.SourceEntityType),
            ResourceTypesByIdentifier = types.DistinctBy(t => t.Identifier).ToDictionary(t => t.Identifier, StringComparer.Ordinal),
        };
    }
}
