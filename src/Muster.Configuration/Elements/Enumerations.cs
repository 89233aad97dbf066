namespace Muster.Configuration.Elements;

/// <summary>How a written item adjusts the one that a scaffolding makes (configuration.md, Scaffoldings and their adjustment).</summary>
public enum ConsolidationMode
{
    /// <summary>The attribute is absent: the written item replaces the generated one.</summary>
    Replace,
    Merge,
    Update,
    Delete,
}

/// <summary>Which halves of a connection are switched off.</summary>
public enum DeactivationExportFulfill
{
    None = 0,
    Export = 1,
    Fulfill = 2,
}

/// <summary>Runtime state of an agent; read and ignored.</summary>
public enum AgentState
{
    Unknown = 0,
    Online = 1,
    Offline = 2,
}

/// <summary>What a transformation does (synchronization.md 3.4).</summary>
public enum TransformationType
{
    ConcatColumns = 0,
    TransformDate = 1,
    WhereValue = 2,
}

/// <summary>Comparison of a WhereValue transformation.</summary>
public enum WhereOperator
{
    Equals = 0,
    NotEquals = 1,
    Contains = 2,

    [Spelling("CotContains")]
    NotContains = 3,
    StartsWith = 4,
    EndsWith = 5,
    Regex = 6,
}

/// <summary>Key kind of a column in a schema snapshot.</summary>
public enum ColumnKeyType
{
    None = 0,
    Primary = 1,
    Unique = 2,
}

/// <summary>How a password is handed over (synchronization.md 14).</summary>
public enum PasswordResetMode
{
    Disabled = 0,

    [Spelling("One-Way")]
    OneWay = 1,

    [Spelling("Two-Way")]
    TwoWay = 2,
}

/// <summary>How guests are made in Microsoft Entra ID.</summary>
public enum InvitationMode
{
    None = 0,
    MicrosoftInvitation = 1,
}

/// <summary>Impact and urgency of tickets.</summary>
public enum TicketLevel
{
    Low = 0,
    Medium = 1,
    High = 2,
}

/// <summary>Whether the requester's right to review counts as approval.</summary>
public enum ImplicitApproval
{
    Inherited = 0,
    Explicit = 1,
    Implicit = 2,
}

/// <summary>Whether an assignment can be prolonged without approval.</summary>
public enum ProlongationWithoutApproval
{
    Inherited = 0,
    Enabled = 1,
    Disabled = 2,
}

/// <summary>Whether a comment can or must be given.</summary>
public enum CommentActivation
{
    Disabled = 0,
    Optional = 1,
    Required = 2,
}

/// <summary>As <see cref="CommentActivation"/>, or as the policy says.</summary>
public enum CommentActivationWithInherited
{
    Disabled = 0,
    Optional = 1,
    Required = 2,
    Inherited = 3,
}

/// <summary>Whether a manual assignment ends with its context.</summary>
public enum EndDateLock
{
    ExplicitNotContextBoundByDefault = 0,
    ExplicitContextBoundByDefault = 1,
    Never = 2,
    Always = 3,
}

/// <summary>What replaces the missing dates of a record section.</summary>
public enum RecordBoundaryKind
{
    None = 0,
    Kept = 1,
}

/// <summary>Whether values of a record section may be copied into contexts without any.</summary>
public enum RecordExtensionKind
{
    Default = 0,
    None = 4,
}

/// <summary>What happens when a risk is met.</summary>
public enum RiskExemptionPolicy
{
    Warning = 0,
    Blocking = 1,
    ApprovalRequired = 2,
}

/// <summary>Kind of a risk.</summary>
public enum RiskType
{
    SoD = 0,
    HighPrivileges = 1,
}

/// <summary>How the scores of several risks are brought together.</summary>
public enum RiskFactorType
{
    None = 0,
    Max = 1,
    Average = 2,
}

/// <summary>What an automation rule is about; 3 is not used.</summary>
public enum AutomationRuleType
{
    CompositeRole = 0,
    SingleRole = 1,
    ResourceType = 2,
    Category = 4,
    Policy = 5,
}

/// <summary>What an automation rule decides.</summary>
public enum AutomationDecision
{
    Approve = 0,
    Decline = 1,
}

/// <summary>Comparison of an access control filter.</summary>
public enum FilterOperator
{
    Equals = 0,
    NotEquals = 1,
}

/// <summary>How a naming rule compares a property of a value (rolemodel.md 3.15).</summary>
public enum QueryComparisonOperator
{
    Equal = 0,
    NotEqual = 1,

    [Spelling("StartsWith")]
    StartWith = 2,

    [Spelling("NotStartsWith")]
    NotStartWith = 3,

    [Spelling("EndsWith")]
    EndWith = 4,

    [Spelling("NotEndsWith")]
    NotEndWith = 5,

    [Spelling("Contains")]
    Contain = 6,

    [Spelling("NotContains")]
    NotContain = 7,
}

/// <summary>State of an assigned profile.</summary>
public enum AccessState
{
    None = 0,
    Requested = 4,
    PendingApproval = 8,
    PendingApproval1 = 9,
    PendingApproval2 = 10,
    Approved = 16,
    Declined = 17,
    PolicyApproved = 18,
}

/// <summary>Verbosity of a job's log.</summary>
public enum JobLogLevel
{
    Trace = 0,
    Debug = 1,
    Information = 2,
    Warning = 3,
    Error = 4,
    Critical = 5,
    None = 6,
}

/// <summary>Method of an API call task.</summary>
public enum HttpCommand
{
    Get = 0,
    Put = 1,
    Post = 2,
    Delete = 3,
}
