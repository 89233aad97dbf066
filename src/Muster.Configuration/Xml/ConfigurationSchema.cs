using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Schema;
using Muster.Configuration.Elements;
using Muster.Configuration.Jobs;

namespace Muster.Configuration.Xml;

/// <summary>
/// The XML schema of the format, made from the element records: for editors to complete and explain, and to validate against. Every
/// configuration that loads validates, except for old spellings that load with a warning (<c>Dimension0</c>) and lower-case digits in
/// numbered attributes.
/// </summary>
public static class ConfigurationSchema
{
    /// <summary>Writes the schema.</summary>
    public static void Write(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var settings = new XmlWriterSettings { Indent = true, IndentChars = "  ", NewLineChars = "\n", OmitXmlDeclaration = true };
        output.Write("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
        using (var writer = XmlWriter.Create(output, settings))
        {
            new SchemaBuilder().Build().Write(writer);
        }

        output.Write('\n');
    }
}

/// <summary>Builds the schema's parts: one type per element kind, one group per kind of numbered attribute, one type per enumeration.</summary>
internal sealed class SchemaBuilder
{
    private const string Namespace = ConfigurationFileReader.Namespace;
    private const string Consolidation = "ConsolidationMode";
    private const string BooleanType = "Boolean";
    private const string LaxType = "ReadOver";
    private const int Languages = 16;

    private readonly XmlSchema _schema = new() { TargetNamespace = Namespace, ElementFormDefault = XmlSchemaForm.Qualified };
    private readonly SortedDictionary<string, XmlSchemaObject> _types = new(StringComparer.Ordinal);

    public XmlSchema Build()
    {
        _schema.Namespaces.Add("", Namespace);
        _schema.Namespaces.Add("xs", XmlSchema.Namespace);
        _schema.Items.Add(Root());
        _types.Add(BooleanType, Boolean());
        _types.Add(LaxType, ReadOver());
        foreach (var kind in ElementCatalogue.All)
        {
            _types.Add(TypeName(kind), Type(kind));
        }

        foreach (var type in _types.Values)
        {
            _schema.Items.Add(type);
        }

        return _schema;
    }

    private static string TypeName(ElementSchema kind) => kind.Record.Name;

    private static XmlSchemaElement Root()
    {
        var choice = Any();
        foreach (var kind in ElementCatalogue.TopLevel)
        {
            AddElements(choice, kind, kind.Meta.Text);
        }

        foreach (var name in ReadOverElements.Names.Order(StringComparer.Ordinal))
        {
            choice.Items.Add(Element(name, LaxType, "Kept, without effect: Muster does not act on it."));
        }

        var root = new XmlSchemaElement { Name = ConfigurationFileReader.Root, SchemaType = new XmlSchemaComplexType { Particle = choice } };
        root.Annotation = Annotation("A file of the configuration; its elements may stand in any order.");
        return root;
    }

    private static XmlSchemaChoice Any() => new() { MinOccurs = 0, MaxOccursString = "unbounded" };

    private static void AddElements(XmlSchemaChoice choice, ElementSchema kind, string text)
    {
        foreach (var name in kind.Meta.Aliases.Prepend(kind.Name))
        {
            choice.Items.Add(Element(name, TypeName(kind), text));
        }
    }

    private static XmlSchemaElement Element(string name, string type, string text) =>
        new() { Name = name, SchemaTypeName = new XmlQualifiedName(type, Namespace), Annotation = Annotation(text) };

    private static XmlSchemaAnnotation Annotation(string text)
    {
        var document = new XmlDocument { XmlResolver = null };
        var annotation = new XmlSchemaAnnotation();
        annotation.Items.Add(new XmlSchemaDocumentation { Markup = [document.CreateTextNode(text)] });
        return annotation;
    }

    private XmlSchemaComplexType Type(ElementSchema kind)
    {
        var type = new XmlSchemaComplexType { Name = TypeName(kind), Annotation = Annotation(kind.Meta.Text) };
        if (kind.Children.Count > 0)
        {
            var choice = Any();
            foreach (var child in kind.Children)
            {
                AddElements(choice, child.Element, child.Element.Meta.Text);
                if (kind.Record == typeof(JobElement) && child.Element.Record.IsSubclassOf(typeof(Elements.TaskElement)))
                {
                    choice.Items.Add(Element(
                        child.Element.Name + TaskElements.OverrideSuffix, TypeName(child.Element), "Launches the task of that identifier with other attributes."));
                }
            }

            type.Particle = choice;
        }

        foreach (var field in kind.Fields)
        {
            AddAttributes(type.Attributes, kind, field);
        }

        type.Attributes.Add(new XmlSchemaAttribute
        {
            Name = Consolidation,
            SchemaTypeName = Enumeration(typeof(ConsolidationMode)),
            Annotation = Annotation("How the item adjusts the one that a scaffolding makes with its identifier."),
        });
        return type;
    }

    private void AddAttributes(XmlSchemaObjectCollection attributes, ElementSchema kind, FieldSchema field)
    {
        if (field.IsNumbered)
        {
            attributes.Add(new XmlSchemaAttributeGroupRef { RefName = NumberedGroup(field) });
            return;
        }

        if (field.Type == FieldType.Localized)
        {
            for (var language = 1; language <= Languages; language++)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"{field.Name}_L{language}");
                attributes.Add(new XmlSchemaAttribute { Name = name, SchemaTypeName = Text(), Annotation = Annotation(field.Meta.Text) });
            }

            return;
        }

