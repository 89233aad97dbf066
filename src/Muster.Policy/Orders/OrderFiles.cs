using Muster.Configuration.Work;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.Files;

namespace Muster.Policy.Orders;

/// <summary>
/// The JSON files of orders, for people and scripts. They are made from the stored rows, so that they can be made again: a process killed
/// between the commit and the file leaves nothing lost (rolemodel.md 12, invariant 5).
/// </summary>
public sealed class OrderFiles(IWorkFolder work)
{
    private const string Folder = AgentFolders.ProvisioningOrders;
    private const string Downloaded = $"{Folder}/Downloaded";

    /// <summary>
    /// Makes the folder agree with the orders, whatever an earlier run was killed at: writes the files of waiting orders that do not exist, and
    /// moves those away that are consumed. Repeating it has no second effect.
    /// </summary>
    public void Materialize(RepositoryTransaction transaction)
    {
        var store = new OrderStore(transaction);
        var present = work.Files(Folder).Select(path => path[(Folder.Length + 1)..]).ToList();
        if (present.Count > 0)
        {
            MoveConsumed(store.Consumed(present), transaction);
        }

        foreach (var file in store.WaitingFiles().Where(f => !work.Exists($"{Folder}/{f}") && !work.Exists($"{Downloaded}/{f}")))
        {
            using var pending = work.Create($"{Folder}/{file}");
            OrderDocuments.WriteFile(pending.Stream, store.DocumentsOf(file), new FileStore(transaction));
            pending.Commit();
        }
    }

    /// <summary>Moves files of which no order waits any more to the folder of consumed ones.</summary>
    public void MoveConsumed(IEnumerable<string> files, RepositoryTransaction transaction)
    {
        var store = new OrderStore(transaction);
        foreach (var file in files.Distinct().Where(f => !store.IsWaiting(f) && work.Exists($"{Folder}/{f}")))
        {
            work.Move($"{Folder}/{file}", $"{Downloaded}/{file}");
        }
    }
}
