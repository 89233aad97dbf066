using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Muster.Configuration.Model;
using Muster.Expressions.Bindings;
using Muster.Expressions.Dependencies;

namespace Muster.Expressions.CSharp;

/// <summary>
/// C# that only reads a text, as in <c>return person.Name;</c> or <c>return person.Team?.Name;</c>: what most mappings are. It gives what the binding with the same
/// steps gives, and needs no compiler. Anything that differs in the least, so that it could mean something else or be wrong, is left to the compiler.
/// </summary>
internal static partial class PlainPath
{
    /// <summary>The words of the language that look like the name of an input.</summary>
    private static readonly FrozenSet<string> Keywords = FrozenSet.Create(
        StringComparer.Ordinal,
        "abstract", "as", "base", "bool", "break", "byte", "case", "catch", "char", "checked", "class", "const", "continue", "decimal", "default", "delegate", "do",
        "double", "else", "enum", "event", "explicit", "extern", "false", "finally", "fixed", "float", "for", "foreach", "goto", "if", "implicit", "in", "int",
        "interface", "internal", "is", "lock", "long", "namespace", "new", "null", "object", "operator", "out", "override", "params", "private", "protected", "public",
        "readonly", "ref", "return", "sbyte", "sealed", "short", "sizeof", "stackalloc", "static", "string", "struct", "switch", "this", "throw", "true", "try",
        "typeof", "uint", "ulong", "unchecked", "unsafe", "ushort", "using", "virtual", "void", "volatile", "while", "scoped", "field", "await", "async", "file");

    /// <summary>The binding that an expression stands for; null if it has to be compiled.</summary>
    public static BindingPath? Of(ValueSource source, ValueUse use)
    {
        if (source is not { Root: { } root, Binding: null, Expression: { } expression } || use is not (ValueUse.Scalar or ValueUse.CorrelationKey))
        {
            return null;
        }

        var text = CSharpText.Parse(expression);
        var match = Body().Match(text.Body);
        return match.Success && match.Groups["input"].Value == text.Parameter && !Keywords.Contains(text.Parameter)
            ? Path(root, match.Groups["step"].Captures.Select(c => c.Value))
            : null;
    }

    /// <summary>What is told of such an expression when it is compiled: each step of the way is read.</summary>
    public static ReadSet ReadsOf(BindingPath path) =>
        ReadSet.Empty with { Paths = Enumerable.Range(1, path.Steps.Count).Select(steps => new ReadPath(path.Root, [.. path.Steps.Take(steps)])).ToHashSet() };

    private static BindingPath? Path(EntityType root, IEnumerable<string> names)
    {
        var steps = new List<EntityProperty>();
        EntityType? holder = root;
        foreach (var name in names)
        {
            // 'Id' is the number of the resource, whatever properties it has.
            if (name == "Id" || holder?.FindProperty(name) is not { Kind: PropertyKind.Scalar or PropertyKind.MonoNavigation } step)
            {
                return null;
            }

            steps.Add(step);
            holder = step.TargetEntityType;
        }

        return steps[^1] is { Kind: PropertyKind.Scalar, Type: PropertyType.String } ? new BindingPath(root, steps) : null;
    }

    // A name that begins with a capital letter is no keyword.
    [GeneratedRegex(@"^ *return (?<input>[a-z][A-Za-z0-9]*)\.(?<step>[A-Z][A-Za-z0-9_]*)(\?\.(?<step>[A-Z][A-Za-z0-9_]*)){0,3}; *$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Body();
}
