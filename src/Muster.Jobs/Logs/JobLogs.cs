using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Muster.Configuration.Work;

namespace Muster.Jobs.Logs;

/// <summary>
/// The log files of job instances, in <c>Temp/JobLogs/&lt;instance&gt;</c>: one JSON object a line, one file for the job with its levels and
/// decisions, one per task (jobs.md 7.6). Logs are appended to while the job runs, which is why they are not work folder files. A log that
/// cannot be written never stops a job.
/// </summary>
/// <param name="secrets">Values that must never stand in a log; they are replaced at this sink, whoever wrote them.</param>
public sealed class JobLogs(IWorkFolder temp, TimeProvider time, Func<IReadOnlyCollection<string>>? secrets = null)
{
    public const string Folder = "JobLogs";

    /// <summary>The job's own log.</summary>
    public JobLog OpenJob(long instance) => Open($"{Folder}/{instance}/job.jsonl");

    /// <summary>One task's log; its <see cref="JobLog.RelativePath"/> is kept with the task instance.</summary>
    public JobLog OpenTask(long instance, int ordinal, string identifier)
    {
        var name = new StringBuilder();
        foreach (var character in identifier.Length > 80 ? identifier.AsSpan(0, 80) : identifier)
        {
            name.Append(char.IsAsciiLetterOrDigit(character) || character is '-' or '_' ? character : '_');
        }

        return Open($"{Folder}/{instance}/{ordinal:D3}-{name}.jsonl");
    }

    private JobLog Open(string relativePath)
    {
        try
        {
            var path = temp.PathOf(relativePath);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            return new JobLog(relativePath, new StreamWriter(stream, new UTF8Encoding(false)) { AutoFlush = true }, time, secrets);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or TaskFailedException)
        {
            return new JobLog(relativePath, null, time, secrets);
        }
    }
}

/// <summary>One log file; see <see cref="JobLogs"/>. Thread-safe.</summary>
public sealed class JobLog : IDisposable
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Func<IReadOnlyCollection<string>>? _secrets;
    private StreamWriter? _writer;

    internal JobLog(string relativePath, StreamWriter? writer, TimeProvider time, Func<IReadOnlyCollection<string>>? secrets)
    {
        RelativePath = relativePath;
        _writer = writer;
        _time = time;
        _secrets = secrets;
    }

    /// <summary>Relative to the Temp folder.</summary>
    public string RelativePath { get; }

    /// <summary>Appends one event; <paramref name="details"/> is an object whose members stand beside its name and time.</summary>
    public void Write(string what, object? details = null)
    {
        var text = Redact(Line(what, details));
        lock (_gate)
        {
            try
            {
                _writer?.WriteLine(text);
            }
            catch (IOException)
            {
                // A full disk: the job's own records say what happened, its log ends here.
                Close();
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            Close();
        }
    }

    private string Line(string what, object? details)
    {
        var octets = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(octets, new JsonWriterOptions { Encoder = Options.Encoder }))
        {
            json.WriteStartObject();
            json.WriteString("at", _time.GetUtcNow());
            json.WriteString("event", what);
            if (details is not null)
            {
                var members = JsonSerializer.SerializeToElement(details, Options);
                foreach (var member in members.EnumerateObject())
                {
                    member.WriteTo(json);
                }
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(octets.WrittenSpan);
    }

    private string Redact(string text)
    {
        foreach (var secret in _secrets?.Invoke() ?? [])
        {
            if (secret.Length >= 4)
            {
                text = text.Replace(JsonEncodedText.Encode(secret, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value, "***", StringComparison.Ordinal);
            }
        }

        return text;
    }

    private void Close()
    {
        try
        {
            _writer?.Dispose();
        }
        catch (IOException)
        {
            // As above.
        }

        _writer = null;
    }
}
