namespace Muster.Configuration.Scaffolding;

/// <summary>Codes of what can be wrong with scaffoldings and their adjustment; <c>docs/diagnostics.md</c> explains each.</summary>
public static class ScaffoldingDiagnostics
{
    /// <summary>An attribute of a scaffolding names something that does not exist.</summary>
    public const string UnknownIdentifier = "MUS3101";

    /// <summary>No agent is named and there is not exactly one.</summary>
    public const string AgentNeeded = "MUS3102";

    /// <summary><c>AddTask</c> without exactly one of <c>Before</c> and <c>After</c>.</summary>
    public const string BeforeOrAfter = "MUS3103";

    /// <summary>An occurrence of a task that the job does not have.</summary>
    public const string NoSuchOccurrence = "MUS3104";

    /// <summary><c>OldAlgorithm</c> has no effect.</summary>
    public const string OldAlgorithm = "MUS3105";

    /// <summary>A child that needs a job, with <c>DoNotCreateJob</c>.</summary>
    public const string NeedsJob = "MUS3107";

    /// <summary>Two scaffoldings make items with one identifier.</summary>
    public const string MadeTwice = "MUS3108";

    /// <summary><c>FulfillInternalWorkflowsPath</c> for a connector that is not fulfilled by workflows.</summary>
    public const string NoWorkflowProvisioning = "MUS3109";

    /// <summary>An incremental job of an agent that synchronizes nothing.</summary>
    public const string NothingSynchronized = "MUS3110";

    /// <summary>A <c>ConsolidationMode</c> on an item that no scaffolding makes.</summary>
    public const string NothingToAdjust = "MUS3201";

    /// <summary>Two written items adjust one generated item.</summary>
    public const string AdjustedTwice = "MUS3202";

    /// <summary>A <c>ConsolidationMode</c> that does not exist.</summary>
    public const string UnknownConsolidationMode = "MUS3203";

    /// <summary>A written item merged with a generated one of another element.</summary>
    public const string AdjustsAnotherKind = "MUS3204";
}
