using Muster.Configuration.Model;
using Muster.Configuration.Values;
using Muster.Expressions.Dependencies;
using Muster.Expressions.Resources;
using Muster.Policy.Compilation;
using Muster.Policy.Decisions;
using Muster.Repository.Resources;

namespace Muster.Policy.Access;

/// <summary>
/// Which resources somebody sees, and which of their properties (rolemodel.md 9.1, 9.3). The operator sees everything. A resource is shown by its
/// <c>View</c>; lists have what there is a <c>Query</c> of as well. A property in a property group is shown where the decision on its
/// resource opens the group; a link names its target by the key even where the target itself may not be seen.
/// </summary>
public sealed class ResourceRights(AccessGuard guard, ConfigurationModel model)
{
    private const string ViewOperation = "View";
    private readonly bool _showsAllProperties = model.AccessControl.ShowsAllProperties;
    private readonly Dictionary<(EntityType Type, long Id), (bool IsSeen, PropertyAccess Properties)> _known = [];
    private readonly Dictionary<EntityType, (bool IsSeen, PropertyAccess Properties)> _ofTypes = [];

    public bool IsOperator => guard.User is null;

    /// <summary>Finds a resource by its key that may be viewed. Throws <see cref="DecisionRefusedException"/> otherwise.</summary>
    public long Find(ResourceReader reader, EntityType type, string key, bool withHistory = false)
    {
        ArgumentNullException.ThrowIfNull(type);
        guard.RequireSome(AccessQuestion.OfType(PermissionPaths.Resources(type.Identifier, ViewOperation), type.Identifier));
        var id = Owners.Find(reader, type, key);
        if (IsOperator)
        {
            return id;
        }

        // Who may not read a key does not find by it either: that would be a way to try values.
        if (!IsFoundBy(reader, type, id, key))
        {
            throw Owners.NotFound(type, key);
        }

        var entity = AccessedEntity.Of(type, id, key);
        guard.Require(
        [
            .. ((string[])[ViewOperation, .. withHistory ? (string[])["ViewHistory"] : []])
                .Select(o => AccessQuestion.Of(PermissionPaths.Resources(type.Identifier, o), entity)),
        ]);
        return id;
    }

    /// <summary>Before a list is made: whether anything of the type may be seen at all.</summary>
    public void RequireSome(EntityType type)
    {
        ArgumentNullException.ThrowIfNull(type);
        guard.RequireSome([.. ((string[])["Query", ViewOperation]).Select(o => AccessQuestion.OfType(PermissionPaths.Resources(type.Identifier, o), type.Identifier))]);
    }

    /// <summary>Those of some resources that lists show, in their order.</summary>
    public IReadOnlyList<long> Listed(EntityType type, IReadOnlyList<long> ids)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(ids);
        if (IsOperator)
        {
            return ids;
        }

