using System.Text;
using System.Text.Json;
using Muster.Configuration.Diagnostics;

namespace Muster.Connectors.Settings;

/// <summary>Reads the settings file with the place of every value. Comments and trailing commas are allowed.</summary>
internal sealed class SettingsFileReader
{
    private const long MaximumLength = 16 * 1024 * 1024;
    private readonly string _file;
    private readonly byte[] _octets;
    private int _countedTo;
    private int _line = 1;
    private int _lineStart;

    private SettingsFileReader(string file, byte[] octets)
    {
        _file = file;
        _octets = octets;
    }

    public static SettingsNode Read(string file)
    {
        byte[] octets;
        try
        {
            if (new FileInfo(file).Length > MaximumLength)
            {
                throw new SettingsException($"The settings file '{file}' is larger than 16 MiB.");
            }

            octets = File.ReadAllBytes(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"The settings file '{file}' cannot be read: {failure.Message}", failure);
        }

        return new SettingsFileReader(file, octets).Read();
    }

    private SettingsNode Read()
    {
        var bom = _octets.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? 3 : 0;
        var options = new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
        var reader = new Utf8JsonReader(_octets.AsSpan(bom), options);
        var root = new SettingsNode("", new SourceLocation(_file, 1, 1)) { IsContainer = true };
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new SettingsException(LocationOf(in reader, bom), "The settings must be one JSON object.");
            }

            ReadObject(ref reader, root, bom);
            reader.Read();
            return root;
        }
        catch (JsonException failure)
        {
            var location = new SourceLocation(_file, (int)(failure.LineNumber ?? 0) + 1, (int)(failure.BytePositionInLine ?? 0) + 1);
            throw new SettingsException(location, "The settings are not valid JSON: " + WithoutPosition(failure.Message), failure);
        }
    }

    private void ReadObject(ref Utf8JsonReader reader, SettingsNode node, int bom)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var location = LocationOf(in reader, bom);
            var key = reader.GetString()!;
            reader.Read();

            // A key may be written as a path, as in environment variables and in the format's own samples.
            var target = node;
            foreach (var part in key.Split(':'))
            {
                target = target.FindOrAdd(part, location);
            }

            if (target.Text is not null || target.Children.Count > 0)
            {
                throw new SettingsException(location, $"The setting '{target.Path}' is given twice. Remove one of them.");
            }

            ReadValue(ref reader, target, bom);
        }
    }

    private void ReadValue(ref Utf8JsonReader reader, SettingsNode node, int bom)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                node.IsContainer = true;
                ReadObject(ref reader, node, bom);
                break;
            case JsonTokenType.StartArray:
                node.IsContainer = true;
                for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
                {
                    var name = index.ToString(System.Globalization.CultureInfo.InvariantCulture);
                    ReadValue(ref reader, node.FindOrAdd(name, LocationOf(in reader, bom)), bom);
                }

                break;
            case JsonTokenType.Null:
                node.Set(null, node.Location);
                break;
            default:
                var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : Encoding.UTF8.GetString(reader.ValueSpan);
                node.Set(text, node.Location);
                break;
        }
    }

    private SourceLocation LocationOf(in Utf8JsonReader reader, int bom)
    {
        var position = (int)reader.TokenStartIndex + bom;
        for (; _countedTo < position; _countedTo++)
        {
            if (_octets[_countedTo] == '\n')
            {
                _line++;
                _lineStart = _countedTo + 1;
            }
        }

        return new SourceLocation(_file, _line, position - _lineStart + 1);
    }

    private static string WithoutPosition(string message)
    {
        var at = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return at < 0 ? message : message[..at];
    }
}
