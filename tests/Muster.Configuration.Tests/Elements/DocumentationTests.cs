using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Muster.Configuration.Diagnostics;
using Muster.Configuration.Elements;

namespace Muster.Configuration.Tests.Elements;

public partial class DocumentationTests
{
    [Fact]
    public void Diagnostics_EveryCode_HasAnEntryInTheDocumentation()
    {
        var documented = Code().Matches(File.ReadAllText(Path.Combine(Documentation(), "diagnostics.md"))).Select(m => m.Value).ToHashSet();

        Assert.Equal([], Codes().Except(documented));
    }

    [Fact]
    public void Diagnostics_Codes_AreUnique() => Assert.Equal(Codes().Distinct(), Codes());

    /// <summary>Run with MUSTER_WRITE_DOCUMENTATION=1 to renew the file.</summary>
    [Fact]
    public void Reference_InTheDocumentation_IsThatOfTheRecords()
    {
        var file = Path.Combine(Documentation(), "configuration-reference.md");
        using var text = new StringWriter { NewLine = "\n" };
        ConfigurationReference.Write(text);
        if (Environment.GetEnvironmentVariable("MUSTER_WRITE_DOCUMENTATION") == "1")
        {
            File.WriteAllText(file, text.ToString());
        }

        Assert.Equal(text.ToString(), File.ReadAllText(file).ReplaceLineEndings("\n"));
    }

    private static List<string> Codes() => [.. typeof(DiagnosticCodes).Assembly.GetTypes()
        .SelectMany(t => t.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static))
        .Where(f => f is { IsLiteral: true } && f.FieldType == typeof(string))
        .Select(f => (string)f.GetRawConstantValue()!).Where(v => Code().IsMatch(v) && v.Length == 7)];

    private static string Documentation([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "docs"));

    [GeneratedRegex(@"MUS\d{4}")]
    private static partial Regex Code();
}
