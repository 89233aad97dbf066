using Muster.Repository.Changes;
using Muster.Repository.Files;
using Muster.Repository.Schema;

namespace Muster.Repository;

/// <summary>The configuration that is deployed.</summary>
/// <param name="Fingerprint">See <c>ConfigurationModel.Fingerprint</c>.</param>
/// <param name="Xml">One <c>ConfigurationFile</c> document, scaffoldings not expanded.</param>
public sealed record DeployedConfiguration(string Fingerprint, string Xml, StoredEntityModel EntityModel, DateTime DeployedAt);

/// <summary>Keeps the deployed configuration and migrates the tables along with it, in one transaction.</summary>
public sealed class ConfigurationStore(RepositoryTransaction transaction)
{
    /// <summary>Null before the first deployment.</summary>
    public DeployedConfiguration? Read() =>
        transaction.Query(
            "SELECT fingerprint, xml, entity_model, deployed_at FROM configuration",
            row => new DeployedConfiguration(
                row.GetString(0),
                row.GetString(1),
                StoredEntityModel.FromJson(row.GetString(2)),
                DateTime.Parse(
                    row.GetString(3),
                    System.Globalization.CultureInfo.InvariantCulture,
                    System.Globalization.DateTimeStyles.AdjustToUniversal | System.Globalization.DateTimeStyles.AssumeUniversal))).FirstOrDefault();

    /// <summary>Migrates the tables and stores the configuration. Throws if data would be lost and that is not allowed.</summary>
    public void Deploy(EntitySchema schema, string xml, bool allowDataLoss)
    {
        var wanted = StoredEntityModel.Of(schema);
        var before = Read()?.EntityModel ?? StoredEntityModel.Empty;
        new SchemaMigrator(transaction).Migrate(before, wanted, allowDataLoss);
        new FileMigration(transaction, schema).Follow(before, wanted);
        transaction.Execute(
            "INSERT INTO configuration (one, fingerprint, xml, entity_model, deployed_at) VALUES (1, @fingerprint, @xml, @model, @at)"
            + " ON CONFLICT (one) DO UPDATE SET fingerprint = excluded.fingerprint, xml = excluded.xml,"
            + " entity_model = excluded.entity_model, deployed_at = excluded.deployed_at",
            ("@fingerprint", schema.Model.Fingerprint),
            ("@xml", xml),
            ("@model", wanted.ToJson()),
            ("@at", ChangeLog.FormatInstant(transaction.Now)));
    }
}