        Read(type, ids, ViewOperation);
        Read(type, [.. ids.Where(id => !_known[(type, id)].IsSeen)], "Query");
        return [.. ids.Where(id => _known[(type, id)].IsSeen)];
    }

    /// <param name="id">Null for one that is not there: then only a right on all resources of the type counts.</param>
    public bool MayView(EntityType type, long? id) => IsOperator || Of(type, id).IsSeen;

    /// <param name="id">As in <see cref="MayView"/>.</param>
    public bool IsVisible(EntityType type, long? id, EntityProperty property) =>
        IsOperator || _showsAllProperties || !model.AccessControl.PropertyGroups.ContainsKey(property) || Of(type, id).Properties.IsVisible(property);

    /// <summary>The display name may be shown: it is as visible as the property that it is taken from.</summary>
    public bool ShowsDisplayName(EntityType type, long? id)
    {
        ArgumentNullException.ThrowIfNull(type);
        return DisplayNameRule.PropertyOf(type) is not { } name || IsVisible(type, id, name);
    }

    /// <summary>Some property of the resource is not shown, so that texts about it as a whole might tell it.</summary>
    public bool HidesAny(EntityType type, long? id)
    {
        ArgumentNullException.ThrowIfNull(type);
        return !IsOperator && !_showsAllProperties && type.Properties.Any(p => !IsVisible(type, id, p));
    }

    /// <summary>Whether all that a path leads to from a resource may be read. What it passes must have been loaded.</summary>
    public bool CanRead(ReadPath path, IResource root)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(root);
        if (IsOperator)
        {
            return true;
        }

        IReadOnlyList<IResource> current = [root];
        for (var index = 0; index < path.Steps.Count; index++)
        {
            var step = path.Steps[index];
            if (!current.All(r => IsVisible(r.EntityType, r.Id, step) && (step == r.EntityType.IdentityProperty || MayView(r.EntityType, r.Id))))
            {
                return false;
            }

            if (index < path.Steps.Count - 1)
            {
                current = [.. current.SelectMany(r => Targets(r, step))];
            }
        }

        return true;
    }

    /// <summary>As <see cref="CanRead(ReadPath, IResource)"/>, without following the paths: properties behind the first step must be open on their whole type.</summary>
    public bool CanRead(ReadSet reads, EntityType type, long id)
    {
        ArgumentNullException.ThrowIfNull(reads);
        return IsOperator || reads.Paths.Where(p => p.Root == type)
            .All(p => IsVisible(type, id, p.Steps[0]) && p.Steps.Skip(1).All(s => IsVisible(s.EntityType, null, s)));
    }

    /// <summary>The key of a resource as the user may read it; its number where they may not.</summary>
    public string Name(EntityType type, long id, string key)
    {
        ArgumentNullException.ThrowIfNull(type);
        return type.IdentityProperty is { } identity && !IsVisible(type, id, identity) ? $"#{id}" : key;
    }

    /// <summary>Throws <see cref="DecisionRefusedException"/> where a property may not be read.</summary>
    public void RequireVisible(EntityType type, long? id, EntityProperty property)
    {
        ArgumentNullException.ThrowIfNull(property);
        if (!IsVisible(type, id, property))
        {
            throw new DecisionRefusedException(
                $"'{guard.User!.Name}' may not read the property '{property.QualifiedName}'{(id is null ? "" : " of it")}: no entry that holds there has its property group "
                + $"'{model.AccessControl.PropertyGroups[property]}' or FullAccessProperties.");
        }
    }

    private bool IsFoundBy(ResourceReader reader, EntityType type, long id, string key)
    {
        var keys = ReadPaths.KeysOf(type).Where(k => k.Kind == PropertyKind.Scalar).ToList();
        if (keys.TrueForAll(k => IsVisible(type, id, k)))
        {
            return true;
        }

        var resource = reader.Load(type, [id], keys.Select(k => new ReadPath(type, [k])))[0];
        return keys.Exists(k => IsVisible(type, id, k) && CanonicalText.TryNormalize(k.Type, key, out var canonical) && resource.GetScalar(k) == canonical);
    }

    private (bool IsSeen, PropertyAccess Properties) Of(EntityType type, long? id)
    {
        if (id is { } known)
        {
            if (!_known.ContainsKey((type, known)))
            {
                Read(type, [known], ViewOperation);
            }

            return _known[(type, known)];
        }

        if (!_ofTypes.TryGetValue(type, out var all))
        {
            var decision = guard.Decide([AccessQuestion.OfType(PermissionPaths.Resources(type.Identifier, ViewOperation), type.Identifier)])[0];
            _ofTypes.Add(type, all = (decision.IsAllowed, decision.Properties));
        }

        return all;
    }

    private void Read(EntityType type, IReadOnlyList<long> ids, string operation)
    {
        var permission = PermissionPaths.Resources(type.Identifier, operation);
        foreach (var (id, decision) in ids.Zip(guard.Decide([.. ids.Select(id => AccessQuestion.Of(permission, AccessedEntity.Of(type, id, $"#{id}")))])))
        {
            _known[(type, id)] = (decision.IsAllowed, decision.Properties);
        }
    }

    private static IReadOnlyList<IResource> Targets(IResource resource, EntityProperty navigation) =>
        navigation.Kind == PropertyKind.MultiNavigation ? resource.GetMany(navigation)
        : resource.GetOne(navigation) is { } one ? [one]
        : [];
}
