namespace Muster.Policy.Compilation;

/// <summary>Codes of the diagnostics made here; each has a line in <c>docs/diagnostics.md</c>.</summary>
internal static class PolicyCodes
{
    public const string CyclicComputedProperties = "MUS4001";
    public const string ComputedInFull = "MUS4002";
    public const string CyclicCompositeRoles = "MUS4003";
    public const string UnknownWorkflowState = "MUS4004";
    public const string ConstantKey = "MUS4005";
    public const string ContextDateType = "MUS4006";
}
