using Muster.Configuration.Work;
using Muster.Connectors.Settings;

namespace Muster.Connectors.Contract;

/// <summary>
/// Looks at a managed system without taking or changing anything: whether it can be reached with the settings and what the account may do
/// there, and what the system's schema is.
/// </summary>
public interface IConnectionExamination
{
    /// <summary>What was found, in the order in which it was tried; what depends on something that is missing is not tried.</summary>
    Task<IReadOnlyList<ConnectionFinding>> CheckAsync(ConnectionToExamine connection, CancellationToken cancellationToken);

    /// <summary>What the table of entities is called, behind the connection's identifier.</summary>
    string TableSuffix { get; }

    /// <summary>The columns of the mappings that a schema does not have.</summary>
    IReadOnlyList<string> MissingOf(ConnectionTables tables, IReadOnlyList<SchemaColumn> schema);

    /// <summary>The columns that mappings of the connection may use; throws <see cref="TaskFailedException"/> if the system cannot be read.</summary>
    Task<IReadOnlyList<SchemaColumn>> ReadSchemaAsync(ConnectionToExamine connection, CancellationToken cancellationToken);
}

/// <summary>What is examined.</summary>
public sealed record ConnectionToExamine
{
    public required Configuration.Model.Connection Connection { get; init; }

    public required ConnectionSettings Settings { get; init; }

    /// <summary>The tables and columns that the connector's mappings want of it.</summary>
    public required ConnectionTables Tables { get; init; }

    /// <summary>The resource types whose orders the connection executes.</summary>
    public IReadOnlyList<Configuration.Model.ResourceType> Written { get; init; } = [];
}

/// <summary>One thing that was tried.</summary>
/// <param name="Text">A whole sentence: what is so, or what is missing and what to do. Without secrets.</param>
public sealed record ConnectionFinding(bool IsGood, string Text);

/// <summary>A column that a source has (synchronization.md 3.5).</summary>
/// <param name="ValueType">As <c>Column ValueType</c> spells it: String, Bytes, Int64, DateTime, Bool, …</param>
/// <param name="Aliases">Other names that mappings may use for it; null for none.</param>
public sealed record SchemaColumn(string Name, string ValueType, bool IsMultivalued, IReadOnlyList<string>? Aliases = null);
