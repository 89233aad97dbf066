using Muster.Policy.Compilation;
using Muster.Policy.RoleModel;
using Muster.Repository.Assignments;

namespace Muster.Policy.Decisions;

/// <summary>One row of an owner's assignments, of whatever kind, as people see it.</summary>
internal sealed record AssignmentEntry
{
    public required AssignmentKind Kind { get; init; }

    /// <summary>0: not stored yet.</summary>
    public long Id { get; init; }

    public required long Owner { get; init; }

    public required string Item { get; init; }

    public WorkflowState WorkflowState { get; init; }

    public required DateTime StartDate { get; init; }

    public required DateTime EndDate { get; init; }

    public string? ParametersValues { get; init; }

    public DateTime? StateSince { get; init; }

    public bool IsContextBound { get; init; }

    public bool AsksRemoval { get; init; }

    /// <summary>The row of a resource type with its values; null for roles.</summary>
    public AssignedType? Type { get; init; }

    public bool IsProvisioned => Type?.Row.Resource is not null;

    public static IEnumerable<AssignmentEntry> Of(OwnerAssignments owner) =>
        owner.CompositeRoles.Select(r => Of(AssignmentKind.CompositeRole, r))
            .Concat(owner.Roles.Select(r => Of(AssignmentKind.SingleRole, r)))
            .Concat(owner.Types.Select(Of));

    public static AssignmentEntry Of(AssignmentKind kind, AssignedRole row) => Of(kind, row, row.Owner, row.Role);

    public static AssignmentEntry Of(AssignedType type) =>
        Of(AssignmentKind.ResourceType, type.Row, type.Row.Owner ?? 0, type.Row.ResourceType) with { Type = type };

    private static AssignmentEntry Of(AssignmentKind kind, AssignedItem row, long owner, string item) => new()
    {
        Kind = kind,
        Id = row.Id,
        Owner = owner,
        Item = item,
        WorkflowState = row.WorkflowState,
        StartDate = row.StartDate,
        EndDate = row.EndDate,
        ParametersValues = row.ParametersValues,
        StateSince = row.StateSince,
        IsContextBound = row.IsContextBound,
        AsksRemoval = row.AsksRemoval,
    };

    /// <summary>The owner's assignments with this row in place of the one with its id, or beside the others.</summary>
    public OwnerAssignments In(OwnerAssignments owner, CompiledPolicy policy) => Kind switch
    {
        AssignmentKind.SingleRole => owner with
        {
            Roles = Put(owner.Roles, r => r.Id, old => Apply(old ?? new AssignedSingleRole { Owner = Owner, Role = Item, StartDate = StartDate, EndDate = EndDate })),
        },
        AssignmentKind.CompositeRole => owner with
        {
            CompositeRoles = Put(owner.CompositeRoles, r => r.Id, old => Apply(old ?? new AssignedCompositeRole { Owner = Owner, Role = Item, StartDate = StartDate, EndDate = EndDate })),
        },
        _ => owner with { Types = Put(owner.Types, t => t.Row.Id, old => Apply(Type ?? old, policy)) },
    };

    private T Apply<T>(T row)
        where T : AssignedItem => row with
        {
            WorkflowState = WorkflowState,
            StartDate = StartDate,
            EndDate = EndDate,
            ParametersValues = ParametersValues,
            IsContextBound = IsContextBound,
            AsksRemoval = AsksRemoval,
        };

    private AssignedType Apply(AssignedType? type, CompiledPolicy policy)
    {
        type ??= new AssignedType(new AssignedResourceType { Owner = Owner, ResourceType = Item, StartDate = StartDate, EndDate = EndDate }, [], []);
        var row = Apply(type.Row);
        return policy.ResourceTypesByIdentifier.TryGetValue(Item, out var compiled)
            ? type with { Row = Consolidation.Of(compiled, row, type.Scalars, type.Navigations) }
            : type with { Row = row };
    }

    private List<T> Put<T>(IReadOnlyList<T> rows, Func<T, long> id, Func<T?, T> make)
        where T : class =>
        Id == 0 ? [.. rows, make(null)] : [.. rows.Select(r => id(r) == Id ? make(r) : r)];
}
