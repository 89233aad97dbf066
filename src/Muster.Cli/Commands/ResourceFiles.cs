using System.Globalization;
using Muster.Cli.Hosting;
using Muster.Cli.Output;
using Muster.Configuration.Model;
using Muster.Policy.Access;
using Muster.Repository.Files;
using Muster.Repository.Resources;

namespace Muster.Cli.Commands;

/// <summary><c>resource show … --file PROPERTY=PATH</c>: the files of a resource, as files.</summary>
internal static class ResourceFiles
{
    /// <summary>Writes each wanted file, and says what was written.</summary>
    public static void Write(StoredResource resource, IReadOnlyList<string> wanted, FileStore files, ResourceRights rights, TextWriter output)
    {
        foreach (var (property, path) in wanted.Select(w => Split(w, resource.EntityType)).ToList())
        {
            DecisionOptions.Decide(() =>
            {
                rights.RequireVisible(resource.EntityType, resource.Id, property);
                return true;
            });
            var content = resource.GetScalar(property) is { } reference ? files.Read(reference) : null;
            if (content is null)
            {
                throw new CommandException(ExitCode.Failed, $"The resource '{ResourceJson.KeyOf(resource, rights)}' has no file in '{property}'. Nothing was written to '{path}'.");
            }

            Write(path, content);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"'{property}' of '{ResourceJson.KeyOf(resource, rights)}' is in '{path}': {content.Length} octets, {MimeType.Of(content)}."));
        }
    }

    private static (EntityProperty Property, string Path) Split(string wanted, EntityType type)
    {
        var at = wanted.IndexOf('=', StringComparison.Ordinal);
        var name = at < 0 ? wanted : wanted[..at];
        if (at < 0 || at == wanted.Length - 1)
        {
            throw CommandException.Wrong($"'--file {wanted}' names no path. Write PROPERTY=PATH.");
        }

        return type.FindProperty(name) is { Kind: PropertyKind.Binary } property
            ? (property, wanted[(at + 1)..])
            : throw CommandException.Wrong(
                $"The entity type '{type.Identifier}' has no file property '{name}'.{Suggestion.For(name, type.Properties.Where(p => p.Kind == PropertyKind.Binary).Select(p => p.Identifier))}");
    }

    /// <summary>Whole or not at all.</summary>
    private static void Write(string path, byte[] content)
    {
        string? temporary = null;
        try
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
            File.WriteAllBytes(temporary, content);
            File.Move(temporary, path, overwrite: true);
            temporary = null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Failed, $"The file '{path}' cannot be written: {exception.Message}");
        }
        finally
        {
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }
        }
    }
}
