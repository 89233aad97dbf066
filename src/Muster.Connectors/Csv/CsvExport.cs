using CsvHelper;
using Muster.Configuration.Exchange;
using Muster.Configuration.Work;
using Muster.Connectors.Contract;
using Muster.Connectors.Files;

namespace Muster.Connectors.Csv;

/// <summary>
/// Exports a CSV file: brings encoding, separator, quoting and line ends to those of extract files, trims, and drops columns without
/// header (synchronization.md 7.6). Rows are judged by the preparation, not here.
/// </summary>
internal sealed class CsvExport : IExport
{
    /// <summary>Octets in one record at most; an unclosed quote would otherwise swallow the rest of the file.</summary>
    internal const int MaximumRecord = 64 * 1024 * 1024;

    private const int RowsPerCheck = 4096;

    public IReadOnlyCollection<string> SettingNames => CsvSettings.Names;

    public Task<ExportOutcome> ExportAsync(ExportRequest request, ITaskReporter reporter, CancellationToken cancellationToken)
    {
        var settings = new CsvSettings(request.Settings);
        if (Choose(request, reporter) is not { } key)
        {
            return Task.FromResult(ExportOutcome.NotRun);
        }

        var path = CsvFileSelection.Find(request.Settings, key, settings.IsFileNameRegex);
        return Task.Run(() => Export(request, settings, path, key, reporter, cancellationToken), cancellationToken);
    }

    /// <summary>The path setting to read; null if it is not given, with a message that says which and what to do.</summary>
    private static string? Choose(ExportRequest request, ITaskReporter reporter)
    {
        var settings = request.Settings;
        var (needed, other) = request.Complete ? ("Path", "PathIncremental") : ("PathIncremental", "Path");
        if (settings.Has(needed))
        {
            return needed;
        }

        if (!settings.Has(other))
        {
            throw new TaskFailedException(
                $"The connection '{settings.Connection}' has neither 'Path' nor 'PathIncremental'. Add one of them to the settings file under 'Connections:{settings.Connection}'.");
        }

        if (request.Initial || request.HealedBecause is not null)
        {
            return other;
        }

        reporter.Message(request.Complete
            ? $"The connection '{settings.Connection}' was not exported: a complete export needs {settings.Describe("Path")}, which is not given."
            : $"The connection '{settings.Connection}' was not exported: an incremental export needs {settings.Describe("PathIncremental")}, which is not given. It may name the same file as 'Path': a full extract is then compared with the previous one.");
        return null;
    }

    private static ExportOutcome Export(
        ExportRequest request, CsvSettings settings, string path, string key, ITaskReporter reporter, CancellationToken cancellationToken)
    {
        var startedAt = request.Time.GetUtcNow();
        var stamp = SourceStamp.Of(path);
        using var reader = new StrictTextReader(
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1), path, settings.Encoding);
        for (var skipped = 0; skipped < settings.NumberOfLinesToSkip; skipped++)
        {
            reader.ReadLine();
        }

        CsvMalformedRecord? unclosed = null;
        using var parser = CsvReader.Create(reader, OptionsOf(settings, stamp.Length, bad =>
        {
            if (bad.Reason == CsvMalformedReason.UnterminatedQuote)
            {
                unclosed = bad;
            }
            else if (bad.Reason == CsvMalformedReason.TextAfterClosingQuote)
            {
                reporter.Warning($"Line {bad.LineNumber + settings.NumberOfLinesToSkip} of '{path}' has text after a closing quote; the text is kept.");
            }
        }));
        var isChanges = false;
        DeliveredList? list = null;
        var watermark = CsvWatermark.Read(request, reporter);
        try
        {
            var header = ReadHeader(parser, settings, path, request, reporter);
            isChanges = key == "PathIncremental" && header.Names.Contains("command", StringComparer.OrdinalIgnoreCase);
            if (isChanges && request.Complete)
            {
                throw new TaskFailedException(
                    $"The connection '{request.Connection.Identifier}' must be read completely{Because(request)}, and the file '{path}' holds changes only (it has a column 'command'). Give it 'Path', the path of a full extract.");
            }

            var file = request.Output.CreateFile("", header.Names);
            list = isChanges ? DeliveredList.Of(path, stamp, startedAt) : null;
            if (list is not null && watermark.ReasonToSkip(list, path) is { } reason)
            {
                // An empty list of changes, so that the preparation of the connector's other connections finds all files.
                reporter.Message(reason);
            }
            else
            {
                var isCut = CopyRows(parser, header, settings, row => file.Write(row, isChanges), cancellationToken);
                if (isCut && reader.LastCharacter is not ('\n' or '\r'))
                {
                    throw new TaskFailedException(
                        $"The file '{path}' of connection '{request.Connection.Identifier}' ends in the middle of a row: the last one has fewer fields than all others, and no line end. It seems to be cut off; nothing was taken from it. Export it again.");
                }
            }
        }
        catch (CsvFormatException failure)
        {
            throw new TaskFailedException(
                $"The file '{path}' of connection '{request.Connection.Identifier}' cannot be read as CSV from line {failure.LineNumber + settings.NumberOfLinesToSkip}: a record is longer than {MaximumRecord} octets. A quote is probably not closed.",
                failure);
        }

