namespace Muster.Expressions.Runtime;

/// <summary>Ends one evaluation; its message is for a person and becomes the result's error.</summary>
internal sealed class EvaluationFault(string message) : Exception(message)
{
    public static EvaluationFault Steps(long limit) =>
        new($"The expression did not end within {limit} steps. Check its loops, or make it do less.");

    public static EvaluationFault Bytes(long limit) =>
        new($"The expression asked for more than {limit} bytes of memory. Make it build smaller texts and lists.");

    public static EvaluationFault Null(string member) =>
        new($"'{member}' was asked of a value that is null. Check for null before, for example with '?.'.");
}
