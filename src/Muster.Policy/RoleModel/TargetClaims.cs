using Muster.Policy.Correlation;
using Muster.Repository.Assignments;

namespace Muster.Policy.RoleModel;

/// <summary>Who holds a target, and how firmly.</summary>
/// <param name="Row">The assigned resource type.</param>
/// <param name="Owner">Null: a classified orphan.</param>
/// <param name="OwnerKey">Decides between equal claims; see <see cref="OwnerInput.ClaimKey"/>.</param>
/// <param name="IsFirm">Wanted by rules or decided by a person: never taken away (rolemodel.md 5.6).</param>
internal sealed record TargetHolder(long Row, SourceOwner? Owner, string OwnerKey, bool IsFirm, int Confidence);

/// <summary>
/// One owner per target (rolemodel.md 5.6). A target may be claimed if nobody holds it, or only an unreviewed, non-conforming holder that
/// is weaker: not wanted, of lower confidence, or of a later key. The order is strict, so that two owners never take turns.
/// </summary>
internal sealed class TargetClaims
{
    /// <summary>Of a trial: what is not changed here is as there.</summary>
    private TargetClaims? _before;
    private readonly Dictionary<long, List<TargetHolder>> _holders = [];
    private readonly Dictionary<long, HashSet<SourceOwner>> _proposedTo = [];

    public void Load(IEnumerable<AssignedResourceType> rows, Func<AssignedResourceType, SourceOwner?> ownerOf, Func<SourceOwner, string> keyOf)
    {
        foreach (var row in rows)
        {
            if (row.Resource is not { } resource)
            {
                continue;
            }

            if (IsHold(row))
            {
                Put(resource, HolderOf(row, ownerOf(row), ownerOf(row) is { } owner ? keyOf(owner) : ""));
            }
            else if (ownerOf(row) is { } candidate)
            {
                Propose(resource, candidate);
            }
        }
    }

    /// <summary>The same claims, whose changes are not seen here.</summary>
    public TargetClaims Trial() => new() { _before = this };

    public static bool IsFirm(AssignedResourceType row) =>
        row.IsOwned || row.WorkflowState is not (WorkflowState.Found or WorkflowState.None);

    /// <summary>A proposal that nobody has reviewed is no hold.</summary>
    public static bool IsHold(AssignedResourceType row) => row.Confidence is null or >= Candidate.Automatic || row.IsOwned;

    /// <summary>A person has said that the proposed target is not the owner's: remembered, so that it is not proposed again.</summary>
    public static bool IsDeclinedProposal(AssignedResourceType row) =>
        row is { WorkflowState: WorkflowState.Declined, Resource: not null } && !IsHold(row);

    /// <summary>Whether an owner may have a target.</summary>
    public bool IsFree(long resource, long owner, string ownerKey, bool isExpected, int confidence)
    {
        foreach (var holder in Others(resource, owner))
        {
            if (holder.Owner is null)
            {
                continue;
            }

            if (holder.IsFirm || !IsStronger(isExpected, confidence, ownerKey, holder))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Other owners to whom a target is proposed: they lose the proposal when somebody takes the target.</summary>
    public IEnumerable<SourceOwner> ProposedTo(long resource, long except) =>
        (_proposedTo.TryGetValue(resource, out var owners) ? owners.Where(o => o.Id != except) : [])
            .Concat(_before?.ProposedTo(resource, except) ?? []);

    /// <summary>Records that a target is proposed to an owner, so that whoever takes it is known to disappoint that owner.</summary>
    public void Propose(long resource, SourceOwner owner)
    {
        _proposedTo.TryAdd(resource, []);
        _proposedTo[resource].Add(owner);
    }

    /// <summary>Records a claim and returns the holders that lose the target.</summary>
    public IReadOnlyList<TargetHolder> Claim(long resource, TargetHolder holder)
    {
        var losers = Others(resource, holder.Owner?.Id ?? 0).ToList();
        _holders[resource] = [holder];
        return losers;
    }

    /// <summary>A stored row gives its target back; returns whether nobody holds it now.</summary>
    public bool Release(long resource, long row)
    {
        if (Holders(resource) is not { } holders)
        {
            return true;
        }

        holders.RemoveAll(h => h.Row == row);
        return holders.Count == 0;
    }

    private static bool IsStronger(bool isExpected, int confidence, string ownerKey, TargetHolder holder)
    {
        // A holder that is not firm is not wanted by any rule.
        if (isExpected)
        {
            return true;
        }

        return confidence != holder.Confidence
            ? confidence > holder.Confidence
            : string.CompareOrdinal(ownerKey, holder.OwnerKey) < 0;
    }

    private IEnumerable<TargetHolder> Others(long resource, long owner) =>
        (_holders.TryGetValue(resource, out var holders) ? holders.Where(h => h.Owner?.Id != owner) : null)
            ?? _before?.Others(resource, owner)
            ?? [];

    /// <summary>The holders of a target, to be changed; null if nobody ever held it.</summary>
    private List<TargetHolder>? Holders(long resource)
    {
        if (!_holders.TryGetValue(resource, out var holders) && _before?.Holders(resource) is { } before)
        {
            _holders.Add(resource, holders = [.. before]);
        }

        return holders;
    }

    private void Put(long resource, TargetHolder holder)
    {
        if (!_holders.TryGetValue(resource, out var holders))
        {
            _holders.Add(resource, holders = []);
        }

        if (!holders.Exists(h => h.Row == holder.Row))
        {
            holders.Add(holder);
        }
    }

    private static TargetHolder HolderOf(AssignedResourceType row, SourceOwner? owner, string ownerKey) =>
        new(row.Id, owner, ownerKey, IsFirm(row), row.Confidence ?? Candidate.Automatic);
}
