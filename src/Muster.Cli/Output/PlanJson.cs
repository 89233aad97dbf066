using System.Text.Json.Nodes;
using Muster.Jobs.Planning;
using Muster.Jobs.Records;
using Muster.Policy.Orders;

namespace Muster.Cli.Output;

/// <summary>A plan as one JSON document (docs/command-line.md, "job plan").</summary>
internal static class PlanJson
{
    public static void Write(JobPlan plan, TextWriter writer)
    {
        var changes = plan.Changes.ToLookup(c => c.Kind is "resource" or "link" ? c.Kind : "assignment");
        Json.Write(writer, new
        {
            plan.Instance.Job,
            plan.Instance.State,
            Resources = changes["resource"].Select(c => new
            {
                Change = DumpChangeText.ChangeOf(c),
                EntityType = c.Subject,
                Key = c.Content["key"],
                Values = c.Differences(),
            }),
            Links = changes["link"].Select(c => new
            {
                Change = DumpChangeText.ChangeOf(c),
                Association = c.Subject,
                Key1 = c.Content["key1"],
                Key2 = c.Content["key2"],
            }),
            plan.Dirty,
            Assignments = changes["assignment"].Select(c => new
            {
                Change = DumpChangeText.ChangeOf(c),
                Assignment = c.Kind,
                c.Subject,
                Differences = c.Differences(),
                c.Before,
                c.After,
            }),
            Orders = plan.Orders.Select(View),
            Run = JobInstanceJson.ViewOf(plan.Instance),
        });
    }

    private static object View(OrderView order) => new
    {
        order.ResourceType,
        order.Connector,
        order.ChangeType,
        order.State,
        order.Message,
        Order = JsonNode.Parse(order.Document),
    };
}
