using System.Globalization;
using Muster.Policy.Decisions;
using Muster.Repository.Assignments;
using Muster.Repository.Decisions;

namespace Muster.Cli.Output;

/// <summary>Assignments, reviews and decisions as JSON, and the parts of them that tables show.</summary>
internal static class DecisionJson
{
    public static object Of(AssignmentView view) => new
    {
        view.Id,
        Kind = view.Kind.ToString(),
        view.Item,
        view.OwnerType,
        view.OwnerKey,
        WorkflowState = view.WorkflowState.ToString(),
        WorkflowStateNumber = (int)view.WorkflowState,
        ProvisioningState = view.ProvisioningState?.ToString(),
        view.Target,
        Start = DateOrNull(view.Start),
        End = DateOrNull(view.End),
        Parameters = view.Parameters.Count == 0 ? null : view.Parameters,
        EndsWithContext = view.IsContextBound ? true : (bool?)null,
        RemovalRequested = view.IsRemovalRequested ? true : (bool?)null,
        Since = view.Since is { } since ? Instant(since) : null,
        view.BlockReason,
    };

    public static object Of(ReviewView view) => new
    {
        view.Id,
        Kind = view.Kind.ToString(),
        view.ResourceType,
        view.OwnerType,
        view.OwnerKey,
        view.Target,
        view.Property,
        view.Policy,
        view.Current,
        WorkflowState = view.WorkflowState.ToString(),
        ProvisioningState = view.ProvisioningState.ToString(),
        view.Confidence,
        view.Reason,
    };

    public static object Of(Decision decision) => new
    {
        At = Instant(decision.At),
        decision.By,
        Decision = decision.Kind.ToString(),
        Assignment = decision.Assignment,
        Kind = decision.ItemKind,
        decision.Item,
        OwnerType = decision.EntityType,
        decision.OwnerKey,
        decision.Detail,
        decision.From,
        decision.To,
        decision.Comment,
    };

    public static string Notes(AssignmentView view) => string.Join("; ", Parts(view));

    /// <summary>Empty for the bounds that stand for "no date".</summary>
    public static string Date(DateTime date) => DateOrNull(date) ?? "";

    public static string Instant(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static void Write(TextWriter writer, IReadOnlyList<Decision> decisions)
    {
        var table = new TextTable("at", "by", "decision", "on", "from", "to", "detail", "comment");
        foreach (var decision in decisions)
        {
            table.Add(
                Instant(decision.At),
                decision.By,
                decision.Kind.ToString(),
                $"{decision.Assignment} {decision.ItemKind} {decision.Item}",
                decision.From,
                decision.To,
                decision.Detail,
                decision.Comment);
        }

        table.Write(writer);
    }

    private static IEnumerable<string> Parts(AssignmentView view)
    {
        foreach (var (name, value) in view.Parameters)
        {
            yield return $"{name}={value}";
        }

        if (view.IsRemovalRequested)
        {
            yield return "removal requested";
        }

        if (view.IsContextBound)
        {
            yield return "ends with its context";
        }

        if (view.BlockReason is { } reason)
        {
            yield return reason;
        }
    }

    private static string? DateOrNull(DateTime date) =>
        date <= SentinelDates.Minimum || date >= SentinelDates.Maximum ? null : date.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
