using System.Globalization;
using System.Text;
using Muster.Configuration.Model;
using Muster.Configuration.Values;
using Muster.Expressions.Resources;

namespace Muster.Expressions.Runtime;

/// <summary>
/// Reads <c>Select fields Where condition</c> into a test of one resource. The fields have no effect. A condition compares property paths with literals:
/// <c>=</c>, <c>!=</c>, <c>&gt;</c>, <c>&gt;=</c>, <c>&lt;</c>, <c>&lt;=</c>, <c>StartWith</c>, <c>EndWith</c>, <c>Contain</c>, joined by And, Or, Not and parentheses. Texts are compared
/// without regard to letter case.
/// </summary>
internal sealed class QueryText
{
    private const int MaxDepth = 50;

    private static readonly string[] Comparisons = ["=", "!=", ">", "<", ">=", "<=", "startwith", "endwith", "contain"];

    private readonly List<(string Text, bool IsLiteral)> _tokens;
    private readonly EntityType _entityType;
    private int _at;
    private int _depth;

    private QueryText(string text, EntityType entityType)
    {
        _tokens = Tokens(text);
        _entityType = entityType;
    }

    public static Predicate<IResource> Parse(string text, EntityType entityType)
    {
        var reader = new QueryText(text, entityType);
        if (!reader.Take("select"))
        {
            throw Malformed("it must start with 'Select'");
        }

        while (reader._at < reader._tokens.Count && !reader.Peek("where"))
        {
            reader._at++;
        }

        if (!reader.Take("where"))
        {
            return _ => true;
        }

        var condition = reader.Or();
        return reader._at == reader._tokens.Count ? condition : throw Malformed($"'{reader._tokens[reader._at].Text}' is not expected");
    }

    private Predicate<IResource> Or()
    {
        if (++_depth > MaxDepth)
        {
            throw Malformed("it is nested too deeply");
        }

        List<Predicate<IResource>> parts = [And()];
        while (Take("or"))
        {
            parts.Add(And());
        }

        _depth--;
        return parts.Count == 1 ? parts[0] : r => parts.Exists(p => p(r));
    }

    private Predicate<IResource> And()
    {
        List<Predicate<IResource>> parts = [Term()];
        while (Take("and"))
        {
            parts.Add(Term());
        }

        return parts.Count == 1 ? parts[0] : r => parts.TrueForAll(p => p(r));
    }

    private Predicate<IResource> Term()
    {
        if (Take("not"))
        {
            var inner = Parenthesized();
            return r => !inner(r);
        }

        return Peek("(") ? Parenthesized() : Comparison();
    }

    private Predicate<IResource> Parenthesized()
    {
        if (!Take("("))
        {
            throw Malformed("'(' is expected");
        }

        var inner = Or();
        return Take(")") ? inner : throw Malformed("')' is missing");
    }

    private Predicate<IResource> Comparison()
    {
        var path = Path(Next().Text);
        var comparison = Next().Text.ToUpperInvariant();
        var known = Comparisons.FirstOrDefault(c => string.Equals(c, comparison, StringComparison.OrdinalIgnoreCase))
            ?? throw Malformed($"'{comparison}' is not a comparison");
        var (literal, isText) = Next();
        var value = !isText && literal.Equals("null", StringComparison.OrdinalIgnoreCase) ? null : literal;
        var last = path[^1];
        if (last.Kind == PropertyKind.Scalar && value is not null && known is not ("startwith" or "endwith" or "contain"))
        {
            value = CanonicalText.TryNormalize(last.Type, value, out var canonical) ? canonical
                : throw Malformed($"'{value}' is not a value of '{last.QualifiedName}'");
        }

        return resource => Values(resource, path, 0).Exists(v => Holds(last, v, known, value));
    }

    private List<EntityProperty> Path(string text)
    {
        var steps = new List<EntityProperty>();
        EntityType? current = _entityType;
        foreach (var name in text.Split('.'))
        {
            var step = current?.FindProperty(name.Trim()) ?? throw Malformed($"'{_entityType.Identifier}' has no property path '{text}'");
            if (step.Kind == PropertyKind.Binary)
            {
                throw Malformed($"'{text}' is a file");
            }

            steps.Add(step);
            current = step.TargetEntityType;
        }

        return steps;
    }

