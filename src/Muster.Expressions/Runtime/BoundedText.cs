using System.Text;

namespace Muster.Expressions.Runtime;

/// <summary>Builds a text; every piece is charged to the budget before it is added.</summary>
internal sealed class BoundedText(EvaluationFrame frame)
{
    private readonly StringBuilder _text = new();

    public BoundedText Append(string? piece)
    {
        if (!string.IsNullOrEmpty(piece))
        {
            // Twice: once in the builder, once in the text made of it.
            frame.Allocate(4L * piece.Length);
            frame.Work(piece.Length);
            _text.Append(piece);
        }

        return this;
    }

    public BoundedText Append(char letter)
    {
        frame.Allocate(4);
        _text.Append(letter);
        return this;
    }

    public override string ToString() => _text.ToString();
}
