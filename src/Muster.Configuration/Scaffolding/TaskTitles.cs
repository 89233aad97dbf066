using Muster.Configuration.Jobs;

namespace Muster.Configuration.Scaffolding;

/// <summary>A display name in the two languages that scaffoldings know: <c>_L1</c> English, <c>_L2</c> French.</summary>
internal sealed record Title(string English, string French);

/// <summary>Display names of generated tasks (scaffoldings.md, Display names).</summary>
internal static class TaskTitles
{
    public static readonly Title SetRecentlyModifiedFlag = new("Tag Modified Objects", "Marquage des objets modifiés");
    public static readonly Title UpdateExpressions = new("Update Computed Properties", "Mise à jour des propriétés calculées");
    public static readonly Title CorrelationKeys = new("Compute all Correlations", "Calcul des corrélations");
    public static readonly Title RoleModel = new("Apply the Role Model", "Evaluation du modèle de rôles");
    public static readonly Title RiskScores = new("Compute Risk Scores", "Calcul des scores de risques");
    public static readonly Title Classification = new("Resources Classification", "Classification des ressources");
    public static readonly Title Profiles = new("Assign Profiles", "Affectation des profils");
    public static readonly Title ContextDisplayNames =
        new("Update of Parameters Context Display Names", "Mise à jour des noms des contextes de paramètres");
    public static readonly Title Notifications = new("Send Notifications", "Envoi des notifications");
    public static readonly Title RoleModelNotifications = new("Send Role Model Notifications", "Envoi des notifications de modèle de rôles");
    public static readonly Title ConfigurationIndexes =
        new("Manage Configuration Specific SQL Indexes", "Gestion des index SQL liés à la configuration");
    public static readonly Title MaintainIndexes =
        new("SQL Index and Statistics Maintenance", "Maintenance des index SQL et des statistiques");
    public static readonly Title DatabaseViews = new("Create Database Views", "Création des vues de la base de données");
    public static readonly Title Deployment = new("Deploy Configuration", "Déploiement de la configuration");
    public static readonly Title ResetValidFrom = new("Initialization of Historization", "Initialisation de l'historisation");
    public static readonly Title PreExistingRights = new("Save Pre-existing Access Rights", "Sauvegarde des droits d'accès préexistants");
    public static readonly Title BuildRoleModel = new("Build the Role Model", "Construction du modèle de rôles");
    public static readonly Title CloseInterrupted = new("Close Interrupted Instances", "Clôture des instances interrompues");

    public static Title Export(SourceConnector connector) => Of(connector, "Extract Changes", "Extraction des modifications");

    public static Title RefreshSchema(SourceConnector connector) => Of(connector, "Refresh Schema", "Rafraîchissement du schéma");

    public static Title Prepare(SourceConnector connector, PreparationType type) => type == PreparationType.Changes
        ? Of(connector, "Incremental Synchronization (agent side)", "Synchronisation incrémentale (côté agent)")
        : Of(connector, "Synchronization (agent side)", "Synchronisation (côté agent)");

    public static Title Synchronize(SourceConnector connector, PreparationType type) => type == PreparationType.Changes
        ? Of(connector, "Synchronization (changes server side)", "Synchronisation (changements côté serveur)")
        : Of(connector, "Synchronization (server side)", "Synchronisation (côté serveur)");

    public static Title GenerateOrders(IReadOnlyList<SourceConnector> connectors) =>
        new($"Generate Provisioning Orders - {List(connectors, 1)}", $"Génération des ordres de provisioning - {List(connectors, 2)}");

    public static Title Fulfill(IReadOnlyList<SourceConnector> connectors) =>
        new($"Fulfillment - {List(connectors, 1)}", $"Alimentation - {List(connectors, 2)}");

    private static Title Of(SourceConnector connector, string english, string french) =>
        new($"{SourceConfiguration.NameOf(connector.Element, 1)} - {english}", $"{SourceConfiguration.NameOf(connector.Element, 2)} - {french}");

    private static string List(IReadOnlyList<SourceConnector> connectors, int language) =>
        string.Join(", ", connectors.Select(c => SourceConfiguration.NameOf(c.Element, language)));
}