    /// <summary>All values at the end of the path; a navigation's are its resources' ids. Null on the way gives null.</summary>
    private static List<string?> Values(IResource resource, List<EntityProperty> path, int step)
    {
        var property = path[step];
        if (property.Kind == PropertyKind.Scalar)
        {
            return [resource.GetScalar(property)];
        }

        IReadOnlyList<IResource> targets = property.Kind == PropertyKind.MultiNavigation
            ? resource.GetMany(property)
            : resource.GetOne(property) is { } one ? [one] : [];
        if (targets.Count == 0)
        {
            return [null];
        }

        return step == path.Count - 1
            ? [.. targets.Select(t => t.Id.ToString(CultureInfo.InvariantCulture))]
            : [.. targets.SelectMany(t => Values(t, path, step + 1))];
    }

    private static bool Holds(EntityProperty property, string? value, string comparison, string? literal)
    {
        var left = value ?? "";
        var right = literal ?? "";
        return comparison switch
        {
            "=" => string.Equals(left, right, StringComparison.OrdinalIgnoreCase),
            "!=" => !string.Equals(left, right, StringComparison.OrdinalIgnoreCase),
            "startwith" => value is not null && left.StartsWith(right, StringComparison.OrdinalIgnoreCase),
            "endwith" => value is not null && left.EndsWith(right, StringComparison.OrdinalIgnoreCase),
            "contain" => value is not null && left.Contains(right, StringComparison.OrdinalIgnoreCase),
            _ => value is not null && literal is not null && Ordered(Compare(property, left, right), comparison),
        };
    }

    private static int Compare(EntityProperty property, string left, string right) =>
        property.Kind == PropertyKind.Scalar && property.Type is not (PropertyType.String or PropertyType.Bytes)
        && CanonicalText.ToClr(property.Type, left) is IComparable value
            ? value.CompareTo(CanonicalText.ToClr(property.Type, right))
            : string.Compare(left, right, StringComparison.OrdinalIgnoreCase);

    private static bool Ordered(int order, string comparison) => comparison switch
    {
        ">" => order > 0,
        ">=" => order >= 0,
        "<" => order < 0,
        _ => order <= 0,
    };

    private bool Peek(string word) =>
        _at < _tokens.Count && !_tokens[_at].IsLiteral && string.Equals(_tokens[_at].Text, word, StringComparison.OrdinalIgnoreCase);

    private bool Take(string word)
    {
        var isNext = Peek(word);
        _at += isNext ? 1 : 0;
        return isNext;
    }

    private (string Text, bool IsLiteral) Next() => _at < _tokens.Count ? _tokens[_at++] : throw Malformed("it ends too early");

    private static List<(string Text, bool IsLiteral)> Tokens(string text)
    {
        var tokens = new List<(string, bool)>();
        var i = 0;
        while (i < text.Length)
        {
            var letter = text[i];
            if (char.IsWhiteSpace(letter))
            {
                i++;
            }
            else if (letter is '"' or '\'')
            {
                tokens.Add((Quoted(text, ref i), true));
            }
            else if (letter is '(' or ')' or ',')
            {
                tokens.Add((letter.ToString(), false));
                i++;
            }
            else
            {
                var start = i;
                var isOperator = IsOperator(letter);
                while (i < text.Length && !char.IsWhiteSpace(text[i]) && text[i] is not ('(' or ')' or ',' or '"' or '\'')
                    && IsOperator(text[i]) == isOperator)
                {
                    i++;
                }

                tokens.Add((text[start..i], false));
            }
        }

        return tokens;
    }

    /// <summary>A quote or backslash within the literal is written with a backslash before it; a doubled quote stands for one.</summary>
    private static string Quoted(string text, ref int i)
    {
        var quote = text[i++];
        var result = new StringBuilder();
        while (i < text.Length)
        {
            if (text[i] == '\\' && i + 1 < text.Length && (text[i + 1] == quote || text[i + 1] == '\\'))
            {
                i++;
            }
            else if (text[i] == quote)
            {
                if (i + 1 >= text.Length || text[i + 1] != quote)
                {
                    i++;
                    return result.ToString();
                }

                i++;
            }

            result.Append(text[i++]);
        }

        throw Malformed("a quote is not closed");
    }

    private static bool IsOperator(char letter) => letter is '=' or '!' or '<' or '>';

    private static EvaluationFault Malformed(string why) => new($"The text of queryHandler.Select cannot be read: {why}.");
}
