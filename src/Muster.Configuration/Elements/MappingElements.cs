namespace Muster.Configuration.Elements;

[Element("EntityTypeMapping", "How an entity type is fed from a table of a connector.", IsTopLevel = true)]
public sealed record EntityTypeMappingElement : ElementRecord
{
    [Field("The entity type.", Required = true, Refers = typeof(EntityTypeElement))]
    public string Identifier { get; init; } = "";

    [Field("The connector.", Required = true, Refers = typeof(ConnectorElement))]
    public string Connector { get; init; } = "";

    [Field("Name of the source file without extension; absent for resources that Muster owns.")]
    public string? ConnectionTable { get; init; }

    [Field("Setting of the connector: object types (Entra ID), primary schema (SCIM).")]
    public string? C0 { get; init; }

    [Field("Most resources that one delivery may insert; 0 is no limit.")]
    public int MaximumInsertedLines { get; init; }

    [Field("Most resources that one delivery may update; 0 is no limit.")]
    public int MaximumUpdatedLines { get; init; }

    [Field("Most resources that one delivery may delete; 0 is no limit.")]
    public int MaximumDeletedLines { get; init; }

    [Field("As MaximumInsertedLines, in percent of the stored resources.")]
    public double MaxPercentageInsertedLines { get; init; }

    [Field("As MaximumUpdatedLines, in percent of the stored resources.")]
    public double MaxPercentageUpdatedLines { get; init; }

    [Field("As MaximumDeletedLines, in percent of the stored resources.")]
    public double MaxPercentageDeletedLines { get; init; }

    [Children("The mapped properties.")]
    public IReadOnlyList<PropertyMappingElement> Properties { get; init; } = [];
}

[Element("Property", "One property and the source column that feeds it.")]
public sealed record PropertyMappingElement : ElementRecord
{
    [Field("The property of the entity type.", Required = true)]
    public string Identifier { get; init; } = "";

    [Field("The source column; without one, synchronization never writes the property.")]
    public string? ConnectionColumn { get; init; }

    [Field("Conversion of the value at export and fulfilment.")]
    public string? Format { get; init; }

    [Field("True for the one property that identifies a resource in the source and never changes.")]
    public bool IsPrimaryKey { get; init; }

    [Field("True for properties by which associations may find a resource; at most three.")]
    public bool IsUniqueKey { get; init; }
}

[Element("EntityAssociationMapping", "How an association is fed from a table of a connector.", IsTopLevel = true)]
public sealed record EntityAssociationMappingElement : ElementRecord
{
    [Field("The association.", Required = true, Refers = typeof(EntityAssociationElement))]
    public string Identifier { get; init; } = "";

    [Field("The connector.", Required = true, Refers = typeof(ConnectorElement))]
    public string Connector { get; init; } = "";

    [Field("Name of the source file without extension.")]
    public string? ConnectionTable { get; init; }

    [Field("Column with the value that identifies R1.", Required = true)]
    public string Column1 { get; init; } = "";

    [Field("EntityType:Property, the key of R1 that Column1 matches.", Required = true, RefersToProperty = true)]
    public string EntityPropertyMapping1 { get; init; } = "";

    [Field("Column with the value that identifies R2.", Required = true)]
    public string Column2 { get; init; } = "";

    [Field("EntityType:Property, the key of R2 that Column2 matches.", Required = true, RefersToProperty = true)]
    public string EntityPropertyMapping2 { get; init; } = "";

    [Field("Setting of the connector: the table of the links (ServiceNow).")]
    public string? C0 { get; init; }

    [Field("Most links that one delivery may insert; 0 is no limit.")]
    public int? MaximumInsertedLines { get; init; }

    [Field("Most links that one delivery may delete; 0 is no limit.")]
    public int? MaximumDeletedLines { get; init; }

    [Field("As MaximumInsertedLines, in percent of the stored links.")]
    public double? MaxPercentageInsertedLines { get; init; }

    [Field("As MaximumDeletedLines, in percent of the stored links.")]
    public double? MaxPercentageDeletedLines { get; init; }

    [Field("Other spelling of MaximumInsertedLines, which wins.")]
    public int? MaximumLinkInsertedLines { get; init; }

    [Field("Other spelling of MaximumDeletedLines, which wins.")]
    public int? MaximumLinkDeletedLines { get; init; }

    [Field("Other spelling of MaxPercentageInsertedLines, which wins.")]
    public double? MaxLinkPercentageInsertedLines { get; init; }

