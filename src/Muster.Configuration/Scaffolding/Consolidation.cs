using Muster.Configuration.Diagnostics;
using Muster.Configuration.Jobs;
using Muster.Configuration.Xml;

namespace Muster.Configuration.Scaffolding;

/// <summary>How a written item adjusts the generated item of its identifier.</summary>
internal enum ConsolidationMode
{
    /// <summary>No <c>ConsolidationMode</c>: the written item stands in place of the generated one.</summary>
    Replace,
    Merge,
    Update,
    Delete,
}

/// <summary>
/// Second half of the expansion: adjusts generated items by written ones (configuration.md, Scaffoldings and their adjustment). First every
/// written element is offered to <see cref="Take"/>, then every generated element goes through <see cref="Adjust"/>.
/// </summary>
internal sealed class Consolidation
{
    /// <summary>Accepted on every element kind.</summary>
    private const string ModeAttribute = "ConsolidationMode";

    private static readonly string[] ModeNames = ["Merge", "Update", "Delete"];

    private readonly Dictionary<(string Kind, string Identifier), ConfigurationElement> _generated = [];
    private readonly Dictionary<(string Kind, string Identifier), ConfigurationElement> _adjusting = [];
    private readonly HashSet<string> _deletedTasks = new(StringComparer.Ordinal);
    private readonly DiagnosticBag _bag;

    public Consolidation(IEnumerable<ConfigurationElement> generated, DiagnosticBag bag)
    {
        _bag = bag;
        foreach (var item in generated.SelectMany(ItemsOf))
        {
            _generated.TryAdd(KeyOf(item), item);
        }
    }

    /// <summary>An element and the items inside it: a job's tasks are items of their own, its steps and overrides are not.</summary>
    public static IEnumerable<ConfigurationElement> ItemsOf(ConfigurationElement element) =>
        element.Name == "Job" ? element.Children.Where(c => TaskElements.Find(c.Name) is not null).Prepend(element) : [element];

    /// <summary>What identifies an item: all tasks share their identifiers, every other element has its own.</summary>
    public static (string Kind, string Identifier) KeyOf(ConfigurationElement element) =>
        (TaskElements.Find(element.Name) is null ? element.Name : "Task", element["Identifier"] ?? "");

    /// <summary>
    /// Takes a written element out of the configuration if it adjusts a generated item (null is returned); otherwise returns it, without
    /// <c>ConsolidationMode</c>, after reporting one that has nothing to adjust.
    /// </summary>
    public ConfigurationElement? Take(ConfigurationElement written)
    {
        var mode = ModeOf(written);
        var key = KeyOf(written);
        if (key.Identifier.Length == 0 || !_generated.TryGetValue(key, out var generated))
        {
            if (mode != ConsolidationMode.Replace)
            {
                ReportNothingToAdjust(written, mode);
            }

            CheckNested(written, ConsolidationMode.Replace);
            return mode == ConsolidationMode.Delete ? null : Kept(written);
        }

        if (mode is ConsolidationMode.Merge or ConsolidationMode.Update && !IsOfOneKind(written, generated))
        {
            _bag.Error(
                ScaffoldingDiagnostics.AdjustsAnotherKind, written.Location,
                $"The element '{written.Name}' cannot be merged with '{key.Identifier}', which is generated as '{generated.Name}'. Write that element.");
            return null;
        }

        if (TryAdjust(key, written))
        {
            CheckNested(written, mode);
        }

        return null;
    }

    /// <summary>A generated element as it is after adjustment; null if it is deleted.</summary>
    public ConfigurationElement? Adjust(ConfigurationElement generated)
    {
        var result = _adjusting.TryGetValue(KeyOf(generated), out var written) ? Combine(generated, written) : ElementCopy.Of(generated);
        if (result is null || (result.MadeBy is null && result.Name == "Job"))
        {
            return result;
        }

        var children = result.Children.ToList();
        result.Children.Clear();
        foreach (var child in children)
        {
            // Tasks of a job may be adjusted by elements of their own at the top of the configuration.
            var kept = child.MadeBy is not null && TaskElements.Find(child.Name) is not null ? Adjust(child) : child;
            if (kept is not null && !IsLeftByDeletion(kept))
            {
                result.Add(kept);
            }
        }

        return result;
    }

