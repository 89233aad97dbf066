using System.Text.Json;
using Muster.Jobs.Records;

namespace Muster.Cli.Output;

/// <summary>Results as JSON, one document, or one object a line.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions Line = new(JobInstanceJson.Options) { WriteIndented = false };

    public static void Write<T>(TextWriter writer, T value) => writer.WriteLine(JsonSerializer.Serialize(value, JobInstanceJson.Options));

    public static void WriteLine<T>(TextWriter writer, T value)
    {
        writer.Write(JsonSerializer.Serialize(value, Line));
        writer.Write('\n');
    }
}