    [Field("Other spelling of MaxPercentageDeletedLines, which wins.")]
    public double? MaxLinkPercentageDeletedLines { get; init; }
}

/// <summary>What the variants of resource type mappings share (synchronization.md 13).</summary>
public abstract record ResourceTypeMappingElementBase : ElementRecord
{
    [Field("The resource type.", Required = true, Refers = typeof(ResourceTypeElement))]
    public string Identifier { get; init; } = "";

    [Field("The connection that writes the orders.", Refers = typeof(ConnectionElement))]
    public string? Connection { get; init; }

    [Field("Classes of new entries, divided by line feeds.")]
    public string? DefaultObjectClass { get; init; }

    [Field("How passwords are set.", Refers = typeof(PasswordResetSettingsElement))]
    public string? PasswordResetSetting { get; init; }

    [Children("Properties with a part of their own in the managed system.")]
    public IReadOnlyList<ResourceTypeMappingPropertyElement> Properties { get; init; } = [];
}

[Element("ResourceTypeMapping", "How the orders of a resource type are written, in general form.", IsTopLevel = true, IdentifierSpace = typeof(ResourceTypeMappingElementBase))]
public sealed record ResourceTypeMappingElement : ResourceTypeMappingElementBase
{
    [Field("Kind of the mapping.")]
    public string? Type { get; init; }

    [Field("Setting in that column.", Name = "C#")]
    public IReadOnlyList<NumberedValue<string>> Settings { get; init; } = [];

    [Field("Attribute of the entry's name.")]
    public string? RDNAttributeIdentifier { get; init; }
}

[Element("LdapResourceTypeMapping", "How the orders of a resource type are written to a directory.", IsTopLevel = true, IdentifierSpace = typeof(ResourceTypeMappingElementBase))]
public sealed record LdapResourceTypeMappingElement : ResourceTypeMappingElementBase
{
    [Field("Attribute of the entry's name: CN.", Required = true)]
    public string RDNAttributeIdentifier { get; init; } = "";

    [Field("True if adding a value that is there is no error.")]
    public bool UsePermissiveModify { get; init; }

    [Field("True to delete an entry with all below it.")]
    public bool UseTreeDelete { get; init; }
}

[Element(
    "MicrosoftEntraIDResourceTypeMapping",
    "How the orders of a resource type are written to Microsoft Entra ID.",
    IsTopLevel = true,
    Aliases = ["AzureADResourceTypeMapping"],
    IdentifierSpace = typeof(ResourceTypeMappingElementBase))]
public sealed record MicrosoftEntraIDResourceTypeMappingElement : ResourceTypeMappingElementBase
{
    [Field("How guests are made.")]
    public InvitationMode InvitationMode { get; init; }

    [Field("Address that the invitation leads to.")]
    public string? InvitationRedirectUrl { get; init; }

    [Field("Language of the invitation.")]
    public string? InvitationMessageLanguage { get; init; }

    [Field("Text of the invitation.")]
    public string? InvitationCustomizedMessageBody { get; init; }
}

[Element("ScimResourceTypeMapping", "How the orders of a resource type are written by SCIM.", IsTopLevel = true, IdentifierSpace = typeof(ResourceTypeMappingElementBase))]
public sealed record ScimResourceTypeMappingElement : ResourceTypeMappingElementBase;

[Element("ServiceNowResourceTypeMapping", "How the orders of a resource type are written to ServiceNow.", IsTopLevel = true, IdentifierSpace = typeof(ResourceTypeMappingElementBase))]
public sealed record ServiceNowResourceTypeMappingElement : ResourceTypeMappingElementBase
{
    [Field("Caller of tickets.")]
    public string? TicketCallerId { get; init; }

    [Field("Category of tickets.")]
    public string? TicketCategory { get; init; }

    [Field("Sub-category of tickets.")]
    public string? TicketSubCategory { get; init; }

    [Field("Impact of tickets.")]
    public TicketLevel TicketImpact { get; init; }

    [Field("Urgency of tickets.")]
    public TicketLevel TicketUrgency { get; init; }

    [Field("Further text of tickets.")]
    public string? TicketAdditionalInformation { get; init; }

    [Field("True if what a ticket did cannot be read back.")]
    public bool TicketSynchroIsNotAvailable { get; init; }
}

[Element(
    "ManualProvisioningResourceTypeMapping",
    "The orders of a resource type are done by people.",
    IsTopLevel = true,
    IdentifierSpace = typeof(ResourceTypeMappingElementBase))]
