using System.Reflection;
using System.Reflection.Metadata;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Muster.Configuration.Model;

namespace Muster.Expressions.CSharp;

/// <summary>
/// What expressions are bound against: the declarations of <see cref="SurrogateSource"/> and as little of the framework as binds them. It is made
/// once per configuration and shared by all expressions; nothing of it is ever emitted or loaded.
/// </summary>
internal sealed class SurrogateCompilation
{
    public const string AssemblyName = "Muster.Surrogates";

    /// <summary>A language before collection parameters of spans, so that the overloads are those that arrays serve.</summary>
    public static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.CSharp12, DocumentationMode.None);

    private static readonly Lazy<MetadataReference[]> Framework = new(() =>
    [
        .. new[]
        {
            typeof(object).Assembly, typeof(Enumerable).Assembly, typeof(Regex).Assembly, Assembly.Load("System.Runtime"),
            Assembly.Load("System.Collections"),
        }.Select(Reference),
    ]);

    private readonly CSharpCompilation _empty;

    public SurrogateCompilation(IReadOnlyList<EntityType> entityTypes)
    {
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: false, concurrentBuild: false)
            .WithNullableContextOptions(NullableContextOptions.Enable);
        var surrogates = CSharpCompilation.Create(
            AssemblyName, [CSharpSyntaxTree.ParseText(SurrogateSource.Write(entityTypes), ParseOptions)], Framework.Value, options);
        _empty = CSharpCompilation.Create("Muster.Bodies", [], [.. Framework.Value, surrogates.ToMetadataReference()], options);
    }

    public CSharpCompilation With(IEnumerable<SyntaxTree> trees) => _empty.AddSyntaxTrees(trees);

    private static unsafe MetadataReference Reference(Assembly assembly)
    {
        if (!assembly.TryGetRawMetadata(out var metadata, out var length))
        {
            throw new InvalidOperationException($"The metadata of '{assembly.GetName().Name}' cannot be read. Publish Muster without ahead-of-time compilation.");
        }

        return AssemblyMetadata.Create(ModuleMetadata.CreateFromMetadata((nint)metadata, length)).GetReference();
    }
}
