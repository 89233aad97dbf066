using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Cli.Hosting;
using Muster.Cli.Output;
using Muster.Configuration.Diagnostics;
using Muster.Configuration.Model;
using Muster.Expressions;
using Muster.Expressions.Dependencies;
using Muster.Jobs.Records;
using Muster.Policy.Access;
using Muster.Policy.Naming;
using Muster.Policy.Queries;
using Muster.Repository;
using Muster.Repository.Assignments;
using Muster.Repository.Decisions;
using Muster.Repository.Dirty;
using Muster.Repository.Files;
using Muster.Repository.Resources;
using Muster.Repository.Schema;

namespace Muster.Cli.Commands;

/// <summary><c>muster resource …</c></summary>
internal static class ResourceCommands
{
    private const int BatchSize = 1_000;

    public static Command Create(CommandHost host)
    {
        var command = new Command("resource", "Resources of the repository.");
        command.Add(List(host));
        command.Add(Show(host));
        command.Add(ExplainCommand.Create(host));
        return command;
    }

    private static Command List(CommandHost host)
    {
        var type = new Argument<string>("TYPE") { Description = "Entity type." };
        var where = new Option<string?>("--where")
        {
            HelpName = "EXPR",
            Description = "C# condition on 'resource', for example: resource.LastName == \"Martin\".",
        };
        var dirty = new Option<bool>("--dirty") { Description = "Only what was recently modified and not yet seen by every computation." };
        var acting = new ActingUser();
        var command = new Command("list", "The resources of an entity type; with --json one object a line.") { type, where, dirty };
        acting.AddTo(command);
        host.Handle(command, (result, installation, cancellationToken) =>
        {
            var entityType = FindType(installation.Deployed, result.GetRequiredValue(type));
            var condition = result.GetValue(where) is { } text ? Condition(installation.Deployed, entityType, text) : null;
            var schema = new EntitySchema(installation.Deployed);
            using var transaction = installation.Database.BeginRead();
            var reader = new ResourceReader(transaction, schema);
            var flagged = result.GetValue(dirty) ? Flagged(installation, transaction, schema, entityType) : null;
            var paths = Paths(entityType, withCollections: false).Concat(condition?.Reads.Paths ?? new HashSet<ReadPath>()).ToList();
            var rights = new ResourceRights(acting.Guard(result, installation, transaction), installation.Deployed);
            RequireSome(rights, entityType, condition);
            var (unreadable, table) = (0, new TextTable("key", "name", "values"));
            foreach (var ids in flagged?.Chunk(BatchSize) ?? reader.AllIds(entityType, BatchSize))
            {
                cancellationToken.ThrowIfCancellationRequested();
                foreach (var resource in reader.Load(entityType, rights.Listed(entityType, [.. ids]), paths))
                {
                    if (condition?.Reads.Paths.All(p => rights.CanRead(p, resource)) == false)
                    {
                        unreadable++;
                        continue;
                    }

                    if (!Matches(condition, resource, installation))
                    {
                        continue;
                    }

                    var json = ResourceJson.Of(resource, null, withCollections: false, rights);
                    if (installation.Settings.Json)
                    {
                        Json.WriteLine(host.Terminal.Out, json);
                    }
                    else
                    {
                        table.Add(ResourceJson.KeyOf(resource, rights), ResourceJson.NameOf(resource, rights), Values(json));
                    }
                }
            }

            if (!installation.Settings.Json)
            {
                table.Write(host.Terminal.Out);
            }

            if (unreadable > 0)
            {
                host.Terminal.Error.WriteLine($"{unreadable} more {(unreadable == 1 ? "resource was" : "resources were")} not held against --where: it reads properties that '{acting.Of(result)}' may not read there.");
            }

            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static Command Show(CommandHost host)
    {
        var type = new Argument<string>("TYPE") { Description = "Entity type." };
        var key = new Argument<string>("KEY") { Description = "Value of a key property." };
        var history = new Option<bool>("--history") { Description = "Also the versions before." };
        var file = new Option<string[]>("--file")
        {
            HelpName = "PROPERTY=PATH",
            Description = "Writes the file that a property holds to a path, instead of showing the resource. May be given several times.",
        };
        var acting = new ActingUser();
        var command = new Command("show", "One resource with its links and assignments.") { type, key, history, file };
        acting.AddTo(command);
        host.Handle(command, (result, installation) =>
        {
            var entityType = FindType(installation.Deployed, result.GetRequiredValue(type));
            var schema = new EntitySchema(installation.Deployed);
            using var transaction = installation.Database.BeginRead();
            var reader = new ResourceReader(transaction, schema);
            var guard = acting.Guard(result, installation, transaction);
            var rights = new ResourceRights(guard, installation.Deployed);
            var seen = new SeenAssignments(guard, rights, installation.Deployed.At(transaction));
            var id = DecisionOptions.Decide(() => rights.Find(reader, entityType, result.GetRequiredValue(key), result.GetValue(history)));
            var resource = reader.Load(entityType, [id], Paths(entityType, withCollections: true))[0];
            var files = new FileStore(transaction);
            if (result.GetValue(file) is { Length: > 0 } wanted)
            {
                ResourceFiles.Write(resource, wanted, files, rights, host.Terminal.Out);
                return ExitCode.Done;
            }

            var policy = installation.Compile(installation.Deployed);
            var json = ResourceJson.Of(
                resource, new DirtyStore(transaction, schema, policy.Graph).IsDirty(entityType, id), withCollections: true, rights, files);
            var isOwn = guard.User is null || guard.User.Resource is { } user && user.Type == entityType && user.Id == id;
            json["$assignments"] = AssignmentJson.Of(
                transaction, installation.Deployed, id, seen, isOwn, (target, targetId) => KeyOf(reader, target, targetId, rights));
            AddRisks(json, transaction, installation.Deployed, seen, entityType, id);
            if (result.GetValue(history))
            {
                json["$history"] = History(transaction, schema, reader, entityType, id, rights, files);
                json["$decisions"] = Decisions(transaction, guard, seen, id);
            }

            if (installation.Settings.Json)
            {
                Json.Write(host.Terminal.Out, json);
            }
            else
            {
                Write(json, host.Terminal.Out, "");
            }

            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>The risks that the user may see; the score, which tells of all, where those are all.</summary>
    private static void AddRisks(JsonObject json, RepositoryTransaction transaction, ConfigurationModel model, SeenAssignments seen, EntityType type, long id)
    {
        var risks = new RiskStore(transaction);
        var found = risks.Of(type, [id])[id].ToList();
        var shown = seen.Of([.. model.Risks.Where(r => found.Contains(r.Identifier))]).Select(r => r.Identifier).ToHashSet(StringComparer.Ordinal);
        if (shown.Count > 0)
        {
            json["$risks"] = new JsonArray([.. found.Where(shown.Contains).Select(r => JsonValue.Create(r))]);
        }

        if (risks.ScoreOf(type, id) is { } score && seen.Of([.. model.Risks.Where(r => r.EntityType == type)]).Count == model.Risks.Count(r => r.EntityType == type))
        {
            json["$riskScore"] = score;
        }
    }

    /// <summary>Of a user with rights, those on assignments that they see: of what has ended there is nothing left to hold rights against.</summary>
    private static JsonArray Decisions(RepositoryTransaction transaction, AccessGuard guard, SeenAssignments seen, long owner)
    {
        var store = new DecisionStore(transaction);
        var decisions = store.OfOwners([owner]);
        if (guard.User is not null)
        {
            var owned = seen.Of(new AssignmentQueries(transaction).OfOwner(owner));
            var rows = owned.Roles.Select(r => r.Id).Concat(owned.CompositeRoles.Select(r => r.Id)).Concat(owned.Types.Select(t => t.Row.Id))
                .Concat(owned.Types.SelectMany(t => t.Scalars.Select(s => s.Id).Concat(t.Navigations.Select(n => n.Id))))
                .ToHashSet();
            decisions = [.. decisions.Where(d => rows.Contains(d.Assignment))];
        }

        return new JsonArray([.. decisions.Select(d => JsonSerializer.SerializeToNode(DecisionJson.Of(d), JobInstanceJson.Options))]);
    }

    private static void RequireSome(ResourceRights rights, EntityType type, CompiledValue? condition) => DecisionOptions.Decide(() =>
    {
        rights.RequireSome(type);
        return rights.IsOperator || condition is null || condition.Reads.EnumeratedEntityTypes.Count == 0
            ? true
            : throw new CommandException(ExitCode.Failed, "With --as a condition reads the resource and what it leads to: leave out of --where what goes through all resources of an entity type.");
    });

    private static EntityType FindType(ConfigurationModel model, string identifier) =>
        model.FindEntityType(identifier)
        ?? throw CommandException.Wrong(
            $"There is no entity type '{identifier}'.{Suggestion.For(identifier, model.EntityTypes.Select(t => t.Identifier))}");

    /// <summary>All scalars, and the keys of the targets of navigations.</summary>
    private static IEnumerable<ReadPath> Paths(EntityType type, bool withCollections)
    {
        foreach (var property in type.Properties)
        {
            if (property.Kind is PropertyKind.Scalar or PropertyKind.Binary)
            {
                yield return new ReadPath(type, [property]);
            }
            else if (property.Kind == PropertyKind.MonoNavigation || withCollections)
            {
                yield return property.TargetEntityType?.IdentityProperty is { Kind: PropertyKind.Scalar } identity
                    ? new ReadPath(type, [property, identity])
                    : new ReadPath(type, [property]);
            }
        }
    }

    private static CompiledValue Condition(ConfigurationModel model, EntityType type, string text)
    {
        var location = new SourceLocation("--where", 1, 1);
        var expression = text.StartsWith("C#:", StringComparison.OrdinalIgnoreCase) ? text : $"C#:resource:return {text};";
        var bag = new DiagnosticBag();
        var value = new ExpressionCompiler(model.EntityTypes).Compile(
            new ValueSource(type, null, expression, location, location), ValueUse.Boolean, null, bag, allowLiteral: false, allowPredefined: false);
        return bag.HasErrors || value is null
            ? throw CommandException.Wrong(string.Join(Environment.NewLine, bag.Items))
            : value;
    }

    private static bool Matches(CompiledValue? condition, StoredResource resource, Installation installation)
    {
        if (condition is null)
        {
            return true;
        }

        var result = condition.Evaluate(resource, new EvaluationContext { Now = installation.Clock.GetUtcNow().UtcDateTime });
        return result.Error is { } error
            ? throw new CommandException(ExitCode.Failed, $"The condition cannot be evaluated for the resource {resource.Id}: {error}")
            : result.Flag;
    }

    private static IReadOnlyList<long> Flagged(
        Installation installation, RepositoryTransaction transaction, EntitySchema schema, EntityType type) =>
        new DirtyStore(transaction, schema, installation.Compile(installation.Deployed).Graph).Dirty(type);

    private static JsonArray History(
        RepositoryTransaction transaction, EntitySchema schema, ResourceReader reader, EntityType type, long id, ResourceRights rights, FileStore files)
    {
        var versions = new JsonArray();
        foreach (var version in new ResourceHistory(transaction, schema).Versions(type, id))
        {
            var json = new JsonObject { ["$validFrom"] = DecisionJson.Instant(version.ValidFrom), ["$validTo"] = version.ValidTo is { } end ? DecisionJson.Instant(end) : null };
            foreach (var (property, value) in version.Values.Where(v => rights.IsVisible(type, id, v.Key)))
            {
                json[property.Identifier] = property.Kind == PropertyKind.Binary ? ResourceJson.File(value, files) : ResourceJson.Scalar(property.Type, value);
            }

            foreach (var (property, target) in version.Targets.Where(v => rights.IsVisible(type, id, v.Key)))
            {
                json[property.Identifier] = KeyOf(reader, property.TargetEntityType!, target, rights);
            }

            versions.Add(json);
        }

        return versions;
    }

    private static string KeyOf(ResourceReader reader, EntityType type, long id, ResourceRights rights)
    {
        IEnumerable<ReadPath> paths = type.IdentityProperty is { Kind: PropertyKind.Scalar } identity ? [new ReadPath(type, [identity])] : [];
        return reader.Load(type, [id], paths) is [var resource] ? ResourceJson.KeyOf(resource, rights) : id.ToString(CultureInfo.InvariantCulture);
    }

    private static string Values(JsonObject json) =>
        string.Join(", ", json.Where(m => !m.Key.StartsWith('$')).Select(m => $"{m.Key}={m.Value}"));

    private static void Write(JsonObject json, TextWriter writer, string indent)
    {
        var width = json.Select(m => m.Key.Length).DefaultIfEmpty(0).Max();
        foreach (var (name, value) in json)
        {
            switch (value)
            {
                case null or JsonArray { Count: 0 }:
                    break;
                case JsonArray array when array.All(i => i is JsonObject):
                    writer.WriteLine($"{indent}{name}");
                    foreach (var item in array.OfType<JsonObject>())
                    {
                        Write(item, writer, indent + "    ");
                        writer.WriteLine();
                    }

                    break;
                case JsonObject file when file.ContainsKey("sha256"):
                    writer.WriteLine($"{indent}{name.PadRight(width)}  {string.Join(", ", file.Select(m => m.Key == "length" ? $"{m.Value} octets" : $"{m.Value}"))}");
                    break;
                case JsonArray array:
                    writer.WriteLine($"{indent}{name.PadRight(width)}  {string.Join(", ", array.Select(i => i?.ToString()))}");
                    break;
                default:
                    writer.WriteLine($"{indent}{name.PadRight(width)}  {value}");
                    break;
            }
        }
    }
}
