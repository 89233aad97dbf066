using System.Globalization;
using Muster.Configuration.Xml;

namespace Muster.Configuration.Jobs;

/// <summary>
/// Values of attributes of jobs, tasks and scaffoldings. A text that is no value counts as absent: the element reader has reported it.
/// </summary>
internal static class AttributeText
{
    /// <summary>The element's name and identifier, for messages: <c>The element 'SynchronizeTask' 'X'</c>.</summary>
    public static string Describe(ConfigurationElement element) =>
        element["Identifier"] is { Length: > 0 } identifier ? $"The element '{element.Name}' '{identifier}'" : $"The element '{element.Name}'";

    /// <summary>Reads <c>true</c>, <c>false</c>, <c>1</c> or <c>0</c> in any case.</summary>
    public static bool IsTrue(string? text) => text is not null && (text == "1" || text.Equals("true", StringComparison.OrdinalIgnoreCase));

    public static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Reads an enumeration by name in any case or by number.</summary>
    public static T? Enumeration<T>(string? text)
        where T : struct, Enum =>
        Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : null;
}
