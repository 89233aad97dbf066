using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Muster.Configuration.Elements;
using Muster.Configuration.Jobs;

namespace Muster.Configuration.Xml;

/// <summary>
/// The form in which two configurations that mean the same are the same text: top-level elements in ordinal order, attributes by name,
/// old spellings renamed, values normalised, attributes that only repeat a default left out. The order of children is kept: steps,
/// transformations and the first declared property have their meaning by it.
/// </summary>
internal static class CanonicalForm
{
    // None of these can occur in XML text.
    private const char Separator = '\u0000';
    private const char Open = '\u0001';
    private const char Close = '\u0002';

    /// <summary>SHA-256, in lower-case hexadecimal, over the canonical form of all elements after expansion.</summary>
    public static string Fingerprint(IEnumerable<ConfigurationElement> expanded)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var text in expanded.Select(e => Text(Normalize(e))).Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(text));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>An element in canonical form; elements that Muster reads over only have their attributes sorted.</summary>
    public static ConfigurationElement Normalize(ConfigurationElement element) => Normalize(element, ElementCatalogue.Find(element.Name), false);

    /// <summary>A text that is the same exactly for equal elements.</summary>
    public static string Text(ConfigurationElement element)
    {
        var text = new StringBuilder();
        Append(text, element);
        return text.ToString();
    }

    private static void Append(StringBuilder text, ConfigurationElement element)
    {
        text.Append(Open).Append(element.Name);
        foreach (var attribute in element.Attributes)
        {
            text.Append(Separator).Append(attribute.Name).Append(Separator).Append(attribute.Value);
        }

        foreach (var child in element.Children)
        {
            Append(text, child);
        }

        text.Append(Close);
    }

    private static ConfigurationElement Normalize(ConfigurationElement element, ElementSchema? schema, bool isOverride)
    {
        var name = schema is null || isOverride ? element.Name : schema.Name;
        var result = new ConfigurationElement(name, element.Location) { MadeBy = element.MadeBy };
        var attributes = element.Attributes.Select(a => Normalize(a, schema, isOverride)).OfType<ConfigurationAttribute>().ToList();
        if (TaskElements.FindAlias(element.Name) is { } alias && !attributes.Exists(a => a.Name == "Type"))
        {
            attributes.Add(new ConfigurationAttribute("Type", alias.Type.ToString(), element.Location));
        }

        foreach (var attribute in attributes.OrderBy(a => a.Name, StringComparer.Ordinal))
        {
            result.Attributes.Add(attribute);
        }

        foreach (var child in element.Children)
        {
            var overridden = schema?.Record == typeof(JobElement) ? TaskElements.FindOverridden(child.Name)?.Name : null;
            result.Children.Add(Normalize(child, schema?.FindChild(overridden ?? child.Name)?.Element, isOverride || overridden is not null));
        }

        return result;
    }

    /// <summary>Null for an attribute that says nothing: a default, or no value at all.</summary>
    private static ConfigurationAttribute? Normalize(ConfigurationAttribute attribute, ElementSchema? schema, bool isOverride)
    {
        if (schema is null)
        {
            return attribute;
        }

        var numbered = schema.FindField(attribute.Name) is null ? ElementReader.FindNumbered(schema, attribute.Name) : null;
        var field = schema.FindField(attribute.Name) ?? numbered?.Field;
        if (field is null)
        {
            return attribute;
        }

        var name = numbered is { } found ? field.Prefix + Base32Hex.Format(found.Number) : field.Name;
        var value = FieldText.Read(field.Type, field.Enumeration, attribute.Value);
        var nothing = numbered is null ? field.Default ?? "" : field.Type == FieldType.NumberedBoolean ? false : "";
        return Equals(value, nothing) && !isOverride ? null : attribute with { Name = name, Value = Format(value) ?? attribute.Value };
    }

    private static string? Format(object? value) => value switch
    {
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value?.ToString(),
    };
}
