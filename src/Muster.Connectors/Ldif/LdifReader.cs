using System.Text;
using Muster.Configuration.Work;
using Muster.Connectors.Files;

namespace Muster.Connectors.Ldif;

/// <summary>
/// Reads LDIF (RFC 2849) record by record: folded lines, comments, base64, values from files, content and change records. Errors name the
/// file and the line. Not thread-safe.
/// </summary>
internal sealed class LdifReader
{
    /// <summary>Characters in one record at most.</summary>
    internal const int MaximumRecord = 1 << 28;

    private readonly TextReader _reader;
    private readonly string _path;
    private readonly Func<string, int, byte[]> _readUrl;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly StrictTextReader? _source;
    private string? _next;
    private int _nextLine;
    private LineEnds _nextEnds;
    private long _recordStart;
    private long _recordEnd;
    private bool _isCanonical;
    private bool _started;

    /// <param name="readUrl">Gives the octets of a file URL (<c>attribute:&lt; file:///…</c>) found in a line; throws if it may not be read.</param>
    public LdifReader(TextReader reader, string path, Func<string, int, byte[]> readUrl)
    {
        _reader = reader;
        _source = reader as StrictTextReader;
        _path = path;
        _readUrl = readUrl;
    }

    public IEnumerable<LdifRecord> Read()
    {
        var lines = new List<Line>();
        while (ReadRecordLines(lines))
        {
            if (!_started)
            {
                _started = true;
                if (lines[0].Name.Equals("version", StringComparison.OrdinalIgnoreCase))
                {
                    if (lines[0].Value.Text?.Trim() != "1")
                    {
                        throw Error(lines[0].Number, $"is of LDIF version '{lines[0].Value}', and 1 is expected");
                    }

                    lines.RemoveAt(0);
                    if (lines.Count == 0)
                    {
                        continue;
                    }
                }
            }

            yield return ToRecord(lines);
        }
    }

    private LdifRecord ToRecord(List<Line> lines)
    {
        var first = lines[0];
        if (!first.Name.Equals("dn", StringComparison.OrdinalIgnoreCase))
        {
            throw Error(first.Number, $"starts a record with '{first.Name}', and 'dn' is expected");
        }

        var dn = first.Value.Text ?? throw Error(first.Number, "has a distinguished name that is not UTF-8");
        var index = 1;
        while (index < lines.Count && lines[index].Name.Equals("control", StringComparison.OrdinalIgnoreCase))
        {
            index++;
        }

        if (index == lines.Count || !lines[index].Name.Equals("changetype", StringComparison.OrdinalIgnoreCase))
        {
            var range = new LdifRange(_recordStart, checked((int)(_recordEnd - _recordStart)), _isCanonical && index == 1 && first.Name == "dn");
            return new LdifRecord(dn, LdifChange.None, first.Number) { Attributes = AttributesOf(lines, index), Range = range };
        }

        var kind = lines[index].Value.Text?.Trim().ToUpperInvariant();
        var number = lines[index++].Number;
        return kind switch
        {
            "ADD" => new LdifRecord(dn, LdifChange.Add, first.Number)
            {
                Attributes = AttributesOf(lines, index),
                Range = new LdifRange(_recordStart, checked((int)(_recordEnd - _recordStart)), false),
            },
            "DELETE" => new LdifRecord(dn, LdifChange.Delete, first.Number),
            "MODIFY" => new LdifRecord(dn, LdifChange.Modify, first.Number) { Modifications = ModificationsOf(lines, index) },
            "MODRDN" or "MODDN" => ToRename(dn, first.Number, lines, index),
            _ => throw Error(number, $"has the changetype '{kind}', which is none of add, delete, modify, modrdn, moddn"),
        };
    }

    private List<LdifAttribute> AttributesOf(List<Line> lines, int start)
    {
        var attributes = new List<LdifAttribute>(lines.Count - start);
        for (var index = start; index < lines.Count; index++)
        {
            if (lines[index].Name == "-")
            {
                throw Error(lines[index].Number, "has a '-' outside a modify record");
            }

            if (lines[index].Name.Equals("dn", StringComparison.OrdinalIgnoreCase))
            {
                throw Error(lines[index].Number, "has a second 'dn' in one record; an empty line is missing before it");
            }

            attributes.Add(new LdifAttribute(lines[index].Name, lines[index].Value));
        }

        return attributes;
    }

    private List<LdifModification> ModificationsOf(List<Line> lines, int start)
    {
        var modifications = new List<LdifModification>();
        var index = start;
        while (index < lines.Count)
        {
            var head = lines[index++];
            var operation = head.Name.ToUpperInvariant();
            if (operation is not ("ADD" or "DELETE" or "REPLACE" or "INCREMENT") || string.IsNullOrEmpty(head.Value.Text))
            {
                throw Error(head.Number, $"has '{head.Name}' where add, delete or replace of an attribute is expected");
            }

            var attribute = head.Value.Text.Trim();
            var values = new List<LdifValue>();
            for (; index < lines.Count && lines[index].Name != "-"; index++)
            {
                if (!lines[index].Name.Equals(attribute, StringComparison.OrdinalIgnoreCase))
                {
                    throw Error(lines[index].Number, $"has the attribute '{lines[index].Name}' in the modification of '{attribute}'");
                }

                values.Add(lines[index].Value);
            }

            index++;
            modifications.Add(new LdifModification(operation.ToLowerInvariant(), attribute, values));
        }

        return modifications;
    }

