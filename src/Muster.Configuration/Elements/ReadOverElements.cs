using System.Collections.Frozen;

namespace Muster.Configuration.Elements;

/// <summary>
/// Elements of the format that Muster knows by name, keeps on export, and does not act on: user interface, workflows, notifications,
/// reports, access certification, business intelligence, modules and settings (configuration.md, last section).
/// </summary>
internal static class ReadOverElements
{
    public static readonly FrozenSet<string> Names = new[]
    {
        // User interface
        "DisplayEntityAssociation", "DisplayEntityProperty", "DisplayEntityType", "DisplayPropertyGroup", "DisplayTable", "DisplayTableColumn",
        "DisplayTableDesignElement", "Form", "FormControl", "Icon", "Indicator", "IndicatorItem", "Menu", "MenuItem", "SearchBar",
        "SearchBarCriterion", "Tile", "TileItem", "TileDesignElement", "HomonymEntityLink", "HomonymEntityLinkFilter", "ViewTemplate",
        "ViewTargetResourceTemplate", "ViewSourceResourceTemplate", "ViewHistoryResourceTemplate", "CreateUpdateDeleteTemplate",
        "UpdateResourcesTemplate", "EntityReportDefault", "PersonasMenuItem", "DashboardItem",

        // Workflows and aspects
        "Workflow", "Activity", "ActivityTemplate", "ActivityTemplateTransition", "Transition", "AddChangeAspect", "AssertValueAspect",
        "AssertValueRequiredAspect", "BuildUniqueValueAspect", "InvokeScriptAspect", "InvokeWorkflowAspect", "NotificationAspect",
        "AspectPointCut", "AspectUnicityCheckRule", "WorkflowAddAndEndRecordEntityForm", "WorkflowAddRecordEntityForm",
        "WorkflowCreateEntityForm", "WorkflowCreateRecordEntityForm", "WorkflowCreateSeveralRecordsEntityForm", "WorkflowEditEntityForm",
        "WorkflowUpdateRecordEntitiesForm", "WorkflowUpdateRecordEntityForm", "WorkflowUpdateSeveralRecordsEntityForm",
        "WorkflowPerformedByProfile", "WorkflowEntityType",

        // Notifications and reports
        "Notification", "NotificationTemplate", "NotificationQueryCollectionUrl", "ReportQuery", "Report",

        // Access certification
        "AccessCertificationCampaign", "AccessCertificationCampaignPolicy", "AccessCertificationDataFilter", "AccessCertificationOwnerFilter",
        "AccessCertificationItem",

        // Business intelligence, modules, settings
        "Universe", "UniverseDataModel", "EntityInstance", "AssociationInstance", "ConnectorUniverse", "WorkforceModule", "AppDisplaySetting",
        "ConfigurationVersion", "CustomLink1Setting", "CustomLink2Setting", "DashboardItemDisplaySetting", "MailSetting",
        "PasswordGenerationSetting", "PasswordTestsSetting", "PredefinedFunction", "SchedulingCleanDatabaseSetting",
        "SelectAllPerformedByAssociationQueryHandlersSetting", "SelectPersonasByFilterQueryHandlerSetting",
        "SelectUserByIdentityQueryHandlerSetting", "Setting", "Translation",
    }.ToFrozenSet(StringComparer.Ordinal);
}
