using System.Globalization;
using Muster.Configuration.Diagnostics;
using Muster.Configuration.Xml;

namespace Muster.Configuration.Jobs;

/// <summary>Checks an element against its shape: names, required attributes, the form of values, children.</summary>
internal static class ElementCheck
{
    /// <summary>Reports all that is wrong with one element; <paramref name="checkChildren"/> is false where the caller knows the children.</summary>
    public static void Check(ConfigurationElement element, ElementShape shape, DiagnosticBag bag, bool checkChildren = true)
    {
        foreach (var attribute in element.Attributes)
        {
            CheckAttribute(element, attribute, shape, bag);
        }

        var required = shape.Attributes.Where(a => a.IsRequired).Select(a => a.Name);
        foreach (var name in shape.IsDisplayNameRequired ? required.Append("DisplayName_L1") : required)
        {
            if (string.IsNullOrEmpty(element[name]))
            {
                bag.Error(
                    JobDiagnostics.MissingAttribute, element.Find(name)?.Location ?? element.Location,
                    $"{Describe(element)} has no '{name}'. Write the attribute.");
            }
        }

        if (checkChildren)
        {
            CheckChildren(element, shape, bag);
        }
    }

    /// <summary>The element's name and identifier, for messages: <c>The element 'SynchronizeTask' 'X'</c>.</summary>
    public static string Describe(ConfigurationElement element) =>
        element["Identifier"] is { Length: > 0 } identifier ? $"The element '{element.Name}' '{identifier}'" : $"The element '{element.Name}'";

    /// <summary>Reads a Boolean of the format; null if the text is none.</summary>
    public static bool? ParseBoolean(string text) => text switch
    {
        "1" => true,
        "0" => false,
        _ when text.Equals("true", StringComparison.OrdinalIgnoreCase) => true,
        _ when text.Equals("false", StringComparison.OrdinalIgnoreCase) => false,
        _ => null,
    };

    /// <summary>Reads an enumeration by name in any case or by number; null if the text is neither.</summary>
    public static int? ParseEnumeration(string text, IReadOnlyList<string> values)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number < values.Count ? number : null;
        }

        for (var index = 0; index < values.Count; index++)
        {
            if (values[index].Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                return index;
            }
        }

        return null;
    }

    private static void CheckAttribute(ConfigurationElement element, ConfigurationAttribute attribute, ElementShape shape, DiagnosticBag bag)
    {
        if (shape.Find(attribute.Name) is { } known)
        {
            CheckValue(element, attribute, known, bag);
        }
        else if (attribute.Name != ElementShape.ConsolidationMode &&
            !(shape.HasDisplayNames && ElementShape.DisplayNameAttributes.Contains(attribute.Name, StringComparer.Ordinal)))
        {
            var names = shape.AttributeNames.Append(ElementShape.ConsolidationMode);
            bag.Error(
                JobDiagnostics.UnknownAttribute, attribute.Location,
                $"{Describe(element)} has an unknown attribute '{attribute.Name}'. Remove or correct it.",
                NearestName.Find(attribute.Name, names));
        }
    }

    private static void CheckValue(ConfigurationElement element, ConfigurationAttribute attribute, AttributeShape shape, DiagnosticBag bag)
    {
        var expected = shape.Kind switch
        {
            AttributeKind.Boolean when ParseBoolean(attribute.Value) is null => "'true' or 'false'",
            AttributeKind.Integer when !int.TryParse(attribute.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) =>
                "a whole number",
            AttributeKind.Enumeration when ParseEnumeration(attribute.Value, shape.Values) is null =>
                "one of " + string.Join(", ", shape.Values.Select(v => $"'{v}'")),
            _ => null,
        };
        if (expected is not null)
        {
            bag.Error(
                JobDiagnostics.InvalidValue, attribute.Location,
                $"{Describe(element)} has '{attribute.Name}' with the value '{attribute.Value}'. Write {expected}.",
                NearestName.Find(attribute.Value, shape.Values));
        }
    }

    private static void CheckChildren(ConfigurationElement element, ElementShape shape, DiagnosticBag bag)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var child in element.Children)
        {
            var known = shape.Children.FirstOrDefault(c => c.Name == child.Name);
            if (known is null)
            {
                bag.Error(
                    JobDiagnostics.UnknownChild, child.Location,
                    $"{Describe(element)} has an unknown child '{child.Name}'. Remove or correct it.",
                    NearestName.Find(child.Name, shape.Children.Select(c => c.Name)));
                continue;
            }

            if (!seen.Add(child.Name) && known.IsSingle)
            {
                bag.Error(
                    JobDiagnostics.RepeatedChild, child.Location,
                    $"{Describe(element)} has the child '{child.Name}' more than once. Keep one of them.");
            }

            Check(child, known, bag);
        }
    }
}
