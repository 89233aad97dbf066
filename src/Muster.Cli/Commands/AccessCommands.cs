using System.CommandLine;
using Muster.Cli.Hosting;
using Muster.Cli.Output;
using Muster.Configuration.Model;
using Muster.Policy.Access;
using Muster.Policy.Naming;
using Muster.Repository.Schema;

namespace Muster.Cli.Commands;

/// <summary><c>muster access …</c></summary>
internal static class AccessCommands
{
    public static Command Create(CommandHost host)
    {
        var command = new Command("access", "Who may do what with Muster, and why.");
        command.Add(Check(host));
        command.Add(Profiles(host));
        return command;
    }

    private static Argument<string> User() => new("USER") { Description = "Key of a user, TYPE:KEY, or OpenIdClient:ID for a program." };

    private static Command Check(CommandHost host)
    {
        var user = User();
        var permission = new Argument<string>("PERMISSION") { Description = "The permission as a path: /Jobs/RunJob/Launch." };
        var type = new Argument<string>("TYPE") { Description = "Entity type, of the configuration or built in." };
        var key = new Argument<string?>("KEY") { Arity = ArgumentArity.ZeroOrOne, Description = "One entity: key of a resource, identifier of a job, task or connector, number of an instance or assignment. Without it the question is about the type." };
        var command = new Command("check", "Says whether a user has a permission on an entity, and which rule gives it, or what is missing. Gives 1 for no.") { user, permission, type, key };
        host.Handle(command, (result, installation) =>
        {
            var path = result.GetRequiredValue(permission);
            if (PermissionTree.WhyMalformed(path) is { } because)
            {
                throw CommandException.Wrong($"'{path}' is no permission: {because}. Write a path like /Jobs/RunJob/Launch.");
            }

            var decision = DecisionOptions.Decide(() => Decide(installation, result.GetRequiredValue(user), path, result.GetRequiredValue(type), result.GetValue(key)));
            if (installation.Settings.Json)
            {
                Json.Write(host.Terminal.Out, View(decision, installation.Deployed));
            }
            else
            {
                foreach (var line in AccessText.Explain(decision))
                {
                    host.Terminal.Out.WriteLine(line);
                }

                if (decision.IsAllowed && Hidden(decision, installation.Deployed) is { Count: > 0 } hidden)
                {
                    host.Terminal.Out.WriteLine($"Properties that are not shown: {string.Join(", ", hidden)}.");
                }
            }

            return decision.IsAllowed ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    private static Command Profiles(CommandHost host)
    {
        var user = User();
        var command = new Command("profiles", "The profiles of a user now, with their contexts and where they come from.") { user };
        host.Handle(command, (result, installation) =>
        {
            var model = installation.Deployed;
            using var transaction = installation.Database.BeginRead();
            var found = DecisionOptions.Decide(() => new AccessDecisions(transaction, new EntitySchema(model), model).FindUser(result.GetRequiredValue(user)));
            if (installation.Settings.Json)
            {
                Json.Write(host.Terminal.Out, View(found));
                return ExitCode.Done;
            }

            var table = new TextTable("profile", "context", "comes from", "counts");
            foreach (var profile in found.Profiles)
            {
                table.Add(profile.Profile, profile.Context.Text, profile.Origin, "yes");
            }

            foreach (var (profile, because) in found.Others)
            {
                table.Add(profile.Profile, profile.Context.Text, profile.Origin, $"no: {because}");
            }

            table.Write(host.Terminal.Out);
            return ExitCode.Done;
        });
        return command;
    }

    private static AccessDecision Decide(Installation installation, string user, string permission, string type, string? key)
    {
        var model = installation.Deployed;
        var schema = new EntitySchema(model);
        if (model.FindEntityType(type) is null && !BuiltInEntityTypes.Contains(type))
        {
            throw CommandException.Wrong($"There is no entity type '{type}'.{Suggestion.For(type, model.EntityTypes.Select(t => t.Identifier).Concat(BuiltInEntityTypes.All))}");
        }

        var policy = installation.Compile(model);
        using var transaction = installation.Database.BeginRead();
        var decisions = new AccessDecisions(transaction, schema, model);
        var question = key is null
            ? AccessQuestion.OfType(permission, type)
            : AccessQuestion.Of(permission, new AccessTargets(transaction, schema, policy.At(transaction)).Find(type, key));
        return decisions.Decide(decisions.FindUser(user), question);
    }

    private static List<string> Hidden(AccessDecision decision, ConfigurationModel model) =>
        [.. (model.FindEntityType(decision.Question.EntityType)?.Properties ?? []).Where(p => !decision.Properties.IsVisible(p)).Select(p => p.Identifier)];

    private static object View(AccessDecision decision, ConfigurationModel model) => new
    {
        Allowed = decision.IsAllowed,
        DependsOnEntity = decision.Misses.Any(m => m.IsConditional),
        decision.Question.Permission,
        decision.Question.EntityType,
        Entity = decision.Question.IsOfType ? null : decision.Question.Subject,
        User = View(decision.User),
        Grants = decision.Grants.Select(g => new
        {
            Rule = g.Rule.Identifier,
            Location = g.Rule.Location.ToString(),
            g.Entry.Permission,
            g.Entry.Priority,
            g.Profile.Profile,
            Context = g.Profile.Context.Text,
            g.Profile.Origin,
        }),
        Misses = decision.Misses.Select(m => new { Rule = m.Rule.Identifier, Location = m.Rule.Location.ToString(), m.Entry.Permission, m.Profile.Profile, Context = m.Profile.Context.Text, m.Because }),
        decision.GivenBy,
        decision.Notifies,
        HiddenProperties = Hidden(decision, model),
        Explanation = AccessText.Explain(decision),
    };

    private static object View(AccessUser user) => new
    {
        user.Name,
        Profiles = user.Profiles.Select(p => new { p.Profile, Context = p.Context.Text, p.Origin }),
        Others = user.Others.Select(o => new { o.Profile.Profile, Context = o.Profile.Context.Text, o.Profile.Origin, o.Because }),
    };
}