    private static ConfigurationElement? Combine(ConfigurationElement generated, ConfigurationElement written)
    {
        var mode = ModeOf(written, null);
        if (mode == ConsolidationMode.Delete)
        {
            return null;
        }

        var result = mode switch
        {
            ConsolidationMode.Merge => Merge(generated, written),
            ConsolidationMode.Update => Update(generated, written),
            _ => ElementCopy.Of(Kept(written)),
        };
        // The level is the step's, not the task's: an item that is written outside the job keeps the place of the one that it adjusts.
        if (result["Level"] is null && generated.Find("Level") is { } level)
        {
            result.Attributes.Add(level);
        }

        return result;
    }

    private static ConfigurationElement Merge(ConfigurationElement generated, ConfigurationElement written)
    {
        var result = ElementCopy.Of(generated);
        foreach (var attribute in written.Attributes.Where(a => a.Name != ModeAttribute))
        {
            var place = result.Attributes.ToList().FindIndex(a => a.Name == attribute.Name);
            if (place >= 0)
            {
                result.Attributes[place] = attribute;
            }
            else
            {
                result.Attributes.Add(attribute);
            }
        }

        foreach (var child in written.Children)
        {
            var identity = ChildIdentity.Of(child);
            var place = result.Children.ToList().FindIndex(c => ChildIdentity.Of(c) == identity);
            if (place < 0)
            {
                result.Children.Add(Kept(child));
            }
            else if (Combine(result.Children[place], child) is { } combined)
            {
                result.Children[place] = combined;
            }
            else
            {
                result.Children.RemoveAt(place);
            }
        }

        return result;
    }

    private static ConfigurationElement Update(ConfigurationElement generated, ConfigurationElement written)
    {
        var result = new ConfigurationElement(generated.Name, written.Location) { MadeBy = generated.MadeBy };
        foreach (var attribute in written.Attributes.Where(a => a.Name != ModeAttribute))
        {
            result.Attributes.Add(attribute);
        }

        foreach (var child in generated.Children)
        {
            result.Children.Add(ElementCopy.Of(child));
        }

        return result;
    }

    /// <summary>What refers to a deleted task was generated with it, and goes with it.</summary>
    private bool IsLeftByDeletion(ConfigurationElement element) => element.MadeBy is not null && element.Name switch
    {
        "TaskDependsOnTask" => _deletedTasks.Contains(element["ParentTask"] ?? ""),
        "Step" => _deletedTasks.Contains(element["Identifier"] ?? ""),
        _ => TaskElements.FindOverridden(element.Name) is not null && _deletedTasks.Contains(element["Identifier"] ?? ""),
    };

    /// <summary>Notes that a written item adjusts a generated one; false, with an error, if another one does already.</summary>
    private bool TryAdjust((string Kind, string Identifier) key, ConfigurationElement written)
    {
        if (!_adjusting.TryAdd(key, written))
        {
            _bag.Error(
                ScaffoldingDiagnostics.AdjustedTwice, written.Location,
                $"'{key.Identifier}', which the scaffolding of '{_generated[key].MadeBy}' makes, is adjusted here and at {_adjusting[key].Location}. " +
                "Keep one of the two.");
            return false;
        }

        if (ModeOf(written, null) == ConsolidationMode.Delete && key.Kind == "Task")
        {
            _deletedTasks.Add(key.Identifier);
        }

        return true;
    }

