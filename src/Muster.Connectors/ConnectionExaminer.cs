using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Connectors.Contract;
using Muster.Connectors.Settings;

namespace Muster.Connectors;

/// <summary>Examines connections by their identifiers, for whoever sets them up.</summary>
public sealed class ConnectionExaminer(AgentSettings settings, ConnectorRegistry registry)
{
    /// <summary>Tries the connection; throws <see cref="TaskFailedException"/> if its package cannot be examined.</summary>
    public Task<IReadOnlyList<ConnectionFinding>> CheckAsync(Connection connection, CancellationToken cancellationToken) =>
        registry.ExaminationOf(connection).CheckAsync(ToExamine(connection), cancellationToken);

    /// <summary>Reads the schema; throws <see cref="TaskFailedException"/> if it cannot be read.</summary>
    public Task<IReadOnlyList<SchemaColumn>> ReadSchemaAsync(Connection connection, CancellationToken cancellationToken) =>
        registry.ExaminationOf(connection).ReadSchemaAsync(ToExamine(connection), cancellationToken);

    private ConnectionToExamine ToExamine(Connection connection)
    {
        var own = settings.ForConnection(connection.Identifier);
        return own.IsEmpty
            ? throw new TaskFailedException(
                $"The connection '{connection.Identifier}' has no settings. Add 'Connections:{connection.Identifier}' to '{settings.File ?? "appsettings.agent.json"}'.")
            : new ConnectionToExamine { Connection = connection, Settings = own, Tables = ConnectionTables.Of(connection) };
    }
}
