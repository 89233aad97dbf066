using Muster.Configuration.Diagnostics;
using Muster.Configuration.Elements;
using Muster.Configuration.Model;
using Muster.Configuration.Resolution;
using Muster.Configuration.Scaffolding;
using Muster.Configuration.Xml;

namespace Muster.Configuration;

/// <summary>What loading gave: all findings, and the model if none of them is an error.</summary>
/// <param name="Model">Null exactly if there is an error.</param>
/// <param name="Expanded">The elements after scaffoldings were expanded, as far as they could be read.</param>
/// <param name="Diagnostics">By file, line and column.</param>
public sealed record LoadResult(
    ConfigurationModel? Model, IReadOnlyList<ConfigurationElement> Expanded, IReadOnlyList<Diagnostic> Diagnostics)
{
    public bool HasErrors => Model is null;
}

/// <summary>
/// Reads a configuration: files, scaffoldings, typed records, references, jobs (configuration.md). Everything that is wrong is reported at
/// once; loading never throws for what a configuration holds.
/// </summary>
public static class ConfigurationLoader
{
    /// <summary>Loads every <c>*.xml</c> below a directory.</summary>
    public static LoadResult Load(string directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        var bag = new DiagnosticBag();
        var reader = new ConfigurationFileReader(bag);
        reader.ReadDirectory(directory);
        return Build(reader.Elements, bag);
    }

    /// <summary>Loads documents that are at hand as text; <c>File</c> names them in messages.</summary>
    public static LoadResult LoadText(params IReadOnlyList<(string File, string Xml)> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var bag = new DiagnosticBag();
        var reader = new ConfigurationFileReader(bag);
        foreach (var (file, xml) in files)
        {
            reader.ReadText(file, xml);
        }

        return Build(reader.Elements, bag);
    }

    /// <summary>Loads elements that were read before, as a deployed configuration is.</summary>
    public static LoadResult LoadElements(IReadOnlyList<ConfigurationElement> elements)
    {
        ArgumentNullException.ThrowIfNull(elements);
        return Build(elements, new DiagnosticBag());
    }

    private static LoadResult Build(IReadOnlyList<ConfigurationElement> written, DiagnosticBag bag)
    {
        var expanded = ScaffoldingExpander.Expand(written, bag);
        CheckConsumed(written, expanded, bag);
        var reader = new ElementReader(bag);
        IReadOnlyList<ElementRecord> records = [.. expanded.Select(reader.Read).OfType<ElementRecord>()];
        reader.Finish([.. ModelResolver.Languages(records).Select(l => l.Indicator)]);
        var model = ModelResolver.Resolve(records, written, expanded, CanonicalForm.Fingerprint(expanded), bag);
        return new LoadResult(bag.HasErrors ? null : model, expanded, Ordered(bag));
    }

    /// <summary>Scaffoldings and adjustments are no longer there after expansion, so that their form is checked before.</summary>
    private static void CheckConsumed(
        IReadOnlyList<ConfigurationElement> written, IReadOnlyList<ConfigurationElement> expanded, DiagnosticBag bag)
    {
        var kept = expanded.ToHashSet(ReferenceEqualityComparer.Instance);
        var reader = new ElementReader(bag);
        foreach (var element in written.Where(e => !kept.Contains(e)))
        {
            reader.Read(element);
        }

        reader.FinishUnsupported();
    }

    private static List<Diagnostic> Ordered(DiagnosticBag bag) =>
        [.. bag.Items.Distinct().OrderBy(d => d.Location.File, StringComparer.Ordinal).ThenBy(d => d.Location.Line).ThenBy(d => d.Location.Column)];
}
