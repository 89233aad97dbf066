using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Muster.Expressions.CSharp;

/// <summary>
/// Bodies that are bound together in one compilation, which is far cheaper than one each. They cannot reach each other: each has passed
/// <see cref="SyntaxGate"/> (so it declares nothing but variables), stands in a tree of its own, and in a class that no other tree can name.
/// </summary>
internal sealed class BodyBatch
{
    private readonly CSharpCompilation _compilation;
    private readonly Lazy<ILookup<SyntaxTree?, Diagnostic>> _found;

    public BodyBatch(SurrogateCompilation surrogates, IEnumerable<BlockSyntax> bodies)
    {
        _compilation = surrogates.With(bodies.Select(b => b.SyntaxTree));
        _found = new Lazy<ILookup<SyntaxTree?, Diagnostic>>(() => _compilation.GetDiagnostics().ToLookup(d => d.Location.SourceTree));
    }

    /// <summary>What the compiler says about a body, by position.</summary>
    public IEnumerable<Diagnostic> Findings(BlockSyntax body) => _found.Value[body.SyntaxTree].OrderBy(d => d.Location.SourceSpan.Start);

    public SemanticModel Model(BlockSyntax body) => _compilation.GetSemanticModel(body.SyntaxTree);
}