        var isRequired = field.Meta.Required && field.Meta.Aliases.Length == 0 && !MayBePartial(kind);
        foreach (var name in field.Meta.Aliases.Prepend(field.Name))
        {
            attributes.Add(new XmlSchemaAttribute
            {
                Name = name,
                SchemaTypeName = ValueType(field),
                Use = isRequired ? XmlSchemaUse.Required : XmlSchemaUse.Optional,
                Annotation = Annotation(Explain(kind, field, name)),
            });
        }
    }

    /// <summary>Items that scaffoldings make can be adjusted by items that leave attributes out; so can tasks by overrides.</summary>
    private static bool MayBePartial(ElementSchema kind) =>
        kind.Record.IsSubclassOf(typeof(Elements.TaskElement)) || kind.Record == typeof(JobElement) || kind.Record == typeof(AccessControlRuleElement);

    private static string Explain(ElementSchema kind, FieldSchema field, string name)
    {
        var text = new StringBuilder(name == field.Name ? field.Meta.Text : $"Other spelling of {field.Name}.");
        if (field.Meta.Required)
        {
            text.Append(MayBePartial(kind) ? " Required, unless it adjusts another item." : " Required.");
        }
        else if (field.Default is { } value)
        {
            text.Append(CultureInfo.InvariantCulture, $" Default: {(value is bool flag ? flag ? "true" : "false" : value)}.");
        }

        return text.ToString();
    }

    private static XmlQualifiedName Text() => new("string", XmlSchema.Namespace);

    private XmlQualifiedName ValueType(FieldSchema field) => field.Type switch
    {
        FieldType.Boolean or FieldType.NumberedBoolean => new XmlQualifiedName(BooleanType, Namespace),
        FieldType.Int32 => new XmlQualifiedName("int", XmlSchema.Namespace),
        FieldType.Int64 => new XmlQualifiedName("long", XmlSchema.Namespace),
        FieldType.Number => new XmlQualifiedName("double", XmlSchema.Namespace),
        FieldType.Enumeration => Enumeration(field.Enumeration!),
        _ => Text(),
    };

    /// <summary>The attributes of one prefix, shared by all elements that have it.</summary>
    private XmlQualifiedName NumberedGroup(FieldSchema field)
    {
        var name = "Numbered" + field.Prefix;
        if (!_types.ContainsKey(name))
        {
            var group = new XmlSchemaAttributeGroup { Name = name, Annotation = Annotation("The number in the name is base32hex: A is 10, V is 31, 10 is 32.") };
            for (var number = field.Smallest; number <= field.Greatest; number++)
            {
                group.Attributes.Add(new XmlSchemaAttribute { Name = field.Prefix + Base32Hex.Format(number), SchemaTypeName = ValueType(field) });
            }

            _types.Add(name, group);
        }

        return new XmlQualifiedName(name, Namespace);
    }

    private static XmlSchemaSimpleType Boolean() => Union(
        BooleanType, "true or false, in any case, or 1 or 0.", ["true", "false"], [AnyCase("true"), AnyCase("false"), "1", "0"]);

    /// <summary>Names for completion; any case, accepted spellings and numbers besides.</summary>
    private XmlQualifiedName Enumeration(Type enumeration)
    {
        var name = enumeration.Name;
        if (!_types.ContainsKey(name))
        {
            var names = Enum.GetNames(enumeration);
            var numbers = Enum.GetValues(enumeration).Cast<object>().Select(v => Convert.ToInt32(v, CultureInfo.InvariantCulture)
                .ToString(CultureInfo.InvariantCulture));
            _types.Add(name, Union(name, "A name or its number.", names, [.. FieldText.AcceptedNames(enumeration).Select(AnyCase), .. numbers]));
        }

        return new XmlQualifiedName(name, Namespace);
    }

    private static XmlSchemaSimpleType Union(string name, string text, IEnumerable<string> shown, IEnumerable<string> patterns)
    {
        var values = new XmlSchemaSimpleTypeRestriction { BaseTypeName = Text() };
        foreach (var value in shown)
        {
            values.Facets.Add(new XmlSchemaEnumerationFacet { Value = value });
        }

        var others = new XmlSchemaSimpleTypeRestriction { BaseTypeName = Text() };
        others.Facets.Add(new XmlSchemaPatternFacet { Value = $"\\s*({string.Join('|', patterns)})\\s*" });
        var union = new XmlSchemaSimpleTypeUnion();
        union.BaseTypes.Add(new XmlSchemaSimpleType { Content = values });
        union.BaseTypes.Add(new XmlSchemaSimpleType { Content = others });
        return new XmlSchemaSimpleType { Name = name, Content = union, Annotation = Annotation(text) };
    }

    private static string AnyCase(string text) => string.Concat(text.Select(c =>
        char.IsAsciiLetter(c) ? $"[{char.ToUpperInvariant(c)}{char.ToLowerInvariant(c)}]" : c == '-' ? "\\-" : c.ToString()));

    private static XmlSchemaComplexType ReadOver()
    {
        var children = new XmlSchemaSequence();
        children.Items.Add(new XmlSchemaAny { MinOccurs = 0, MaxOccursString = "unbounded", ProcessContents = XmlSchemaContentProcessing.Skip });
        return new XmlSchemaComplexType
        {
            Name = LaxType,
            IsMixed = true,
            Particle = children,
            AnyAttribute = new XmlSchemaAnyAttribute { ProcessContents = XmlSchemaContentProcessing.Skip },
            Annotation = Annotation("An element that Muster keeps and does not act on."),
        };
    }
}
