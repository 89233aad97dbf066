using Muster.Configuration.Model;
using Muster.Configuration.Work;
using Muster.Connectors.Contract;
using Muster.Connectors.Settings;

namespace Muster.Connectors;

/// <summary>Examines connections by their identifiers, for whoever sets them up.</summary>
public sealed class ConnectionExaminer(AgentSettings settings, ConnectorRegistry registry)
{
    /// <summary>Tries the connection; throws <see cref="TaskFailedException"/> if its package cannot be examined.</summary>
    /// <param name="written">The resource types whose orders the connection executes: what they want is looked at too.</param>
    public Task<IReadOnlyList<ConnectionFinding>> CheckAsync(
        Connection connection, CancellationToken cancellationToken, IReadOnlyList<ResourceType>? written = null) =>
        registry.ExaminationOf(connection).CheckAsync(ToExamine(connection) with { Written = written ?? [] }, cancellationToken);

    /// <summary>Reads the schema; throws <see cref="TaskFailedException"/> if it cannot be read.</summary>
    public Task<IReadOnlyList<SchemaColumn>> ReadSchemaAsync(Connection connection, CancellationToken cancellationToken) =>
        registry.ExaminationOf(connection).ReadSchemaAsync(ToExamine(connection), cancellationToken);

    /// <summary>Whether the package's connections can be examined.</summary>
    public bool CanExamine(Connection connection) => registry.HasExamination(connection);

    /// <summary>The schema as the format writes it down; see <see cref="SchemaSnapshot"/>.</summary>
    public async Task<string> ReadSchemaXmlAsync(Connection connection, CancellationToken cancellationToken) =>
        SchemaSnapshot.ToXml(connection, TableOf(connection), await ReadSchemaAsync(connection, cancellationToken).ConfigureAwait(false));

    /// <summary>Reads the schema into the snapshot; throws <see cref="TaskFailedException"/> if it cannot be read: the former snapshot stays.</summary>
    public async Task<SchemaRefresh> RefreshSchemaAsync(Connection connection, IWorkFolder work, CancellationToken cancellationToken)
    {
        var examination = registry.ExaminationOf(connection);
        var columns = await ReadSchemaAsync(connection, cancellationToken).ConfigureAwait(false);
        return SchemaSnapshot.Refresh(work, connection, TableOf(connection), columns, examination.MissingOf(ConnectionTables.Of(connection), columns));
    }

    private string TableOf(Connection connection) => $"{connection.Identifier}_{registry.ExaminationOf(connection).TableSuffix}";

    private ConnectionToExamine ToExamine(Connection connection)
    {
        var own = settings.ForConnection(connection.Identifier);
        return own.IsEmpty
            ? throw new TaskFailedException(
                $"The connection '{connection.Identifier}' has no settings. Add 'Connections:{connection.Identifier}' to '{settings.File ?? "appsettings.agent.json"}'.")
            : new ConnectionToExamine { Connection = connection, Settings = own, Tables = ConnectionTables.Of(connection) };
    }
}
