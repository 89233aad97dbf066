using Muster.Repository;
using Muster.Repository.Assignments;

namespace Muster.Policy.Queries;

/// <summary>What <c>resource show</c> asks about assignments.</summary>
public sealed class AssignmentQueries(RepositoryTransaction transaction)
{
    /// <summary>Roles and resource types of an owner, with their values and states.</summary>
    public OwnerAssignments OfOwner(long resource) => new AssignmentStore(transaction).Load([resource])[resource];

    /// <summary>The assignments of which a resource is the target: its owner, or its classification.</summary>
    public IReadOnlyList<AssignedType> OfTarget(long resource)
    {
        var store = new AssignmentStore(transaction);
        return store.LoadTypes([.. store.OfTargets([resource]).Select(r => r.Id)]);
    }

    /// <summary>Profiles of a user.</summary>
    public IReadOnlyList<AssignedProfile> ProfilesOf(long user) => new ProfileStore(transaction).Of([user]);
}
