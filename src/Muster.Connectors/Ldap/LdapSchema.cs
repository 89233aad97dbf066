using Muster.Connectors.Ldap.Protocol;

namespace Muster.Connectors.Ldap;

/// <summary>An attribute of a server's schema (RFC 4512, 4.1.2).</summary>
internal sealed record LdapSchemaAttribute(IReadOnlyList<string> Names, string? Syntax, string? Superior, bool IsSingleValued, bool IsReadOnly);

/// <summary>What a server's schema says of attributes; empty if the server does not show it.</summary>
internal sealed class LdapSchema
{
    /// <summary>Distinguished names, also with something beside them (RFC 4517, 3.3.9 and 3.3.21; Active Directory's with octets and with a text).</summary>
    private static readonly string[] NameSyntaxes =
        ["1.3.6.1.4.1.1466.115.121.1.12", "1.3.6.1.4.1.1466.115.121.1.34", "1.2.840.113556.1.4.903", "1.2.840.113556.1.4.904"];

    private readonly Dictionary<string, LdapSchemaAttribute> _byName = new(StringComparer.OrdinalIgnoreCase);

    private LdapSchema()
    {
    }

    public IReadOnlyCollection<LdapSchemaAttribute> Attributes => [.. _byName.Values.Distinct()];

    public static async Task<LdapSchema> ReadAsync(LdapSession session, CancellationToken cancellationToken)
    {
        var schema = new LdapSchema();
        if (LdapSession.Texts(session.Root, "subschemaSubentry").FirstOrDefault() is not { Length: > 0 } name)
        {
            return schema;
        }

        LdapEntry? entry = null;
        var filter = SearchFilter.Equal("objectClass", "subschema");
        await foreach (var response in session.Connection.SearchAsync(
            new LdapSearch(name, LdapScope.Base, filter, ["attributeTypes"]), cancellationToken).ConfigureAwait(false))
        {
            entry = response as LdapEntry ?? entry;
        }

        foreach (var definition in entry is null ? [] : LdapSession.Texts(entry, "attributeTypes"))
        {
            if (Read(definition) is { } attribute)
            {
                foreach (var alias in attribute.Names)
                {
                    schema._byName[alias] = attribute;
                }
            }
        }

        return schema;
    }

    public LdapSchemaAttribute? Find(string name) => _byName.GetValueOrDefault(name);

    public bool HasAttribute(string name) => _byName.ContainsKey(name);

    /// <summary>The syntax of an attribute, which it may have from the one that it is derived from.</summary>
    public string? SyntaxOf(LdapSchemaAttribute attribute)
    {
        for (var depth = 0; depth < 20 && attribute.Syntax is null && attribute.Superior is { } superior && Find(superior) is { } next; depth++)
        {
            attribute = next;
        }

        return attribute.Syntax;
    }

    /// <summary>True if the values of an attribute name entries; of one that the schema does not have, nobody knows.</summary>
    public bool IsName(string name) => Find(name) is not { } attribute || SyntaxOf(attribute) is { } syntax && NameSyntaxes.Contains(syntax);

    /// <summary>Reads one definition; null if it is none. What is not known in it is passed over.</summary>
    internal static LdapSchemaAttribute? Read(string definition)
    {
        var words = Words(definition);
        List<string> names = [];
        string? syntax = null, superior = null;
        bool isSingle = false, isReadOnly = false;
        for (var index = 0; index < words.Count; index++)
        {
            var next = index + 1 < words.Count ? words[index + 1] : "";
            switch (words[index])
            {
                case "NAME" when next == "(":
                    names.AddRange(words.Skip(index + 2).TakeWhile(w => w != ")"));
                    break;
                case "NAME":
                    names.Add(next);
                    break;
                case "DESC":
                    index++;
                    break;
                case "SUP":
                    superior = next;
                    break;
                case "SYNTAX":
                    var brace = next.IndexOf('{', StringComparison.Ordinal);
                    syntax = brace < 0 ? next : next[..brace];
                    break;
                case "SINGLE-VALUE":
                    isSingle = true;
                    break;
                case "NO-USER-MODIFICATION":
                    isReadOnly = true;
                    break;
            }
        }

        return names.Count == 0 ? null : new LdapSchemaAttribute(names, syntax, superior, isSingle, isReadOnly);
    }

    private static List<string> Words(string text)
    {
        var words = new List<string>();
        for (var index = 0; index < text.Length;)
        {
            var character = text[index];
            if (character == ' ')
            {
                index++;
            }
            else if (character is '(' or ')')
            {
                words.Add(character.ToString());
                index++;
            }
            else
            {
                var isQuoted = character == '\'';
                var start = isQuoted ? index + 1 : index;
                var end = isQuoted ? text.IndexOf('\'', start) : text.IndexOfAny([' ', ')'], start);
                end = end < 0 ? text.Length : end;
                words.Add(text[start..end]);
                index = isQuoted ? end + 1 : end;
            }
        }

        return words;
    }
}
