using Muster.Configuration.Diagnostics;
using Muster.Configuration.Model;

namespace Muster.Configuration.Tests.Resolution;

/// <summary>Loads configurations that tests write as a few elements, and finds what they are about.</summary>
internal static class Load
{
    public const string Namespace = "urn:schemas-usercube-com:configuration";

    /// <summary>Loads elements without root, as the file <c>Conf.xml</c>; the first line of the text is line 2.</summary>
    public static LoadResult Text(string elements) => ConfigurationLoader.LoadText(("Conf.xml", Document(elements)));

    public static string Document(string elements) => $"<ConfigurationFile xmlns=\"{Namespace}\">\n{elements}\n</ConfigurationFile>";

    /// <summary>The model, which must be without error.</summary>
    public static ConfigurationModel Model(string elements)
    {
        var result = Text(elements);
        Assert.True(result.Model is not null, string.Join('\n', result.Diagnostics));
        return result.Model;
    }

    /// <summary>The findings with a code.</summary>
    public static IReadOnlyList<Diagnostic> Findings(string elements, string code) => [.. Text(elements).Diagnostics.Where(d => d.Code == code)];

    /// <summary>The only finding with a code.</summary>
    public static Diagnostic Finding(string elements, string code)
    {
        var result = Text(elements);
        var found = result.Diagnostics.Where(d => d.Code == code).ToList();
        Assert.True(found.Count == 1, $"{code}: {found.Count} of\n{string.Join('\n', result.Diagnostics)}");
        return found[0];
    }
}
