namespace Muster.Configuration.Elements;

/// <summary>What the scaffoldings of access control share (rolemodel.md 9.4).</summary>
public abstract record AccessControlScaffoldingElement : ElementRecord
{
    [Field("The profile that gets the rights.", Required = true, Refers = typeof(ProfileElement))]
    public string Profile { get; init; } = "";

    [Field("Entity type that the rights are limited to.", Refers = typeof(EntityTypeElement))]
    public string? EntityType { get; init; }
}

[Element("JobAdministrationAccessControlRules", "Gives a profile the right to read and change jobs.", IsTopLevel = true, Key = ["Profile"], MayRepeat = true)]
public sealed record JobAdministrationAccessControlRulesElement : AccessControlScaffoldingElement;

[Element("TaskAdministrationAccessControlRules", "Gives a profile all rights on tasks.", IsTopLevel = true, Key = ["Profile"], MayRepeat = true)]
public sealed record TaskAdministrationAccessControlRulesElement : AccessControlScaffoldingElement;

[Element("JobTaskAdministrationAccessControlRules", "Gives a profile all rights on steps of jobs.", IsTopLevel = true, Key = ["Profile"], MayRepeat = true)]
public sealed record JobTaskAdministrationAccessControlRulesElement : AccessControlScaffoldingElement;

[Element("RunJobAdministrationAccessControlRules", "Gives a profile the right to run jobs.", IsTopLevel = true, Key = ["Profile"], MayRepeat = true)]
public sealed record RunJobAdministrationAccessControlRulesElement : AccessControlScaffoldingElement;

[Element("RunJobRepairAdministrationAccessControlRules", "Gives a profile the right to resume jobs.", IsTopLevel = true, Key = ["Profile"], MayRepeat = true)]
public sealed record RunJobRepairAdministrationAccessControlRulesElement : AccessControlScaffoldingElement;

[Element("RunJobNotificationAccessControlRules", "Gives a profile notifications at the end of jobs.", IsTopLevel = true, Key = ["Profile"], MayRepeat = true)]
public sealed record RunJobNotificationAccessControlRulesElement : AccessControlScaffoldingElement;

[Element("RunJobRepairNotificationAccessControlRules", "Gives a profile notifications at the end of resumed jobs.", IsTopLevel = true, Key = ["Profile"], MayRepeat = true)]
public sealed record RunJobRepairNotificationAccessControlRulesElement : AccessControlScaffoldingElement;

[Element("GetJobLogAdministrationAccessControlRules", "Gives a profile the right to read logs of jobs.", IsTopLevel = true, Key = ["Profile"], MayRepeat = true)]
public sealed record GetJobLogAdministrationAccessControlRulesElement : AccessControlScaffoldingElement;

[Element("TaskInstanceAdministrationAccessControlRules", "Gives a profile the right to change task instances.", IsTopLevel = true, Key = ["Profile"], MayRepeat = true)]
public sealed record TaskInstanceAdministrationAccessControlRulesElement : AccessControlScaffoldingElement;

[Element("SynchronizationAccessControlRules", "Gives a profile the rights that synchronization needs.", IsTopLevel = true, Key = ["Profile"], MayRepeat = true)]
public sealed record SynchronizationAccessControlRulesElement : AccessControlScaffoldingElement;

[Element("ProvisioningAccessControlRules", "Gives a profile the rights that fulfilment needs.", IsTopLevel = true, Key = ["Profile"], MayRepeat = true)]
public sealed record ProvisioningAccessControlRulesElement : AccessControlScaffoldingElement;

[Element("ResourceTypeMappingControlRules", "Gives a profile the right to read resource type mappings.", IsTopLevel = true, Key = ["Profile"], MayRepeat = true)]
public sealed record ResourceTypeMappingControlRulesElement : AccessControlScaffoldingElement;

[Element("PendingAssignedResourceTypesAccessControlRules", "Gives a profile the right to read pending assignments.", IsTopLevel = true, Key = ["Profile"], MayRepeat = true)]
public sealed record PendingAssignedResourceTypesAccessControlRulesElement : AccessControlScaffoldingElement;

[Element("ResourceChangesViewAccessControlRules", "Gives a profile the right to read change lists.", IsTopLevel = true, Key = ["Profile"], MayRepeat = true)]
public sealed record ResourceChangesViewAccessControlRulesElement : AccessControlScaffoldingElement;

[Element("WorkflowFulfillmentControlRules", "Gives a profile the rights that fulfilment by workflows needs.", IsTopLevel = true, Key = ["Profile"], MayRepeat = true)]
public sealed record WorkflowFulfillmentControlRulesElement : AccessControlScaffoldingElement;
