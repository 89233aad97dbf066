namespace Muster.Policy.Access;

/// <summary>One question: may somebody do this with that?</summary>
public sealed record AccessQuestion
{
    private AccessQuestion(string permission, string entityType, AccessedEntity? before, AccessedEntity? after)
    {
        Permission = permission;
        EntityType = entityType;
        Before = before;
        After = after;
    }

    public string Permission { get; }

    public string EntityType { get; }

    /// <summary>The entity before a change; null where it is created.</summary>
    public AccessedEntity? Before { get; }

    /// <summary>The entity after a change; null where it is deleted. The same as <see cref="Before"/> where nothing of it changes.</summary>
    public AccessedEntity? After { get; }

    /// <summary>Not about one entity: rules with filters answer with "it depends".</summary>
    public bool IsOfType => Before is null && After is null;

    /// <summary>It is about seeing something, and changes nothing.</summary>
    public bool IsReading => Permission[(Permission.LastIndexOf('/') + 1)..] is "Query" or "View" or "ViewHistory" or "GetLog";

    /// <summary>What is asked about, for people.</summary>
    public string Subject => (Before ?? After)?.Name ?? $"'{EntityType}'";

    /// <summary>A right that changes nothing of the entity itself.</summary>
    public static AccessQuestion Of(string permission, AccessedEntity entity) => new(permission, entity.EntityType, entity, entity);

    public static AccessQuestion OfType(string permission, string entityType) => new(permission, entityType, null, null);

    public static AccessQuestion Creation(string permission, AccessedEntity entity) => new(permission, entity.EntityType, null, entity);

    public static AccessQuestion Deletion(string permission, AccessedEntity entity) => new(permission, entity.EntityType, entity, null);

    public static AccessQuestion Change(string permission, AccessedEntity before, AccessedEntity after) => new(permission, before.EntityType, before, after);
}
