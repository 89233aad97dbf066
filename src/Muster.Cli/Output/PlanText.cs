using System.Globalization;
using System.Text.Json.Nodes;
using Muster.Jobs.Planning;
using Muster.Policy.Orders;

namespace Muster.Cli.Output;

/// <summary>A plan for people: the tasks, then what would change, by kind.</summary>
internal static class PlanText
{
    /// <summary>More are in the JSON form only.</summary>
    private const int Shown = 50;

    public static void Write(JobPlan plan, TextWriter writer)
    {
        writer.WriteLine("Plan: nothing of this was kept, and no managed system was written.");
        InstanceText.Write(plan.Instance, writer);
        foreach (var (title, kinds) in new[] { ("Resources", "resource"), ("Links", "link") })
        {
            var changes = plan.Changes.Where(c => c.Kind == kinds).ToList();
            if (changes.Count > 0)
            {
                writer.WriteLine();
                writer.WriteLine($"{title} that would change: {Number(changes.Count)}");
                DumpChangeText.Write(changes, "before", "after", writer, Shown);
            }
        }

        WriteDirty(plan.Dirty, writer);
        var assignments = plan.Changes.Where(c => c.Kind is not ("resource" or "link")).ToList();
        if (assignments.Count > 0)
        {
            writer.WriteLine();
            writer.WriteLine($"Assignments that would change: {Number(assignments.Count)}");
            DumpChangeText.Write(assignments, "before", "after", writer, Shown);
        }

        WriteOrders(plan.Orders, writer);
    }

    private static void WriteDirty(IReadOnlyList<PlannedDirty> dirty, TextWriter writer)
    {
        if (dirty.Count == 0)
        {
            return;
        }

        writer.WriteLine();
        writer.WriteLine($"Resources that would be looked at again: {Number(dirty.Count)}");
        var table = new TextTable("entity type", "reason", "resources", "for example");
        foreach (var group in dirty.GroupBy(d => (d.EntityType, d.Reason)).OrderBy(g => g.Key.EntityType, StringComparer.Ordinal).ThenBy(g => g.Key.Reason, StringComparer.Ordinal))
        {
            table.Add(group.Key.EntityType, group.Key.Reason, Number(group.Count()), string.Join(", ", group.Select(d => d.Key).Take(3)));
        }

        table.Write(writer);
    }

    private static void WriteOrders(IReadOnlyList<OrderView> orders, TextWriter writer)
    {
        if (orders.Count == 0)
        {
            return;
        }

        writer.WriteLine();
        writer.WriteLine($"Orders that would be generated: {Number(orders.Count)}");
        var table = new TextTable("resource type", "change", "owner", "resource", "changes");
        foreach (var order in orders.Take(Shown))
        {
            var document = JsonNode.Parse(order.Document);
            table.Add(
                order.ResourceType,
                order.ChangeType.ToString(),
                Name(Member(document, "owner")),
                Name(Member(document, "resource")),
                string.Join(", ", (Member(document, "changes") as JsonObject ?? []).Select(c => c.Key)));
        }

        table.Write(writer);
        if (orders.Count > Shown)
        {
            writer.WriteLine($"… and {Number(orders.Count - Shown)} more; --json lists all.");
        }
    }

    private static JsonNode? Member(JsonNode? document, string name) =>
        (document as JsonObject)?.FirstOrDefault(m => m.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    private static string? Name(JsonNode? resource) => Member(resource, "InternalDisplayName")?.ToString() ?? Member(resource, "Id")?.ToString();

    private static string Number(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
