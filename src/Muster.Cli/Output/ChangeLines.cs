using Muster.Configuration.Model;
using Muster.Policy.Queries;
using Muster.Repository.Synchronization;

namespace Muster.Cli.Output;

/// <summary>What a job instance has changed, a line per value, link, and resource that came or went (asks.md, 11).</summary>
internal sealed class ChangeLines(ConfigurationModel model)
{
    private readonly ChangeSources _sources = new(model);

    /// <summary>One line.</summary>
    /// <param name="Change">Insert, Update, Delete.</param>
    /// <param name="Source">The element of the configuration that gave it.</param>
    internal sealed record Line(
        long? Instance, string At, string Change, string? EntityType, string? Association, string? Key, string? Key2, string? Property, string? Before, string? After, string? Source);

    public IEnumerable<Line> Of(ChangeLine change)
    {
        var line = new Line(
            change.JobInstance, change.At, change.Operation.ToString(), change.EntityType, change.Association, change.Key, change.Key2, null, null, null, null);
        if (change.Association is { } association)
        {
            return [line with { Source = _sources.OfLink(association, change.Connector) }];
        }

        return change.Values.Count == 0
            ? [line with { Source = _sources.OfResource(change.EntityType!, change.Connector) }]
            : change.Values.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => line with
            {
                Property = v.Key,
                Before = v.Value[0],
                After = v.Value[1],
                Source = _sources.OfProperty(change.EntityType!, v.Key, change.Connector),
            });
    }

    public static void Write(IEnumerable<Line> lines, TextWriter writer)
    {
        var table = new TextTable("change", "what", "key", "property", "before", "after", "given by");
        foreach (var line in lines)
        {
            table.Add(
                line.Change,
                line.Association ?? line.EntityType,
                line.Key2 is null ? line.Key : $"{line.Key} – {line.Key2}",
                line.Property,
                line.Before,
                line.After,
                line.Source);
        }

        table.Write(writer);
    }
}