    /// <summary>Items inside a written one: in a merged job they adjust its generated tasks, anywhere else they may have no mode.</summary>
    private void CheckNested(ConfigurationElement written, ConsolidationMode mode)
    {
        foreach (var child in written.Children)
        {
            var childMode = ModeOf(child);
            var key = KeyOf(child);
            if (mode == ConsolidationMode.Merge && key.Identifier.Length > 0 && _generated.ContainsKey(key))
            {
                TryAdjust(key, child);
            }
            else if (childMode != ConsolidationMode.Replace)
            {
                ReportNothingToAdjust(child, childMode);
            }
        }
    }

    /// <summary>A written element without its mode; elements that have none are taken as they are.</summary>
    private static ConfigurationElement Kept(ConfigurationElement written)
    {
        if (written.Find(ModeAttribute) is null && written.Children.All(c => c.Find(ModeAttribute) is null))
        {
            return written;
        }

        var copy = ElementCopy.Of(written).Set(ModeAttribute, null);
        foreach (var child in copy.Children)
        {
            child.Set(ModeAttribute, null);
        }

        return copy;
    }

    private void ReportNothingToAdjust(ConfigurationElement written, ConsolidationMode mode)
    {
        var (kind, identifier) = KeyOf(written);
        var candidates = _generated.Keys.Where(k => k.Kind == kind).Select(k => k.Identifier).ToList();
        var nearest = new List<string>();
        while (nearest.Count < 3 && NearestName.Find(identifier, candidates.Except(nearest)) is { } name)
        {
            nearest.Add(name);
        }

        var hint = nearest.Count > 1 ? $" Generated identifiers like it are {string.Join(", ", nearest.Select(n => $"'{n}'"))}." : "";
        _bag.Error(
            ScaffoldingDiagnostics.NothingToAdjust, written.Location,
            $"The element '{written.Name}' '{identifier}' has ConsolidationMode=\"{mode}\", but no scaffolding makes an item with this identifier.{hint} " +
            "Correct the identifier, or remove the attribute.",
            nearest.Count > 0 ? nearest[0] : null);
    }

    private ConsolidationMode ModeOf(ConfigurationElement element) => ModeOf(element, _bag);

    private static ConsolidationMode ModeOf(ConfigurationElement element, DiagnosticBag? bag)
    {
        if (element.Find(ModeAttribute) is not { } attribute)
        {
            return ConsolidationMode.Replace;
        }

        var index = Array.FindIndex(ModeNames, m => m.Equals(attribute.Value, StringComparison.OrdinalIgnoreCase));
        if (index < 0)
        {
            bag?.Error(
                ScaffoldingDiagnostics.UnknownConsolidationMode, attribute.Location,
                $"{AttributeText.Describe(element)} has ConsolidationMode=\"{attribute.Value}\". Write 'Merge', 'Update' or 'Delete', or leave it out to replace the generated item.",
                NearestName.Find(attribute.Value, ModeNames));
        }

        return (ConsolidationMode)(index + 1);
    }

    private static bool IsOfOneKind(ConfigurationElement written, ConfigurationElement generated) =>
        written.Name == generated.Name || TaskElements.Find(written.Name) is { } task && task == TaskElements.Find(generated.Name);
}

/// <summary>What tells one child from another of its kind: its identifier, or the attributes that identify that kind of child.</summary>
internal static class ChildIdentity
{
    public static string Of(ConfigurationElement child)
    {
        var task = TaskElements.Find(child.Name);
        var kind = task is null ? child.Name : "Task";
        var identity = child.Name switch
        {
            "TaskEntityType" => child["EntityType"] ?? child["Identifier"],
            "TaskResourceType" => child["ResourceType"] ?? child["Identifier"],
            "TaskDependsOnTask" => child["ParentTask"],
            "Step" => child["Identifier"] ?? child["Task"],
            "Entry" => $"{child["Permission"]}\n{child["PropertyGroup"]}",
            _ => child["Identifier"] ?? string.Join('\n', child.Attributes.OrderBy(a => a.Name, StringComparer.Ordinal).Select(a => $"{a.Name}={a.Value}")),
        };
        return $"{kind}\n{identity}";
    }
}
