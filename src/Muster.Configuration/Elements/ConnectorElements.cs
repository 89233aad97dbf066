using Muster.Configuration.Model;

namespace Muster.Configuration.Elements;

[Element("Agent", "A part of Muster that talks to managed systems.", IsTopLevel = true)]
public sealed record AgentElement : ElementRecord
{
    [Field("Unique among agents.", Required = true)]
    public string Identifier { get; init; } = "";

    [Field("Name shown to people.")]
    public DisplayNames DisplayName { get; init; } = DisplayNames.Empty;

    [Field("Address of the agent.", Aliases = ["Uri"])]
    public string? URI { get; init; }

    [Field("Runtime state; without effect.")]
    public AgentState State { get; init; }
}

[Element("Connector", "The entry of a managed system.", IsTopLevel = true)]
public sealed record ConnectorElement : ElementRecord
{
    [Field("Unique among connectors.", Required = true)]
    public string Identifier { get; init; } = "";

    [Field("Name shown to people.")]
    public DisplayNames DisplayName { get; init; } = DisplayNames.Empty;

    [Field("Agent that runs the connector's tasks.", Refers = typeof(AgentElement))]
    public string? Agent { get; init; }

    [Field("True to switch export and provisioning off.")]
    public bool IsDeactivated { get; init; }

    [Field("Whether complete jobs that are scaffolded take the connector.")]
    public JobIntegrationRule CompleteJob { get; init; }

    [Field("Whether incremental jobs that are scaffolded take the connector.")]
    public JobIntegrationRule IncrementalJob { get; init; }

    [Field("True if its orders are fulfilled by workflows.")]
    public bool IsWorkflowProvisioning { get; init; }

    [Field("What happens when the source has lost the watermark: Heal makes the chain complete, Stop ends it (an addition of Muster).")]
    public WatermarkLost OnWatermarkLost { get; init; }

    [Field("Most resources that one delivery may insert; 0 is no limit.")]
    public int MaximumInsertedLines { get; init; } = 100;

    [Field("Most resources that one delivery may update; 0 is no limit.")]
    public int MaximumUpdatedLines { get; init; } = 100;

    [Field("Most resources that one delivery may delete; 0 is no limit.")]
    public int MaximumDeletedLines { get; init; } = 100;

    [Field("As MaximumInsertedLines, in percent of the stored resources.")]
    public double MaxPercentageInsertedLines { get; init; } = 5;

    [Field("As MaximumUpdatedLines, in percent of the stored resources.")]
    public double MaxPercentageUpdatedLines { get; init; } = 5;

    [Field("As MaximumDeletedLines, in percent of the stored resources.")]
    public double MaxPercentageDeletedLines { get; init; } = 5;

    [Field("Most links that one delivery may insert; 0 is no limit.")]
    public int MaximumLinkInsertedLines { get; init; } = 1000;

    [Field("Most links that one delivery may delete; 0 is no limit.")]
    public int MaximumLinkDeletedLines { get; init; } = 1000;

    [Field("As MaximumLinkInsertedLines, in percent of the stored links.")]
    public double MaxLinkPercentageInsertedLines { get; init; } = 5;

    [Field("As MaximumLinkDeletedLines, in percent of the stored links.")]
    public double MaxLinkPercentageDeletedLines { get; init; } = 5;

    [Field("Links are inserted and deleted, never updated.", IsObsolete = true)]
    public int MaximumLinkUpdatedLines { get; init; }

    [Field("Links are inserted and deleted, never updated.", IsObsolete = true)]
    public double MaxLinkPercentageUpdatedLines { get; init; }
}

[Element("Connection", "One way to reach a managed system; its settings stand in the agent's settings under its identifier.", IsTopLevel = true)]
public sealed record ConnectionElement : ElementRecord
{
    [Field("Unique among connections in any case; starts with a letter.", Required = true)]
    public string Identifier { get; init; } = "";

