using System.Collections.Frozen;
using Muster.Configuration.Diagnostics;
using Muster.Configuration.Elements;

namespace Muster.Configuration.Resolution;

/// <summary>
/// Identifiers are unique per kind of element, compared ordinally; two that differ in case only are an error; those of entity types,
/// properties and resource types are C# names and no reserved words (configuration.md, Identifiers and references). Jobs and tasks are
/// checked by the job resolution.
/// </summary>
internal sealed class IdentifierCheck(DiagnosticBag bag)
{
    private static readonly FrozenSet<string> Reserved = new[]
    {
        "id", "if", "for", "while", "return", "break", "else", "continue", "ref", "out", "class", "interface", "struct", "foreach", "do",
        "char", "byte", "string", "int", "long", "null", "public", "private", "protected", "static", "const", "abstract", "try", "catch",
        "sealed", "void", "true", "false", "finally", "throw", "exception", "override", "readonly", "enum", "delegate",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public void Check(IReadOnlyList<ElementRecord> records)
    {
        CheckUnique(records, "");
        foreach (var record in records)
        {
            CheckForm(record);
            CheckChildren(record);
        }
    }

    private static bool IsJobOrTask(ElementRecord record) => record is TaskElement or JobElement or StepElement;

    private void CheckChildren(ElementRecord record)
    {
        if (IsJobOrTask(record))
        {
            return;
        }

        foreach (var list in ElementCatalogue.Of(record.GetType()).Children.DistinctBy(c => c.Property.Name))
        {
            var children = ((IEnumerable<ElementRecord>)list.Property.GetValue(record)!).ToList();
            CheckUnique(children, $" of {record.Source.Name} '{record.Source["Identifier"]}'");
            children.ForEach(CheckForm);
            children.ForEach(CheckChildren);
        }
    }

    private void CheckUnique(IReadOnlyList<ElementRecord> records, string place)
    {
        var known = new Dictionary<(Type Space, string Key), ElementRecord>();
        foreach (var record in records.Where(r => !IsJobOrTask(r)))
        {
            var meta = ElementCatalogue.Of(record.GetType()).Meta;
            if (meta.MayRepeat || KeyOf(record, meta) is not { Length: > 0 } key)
            {
                continue;
            }

            var space = meta.IdentifierSpace ?? record.GetType();
            if (known.TryGetValue((space, key.ToUpperInvariant()), out var first))
            {
                Report(record, key, KeyOf(first, ElementCatalogue.Of(first.GetType()).Meta), first, place);
            }
            else
            {
                known.Add((space, key.ToUpperInvariant()), record);
            }
        }
    }

    private void Report(ElementRecord record, string key, string firstKey, ElementRecord first, string place)
    {
        var shown = key.Replace('\n', ' ');
        if (key == firstKey)
        {
            bag.Error(
                DiagnosticCodes.DuplicateIdentifier,
                record.Location,
                $"The {record.Source.Name} '{shown}'{place} is declared twice, first at {first.Location}. Remove one or rename it.");
        }
        else
        {
            bag.Error(
                DiagnosticCodes.IdentifierCase,
                record.Location,
                $"The {record.Source.Name} '{shown}'{place} differs from '{firstKey.Replace('\n', ' ')}' at {first.Location} in letter case only. "
                + "Rename one of them.");
        }
    }

    /// <summary>Key attributes by name or alias, joined; empty if one is missing.</summary>
    private static string KeyOf(ElementRecord record, ElementAttribute meta)
    {
        var schema = ElementCatalogue.Of(record.GetType());
        var parts = meta.Key.Select(k =>
            record.Source[k] ?? schema.FindField(k)?.Meta.Aliases.Select(a => record.Source[a]).FirstOrDefault(v => v is not null)).ToList();
        return parts.Exists(string.IsNullOrEmpty) ? "" : string.Join('\n', parts);
    }

    private void CheckForm(ElementRecord record)
    {
        switch (record)
        {
            case EntityTypeElement { Identifier.Length: > 0 } type:
                CheckName(type, type.Identifier, isReservedChecked: true);
                break;
            case EntityPropertyElement { Identifier.Length: > 0 } property:
                CheckName(property, property.Identifier, isReservedChecked: true);
                break;
            case ResourceTypeElement { Identifier.Length: > 0 } type:
                CheckName(type, type.Identifier, isReservedChecked: false);
                break;
            case ConnectionElement { Identifier.Length: > 0 } connection:
                CheckConnection(connection);
                break;
        }
    }

    private void CheckName(ElementRecord record, string identifier, bool isReservedChecked)
    {
        var place = record.At("Identifier");
        if (isReservedChecked && Reserved.Contains(identifier))
        {
            bag.Error(DiagnosticCodes.ReservedWord, place, $"'{identifier}' is a reserved word and cannot name a {Kind(record)}. Choose another name.");
        }
        else if (!(char.IsLetter(identifier[0]) || identifier[0] == '_') || identifier.Any(c => !char.IsLetterOrDigit(c) && c != '_'))
        {
            bag.Error(
                DiagnosticCodes.IdentifierForm,
                place,
                $"'{identifier}' cannot name a {Kind(record)}: use letters, digits and underscores, and no digit first.");
        }
    }

    private static string Kind(ElementRecord record) => record switch
    {
        EntityTypeElement => "entity type",
        EntityPropertyElement => "property",
        _ => "resource type",
    };

    /// <summary>synchronization.md 3.3.</summary>
    private void CheckConnection(ConnectionElement connection)
    {
        var identifier = connection.Identifier;
        var place = connection.At("Identifier");
        if (!char.IsLetter(identifier[0]) || identifier.Length > 442 || identifier.Any(c => !char.IsLetterOrDigit(c) && c is not ('.' or '-' or '_')))
        {
            bag.Error(
                DiagnosticCodes.IdentifierForm,
                place,
                $"'{identifier}' cannot name a connection: use a letter, then letters, digits, '.' and '-', 442 characters at most.");
        }
        else if (identifier.Contains('_', StringComparison.Ordinal))
        {
            bag.Warning(
                DiagnosticCodes.ConnectionIdentifier,
                place,
                $"The connection identifier '{identifier}' holds an underscore, which also divides connection and table in file names. "
                + "Use '-' or '.' in new configurations.");
        }
    }
}
