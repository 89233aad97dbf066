using System.CommandLine;
using System.Text.Json.Nodes;
using Muster.Cli.Hosting;
using Muster.Cli.Output;
using Muster.Policy.Access;
using Muster.Policy.Orders;
using Muster.Repository;
using Muster.Repository.Assignments;

namespace Muster.Cli.Commands;

/// <summary><c>muster order …</c></summary>
internal static class OrderCommands
{
    public static Command Create(CommandHost host)
    {
        var command = new Command("order", "Provisioning orders and their results.");
        command.Add(List(host));
        command.Add(Show(host));
        command.Add(ReviewCommands.Create(host));
        return command;
    }

    private static Command List(CommandHost host)
    {
        var type = new Option<string?>("--resource-type") { HelpName = "TYPE", Description = "Only orders of this resource type." };
        var state = new Option<OrderState?>("--state") { Description = "Only orders in this state." };
        var limit = new Option<int>("--limit") { Description = "At most so many, the newest first.", DefaultValueFactory = _ => 1_000 };
        var acting = new ActingUser();
        var command = new Command("list", "Orders, the newest first.") { type, state, limit };
        acting.AddTo(command);
        host.Handle(command, (result, installation) =>
        {
            using var transaction = installation.Database.BeginRead();
            OrderState[]? states = result.GetValue(state) is { } wanted ? [wanted] : null;
            var most = Math.Max(1, result.GetValue(limit));
            var seen = Seen(acting.Guard(result, installation, transaction), installation, transaction);

            // What the user may not see does not use up the limit.
            var orders = seen.Of(new OrderQueries(transaction).List(result.GetValue(type), states, acting.Of(result) is null ? most : int.MaxValue)).Take(most).ToList();
            if (installation.Settings.Json)
            {
                Json.Write(host.Terminal.Out, orders.Select(View));
                return ExitCode.Done;
            }

            var table = new TextTable("id", "resource type", "change", "state", "created", "ended", "message");
            foreach (var order in orders)
            {
                table.Add(
                    order.Id.ToString(),
                    order.ResourceType,
                    order.ChangeType.ToString(),
                    order.State,
                    InstanceText.Time(order.CreatedAt),
                    order.EndedAt is { } ended ? InstanceText.Time(ended) : "",
                    order.Message);
            }

            table.Write(host.Terminal.Out);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Show(CommandHost host)
    {
        var id = new Argument<Guid>("ID") { Description = "The order's id." };
        var acting = new ActingUser();
        var command = new Command("show", "One order with its document and result.") { id };
        acting.AddTo(command);
        host.Handle(command, (result, installation) =>
        {
            using var transaction = installation.Database.BeginRead();
            var order = new OrderQueries(transaction).Find(result.GetRequiredValue(id))
                ?? throw new CommandException(ExitCode.Failed, $"There is no order '{result.GetRequiredValue(id)}'. 'muster order list' shows all.");
            var guard = acting.Guard(result, installation, transaction);
            Json.Write(host.Terminal.Out, View(DecisionOptions.Decide(() => Seen(guard, installation, transaction).Require(order))));
            return ExitCode.Done;
        });
        return command;
    }

    private static SeenOrders Seen(AccessGuard guard, Installation installation, RepositoryTransaction transaction) =>
        new(guard, new ResourceRights(guard, installation.Deployed), transaction, installation.Deployed);

    private static object View(OrderView order) => new
    {
        order.Id,
        order.ResourceType,
        order.Connector,
        order.ChangeType,
        order.State,
        order.Message,
        order.CreatedAt,
        order.TakenAt,
        order.EndedAt,
        Keys = order.Keys is null ? null : JsonNode.Parse(order.Keys),
        Order = JsonNode.Parse(order.Document),
    };
}