    private LdifRecord ToRename(string dn, int number, List<Line> lines, int start)
    {
        var byName = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        for (var index = start; index < lines.Count; index++)
        {
            byName[lines[index].Name] = lines[index].Value.Text;
        }

        return new LdifRecord(dn, LdifChange.Rename, number)
        {
            NewRdn = byName.GetValueOrDefault("newrdn") ?? throw Error(number, "renames an entry without 'newrdn'"),
            DeleteOldRdn = byName.GetValueOrDefault("deleteoldrdn")?.Trim() != "0",
            NewSuperior = byName.GetValueOrDefault("newsuperior"),
        };
    }

    /// <summary>Fills the lines of the next record; false at the end of the file.</summary>
    private bool ReadRecordLines(List<Line> lines)
    {
        lines.Clear();
        var length = 0;
        while (ReadLogicalLine() is { } line)
        {
            if (line.Text.Length == 0)
            {
                if (lines.Count > 0)
                {
                    return true;
                }

                continue;
            }

            length += line.Text.Length;
            if (length > MaximumRecord)
            {
                throw Error(line.Number, $"belongs to a record of more than {MaximumRecord} characters");
            }

            if (line.Text[0] == '#')
            {
                _isCanonical = false;
                continue;
            }

            lines.Add(ToLine(line.Text, line.Number));
            if (lines.Count == 1 || (lines.Count == 2 && !_started && lines[0].Name.Equals("version", StringComparison.OrdinalIgnoreCase)))
            {
                // The line of the name, at the latest behind the one of the version.
                _recordStart = line.Ends.Start;
                _isCanonical = true;
            }

            _recordEnd = line.Ends.End;
            _isCanonical &= line.Ends.IsPlain && LdifWriter.IsCanonical(line.Text, lines[^1].Name.Length);
        }

        return lines.Count > 0;
    }

    /// <summary>A line with those that continue it (they start with a space).</summary>
    private (string Text, int Number, LineEnds Ends)? ReadLogicalLine()
    {
        _next ??= ReadPhysicalLine();
        if (_next is null)
        {
            return null;
        }

        var text = _next;
        var number = _nextLine;
        var ends = _nextEnds;
        _next = ReadPhysicalLine();
        if (_next is not [' ', ..])
        {
            return (text, number, ends);
        }

        if (text.Length == 0)
        {
            throw Error(number + 1, "starts with a space and continues nothing");
        }

        var unfolded = new StringBuilder(text);
        while (_next is [' ', ..])
        {
            unfolded.Append(_next, 1, _next.Length - 1);
            if (unfolded.Length > MaximumRecord)
            {
                throw Error(number, $"is folded from more than {MaximumRecord} characters");
            }

            ends = new LineEnds(ends.Start, _nextEnds.End, false);
            _next = ReadPhysicalLine();
        }

        return (unfolded.ToString(), number, ends);
    }

    private string? ReadPhysicalLine()
    {
        _nextLine++;
        var line = _reader.ReadLine();
        if (line is not null && _source is not null)
        {
            // Text that was decoded strictly has exactly the octets that it is encoded to.
            var start = _nextLine == 1 && _source.HasMark ? Encoding.UTF8.Preamble.Length : _nextEnds.End;
            var end = start + Encoding.UTF8.GetByteCount(line) + _source.LineEndLength;
            _nextEnds = new LineEnds(start, end, _source.LineEndLength == 1 && _source.IsLineFeed);
        }

        return line;
    }

    private Line ToLine(string text, int number)
    {
        if (text == "-")
        {
            return new Line("-", default, number);
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0)
        {
            throw Error(number, "has no attribute name followed by ':'");
        }

        var name = Shared(text.AsSpan(0, colon));
        var rest = text.AsSpan(colon + 1);
        if (rest is [':', ..])
        {
            var octets = new byte[rest.Length];
            return Convert.TryFromBase64Chars(rest[1..].Trim(), octets, out var length)
                ? new Line(name, new LdifValue(octets[..length]), number)
                : throw Error(number, $"has a value of '{name}' that is not base64");
        }

        return rest is ['<', ..]
            ? new Line(name, new LdifValue(_readUrl(rest[1..].Trim().ToString(), number)), number)
            : new Line(name, new LdifValue(rest.TrimStart(' ').ToString()), number);
    }

    /// <summary>The few attribute names are stored once, not once a line.</summary>
    private string Shared(ReadOnlySpan<char> name)
    {
        var lookup = _names.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!lookup.TryGetValue(name, out var shared))
        {
            shared = name.ToString();
            _names.Add(shared);
        }

        return shared;
    }

    private TaskFailedException Error(int line, string problem) =>
        new($"Line {line} of the LDIF file '{_path}' {problem}. Correct the file.");

    /// <param name="IsPlain">Not folded, and ended by a line feed.</param>
    private readonly record struct LineEnds(long Start, long End, bool IsPlain);

    private readonly record struct Line(string Name, LdifValue Value, int Number);
}