    [Field("Name shown to people.")]
    public DisplayNames DisplayName { get; init; } = DisplayNames.Empty;

    [Field("The connector that it belongs to.", Required = true, Refers = typeof(ConnectorElement))]
    public string Connector { get; init; } = "";

    [Field("What it talks to: Muster.Csv, Usercube.CSV.Complete@0000001.", Required = true)]
    public string Package { get; init; } = "";

    [Field("Which half is switched off.")]
    public DeactivationExportFulfill DeactivationExportFulfill { get; init; }

    [Children("Changes to the exported files, in this order.")]
    public IReadOnlyList<TransformationElement> Transformations { get; init; } = [];
}

[Element("Transformation", "A change to an exported file before it is prepared.", Key = [], MayRepeat = true)]
public sealed record TransformationElement : ElementRecord
{
    [Field("What it does.", Required = true)]
    public TransformationType Type { get; init; }

    [Field("The table, as <connection>_<table>.")]
    public string? Table { get; init; }

    [Field("Column that is filtered, shifted, or written.")]
    public string? Column { get; init; }

    [Field("First input column.")]
    public string? InputColumn { get; init; }

    [Field("Second input column.")]
    public string? InputColumn2 { get; init; }

    [Field("Third input column.")]
    public string? InputColumn3 { get; init; }

    [Field("Fourth input column.")]
    public string? InputColumn4 { get; init; }

    [Field("Fifth input column.")]
    public string? InputColumn5 { get; init; }

    [Field("Text between concatenated values.")]
    public string? ConcatSeparator { get; init; }

    [Field("True to leave empty values out.")]
    public bool RemoveEmpty { get; init; }

    [Field("True to leave successive equal values out.")]
    public bool RemoveDuplicates { get; init; }

    [Field("True to sort the values, after duplicates are removed.")]
    public bool SortValues { get; init; }

    [Field("Days added to the date; may be negative.")]
    public double AddedDays { get; init; }

    [Field("The date is shifted only from this year on.")]
    public int MinYear { get; init; }

    [Field("The date is shifted only up to this year.")]
    public int MaxYear { get; init; }

    [Field("Format of the shifted date.")]
    public string? DatePattern { get; init; }

    [Field("How the column is compared.")]
    public WhereOperator WhereOperator { get; init; }

    [Field("What the column is compared with, in this case.")]
    public string? WhereValue { get; init; }
}

[Element("ConnectionTable", "Snapshot of one table of a managed system's schema.", IsTopLevel = true, Key = ["Connection", "Identifier"])]
public sealed record ConnectionTableElement : ElementRecord
{
    [Field("Name of the table.", Required = true)]
    public string Identifier { get; init; } = "";

    [Field("The connection that has it.", Required = true, Refers = typeof(ConnectionElement))]
    public string Connection { get; init; } = "";

    [Field("Name shown to people.")]
    public string? DisplayName { get; init; }

    [Field("Where the system has it.")]
    public string? Path { get; init; }

    [Children("The columns.")]
    public IReadOnlyList<ColumnElement> Columns { get; init; } = [];
}

[Element("Column", "One column of a schema snapshot.")]
public sealed record ColumnElement : ElementRecord
{
    [Field("Name of the column.", Required = true)]
    public string Identifier { get; init; } = "";

    [Field("Name shown to people.")]
    public string? DisplayName { get; init; }

    [Field("Column that it refers to.")]
    public string? ForeignColumn { get; init; }

    [Field("True if it holds several values.")]
    public bool IsMultivalued { get; init; }

    [Field("Kind of key.")]
    public ColumnKeyType KeyType { get; init; }

    [Field("Where the system has it.")]
    public string? Path { get; init; }

    [Field("Longest value; 0 is unknown.")]
    public int ValueLength { get; init; }

    [Field("Type of the values.")]
    public PropertyType ValueType { get; init; }
}
