using Microsoft.Extensions.Logging;
using Muster.Configuration.Exchange;
using Muster.Configuration.Model;
using Muster.Expressions.Resources;

namespace Muster.Expressions;

/// <summary>Limits of one evaluation. What goes beyond gives an error for that one resource.</summary>
/// <param name="Steps">Loop rounds, calls, lambda invocations and elements of sequences; long texts cost more than one.</param>
/// <param name="Bytes">Memory asked for in total, in bytes, counted before it is taken.</param>
public sealed record EvaluationBudget(long Steps = 1_000_000, long Bytes = 64L * 1024 * 1024)
{
    public static EvaluationBudget Default { get; } = new();

    /// <summary>How long one regular expression may look at one text.</summary>
    public TimeSpan RegexTimeout { get; init; } = TimeSpan.FromSeconds(1);
}

/// <summary>All resources of an entity type, for <c>queryHandler.Select</c>. The answer must not change during a run.</summary>
public interface IResourceQuery
{
    /// <summary>Every resource of the type, by ascending id, with all scalar properties and the navigations that lead to such types loaded.</summary>
    IReadOnlyList<IResource> All(EntityType entityType);
}

/// <summary>The variable <c>assignment</c> of scalar rules (rolemodel.md 4.5): the assigned resource type that the value belongs to.</summary>
/// <param name="StartDate">UTC.</param>
/// <param name="EndDate">UTC.</param>
/// <param name="ParametersValues">The parameters as stored with the assignment.</param>
public sealed record AssignmentInformation(DateTime? StartDate, DateTime? EndDate, string? ParametersValues);

/// <summary>What an evaluation may know besides its input. Immutable: derive one per resource with <c>with</c>.</summary>
public sealed record EvaluationContext
{
    /// <summary>The instant of the run in UTC, the same for all evaluations of a task: what <c>DateTime.Now</c> gives.</summary>
    public required DateTime Now { get; init; }

    public EvaluationBudget Budget { get; init; } = EvaluationBudget.Default;

    /// <summary>Null: <c>queryHandler</c> gives an error.</summary>
    public IResourceQuery? Query { get; init; }

    /// <summary>Where <c>logger.LogDebug</c> writes; null: nowhere.</summary>
    public ILogger? Logger { get; init; }

    public AssignmentInformation? Assignment { get; init; }

    public ProvisioningOrder? ProvisioningOrder { get; init; }

    /// <summary>Attempt number of a unique value, from 0.</summary>
    public int Iteration { get; init; }
}
