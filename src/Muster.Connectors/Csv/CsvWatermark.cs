using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Muster.Configuration.Exchange;
using Muster.Configuration.Work;
using Muster.Connectors.Contract;
using Muster.Connectors.Files;

namespace Muster.Connectors.Csv;

/// <summary>
/// What a CSV connection remembers, so that a change list is applied once (architecture.md, the second promise): the list that was
/// delivered last. A list that was never delivered is always read, however old the file is. Kept as <c>ExportCookies/&lt;connection&gt;.csv.json</c>,
/// which the preparation makes current when the server has accepted the delivery.
/// </summary>
internal sealed record CsvWatermark
{
    /// <summary>Null if none was delivered yet.</summary>
    public DeliveredList? List { get; init; }

    /// <summary>The full extract that was delivered after that list; null if none was.</summary>
    public WholeRead? Whole { get; init; }

    /// <summary>The current watermark. One that cannot be read counts as none, with a warning: what it knew is delivered again at worst.</summary>
    public static CsvWatermark Read(ExportRequest request, ITaskReporter reporter)
    {
        var work = request.Folders.Work;
        var path = PathOf(request);
        if (!work.Exists(path))
        {
            return new CsvWatermark();
        }

        try
        {
            using var stream = work.OpenRead(path);
            return JsonSerializer.Deserialize<CsvWatermark>(stream, ExchangeJson.Options) ?? new CsvWatermark();
        }
        catch (JsonException failure)
        {
            reporter.Warning(
                $"The watermark '{work.PathOf(path)}' of connection '{request.Connection.Identifier}' cannot be read: {failure.Message} The change list is read again; the next delivery writes the watermark anew.");
            return new CsvWatermark();
        }
    }

    /// <summary>
    /// Why a change list must not be read; null if it must. The same changes may happen again: a list that was written after everything was
    /// read is another one, whatever it says.
    /// </summary>
    public string? ReasonToSkip(DeliveredList found, string path) =>
        List is { } delivered && delivered.Sha256 == found.Sha256 && !(Whole is { } whole && found.LastWrite > (whole.ListWritten ?? DateTimeOffset.MinValue))
            ? $"The change list '{path}' was already delivered at {Shown(delivered.ReadAt)} and is not read again. Replace it by the next one."
            : null;

    /// <summary>Writes the watermark as pending and gives its name for the manifest.</summary>
    public string WritePending(ExportRequest request)
    {
        var path = PathOf(request) + ".pending";
        using var file = request.Folders.Work.Create(path);
        file.Stream.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(this, ExchangeJson.Options)));
        file.Commit();
        return Path.GetFileName(path);
    }

    private static string PathOf(ExportRequest request) => $"{AgentFolders.ExportCookies}/{request.Connection.Identifier}.csv.json";

    private static string Shown(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
}

/// <summary>Everything was read, which makes a change list that lay there at that time an old one.</summary>
/// <param name="ListWritten">When the change list that lay there was written; null if there was none.</param>
internal sealed record WholeRead(DateTimeOffset? ListWritten);

/// <summary>A change list as it was read. Its content tells whether it is the same; the rest is for people.</summary>
/// <param name="Sha256">Of the file, lower-case hexadecimal.</param>
/// <param name="Length">In octets.</param>
internal sealed record DeliveredList(string Name, string Sha256, long Length, DateTimeOffset LastWrite, DateTimeOffset ReadAt)
{
    public static DeliveredList Of(string path, SourceStamp stamp, DateTimeOffset now)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, BufferLength.For(stamp.Length, 1 << 16));
        var hash = Convert.ToHexStringLower(SHA256.HashData(stream));
        return new DeliveredList(Path.GetFileName(path), hash, stamp.Length, new DateTimeOffset(stamp.LastWriteUtc, TimeSpan.Zero), now);
    }
}
