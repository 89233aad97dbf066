using Muster.Configuration.Model;

namespace Muster.Configuration.Jobs;

/// <summary>Reads the schema of a connection, or of all connections of a connector, into a snapshot (synchronization.md 3.5).</summary>
public sealed record RefreshSchemaTask : JobTask
{
    public override string Kind => "RefreshSchemaTask";

    /// <summary>Null: every connection of the connector.</summary>
    public Connection? Connection { get; init; }
}
