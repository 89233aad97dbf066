using System.Globalization;
using System.Text;
using Muster.Configuration.Exchange;
using Muster.Configuration.Work;
using Muster.Preparation.Csv;

namespace Muster.Preparation.Sources;

/// <summary>
/// A companion file of rows that were left out (synchronization.md 8.3): all original columns, then <c>__line</c> and, for rejected rows,
/// <c>__cause</c>; fields beyond the header stand behind them. The file exists only if there is such a row.
/// </summary>
internal sealed class SideFile(IWorkFolder folder, string path, IReadOnlyList<string> header, bool hasCause) : IDisposable
{
    private readonly CsvLine _line = new();
    private CsvOutput? _output;

    public long Rows { get; private set; }

    public void Write(CsvReader row, string? cause = null)
    {
        _output ??= new CsvOutput(folder, path, [.. header, "__line", .. hasCause ? ["__cause"] : Array.Empty<string>()]);
        _line.Clear();
        for (var i = 0; i < header.Count; i++)
        {
            _line.Add(i < row.FieldCount ? row.Field(i) : []);
        }

        _line.Add(Encoding.UTF8.GetBytes(row.Line.ToString(CultureInfo.InvariantCulture)));
        if (hasCause)
        {
            _line.Add(Encoding.UTF8.GetBytes(cause ?? string.Empty));
        }

        for (var i = header.Count; i < row.FieldCount; i++)
        {
            _line.Add(row.Field(i));
        }

        _output.Write(_line.Bytes);
        Rows++;
    }

    public void Commit() => _output?.Commit();

    public void Dispose() => _output?.Dispose();
}
