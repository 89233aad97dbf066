using Muster.Policy.Compilation;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.Dirty;
using Muster.Repository.Schema;

namespace Muster.Policy.Profiles;

/// <summary>Whether a run of SetInternalUserProfiles has anybody to look at.</summary>
public static class ProfilesDue
{
    public static bool Any(RepositoryTransaction transaction, EntitySchema schema, CompiledPolicy policy, ProfileRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var consumers = ProfileUsers.ConsumersOf(request.Contexts(policy)).ToList();
        return (consumers.Count > 0 && new DirtyStore(transaction, schema, policy.Graph).HasWaiting(consumers))
            || new ProfileDueStore(transaction).Any([.. consumers.Select(c => c.Kind)])
            || ProfileUsers.Forgotten(transaction, policy).Any();
    }
}
