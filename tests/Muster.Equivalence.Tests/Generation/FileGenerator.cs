using System.Text;
using Muster.Equivalence.Tests.Model;

namespace Muster.Equivalence.Tests.Generation;

/// <summary>Makes files: properties of type Binary, with and without tag, and the rules that give them to accounts.</summary>
internal static class FileGenerator
{
    /// <summary>The tag of <see cref="Photo"/>.</summary>
    public const string Tag = Photo + "Tag";

    /// <summary>The file of tables.</summary>
    private const string Photo = "Photo";

    /// <summary>The file of directory entries.</summary>
    private const string Portrait = "jpegPhoto";

    /// <summary>Contents, plain enough to stand in a directory file as they are.</summary>
    private static readonly string[] Contents = ["GIF89a1", "hello", "%PDF-2"];

    /// <summary>Some worlds have files.</summary>
    public static void Entities(Draw draw, List<EntityPart> entities)
    {
        if (!draw.Chance(0.4))
        {
            return;
        }

        foreach (var entity in draw.Some(entities, 0.7))
        {
            var name = entity.Connector == EntityPart.Directory ? Portrait : Photo;
            var isInSource = entity.Connector != EntityPart.Own;
            var file = new ScalarPart(name, "Binary", isInSource, isInSource);
            ScalarPart[] added = draw.Chance(0.6) ? [file, new ScalarPart(name + "Tag", "Int32", IsInSource: false, IsMapped: false)] : [file];
            entities[entities.IndexOf(entity)] = entity with { Scalars = [.. entity.Scalars, .. added] };
        }
    }

    /// <summary>A cell of a table.</summary>
    public static string Cell(Draw draw) =>
        draw.Chance(0.08) ? Worlds.SourceSystem.Unreadable : draw.Chance(0.25) ? "" : Convert.ToBase64String(Encoding.ASCII.GetBytes(draw.Of<string>(Contents)));

    /// <summary>A value of a directory entry; empty takes it away.</summary>
    public static string Value(Draw draw) => draw.Chance(0.2) ? "" : draw.Of<string>(Contents);

    /// <summary>True if the entries of the directory have a file.</summary>
    public static bool IsInDirectory(Setup setup) =>
        setup.Entities.Any(e => e.Connector == EntityPart.Directory && e.Scalars.Any(s => s.Name == Portrait));

    /// <summary>The rules of a resource type that give the target's file from one of the owner, or of what the owner leads to.</summary>
    public static IEnumerable<RulePart> Rules(
        Draw draw, string type, EntityPart owner, EntityPart target, IReadOnlyList<EntityPart> entities, IReadOnlyList<LinkPart> links, IReadOnlyList<string> roles)
    {
        if (target.Scalars.FirstOrDefault(s => s.Type == "Binary") is not { } file || !draw.Chance(0.8))
        {
            yield break;
        }

        for (var number = 1; number <= draw.Of(1, 1, 2); number++)
        {
            if (Rule(number) is not { } rule)
            {
                yield break;
            }

            yield return draw.Chance(0.3) ? rule with { Other = Rule(number) } : rule;
        }

        RulePart? Rule(int number)
        {
            var walk = draw.Chance(0.4) ? Walk.Random(draw, links, owner.Name, draw.Int(1, 2), e => !e.IsMany) : null;
            walk = walk is not null && FileOf(walk.Last) is not null ? walk : new Walk(owner.Name, [], []);
            if (FileOf(walk.Last) is not { } source)
            {
                return null;
            }

            var role = roles.Count > 0 && draw.Chance(0.3) ? draw.Of(roles) : null;
            return new RulePart(
                $"{type}_File{number}",
                $"<BinaryRule Property=\"{file.Name}\" Binding=\"{walk.Binding(source)}\"{(role is null ? "" : $" SingleRole=\"{role}\"")}{RecordGenerator.Offset(draw)} />",
                [.. walk.Uses, $"{walk.Last}.{source}", $"{target.Name}.{file.Name}", .. role is null ? [] : new[] { "#" + role }])
            {
                Parent = type,
                IsOff = draw.Chance(0.08),
            };
        }

        string? FileOf(string entity) => entities.First(e => e.Name == entity).Scalars.FirstOrDefault(s => s.Type == "Binary")?.Name;
    }
}