public sealed record ManualProvisioningResourceTypeMappingElement : ResourceTypeMappingElementBase
{
    [Field("True if what a ticket did cannot be read back.")]
    public bool TicketSynchroIsNotAvailable { get; init; }
}

[Element("EasyVistaResourceTypeMapping", "How the orders of a resource type are written to EasyVista.", IsTopLevel = true, IdentifierSpace = typeof(ResourceTypeMappingElementBase))]
public sealed record EasyVistaResourceTypeMappingElement : ResourceTypeMappingElementBase
{
    [Field("Setting in that column.", Name = "C#")]
    public IReadOnlyList<NumberedValue<string>> Settings { get; init; } = [];
}

[Element("OktaResourceTypeMapping", "How the orders of a resource type are written to Okta.", IsTopLevel = true, IdentifierSpace = typeof(ResourceTypeMappingElementBase))]
public sealed record OktaResourceTypeMappingElement : ResourceTypeMappingElementBase;

[Element("SapResourceTypeMapping", "How the orders of a resource type are written to SAP.", IsTopLevel = true, IdentifierSpace = typeof(ResourceTypeMappingElementBase))]
public sealed record SapResourceTypeMappingElement : ResourceTypeMappingElementBase;

[Element("Property", "A property with a part of its own in the managed system.", Key = ["Property"])]
public sealed record ResourceTypeMappingPropertyElement : ElementRecord
{
    [Field("The property of the target entity type.", Required = true)]
    public string Property { get; init; } = "";

    [Field("True for the identifier in the target: name, object id, sys_id.")]
    public bool IsDNProperty { get; init; }

    [Field("True for the navigation to the entry above.")]
    public bool IsParentProperty { get; init; }

    [Field("True for the value of the entry's name.")]
    public bool IsRDNProperty { get; init; }

    [Field("True for the account's flags.")]
    public bool IsUserAccountControlProperty { get; init; }

    [Field("True for the name that an invitation shows.")]
    public bool IsDisplayNameProperty { get; init; }

    [Field("True for the mail address that an invitation goes to.")]
    public bool IsMailProperty { get; init; }

    [Field("Attribute of the other entry that holds the link.")]
    public string? DataSourceBacklinkColumnName { get; init; }

    [Field("Text that divides several values in one.")]
    public string? MultiValueSeparator { get; init; }
}

[Element("PasswordResetSettings", "How passwords are made and handed over.", IsTopLevel = true, Aliases = ["PasswordResetSetting"])]
public sealed record PasswordResetSettingsElement : ElementRecord
{
    [Field("Unique among password settings.", Required = true)]
    public string Identifier { get; init; } = "";

    [Field("How the password is handed over; Disabled: new accounts have none.")]
    public PasswordResetMode Mode { get; init; }

    [Field("True to generate the password.")]
    public bool AutoGenerate { get; init; }

    [Field("The password where it is not generated; it may be protected ('muster secret protect').")]
    public string? DefaultPassword { get; init; }

    [Field("True if it must be changed at the next sign-in.")]
    public bool MustChange { get; init; }

    [Field("True to send no mail.")]
    public bool DisableNotifications { get; init; }

    [Field("Length of a generated password.")]
    public int GeneratedLength { get; init; } = 12;

    [Field("Least number of lower case letters.")]
    public int GeneratedLowerCaseCharsCount { get; init; } = 6;

    [Field("Least number of upper case letters.")]
    public int GeneratedUpperCaseCharsCount { get; init; } = 2;

    [Field("Least number of digits.")]
    public int GeneratedDigitCharsCount { get; init; } = 2;

    [Field("Least number of symbols.")]
    public int GeneratedSymbolCharsCount { get; init; } = 2;

    [Field("Regular expressions in quotes, divided by commas, that must all match.")]
    public string? StrengthCheck { get; init; }

    [Field("Path to the mail address of the beneficiary.")]
    public string? BeneficiaryEmailBinding { get; init; }

    [Field("Path to the name of the beneficiary.")]
    public string? BeneficiaryFullNameBinding { get; init; }

    [Field("Path to the mail address of who is told.")]
    public string? NotifiedEmailBinding { get; init; }

    [Field("Path to the name of who is told.")]
    public string? NotifiedFullNameBinding { get; init; }

    [Field("Further mail addresses.")]
    public string? NotificationCC { get; init; }
}
