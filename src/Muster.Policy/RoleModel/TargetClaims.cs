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
/// <param name="released">
/// Targets that owners held and gave back in this round of evaluation, in whatever batch: others may claim them in the next one. Added to.
/// </param>
internal sealed class TargetClaims(HashSet<long> released)
{
    private readonly HashSet<long> _released = released;

    /// <summary>Of a trial or an attempt: what is not changed here is as there.</summary>
    private TargetClaims? _before;

    /// <summary>Of an attempt: the targets that it asked about or changed.</summary>
    private HashSet<long>? _asked;
    private Dictionary<long, List<TargetHolder>>? _holders;
    private Dictionary<long, HashSet<SourceOwner>>? _proposedTo;

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
    public TargetClaims Trial() => new([]) { _before = this };

    /// <summary>A trial that <see cref="Apply"/> may make true, if nothing that it asked about has changed since.</summary>
    public TargetClaims Attempt() => new([]) { _before = this, _asked = [] };

    /// <summary>Whether an attempt asked about any of some targets.</summary>
    public bool HasAskedAbout(IReadOnlySet<long> targets) => targets.Count > 0 && _asked!.Overlaps(targets);

    /// <summary>Makes an attempt true.</summary>
    /// <param name="changed">Gets the targets that it changed.</param>
    public void Apply(HashSet<long> changed)
    {
        foreach (var (target, holders) in _holders ?? [])
        {
            (_before!._holders ??= [])[target] = holders;
            changed.Add(target);
        }

        foreach (var (target, owners) in _proposedTo ?? [])
        {
            foreach (var owner in owners)
            {
                _before!.Propose(target, owner);
            }

            changed.Add(target);
        }

        changed.UnionWith(_released);
        _before!._released.UnionWith(_released);
    }

    /// <summary>Somebody has given the target back in this round.</summary>
    public bool IsReleased(long target)
    {
        Ask(target);
        return _released.Contains(target) || _before?.IsReleased(target) == true;
    }

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
    public IReadOnlyList<SourceOwner> ProposedTo(long resource, long except)
    {
        Ask(resource);
        var before = _before?.ProposedTo(resource, except) ?? [];
        return _proposedTo is null || !_proposedTo.TryGetValue(resource, out var owners) ? before : [.. owners.Where(o => o.Id != except), .. before];
    }

    /// <summary>Records that a target is proposed to an owner, so that whoever takes it is known to disappoint that owner.</summary>
    public void Propose(long resource, SourceOwner owner)
    {
        Ask(resource);
        if (!IsProposed(resource, owner))
        {
            _proposedTo ??= [];
            _proposedTo.TryAdd(resource, []);
            _proposedTo[resource].Add(owner);
        }
    }

    private bool IsProposed(long resource, SourceOwner owner) =>
        (_proposedTo is not null && _proposedTo.TryGetValue(resource, out var owners) && owners.Contains(owner)) || _before?.IsProposed(resource, owner) == true;

    /// <summary>Records a claim and returns the holders that lose the target.</summary>
    public IReadOnlyList<TargetHolder> Claim(long resource, TargetHolder holder)
    {
        Ask(resource);
        var known = Known(resource);
        if (known is [var only] && only == holder)
        {
            // Most claims are old ones.
            return [];
        }

        (_holders ??= [])[resource] = [holder];
        return known is null ? [] : known.FindAll(h => h.Owner?.Id != (holder.Owner?.Id ?? 0));
    }

    /// <summary>A stored row gives its target back.</summary>
    public void Release(long resource, long row)
    {
        Ask(resource);
        if (Known(resource) is { } known)
        {
            var left = known.FindAll(h => h.Row != row);
            (_holders ??= [])[resource] = left;
            if (left.Count > 0)
            {
                return;
            }
        }

        _released.Add(resource);
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

    private IEnumerable<TargetHolder> Others(long resource, long owner)
    {
        Ask(resource);
        return Known(resource)?.Where(h => h.Owner?.Id != owner) ?? [];
    }

    /// <summary>The holders of a target; null if nobody ever held it. Not to be changed: others may look at it.</summary>
    private List<TargetHolder>? Known(long resource)
    {
        return _holders is not null && _holders.TryGetValue(resource, out var holders) ? holders : _before?.Known(resource);
    }

    private void Ask(long resource)
    {
        _asked?.Add(resource);
        _before?.Ask(resource);
    }

    private void Put(long resource, TargetHolder holder)
    {
        _holders ??= [];
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