        if (unclosed is not null)
        {
            throw new TaskFailedException(
                $"The file '{path}' of connection '{request.Connection.Identifier}' cannot be read as CSV: a quote in the record that starts in line {unclosed.Value.LineNumber + settings.NumberOfLinesToSkip} is not closed. Close it, or double it if it is part of the value.");
        }

        stamp.CheckUnchanged(path, request.Connection.Identifier);
        return new ExportOutcome
        {
            Content = isChanges ? ExtractContent.Changes : ExtractContent.Full,
            PendingWatermarks = NextWatermark(request, settings, watermark, list) is { } next ? [next.WritePending(request)] : [],
        };
    }

    /// <summary>
    /// What is to be remembered when this export has been delivered; null if it changes nothing. A list that gives no rows is not prepared,
    /// so that nothing would make its watermark current; reading it again is harmless.
    /// </summary>
    private static CsvWatermark? NextWatermark(ExportRequest request, CsvSettings settings, CsvWatermark current, DeliveredList? list)
    {
        if (list is not null)
        {
            return request.Output.Rows > 0 ? new CsvWatermark { List = list } : null;
        }

        var whole = current.List is null ? null : new WholeRead(ListWritten(request, settings));
        return whole == current.Whole ? null : current with { Whole = whole };
    }

    private static DateTimeOffset? ListWritten(ExportRequest request, CsvSettings settings) =>
        request.Settings.Has("PathIncremental") && CsvFileSelection.FindIfThere(request.Settings, "PathIncremental", settings.IsFileNameRegex) is { } path
            ? new DateTimeOffset(SourceStamp.Of(path).LastWriteUtc, TimeSpan.Zero)
            : null;

    private static string Because(ExportRequest request) => request.HealedBecause is null ? "" : $" ({request.HealedBecause.TrimEnd('.')})";

    private static CsvReaderOptions OptionsOf(CsvSettings settings, long length, Action<CsvMalformedRecord> onMalformed) => new()
    {
        Separator = settings.Separator,
        HasHeader = false,
        BufferSize = BufferLength.For(length, 1 << 15),
        MaxRecordSize = MaximumRecord,
        TrackLineNumbers = true,

        // A quote inside an unquoted field is kept as it stands: one odd row must not stop the others.
        MalformedData = CsvMalformedDataHandling.Recover,
        OnMalformedRecord = onMalformed,
    };

    private static CsvHeader ReadHeader(
        CsvReader parser, CsvSettings settings, string path, ExportRequest request, ITaskReporter reporter)
    {
        if (!parser.Read())
        {
            // Nothing at all: an extract without rows, which the preparation can tell from one without its columns.
            reporter.Message($"The file '{path}' is empty.");
            return new CsvHeader([], [.. request.Tables.Find("")?.Columns.Select(c => c.Name) ?? []]);
        }

        var kept = new List<int>();
        var names = new List<string>();
        for (var index = 0; index < parser.FieldCount; index++)
        {
            var name = settings.Trim(parser.GetString(index));
            if (string.IsNullOrWhiteSpace(name))
            {
                continue;
            }

            if (names.Contains(name))
            {
                reporter.Warning($"The file '{path}' has the column '{name}' twice; the first one is used.");
                continue;
            }

            kept.Add(index);
            names.Add(name);
        }

        return new CsvHeader([.. kept], names) { Count = parser.FieldCount };
    }

    /// <summary>Returns whether the last row, and no other, has fewer fields than the header.</summary>
    private static bool CopyRows(
        CsvReader parser, CsvHeader header, CsvSettings settings, Action<IReadOnlyList<string?>> write, CancellationToken cancellationToken)
    {
        var row = new List<string?>(header.Names.Count + 1);
        var (shortRows, isLastShort) = (0L, false);
        for (var number = 0L; parser.Read(); number++)
        {
            if (number % RowsPerCheck == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            row.Clear();
            foreach (var index in header.Kept)
            {
                if (index >= parser.FieldCount)
                {
                    break;
                }

                row.Add(settings.Trim(parser.GetString(index)));
            }

            // Too many fields: passed on behind the others, so that the row is longer than the header and is parked.
            for (var index = header.Count; index < parser.FieldCount; index++)
            {
                row.Add(settings.Trim(parser.GetString(index)));
            }

            isLastShort = parser.FieldCount < header.Count;
            shortRows += isLastShort ? 1 : 0;
            write(row);
        }

        return isLastShort && shortRows == 1;
    }

    /// <param name="Kept">Indexes, in the source, of the columns that are written.</param>
    private sealed record CsvHeader(int[] Kept, IReadOnlyList<string> Names)
    {
        /// <summary>Columns of the source, those without header among them.</summary>
        public int Count { get; init; }
    }
}
