using Muster.Configuration.Model;

namespace Muster.Repository.Changes;

/// <summary>What a change did (synchronization.md 9.2).</summary>
public enum ChangeOperation
{
    Insert = 1,
    Update = 2,
    Delete = 3,

    /// <summary>
    /// The whole entity type was loaded without single changes being logged (an initial synchronization): everything that reads it is
    /// computed in full. The row has resource 0.
    /// </summary>
    Whole = 4,
}

/// <summary>Who made changes: carried by every row of the log.</summary>
/// <param name="JobInstance">The run; null for a deployment or a person's decision.</param>
/// <param name="Connector">The synchronized connector; null otherwise.</param>
/// <param name="IsListed">
/// True keeps the change in the lists that a person can look at until SetRecentlyModifiedFlag (<c>DoNotDeleteChanges</c>); the change is
/// consumed by the flag either way (architecture.md, "Deliveries, watermarks, and applying once").
/// </param>
public sealed record ChangeOrigin(long? JobInstance, string? Connector, Guid? Delivery, bool IsListed);

/// <summary>
/// The one log of changes to resources and links. A change stays in it until SetRecentlyModifiedFlag has turned it into dirty resources.
/// Bulk writers (synchronization) insert into the table <c>change</c> by set-based statements of their own; this type is for the others.
/// </summary>
public sealed class ChangeLog(RepositoryTransaction transaction, ChangeOrigin origin)
{
    private const string Insert =
        """
        INSERT INTO change (at, job_instance, connector, delivery, operation, entity_type, resource, resource_key, properties, association, resource2, detail, is_listed)
        VALUES (@at, @job, @connector, @delivery, @operation, @type, @resource, @key, @properties, @association, @resource2, @detail, @listed)
        """;

    private static readonly string[] Parameters =
    [
        "@at", "@job", "@connector", "@delivery", "@operation", "@type", "@resource", "@key", "@properties", "@association", "@resource2",
        "@detail", "@listed",
    ];

    /// <summary>Stands among properties for the assignments of a resource; no property can be called so.</summary>
    private const string Assignments = "$assignments";

    /// <summary>The form of the <c>at</c> column and of every instant in fixed tables: ISO 8601 in UTC, sortable.</summary>
    public const string InstantFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";

    /// <summary>Characters of an instant, each one octet.</summary>
    public const int InstantLength = 24;

    public static string FormatInstant(DateTime instant) =>
        instant.ToString(InstantFormat, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Logs an inserted, updated or deleted resource.</summary>
    /// <param name="changed">For an update: the properties whose values differ. Null for insert and delete.</param>
    public void Resource(
        ChangeOperation operation, EntityType type, long resource, string? key, IReadOnlyCollection<EntityProperty>? changed, string? detail = null) =>
        Write(operation, type.Identifier, resource, key, changed is null ? null : PropertyList(changed), null, null, detail);

    /// <summary>Logs that a whole entity type was loaded (<see cref="ChangeOperation.Whole"/>).</summary>
    public void Whole(EntityType type) => Write(ChangeOperation.Whole, type.Identifier, 0, null, null, null, null, null);

    /// <summary>Logs an inserted or deleted link: <paramref name="resource1"/> has the association's Property1.</summary>
    public void Link(ChangeOperation operation, EntityAssociation association, long resource1, long resource2) =>
        Write(operation, null, resource1, null, null, association.Identifier, resource2, null);

    /// <summary>
    /// Logs that a person or an automatic decision changed the assignments of a resource, which no rule reads: exactly that resource is
    /// evaluated again.
    /// </summary>
    public void Decision(EntityType type, long resource, string? key, string? detail) =>
        Write(ChangeOperation.Update, type.Identifier, resource, key, $",{Assignments},", null, null, detail);

    /// <summary>The <c>properties</c> column: identifiers between commas, so that <c>LIKE '%,X,%'</c> finds one.</summary>
    public static string PropertyList(IEnumerable<EntityProperty> properties) =>
        $",{string.Join(',', properties.Select(p => p.Identifier))},";

    private void Write(
        ChangeOperation operation,
        string? type,
        long resource,
        string? key,
        string? properties,
        string? association,
        long? resource2,
        string? detail) =>
        transaction.Prepare(Insert, Parameters).Execute(
            FormatInstant(transaction.Now),
            origin.JobInstance,
            origin.Connector,
            origin.Delivery?.ToString("N"),
            (int)operation,
            type,
            resource,
            key,
            properties,
            association,
            resource2,
            detail,
            origin.IsListed ? 1 : 0);
}
