using System.Text;

namespace Muster.Repository.Dialects;

/// <summary>Gives the values of rows to a table that takes many of them. Not thread-safe.</summary>
internal sealed class RowValues(IBulkInsert rows)
{
    private byte[] _text = new byte[1 << 10];

    /// <param name="value">Null, a number, or a text.</param>
    public void Add(object? value)
    {
        switch (value)
        {
            case null:
                rows.Null();
                return;
            case long number:
                rows.Number(number);
                return;
            case int number:
                rows.Number(number);
                return;
            case double real:
                rows.Real(real);
                return;
            case string text:
                Add(text);
                return;
            default:
                throw new ArgumentException($"A value of type {value.GetType()} has no column type.", nameof(value));
        }
    }

    private void Add(string text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (_text.Length < most)
        {
            _text = new byte[most];
        }

        rows.Text(_text.AsSpan(0, Encoding.UTF8.GetBytes(text, _text)));
    }
}
