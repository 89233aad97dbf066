using Muster.Repository.Changes;
using Muster.Repository.Schema;

namespace Muster.Repository.Synchronization;

/// <summary>
/// Gives every row of every mapped association again, those that wait for an end among them, with the resources as they are: what a full
/// file with the same rows would do. Nothing changes in a store whose links follow their keys, which is what a verification asks.
/// </summary>
public sealed class LinkRederivation(RepositoryTransaction transaction, EntitySchema schema)
{
    /// <summary>Returns how many links it inserted and deleted.</summary>
    public long Run(CancellationToken cancellationToken)
    {
        transaction.Execute("DELETE FROM link_key_property");
        var keys = new LinkKeyStore(transaction, schema);
        var origin = new ChangeOrigin(null, null, null, false);
        var changed = 0L;
        foreach (var association in schema.Model.Associations.Where(a => a.Mapping is not null))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var staging = new LinkStaging(transaction, schema, association, keys, LinkSource.Full, ordinal: 0);
            staging.Capture([], holdDeletions: true);
            staging.Resolve();
            staging.Apply(origin, isInitial: false);
            changed += staging.Inserted + staging.Deleted;
            staging.Clear();
        }

        keys.Clear();
        return changed;
    }
}
