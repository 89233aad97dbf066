using System.Globalization;

namespace Muster.Configuration.Elements;

/// <summary>Writes the reference of all elements and attributes from the records' annotations: <c>docs/configuration-reference.md</c>.</summary>
public static class ConfigurationReference
{
    /// <summary>Writes Markdown, elements in ordinal order, attributes in order of declaration.</summary>
    public static void Write(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write("# Reference of the configuration's elements\n\n"
            + "Made from the element records by `ConfigurationReference`; do not edit by hand (a test compares). The elements stand below\n"
            + "`<ConfigurationFile xmlns=\"urn:schemas-usercube-com:configuration\">`, in any file and any order. References are written as\n"
            + "identifiers, properties as `EntityType:Property`. Booleans are `true` or `false` (or `1`, `0`), enumerations names or numbers.\n"
            + "`Name_Ln` stands for one attribute per language (`_L1` to `_L16`), `D#` for one attribute per dimension, with the number in\n"
            + "base32hex (`D0` … `D9`, `DA` is 10, `D10` is 32). Every element also takes `ConsolidationMode` (`Merge`, `Update`, `Delete`).\n");
        foreach (var kind in ElementCatalogue.TopLevel)
        {
            output.Write($"\n## {kind.Name}\n\n{kind.Meta.Text}{Support(kind)}\n");
            if (kind.Meta.Aliases.Length > 0)
            {
                output.Write($"\nAlso written {string.Join(", ", kind.Meta.Aliases.Select(a => $"`{a}`"))}.\n");
            }

            WriteFields(output, kind);
            WriteChildren(output, kind, "");
        }

        output.Write("\n## Elements without effect\n\nMuster keeps these and does not act on them: ");
        output.Write(string.Join(", ", ReadOverElements.Names.Order(StringComparer.Ordinal).Select(n => $"`{n}`")));
        output.Write(".\n");
    }

    private static string Support(ElementSchema kind) => kind.Meta.Support switch
    {
        ElementSupport.NotYet => " **Not supported yet:** it is read and kept without effect, and reported as a warning.",
        ElementSupport.Kept => " It is read and kept without effect.",
        _ => "",
    };

    private static void WriteFields(TextWriter output, ElementSchema kind)
    {
        if (kind.Fields.Count == 0)
        {
            return;
        }

        output.Write("\n| attribute | value | default | meaning |\n| --- | --- | --- | --- |\n");
        foreach (var field in kind.Fields)
        {
            var name = field.Type == FieldType.Localized ? $"{field.Name}_Ln" : field.Name;
            var aliases = field.Meta.Aliases.Length == 0 ? "" : $" (or `{string.Join("`, `", field.Meta.Aliases)}`)";
            output.Write($"| `{name}`{aliases} | {Value(field)} | {Default(field)} | {Escape(field.Meta.Text)} |\n");
        }
    }

    private static void WriteChildren(TextWriter output, ElementSchema kind, string path)
    {
        foreach (var list in kind.Children.GroupBy(c => c.Property.Name))
        {
            if (list.Count() > 1)
            {
                output.Write($"\nChildren `{path}*Task`, `*TaskOverride`: {list.First().Meta.Text}\n");
                continue;
            }

            var child = list.First();
            var once = child.Meta.AtMostOne ? " At most one." : "";
            output.Write($"\nChild `{path}{child.Element.Name}`: {child.Meta.Text}{once}{Support(child.Element)}\n");
            WriteFields(output, child.Element);
            WriteChildren(output, child.Element, $"{path}{child.Element.Name}/");
        }
    }

    private static string Value(FieldSchema field) => field.Type switch
    {
        _ when field.Meta.Refers is { } kind => KindName(kind),
        _ when field.Meta.RefersToProperty => "`EntityType:Property`",
        FieldType.Boolean or FieldType.NumberedBoolean => "true, false",
        FieldType.Int32 or FieldType.Int64 => "whole number",
        FieldType.Number => "number",
        FieldType.Enumeration => string.Join(", ", Enum.GetValues(field.Enumeration!).Cast<Enum>()
            .Select(v => string.Create(CultureInfo.InvariantCulture, $"{v} ({Convert.ToInt32(v, CultureInfo.InvariantCulture)})"))),
        _ => "text",
    };

    private static string KindName(Type kind) => kind.IsAbstract ? "task" : ElementCatalogue.Of(kind).Name;

    private static string Default(FieldSchema field) => field switch
    {
        { Meta.Required: true } => "required",
        { Default: bool flag } => flag ? "true" : "false",
        { Default: { } value } => string.Create(CultureInfo.InvariantCulture, $"{value}"),
        _ => "",
    };

    private static string Escape(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
